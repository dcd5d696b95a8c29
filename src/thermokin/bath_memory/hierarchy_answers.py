"""What a hierarchy answers: its state at rest and over time, with heats by both readings and what it lacks."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError, ValidityWarning, users_level
from thermokin._result import ArrayResult, Result
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin._verbs import answers
from thermokin.bath_memory.convergence import Converged
from thermokin.bath_memory.hierarchy_system import HierarchySystem
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.motion.initial import Initial, initial_state
from thermokin.motion.observable import Observed, hermitian_parts
from thermokin.motion.time_grid import checked_times

__all__ = ["HierarchyEvolution", "HierarchyState", "evolve", "steady_state"]


@dataclass(frozen=True, eq=False)
class _Found(Observed):
    """What both have: flows of a hierarchy.

    Args:
        system: the system.
        found: state and flows, with their errors.
    """

    system: HierarchySystem
    found: Converged

    @property
    def model(self) -> Model:
        """Hamiltonian, baths and frame, without jumps."""
        return self.system.carrier

    @property
    def depth(self) -> int:
        """Tiers of auxiliary matrices."""
        return self.found.truncation.depth

    @property
    def terms(self) -> tuple[int, ...]:
        """Poles of the occupation of each contact's bath."""
        return self.found.truncation.terms

    @property
    def size(self) -> int:
        """How many numbers all auxiliary matrices have."""
        return self.found.truncation.size

    @property
    def depth_error(self) -> float:
        """Change by the last tier: the larger of a trace distance and a fraction of the largest heat.

        Where that is above the tolerance, it is twice the change by one tier more, if less and cheap.
        """
        return self.found.depth_error

    @property
    def terms_error(self) -> float:
        """Change by the last pole of each bath's occupation, likewise; inf if there is none."""
        return self.found.terms_error

    @property
    def _states(self) -> ComplexArray:
        raise NotImplementedError

    @property
    def _density_matrices(self) -> ComplexArray:
        return self._states

    def _parts(self, operator: OperatorLike | FrameOperator) -> tuple[FrameOperator, FrameOperator | None]:
        return hermitian_parts(self.model, operator, ("model", ()))

    def _mean(self, operator: FrameOperator) -> FloatArray:
        dense = self.model.from_frame(operator.dense).swapaxes(-1, -2)
        return np.asarray((self._states * dense).sum(axis=(-2, -1)).real)


@dataclass(frozen=True, eq=False)
class HierarchyState(_Found, ArrayResult):
    """A hierarchy at rest.

    Args:
        system: the system.
        found: state and flows, with their errors.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> spin = tk.operators.pauli()
        >>> contact = tk.Contact(tk.Bath("bath", 1.0), spin.x, tk.Drude(0.01, cutoff=2.0))
        >>> rest = tk.steady_state(tk.hierarchy(0.5 * spin.z, [contact], depth=3, terms=3))
        >>> round(float(rest.state[1, 1].real), 2), bool(np.abs(rest.heat).max() < 1e-9)  # near 1 / (e + 1)
        (0.27, True)
    """

    @property
    def state(self) -> ComplexArray:
        """The reduced state (d, d) in the user's basis."""
        return np.asarray(self.found.flows.state[0])

    values = state

    @property
    def _states(self) -> ComplexArray:
        return self.state

    @cached_property
    def heat(self) -> FloatArray:
        """Energy that leaves each bath, of a lead less the chemical work (b,) [energy/time]."""
        return self.system.by_bath(self.found.flows.heat[0])

    @cached_property
    def energy_to_system(self) -> FloatArray:
        """Energy that enters the system from each bath, i<[H_int, H]> (b,) [energy/time].

        At rest it is what leaves the bath, unless contacts do not commute with one another: then energy passes between
        their interactions without touching the system. Both add up to 0.
        """
        return self.system.by_bath(self.found.flows.energy[0])

    @cached_property
    def particles(self) -> FloatArray:
        """Particles that leave each bath (b,) [1/time]; 0 of baths without particles."""
        return self.system.by_bath(self.found.flows.particles[0])

    @cached_property
    def interaction_energy(self) -> FloatArray:
        """Energy of the interaction with each bath (b,) [energy]."""
        return self.system.by_bath(self.found.flows.interaction[0])

    @cached_property
    def entropy_production(self) -> float:
        """- sum over baths of heat / T >= 0 [nats/time]."""
        temperatures = np.array([float(bath.temperature) for bath in self.system.baths])
        return float(-(self.heat / temperatures).sum())


