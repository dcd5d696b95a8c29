"""The cycle that a protocol repeated again and again ends in, by solving for the fixed point of its map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from thermokin._cached import cached_property
from thermokin._errors import DegenerateSteadyStateError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.arguments import checked_tolerance
from thermokin.cycles.cycle_ledger import CycleLedger, cycle_ledger
from thermokin.cycles.driven_generator import state_matrix, trace_row
from thermokin.cycles.leg import Leg
from thermokin.cycles.protocol import Protocol, require_protocol
from thermokin.cycles.swept_leg import added, over_points
from thermokin.cycles.walk import Trust, leg_maps, smallest_choi
from thermokin.model.assumption import Assumption

__all__ = ["LimitCycle", "limit_cycle"]

UNIQUE = 1e-9  # a second eigenvalue that close to 1 is 1 to what the maps are known
LINKED = 1e-10  # a population that passes between two levels in a cycle


@dataclass(frozen=True, eq=False)
class LimitCycle(Result):
    """The periodic state of a protocol, with what a cycle exchanges.

    Args:
        protocol: the protocol.
        state: at the beginning of the cycle (d, d), in the user's basis, before the quench there.
        map: of one cycle, on real coordinates (d^2, d^2).
        relaxation: magnitude of the second eigenvalue of the map: what is left of a deviation after a cycle.
        ledger: heat, work and entropy of each leg.
        error: estimate of what the state lacks: what the maps lack, over how fast deviations decay.
        tolerance: that was asked for.
        choi: smallest eigenvalue of the map's Choi matrix over d.
        panels: how many panels it took.
        notes: what a reader must know.
    """

    protocol: Protocol
    state: ComplexArray
    map: FloatArray
    relaxation: float
    ledger: CycleLedger
    error: float
    tolerance: float
    choi: float
    panels: int
    notes: tuple[str, ...]

    @property
    def period(self) -> float:
        """Duration of the cycle [time]."""
        return self.protocol.duration

    @cached_property
    def heat(self) -> dict[str, float]:
        """From each bath in a cycle, positive into the system [energy]."""
        return {name: added(values) for name, values in self.ledger.heat.items()}

    @property
    def work_on_counted(self) -> float:
        """Work on the system in a cycle, quenches included [energy]; it closes with heat."""
        return added(self.ledger.work_on_counted + self.ledger.quench_work)

    @property
    def power_of_drive(self) -> float:
        """Integral of tr(dH/dt rho) over a cycle, quenches included [energy]; not to be added to counted heat."""
        return added(self.ledger.power_of_drive + self.ledger.quench_power)

    @property
    def power(self) -> float:
        """Work delivered per time [energy/time], positive for an engine."""
        return -self.work_on_counted / self.period

    @property
    def entropy_production(self) -> float:
        """Entropy produced in a cycle [nats]."""
        return added(self.ledger.entropy_production)

    @property
    def first_law(self) -> float:
        """Largest change of energy less heat and work of a leg [energy], 0 but for what the integration lacks."""
        return added(np.abs(self.ledger.first_law).max(axis=-1, keepdims=True))

    @property
    def validity(self) -> tuple[Assumption, ...]:
        """What the protocol's models assume."""
        return self.protocol.validity


