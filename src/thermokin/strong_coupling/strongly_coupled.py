"""A strongly coupled system by its enlarged model: the system's state, heat, energies, and what the levels cut off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Protocol

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray
from thermokin.machines.steady_ledger import SteadyLedger, steady_ledger
from thermokin.model.assumption import Assumption
from thermokin.model.contact import Contact
from thermokin.model.model import Model
from thermokin.motion.steady_state import SteadyState
from thermokin.operators.as_numbers import as_whole
from thermokin.operators.as_operators import as_density_matrix, as_hermitian, as_operator
from thermokin.operators.gibbs import gibbs_populations
from thermokin.operators.tensor import partial_trace, tensor
from thermokin.strong_coupling.coordinate import LeadSite, TakenIn
from thermokin.strong_coupling.enlarged_system import BareSystem, enlarged_system
from thermokin.strong_coupling.level_convergence import LevelConvergence, level_convergence

__all__ = ["Builder", "StronglyCoupled"]


class Builder(Protocol):
    """What makes a model of a Hamiltonian and contacts, as `tk.davies` does."""

    def __call__(
        self, hamiltonian: ComplexArray, contacts: Sequence[Contact], *, number_operator: ComplexArray | None = None
    ) -> Model:
        """The model."""


@dataclass(frozen=True, eq=False)
class StronglyCoupled(Result):
    """A system with coordinates of its baths in it.

    `model` is an ordinary `Model` of both: `tk.ledger`, `tk.heat` and `tk.cumulants`, `tk.bounds`, `tk.evolve`,
    `tk.unravel` take it; `tk.part_correlations(found.steady_state, found.dims)` knows its parts. Heat is what residual
    and weak baths give to both together.

    Args:
        model: of system and coordinates, the system first.
        bare: what was given.
        dims: levels of the system and of each coordinate.
        line: whether the levels are enough; None where all are kept.
        builder: of the model.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> spin, bath = tk.operators.pauli(), tk.Bath("bath", 0.5)
        >>> contact = tk.Contact(bath, spin.x, tk.Brownian(0.8, frequency=2.0, width=1e-3))
        >>> found = tk.reaction_coordinate(0.5 * spin.z, [contact])
        >>> weak = tk.operators.gibbs(0.5 * spin.z, 0.5)  # a strong bath does not leave it in its own Gibbs state
        >>> round(float(weak[0, 0].real), 4), round(float(found.state[0, 0].real), 4)
        (0.8808, 0.7993)
    """

    model: Model
    bare: BareSystem
    dims: tuple[int, ...]
    line: Assumption | None
    builder: Builder

    @property
    def levels(self) -> tuple[int, ...]:
        """Kept of each coordinate (c,)."""
        return self.dims[1:]

    @property
    def coordinates(self) -> tuple[TakenIn, ...]:
        """In the order of their contacts (c,)."""
        return tuple(self.bare.taken.values())

    @property
    def names(self) -> tuple[str, ...]:
        """Of the bath of each coordinate (c,)."""
        return tuple(self.bare.contacts[position].bath.name for position in self.bare.taken)

    @property
    def validity(self) -> tuple[Assumption, ...]:
        """What the model assumes, and whether the levels are enough."""
        return self.model.validity if self.line is None else (*self.model.validity, self.line)

    @cached_property
    def steady_state(self) -> SteadyState:
        """Of system and coordinates.

        Raises:
            DegenerateSteadyStateError: if there are several.
        """
        state: SteadyState = self.ledger.steady_state
        return state

    @cached_property
    def ledger(self) -> SteadyLedger:
        """What the system at rest exchanges per time, as `tk.ledger(model)`."""
        return steady_ledger(self.model)

    @property
    def heat(self) -> FloatArray:
        """From each bath at rest (..., b) [energy/time]."""
        return self.ledger.heat

    @property
    def entropy_production(self) -> FloatArray:
        """Per time (...) [nats/time]."""
        return self.ledger.entropy_production

    @cached_property
    def state(self) -> ComplexArray:
        """Of the system at rest (..., d, d)."""
        return self._reduced(0)

    def part_state(self, part: int) -> ComplexArray:
        """Of one part at rest.

        Args:
            part: 0 for the system, 1 for the first coordinate.

        Returns:
            (..., n, n).

        Raises:
            ValueError: if there is no such part.
            TypeError: if it is no whole number.
        """
        return self._reduced(as_whole(part, "part", 0, len(self.dims) - 1))

    def _reduced(self, part: int) -> ComplexArray:
        rest = self.steady_state
        if not rest.is_diagonal or self.model.frame is None:
            return partial_trace(rest.state, part, self.dims)
        # Of a mixture of eigenstates, without the state of all.
        before, after = prod(self.dims[:part]), prod(self.dims[part + 1 :])
        frame = self.model.frame
        vectors = np.moveaxis(frame.reshape(*frame.shape[:-2], before, self.dims[part], after, -1), -3, -4)
        weighed = vectors * rest.populations[..., None, None, None, :]
        rows, other = (each.reshape(*each.shape[:-3], -1) for each in (weighed, vectors))
        return np.asarray(rows @ other.conj().swapaxes(-1, -2))

    @cached_property
    def system_energy(self) -> FloatArray:
        """Mean of H_S at rest (...) [energy]."""
        return self.expectation(self.bare.hamiltonian)

    @cached_property
    def coordinate_energies(self) -> FloatArray:
        """Mean of F a^+ a or E f^+ f of each coordinate at rest (..., c) [energy]."""
        found = []
        for part, one in enumerate(self.coordinates, start=1):
            occupied = np.diagonal(self._reduced(part), axis1=-2, axis2=-1).real @ np.arange(1.0 * self.dims[part])
            found.append((one.energy if isinstance(one, LeadSite) else one.frequency) * occupied)
        return np.stack(np.broadcast_arrays(*found), axis=-1)

    @cached_property
    def interaction_energy(self) -> FloatArray:
        """Mean at rest of all that is neither H_S nor a coordinate's own, the counterterm included (...) [energy]."""
        own, rest = self.model.generator, self.steady_state
        if own.is_diagonal:
            total = (own.diagonal * rest.populations).sum(axis=-1)
        else:
            total = np.einsum("...ij,...ji->...", own.dense, rest.matrix).real
        return np.asarray(total - self.system_energy - self.coordinate_energies.sum(axis=-1))

    def expectation(self, operator: object) -> FloatArray:
        """Mean of an operator of the system at rest.

        Args:
            operator: Hermitian (..., d, d).

        Returns:
            (...).

        Raises:
            ArgumentError: if it is not one of the system alone.
        """
        matrix = as_hermitian(self._of_system(operator), "operator")
        return np.asarray(np.einsum("...ij,...ji->...", matrix, self.state).real)

    def reduced(self, states: object) -> ComplexArray:
        """The system's part of states of the model, as of `tk.evolve(model, ...).states`.

        Args:
            states: (..., D, D).

        Returns:
            (..., d, d).
        """
        return partial_trace(states, 0, self.dims)

    def on_system(self, operator: object) -> ComplexArray:
        """An operator of the system as one of the model.

        Args:
            operator: (..., d, d).

        Returns:
            (..., D, D).

        Raises:
            ArgumentError: if it is not one of the system alone.
        """
        return tensor(self._of_system(operator), np.eye(prod(self.dims[1:])))

    def _of_system(self, operator: object) -> ComplexArray:
        matrix = as_operator(operator, "operator")
        if matrix.shape[-1] != self.dims[0]:
            raise ArgumentError(
                f"`operator` must have shape (..., {self.dims[0]}, {self.dims[0]}), that of the system alone, got "
                f"{matrix.shape}.",
                "operator",
            )
        return matrix

    def start(self, state: object) -> ComplexArray:
        """A state of the system beside coordinates at rest with their baths, for `tk.evolve(model, ...)`.

        Args:
            state: density matrix (..., d, d).

        Returns:
            (..., D, D).
        """
        parts: list[ComplexArray | FloatArray] = [as_density_matrix(state, "state", self.dims[0])]
        for position, size in zip(self.bare.taken, self.levels, strict=True):
            one, bath = self.bare.taken[position], self.bare.contacts[position].bath
            quantum = one.energy - bath.chemical_potential if isinstance(one, LeadSite) else one.frequency
            populations = gibbs_populations(quantum[..., None] * np.arange(size), bath.temperature)
            parts.append(populations[..., None] * np.eye(size))
        return tensor(*parts)

    def convergence(self, levels: Sequence[int] | None = None) -> LevelConvergence:
        """The system's state and the heat with other numbers of levels.

        Args:
            levels: numbers, ascending, for every mode; if None, four fifths, all, and five fourths of those kept.

        Returns:
            What changes from each to the next.

        Cost:
            That of the model with each number.
        """
        modes = [not isinstance(one, LeadSite) for one in self.coordinates]
        return level_convergence(self._with_levels, self.levels, modes, levels)

    @cached_property
    def level_error(self) -> FloatArray:
        """Trace distance from the system's state at rest to that with all levels, the largest of a sweep.

        What a quarter more levels change and, as further ones would change less by the same factor again, the sum of a
        geometric series of the last two changes; infinite where these do not fall. 0 of sites of leads.
        """
        if all(isinstance(one, LeadSite) for one in self.coordinates):
            return np.zeros(())
        return self.convergence().remaining

    def _with_levels(self, levels: tuple[int, ...]) -> StronglyCoupled:
        if levels == self.levels:
            return self
        enlarged = enlarged_system(self.bare, levels)
        model = self.builder(enlarged.hamiltonian, enlarged.contacts, number_operator=enlarged.number)
        return replace(self, model=model, dims=enlarged.dims)
