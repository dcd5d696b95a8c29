"""What each leg of a cycle exchanges: heat, the two works, entropy, entropy production."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.protocol import Protocol
from thermokin.cycles.walk import Trust, stretch, von_neumann

__all__ = ["CycleLedger", "cycle_ledger"]


@dataclass(frozen=True, eq=False)
class CycleLedger(Result):
    """Amounts per leg, positive into the system.

    Args:
        protocol: the protocol.
        states: at the beginning of each leg and at the end of the last (legs + 1, d, d).
        heat: from each bath (legs,) [energy], counted by jumps.
        work_on_counted: work on the operator whose energy is counted (legs,) [energy].
        quench_work: of the jump of that operator before each leg (legs,) [energy].
        power_of_drive: integral of tr(dH/dt rho) (legs,) [energy]; not to be added to counted heat.
        quench_power: tr((H+ - H-) rho) of the jump before each leg (legs,) [energy].
        chemical_work: mu times the particles from leads (legs,) [energy].
        bathless: counted energy given by jumps without a bath (legs,) [energy].
        merged: counted energy that jumps of baths have given beyond the quantum booked as heat (legs,) [energy]: 0 but
            where frequencies were merged by a tolerance, or a jump has no quantum of its own.
        energy_change: of the operator whose energy is counted, quench left out (legs,) [energy].
        entropy_change: of the state (legs,) [nats].
        entropy_production: what the state and the baths gained (legs,) [nats].
    """

    protocol: Protocol
    states: ComplexArray
    heat: Mapping[str, FloatArray]
    work_on_counted: FloatArray
    quench_work: FloatArray
    power_of_drive: FloatArray
    quench_power: FloatArray
    chemical_work: FloatArray
    bathless: FloatArray
    merged: FloatArray
    energy_change: FloatArray
    entropy_change: FloatArray
    entropy_production: FloatArray

    @property
    def first_law(self) -> FloatArray:
        """Change of energy less heat and work (legs,) [energy], 0 but for what the integration lacks."""
        heat = sum(self.heat.values(), np.zeros(self.energy_change.shape))
        return self.energy_change - heat - self.work_on_counted - self.chemical_work - self.bathless - self.merged

    @property
    def legs(self) -> tuple[str, ...]:
        """Names of the legs."""
        return tuple(leg.name or f"leg {position}" for position, leg in enumerate(self.protocol.legs))


def cycle_ledger(protocol: Protocol, state: ComplexArray, tolerance: float) -> CycleLedger:
    """Walk a cycle from a state and book what each leg exchanges.

    Args:
        protocol: the protocol.
        state: at its beginning (d, d).
        tolerance: of the maps.

    Returns:
        The ledger.
    """
    rho, states, rows = state, [state], []
    for position, leg in enumerate(protocol.legs):
        walked = stretch(protocol, position, rho, np.array([0.0, leg.duration]), tolerance, Trust())
        before, after = protocol.at_seam(position)
        end, ends = walked.states[-1], protocol.ends(position)
        rows.append(
            {
                "heat": walked.heat[-1],
                "work_on_counted": walked.work[-1],
                "quench_work": _mean(after[1] - before[1], rho),
                "power_of_drive": walked.power[-1],
                "quench_power": _mean(after[0] - before[0], rho),
                "chemical_work": walked.chemical[-1],
                "bathless": walked.bathless[-1],
                "merged": walked.merged[-1],
                "energy_change": _mean(ends[1, 1], end) - _mean(ends[0, 1], rho),
                "flow": walked.entropy_flow[-1],
            }
        )
        states.append(end)
        rho = end
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    columns["entropy_change"] = np.diff(von_neumann(np.stack(states)))
    heat, flow = columns.pop("heat"), columns.pop("flow")
    return CycleLedger(
        protocol=protocol,
        states=np.stack(states),
        heat={name: heat[:, place] for place, name in enumerate(protocol.bath_names)},
        entropy_production=columns["entropy_change"] + flow,
        **columns,
    )


def _mean(operator: ComplexArray, rho: ComplexArray) -> float:
    return float(np.vdot(operator, rho).real)