@dataclass(frozen=True, eq=False)
class HierarchyEvolution(_Found, Result):
    """A hierarchy over time, from a product with baths at rest.

    Args:
        system: the system.
        found: state and flows, with their errors.
        times: (t,).

    Example:
        >>> import numpy as np, thermokin as tk
        >>> spin = tk.operators.pauli()
        >>> contact = tk.Contact(tk.Bath("bath", 1.0), spin.z, tk.Drude(0.1, cutoff=2.0))
        >>> system = tk.hierarchy(0.5 * spin.z, [contact], depth=4, terms=3)
        >>> moved = tk.evolve(system, tk.Ket(np.sqrt([0.5, 0.5])), [0.0, 1.0])
        >>> moved.populations.round(6)[1], bool(abs(moved.states[1, 0, 1]) < 0.5)  # pure dephasing
        (array([0.5, 0.5]), True)
    """

    times: FloatArray

    @property
    def states(self) -> ComplexArray:
        """Reduced states (t, d, d) in the user's basis."""
        return self.found.flows.state

    @property
    def _states(self) -> ComplexArray:
        return self.states

    @property
    def populations(self) -> FloatArray:
        """Of the eigenstates of H (t, d)."""
        return np.asarray(np.diagonal(self.model.to_frame(self.states), axis1=-2, axis2=-1).real)

    @cached_property
    def heat_rate(self) -> FloatArray:
        """Energy that leaves each bath, of a lead less the chemical work (t, b) [energy/time]."""
        return self.system.by_bath(self.found.flows.heat)

    @cached_property
    def energy_rate_to_system(self) -> FloatArray:
        """Energy that enters the system from each bath (t, b) [energy/time]; their sum is the rate of tr(H rho)."""
        return self.system.by_bath(self.found.flows.energy)

    @cached_property
    def particle_rate(self) -> FloatArray:
        """Particles that leave each bath (t, b) [1/time]."""
        return self.system.by_bath(self.found.flows.particles)

    @cached_property
    def interaction_energy(self) -> FloatArray:
        """Energy of the interaction with each bath (t, b) [energy]; 0 at the start."""
        return self.system.by_bath(self.found.flows.interaction)

    @property
    def energy(self) -> FloatArray:
        """tr(H rho) (t,) [energy]."""
        return np.asarray((self.populations * self.model.energies).sum(axis=-1))


@answers(HierarchySystem, "steady_state")
def steady_state(model: HierarchySystem) -> HierarchyState:
    """A hierarchy at rest.

    Args:
        model: the system.

    Returns:
        The state with its flows and errors; a ValidityWarning says where these are above the tolerance.

    Raises:
        NotConvergedError: if no depth that can be held meets the tolerance.
        DegenerateSteadyStateError: if there is more than one state at rest.
        ArgumentError: if the depth that was given is too large.
    """
    found = HierarchyState(model, model.converged(lambda truncation: truncation.rest()))
    _told(found)
    return found


@answers(HierarchySystem, "evolve")
def evolve(model: HierarchySystem, initial: Initial, times: ArrayLike) -> HierarchyEvolution:
    """A hierarchy over time, from a product of a state of the system and baths at rest.

    Args:
        model: the system.
        initial: where it starts, as `evolve` takes it.
        times: (t,), ascending and >= 0 [time].

    Returns:
        States, flows and errors; a ValidityWarning says where these are above the tolerance.

    Raises:
        NotConvergedError: if no depth that can be held meets the tolerance.
        ArgumentError: if the start or the times have leading axes, or the depth is too large.
    """
    grid, start = checked_times(times), initial_state(model.carrier, initial)
    inside = start.populations[..., None] * np.eye(model.dimension) if start.matrix is None else start.matrix
    if grid.ndim > 1 or inside.ndim > 2:
        raise ArgumentError(
            "`initial` and `times` of a hierarchy must be one start and one grid, without leading axes.", "initial"
        )
    state = model.carrier.from_frame(np.asarray(inside, dtype=np.complex128))
    found = HierarchyEvolution(model, model.converged(lambda truncation: truncation.path(state, grid)), grid)
    _told(found)
    return found


def _told(found: HierarchyState | HierarchyEvolution) -> None:
    """Warn of what has not converged."""
    allowed = found.system.wanted.tolerance
    lacking = []
    if found.depth_error > allowed:
        last = "are not known" if np.isinf(found.depth_error) else f"change it by {found.depth_error:.2g}"
        lacking.append(f"tiers about the last of {found.depth} {last}: raise `depth`")
    if found.terms_error > allowed:
        last = "is not known" if np.isinf(found.terms_error) else f"changes it by {found.terms_error:.2g}"
        lacking.append(f"the last pole of the occupations, of {found.terms}, {last}: raise `terms`")
    if lacking:
        warnings.warn(
            f"the hierarchy has not converged to {allowed:g}: {', and '.join(lacking)}.",
            ValidityWarning,
            stacklevel=users_level(),
        )
