"""The state of a driven system over time, with the heat and the work that it has taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin._verbs import answers
from thermokin.cycles.arguments import checked_tolerance
from thermokin.cycles.leg import Leg
from thermokin.cycles.protocol import Protocol, require_protocol
from thermokin.cycles.swept_leg import over_points
from thermokin.cycles.walk import Stretch, Trust, stretch, von_neumann
from thermokin.model.assumption import Assumption
from thermokin.motion.initial import Initial, initial_state
from thermokin.motion.time_grid import checked_times
from thermokin.operators.to_qutip import to_qutip

__all__ = ["DrivenEvolution", "evolve", "protocol_times", "start_matrix"]


@dataclass(frozen=True, eq=False)
class DrivenEvolution(Result):
    """A driven state over time. Amounts are those since time 0, positive into the system.

    Args:
        protocol: the protocol.
        times: (t,) [time].
        states: (..., t, d, d), in the user's basis.
        heat: from each bath (..., t) [energy], counted by jumps.
        work_on_counted: work on the operator whose energy is counted, quenches included (..., t) [energy]. With the
            heat it makes the change of energy.
        power_of_drive: integral of tr(dH/dt rho), quenches included (..., t) [energy]. The same number where the
            energy counted is that of the Hamiltonian; otherwise another, which is not to be added to counted heat.
        chemical_work: mu times the particles from leads (..., t) [energy].
        bathless: counted energy given by jumps without a bath (..., t) [energy].
        merged: counted energy that jumps of baths have given beyond the quantum booked as heat (..., t) [energy]: 0 but
            where frequencies were merged by a tolerance, or a jump has no quantum of its own.
        entropy_flow: entropy put into baths (..., t) [nats].
        energy: of the operator whose energy is counted (..., t) [energy]; at a seam before its quench.
        energy_change: the same since time 0 (..., t) [energy], whatever energies are counted from.
        error: estimate of what the maps lack, largest row sum.
        choi: smallest eigenvalue of the Choi matrices over d; not negative for completely positive maps.
        panels: how many panels they took.
        notes: what a reader must know.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> lifted = tk.Leg(10.0, lambda t: tk.Model(np.diag([0.0, 1.0 + t / 10.0]), []))
        >>> tk.evolve(lifted, tk.Populations([0.5, 0.5]), [10.0]).work_on_counted.round(8)  # half filled, lifted by 1
        array([0.5])
    """

    protocol: Protocol
    times: FloatArray
    states: ComplexArray
    heat: Mapping[str, FloatArray]
    work_on_counted: FloatArray
    power_of_drive: FloatArray
    chemical_work: FloatArray
    bathless: FloatArray
    merged: FloatArray
    entropy_flow: FloatArray
    energy: FloatArray
    energy_change: FloatArray
    initial_energy: FloatArray
    initial_entropy: FloatArray
    error: float
    choi: float
    panels: int
    notes: tuple[str, ...]

    @cached_property
    def entropy(self) -> FloatArray:
        """Von Neumann entropy (..., t) [nats]."""
        return von_neumann(self.states)

    @cached_property
    def entropy_production(self) -> FloatArray:
        """Entropy produced since time 0 (..., t) [nats], what the state gained and what baths gained."""
        return self.entropy - self.initial_entropy[..., None] + self.entropy_flow

    @cached_property
    def first_law(self) -> FloatArray:
        """Change of energy less heat and work (..., t) [energy], 0 but for what the integration lacks."""
        heat = sum(self.heat.values(), np.zeros(self.energy.shape))
        given = heat + self.work_on_counted + self.chemical_work + self.bathless + self.merged
        return self.energy_change - given

    def to_qutip(self) -> Any:
        """The states as objects of QuTiP, with the dims of the first model.

        Returns:
            A list of Qobj over time, lists of lists along a sweep.

        Raises:
            ModuleNotFoundError: if QuTiP is not installed.
        """
        return to_qutip(self.states, self.protocol.legs[0].first.dims)

    @property
    def validity(self) -> tuple[Assumption, ...]:
        """What the protocol's models assume."""
        return self.protocol.validity