def limit_cycle(protocol: Protocol | Leg, *, tolerance: float | None = None) -> LimitCycle:
    """The state that repeats itself after a cycle, M rho = rho, and what a cycle exchanges.

    The map M of a cycle is made once and its fixed point solved for: iterating it until two cycles agree says nothing
    about how far the end is.

    Args:
        protocol: the legs of one cycle; the last must meet the first, or quenches be allowed.
        tolerance: of the maps; 1e-10 if None.

    Returns:
        The cycle, with the leading axes of a swept protocol. Its ledger's `first_law` is a check of the integration,
        not an identity.

    Raises:
        ValueError: if the protocol has no period.
        TypeError: if it is no protocol.
        DegenerateSteadyStateError: if the cycle keeps something, so that it has several periodic states.
        NotConvergedError: if panels become too many.

    Cost:
        The maps of the legs, twice (once for the map, once with what is exchanged), and O(d^6).

    Example:
        >>> import numpy as np, thermokin as tk
        >>> X = [[0, 1], [1, 0]]
        >>> def qubit(gap, name, temperature):
        ...     return tk.davies(np.diag([0.0, gap]), [tk.Contact(tk.Bath(name, temperature), X, tk.Flat(0.01))])
        >>> cycle = tk.limit_cycle(tk.Protocol(
        ...     [tk.Leg(50.0, qubit(2.0, "hot", 2.0)), tk.Leg(50.0, qubit(1.0, "cold", 0.5))], quench=True))
        >>> round(cycle.work_on_counted, 9), round(cycle.heat["hot"], 9)
        (-0.057809705, 0.115619411)
    """
    protocol = require_protocol(protocol)
    protocol.require_period()
    if protocol.batch_shape:
        return over_points(protocol, partial(limit_cycle, tolerance=tolerance))
    near, trust, size = checked_tolerance(tolerance), Trust(), protocol.dimension**2
    whole = np.eye(size)
    for position, leg in enumerate(protocol.legs):
        maps = leg_maps(leg, np.array([0.0, leg.duration]), near, trust, leg.name or f"leg {position}")
        whole = maps[0][:size, :size] @ whole
    relaxation = _require_one_state(whole, protocol.dimension)
    if relaxation > 1.0 - UNIQUE:
        trust.notes.append(
            "deviations do not decay: a start returns to itself after some cycles, and not to this state"
        )
    state = state_matrix(_fixed_point(whole, protocol.dimension), protocol.dimension)
    ledger = cycle_ledger(protocol, state, near)
    return LimitCycle(
        protocol=protocol,
        state=state,
        map=whole,
        relaxation=relaxation,
        ledger=ledger,
        error=trust.error / max(1.0 - relaxation, UNIQUE),
        tolerance=near,
        choi=smallest_choi(whole, protocol.dimension),
        panels=trust.panels,
        notes=tuple(dict.fromkeys(trust.notes)),
    )


def bordered(whole: FloatArray, dimension: int) -> FloatArray:
    """M - 1, bordered by the trace, which alone it does not determine: (d^2 + 1, d^2 + 1).

    Args:
        whole: M (d^2, d^2).
        dimension: d.

    Returns:
        The matrix.
    """
    size, trace = dimension**2, trace_row(dimension)
    matrix = np.zeros((size + 1, size + 1))
    matrix[:size, :size] = whole - np.eye(size)
    matrix[:size, size], matrix[size, :size] = trace / dimension, trace
    return matrix


def _fixed_point(whole: FloatArray, dimension: int) -> FloatArray:
    right = np.zeros(dimension**2 + 1)
    right[-1] = 1.0
    return np.asarray(np.linalg.solve(bordered(whole, dimension), right)[:-1])


def _require_one_state(whole: FloatArray, dimension: int) -> float:
    """Magnitude of the second eigenvalue, once it is seen not to be 1."""
    values = np.linalg.eigvals(whole)
    apart = np.abs(values - 1.0)
    if np.count_nonzero(apart < UNIQUE) > 1:
        passed = np.abs(whole[:dimension, :dimension]) > LINKED
        count, group = connected_components(csr_array(passed), directed=False)
        sectors = [tuple(np.flatnonzero(group == each).tolist()) for each in range(count)] if count > 1 else []
        words = " and ".join("{" + ", ".join(map(str, sector)) + "}" for sector in sectors)
        what = f"nothing passes between the levels {words}" if sectors else "the map of a cycle has eigenvalue 1 twice"
        raise DegenerateSteadyStateError(
            f"the cycle has several periodic states: {what}. Start from a state of your own with tk.evolve, or add "
            "the contact that is missing.",
            sectors,
        )
    return float(np.sort(np.abs(np.delete(values, np.argmin(apart))))[-1]) if values.size > 1 else 0.0