@answers(Leg, "evolve")
@answers(Protocol, "evolve")
def evolve(
    model: Protocol | Leg, initial: Initial, times: ArrayLike, *, tolerance: float | None = None
) -> DrivenEvolution:
    """The state of a driven protocol over time, by commutator-free Magnus steps with heat and work as rows of the maps.

    Args:
        model: a protocol; a leg alone is one.
        initial: anything `evolve` of a model takes; Gibbs states and populations are those of the first Hamiltonian.
        times: (t,) strictly ascending, within the duration [time].
        tolerance: of the maps, with energies in the leg's own unit; 1e-10 if None.

    Returns:
        The evolution, with the leading axes of a swept protocol and of the initial state.

    Raises:
        ValueError: if the initial state or the times are not valid, or times lie beyond the end.
        TypeError: if they are of the wrong type.
        NotConvergedError: if panels of a drive become too many.

    Cost:
        Some ten to hundred panels a leg of four exponentials of d^2 x d^2 matrices each.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> bath = tk.Contact(tk.Bath("bath", 0.8), [[0, 1], [1, 0]], tk.Flat(0.01))
        >>> ramp = tk.Leg(10.0, lambda t: tk.davies(np.diag([0.0, 1.0 + t / 10.0]), [bath]))
        >>> run = tk.evolve(ramp, tk.Gibbs(0.8), [10.0])
        >>> run.work_on_counted.round(9), run.heat["bath"].round(9)
        (array([0.21865714]), array([-0.01711131]))
    """
    protocol, near = require_protocol(model), checked_tolerance(tolerance)
    if protocol.batch_shape:
        return over_points(protocol, lambda one: _along(one, initial, times, near))
    return _along(protocol, initial, times, near)


def start_matrix(protocol: Protocol, initial: Initial) -> ComplexArray:
    """An initial state as density matrices (..., d, d) in the user's basis.

    Args:
        protocol: whose first model says what Gibbs states and populations mean.
        initial: anything `evolve` takes.

    Returns:
        The matrices.
    """
    model = protocol.legs[0].first
    state = initial_state(model, initial)
    if state.matrix is not None:
        return model.from_frame(state.matrix)
    level = np.arange(model.dimension)
    matrix = np.zeros((*state.populations.shape, model.dimension), dtype=np.complex128)
    matrix[..., level, level] = state.populations
    return model.from_frame(matrix)


def protocol_times(protocol: Protocol, times: ArrayLike) -> FloatArray:
    """Times within a protocol.

    Args:
        protocol: the protocol.
        times: as given.

    Returns:
        (t,) ascending [time].

    Raises:
        ArgumentError: if they have leading axes, or lie beyond the end.
    """
    grid = checked_times(times)
    if grid.ndim != 1:
        raise ArgumentError(f"`times` of a protocol must have shape (t,), got {grid.shape}.", "times")
    end = protocol.duration
    if grid[-1] > end * (1.0 + 1e-12):
        raise ArgumentError(
            f"`times` must lie within the protocol, which ends at {end:g}, got {grid[-1]:g}; repeat its legs, as in "
            "tk.Protocol(list(protocol.legs) * 3), or ask for its tk.limit_cycle.",
            "times",
        )
    return grid


def _along(protocol: Protocol, initial: Initial, times: ArrayLike, tolerance: float) -> DrivenEvolution:
    grid = protocol_times(protocol, times)
    trust, rho = Trust(), start_matrix(protocol, initial)
    first_energy = _mean(protocol.ends(0)[0, 1], rho)
    pieces: list[tuple[Stretch, IntArray, FloatArray]] = []
    carried = _Carried(len(protocol.bath_names), rho.shape[:-2])
    for position, leg in enumerate(protocol.legs):
        begin, close = protocol.starts[position], protocol.starts[position + 1]
        if position:
            carried.quench(protocol, position, rho)
        last = position == len(protocol.legs) - 1
        mine = grid[(grid >= begin) & ((grid < close) | last)]
        inside = np.clip(mine - begin, 0.0, leg.duration)
        cuts = np.unique(np.concatenate([[0.0], inside, [leg.duration]]))
        walked = stretch(protocol, position, rho, cuts, tolerance, trust)
        places = np.searchsorted(cuts, inside)
        energies = _energies(leg, inside, walked.states[..., places, :, :]) + (leg.offset - protocol.offset)[1]
        pieces.append((carried.added(walked), places, energies))
        rho = walked.states[..., -1, :, :]
        carried.close(pieces[-1][0])
    return _joined(protocol, grid, pieces, first_energy, trust)


class _Carried:
    """Amounts of the legs before."""

    def __init__(self, baths: int, lead: tuple[int, ...]) -> None:
        self.heat = np.zeros((*lead, baths))
        self.scalar = {
            name: np.zeros(lead) for name in ("entropy_flow", "work", "power", "bathless", "chemical", "merged")
        }

    def quench(self, protocol: Protocol, seam: int, rho: ComplexArray) -> None:
        """Add the work of a jump of the Hamiltonian."""
        before, after = protocol.at_seam(seam)
        self.scalar["work"] = self.scalar["work"] + _mean(after[1] - before[1], rho)
        self.scalar["power"] = self.scalar["power"] + _mean(after[0] - before[0], rho)

    def added(self, walked: Stretch) -> Stretch:
        """A stretch with what came before."""
        scalars = {name: getattr(walked, name) + before[..., None] for name, before in self.scalar.items()}
        return Stretch(states=walked.states, heat=walked.heat + self.heat[..., None, :], **scalars)

    def close(self, walked: Stretch) -> None:
        """Keep the last numbers of a stretch."""
        self.heat = walked.heat[..., -1, :]
        self.scalar = {name: getattr(walked, name)[..., -1] for name in self.scalar}


def _energies(leg: Leg, times: FloatArray, states: ComplexArray) -> FloatArray:
    if not times.size:
        return np.zeros(states.shape[:-2])
    return np.real(np.einsum("...tab,tba->...t", states, leg.operators(times)[:, 1]))


def _mean(operator: ComplexArray, rho: ComplexArray) -> FloatArray:
    return np.real(np.einsum("ab,...ba->...", operator, rho))


def _joined(
    protocol: Protocol,
    grid: FloatArray,
    pieces: list[tuple[Stretch, IntArray, FloatArray]],
    first_energy: FloatArray,
    trust: Trust,
) -> DrivenEvolution:
    def along(name: str, own: int = 0) -> FloatArray:
        axis = -1 - own
        return np.concatenate([np.take(getattr(part, name), at, axis=axis) for part, at, _ in pieces], axis=axis)

    heat = along("heat", 1)
    energies = np.concatenate([part for _, _, part in pieces], axis=-1)
    start = pieces[0][0].states[..., 0, :, :]
    return DrivenEvolution(
        protocol=protocol,
        times=grid,
        states=along("states", 2),  # type: ignore[arg-type]
        heat={name: heat[..., place] for place, name in enumerate(protocol.bath_names)},
        work_on_counted=along("work"),
        power_of_drive=along("power"),
        chemical_work=along("chemical"),
        bathless=along("bathless"),
        merged=along("merged"),
        entropy_flow=along("entropy_flow"),
        energy=energies + protocol.offset[1],
        energy_change=energies - first_energy[..., None],
        initial_energy=first_energy + protocol.offset[1],
        initial_entropy=von_neumann(start),
        error=trust.error,
        choi=trust.choi,
        panels=trust.panels,
        notes=tuple(dict.fromkeys(trust.notes)),
    )
