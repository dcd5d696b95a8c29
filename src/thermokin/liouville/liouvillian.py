"""The generator d rho/dt = -i(K rho - rho K^+) + sum_k L_k rho L_k^+, compiled from a model's jump table."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.diagonal_parts import off_diagonal
from thermokin.model.bath import one_temperature
from thermokin.model.current import Current, own
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_entropy import heat_weights, jump_entropy, log_equilibrium
from thermokin.model.jump_table import JumpTable
from thermokin.model.level_numbers import level_numbers
from thermokin.model.model import Model, require_model
from thermokin.numerics.level_sums import scatter
from thermokin.operators.gibbs import log_gibbs_populations

__all__ = ["Liouvillian"]

CANCELLED = 2e-15  # of products of elements as they are given, where they would cancel


@dataclass(frozen=True, eq=False)
class Liouvillian:
    """What solvers see of a model: the effective Hamiltonian K = H - (i/2) sum_k L_k^+ L_k and the jump table.

    Everything is made on first use, in the model's frame.

    Args:
        model: the model.

    Raises:
        TypeError: if it is none.
    """

    model: Model

    def __post_init__(self) -> None:
        require_model(self.model)

    @property
    def table(self) -> JumpTable:
        """The jumps."""
        return self.model.table

    @property
    def dimension(self) -> int:
        """Dimension d of the Hilbert space."""
        return self.model.dimension

    @cached_property
    def centred(self) -> Liouvillian:
        """The same motion by jumps without an identity part, itself where none has one: for what adds the two up."""
        model = _centred(self.model)
        return self if model is self.model else Liouvillian(model)

    @cached_property
    def off_diagonal(self) -> Liouvillian:
        """The part of the motion that jumps make without their diagonal elements, itself where none has any."""
        model = off_diagonal(self.model)
        return self if model is self.model else Liouvillian(model)

    @cached_property
    def decay(self) -> FrameOperator:
        """sum_k L_k^+ L_k [1/time]."""
        return self.observable(np.broadcast_to(1.0, self.table.size))

    @cached_property
    def effective_hamiltonian(self) -> ComplexArray:
        """K (..., d, d); not Hermitian."""
        return np.asarray(self.model.generator.dense - 0.5j * self.decay.dense)

    @cached_property
    def diagonal_motion(self) -> bool:
        """Whether K is diagonal: between jumps, populations do not move."""
        # Where no jump takes two levels to one, L^+ L is diagonal whatever the rates, which need not be summed.
        if not self.model.generator.is_diagonal:
            return False
        return not self.table.meets or self.decay.is_diagonal

    @cached_property
    def populations_closed(self) -> bool:
        """Whether populations in the frame obey a rate equation of their own and no coherence feeds them."""
        return self.diagonal_motion and self._jumps_apart

    @cached_property
    def closed_points(self) -> BoolArray:
        """At which points of a sweep (...) that is so: at others a drive, say, is 0."""
        if not self._jumps_apart:
            return np.zeros((), dtype=bool)
        generator = self.model.generator.diagonal_points
        return generator & self.decay.diagonal_points if self.table.meets else generator

    @property
    def _jumps_apart(self) -> bool:
        """Whether no jump takes two levels to one, or one to two, so that coherences feed no populations."""
        table = self.table
        if table.one_element_each:
            return True
        channel = table.channel.astype(np.int64) * self.dimension
        out, into = channel + table.column, channel + table.row
        return _all_different(out) and _all_different(into)

    @cached_property
    def _heat_weights(self) -> FloatArray:
        return heat_weights(self.model)

    @cached_property
    def heat_levels(self) -> FloatArray | None:
        """The number of each level (..., d) whose change is the heat of all jumps, None if there is no such number."""
        return level_numbers(self.model, self._heat_weights)

    def levels_of(self, current: Current) -> FloatArray | None:
        """The number of each level (..., d) whose change a current counts, None if there is no such number."""
        if np.array_equal(current.weights, self._heat_weights):
            return self.heat_levels  # found once for all that counts heat
        return level_numbers(self.model, current.weights)

    @cached_property
    def bath_levels(self) -> tuple[FloatArray | None, ...]:
        """For each bath the number of each level (..., d) whose change is the heat of its jumps, or None."""
        if self.heat_levels is not None:
            return (self.heat_levels,) * len(self.model.baths)
        return tuple(level_numbers(self.model, self._heat_weights, bath) for bath in range(len(self.model.baths)))

    @cached_property
    def log_equilibrium(self) -> FloatArray | None:
        """Ln of the populations (..., d) in which every jump is as frequent as the one that undoes it, or None.

        Up to a factor for levels that no jump links. Read from what the jumps themselves cost, so that it is there for
        baths that agree, and for jumps without a bath around whose rings no entropy is produced.
        """
        table, baths = self.table, self.model.baths
        if baths and not table.bathless.any() and one_temperature(baths) and self.heat_levels is not None:
            return log_gibbs_populations(self.heat_levels, baths[0].temperature)
        return None if table.size == 0 else log_equilibrium(table, jump_entropy(self.model))

    def observable(self, weights: FloatArray) -> FrameOperator:
        """The Hermitian operator whose mean is a current's rate, sum_k c_k L_k^+ L_k.

        Args:
            weights: c_k (..., k).

        Returns:
            The operator in the frame.
        """
        table = self.table
        per_entry = weights[..., table.channel]
        diagonal = scatter(np.asarray(table.strength * per_entry), table.column, self.dimension)
        if table.one_element_each:
            return FrameOperator(diagonal)
        one, two = table.meeting_pairs
        if not one.size:
            return FrameOperator(diagonal)
        values = np.conj(table.amplitude[..., one]) * table.amplitude[..., two] * weights[..., table.channel[one]]
        place = table.column[one].astype(np.int64) * self.dimension + table.column[two]
        off = scatter(values.astype(np.complex128), place, self.dimension**2)
        matrix = off.reshape(*off.shape[:-1], self.dimension, self.dimension)
        level = np.arange(self.dimension)
        matrix[..., level, level] += diagonal
        return FrameOperator.from_matrix(matrix)

    def current_observable(self, current: Current) -> FrameOperator:
        """The operator whose mean is the rate of a current.

        Args:
            current: a current of this model.

        Returns:
            The operator in the frame.

        Raises:
            ValueError: if the current belongs to another model.
        """
        own(current, self.model)
        return self.observable(current.weights)


def _all_different(numbers: IntArray) -> bool:
    """Whether no number comes twice; sorting is far quicker than NumPy's table of millions of different keys."""
    return bool(np.diff(np.sort(numbers)).all())


def _centred(model: Model) -> Model:
    """L_k less its mean diagonal element a_k, and H + i/2 sum_k (a_k^* L_k - a_k L_k^+), which have one generator.

    In L rho L^+ and {L^+ L, rho}/2 what the identity part does cancels, and takes with it the digits of all that is
    small beside it: the dephasing of 1000 + 10^-6 sigma_x is that of 10^-6 sigma_x. Only jumps with every diagonal
    element are taken to have such a part.

    Args:
        model: the model.

    Returns:
        The model of the motion, with the same channels in the same order; itself where there is nothing to take off.
        What a jump does to the state is told by the model alone.

    Cost:
        O(entries); d^2 numbers where H changes.

    Reference:
        breuer2002.
    """
    table, shift = model.table, model.table.identity_part
    if not shift.any():
        return model
    amplitude = table.amplitude - np.where(table.row == table.column, shift[..., table.channel], 0.0)
    hamiltonian = _with_drive(model.generator, table, amplitude, shift)
    moving = _without_zeros(replace(table, amplitude=amplitude))
    return Model.from_table(hamiltonian, model.energy, moving, model.baths, frame=model.frame)


def _without_zeros(table: JumpTable) -> JumpTable:
    live: IntArray = np.flatnonzero((table.amplitude != 0.0).any(axis=tuple(range(table.amplitude.ndim - 1))))
    return replace(
        table,
        channel=table.channel[live],
        row=table.row[live],
        column=table.column[live],
        amplitude=table.amplitude[..., live],
    )


def _with_drive(
    hamiltonian: FrameOperator,
    table: JumpTable,
    amplitude: FloatArray | ComplexArray,
    shift: FloatArray | ComplexArray,
) -> FrameOperator:
    """H + i/2 sum_k (a_k^* L_k - a_k L_k^+)."""
    size = table.dimension
    moved = np.flatnonzero((shift != 0.0).any(axis=tuple(range(shift.ndim - 1)))[table.channel])
    half = 0.5j * np.conj(shift[..., table.channel[moved]]) * amplitude[..., moved]
    place = table.row[moved].astype(np.int64) * size + table.column[moved]
    # An element is known to rounding of what it was before the shift came off.
    terms = 0.5 * np.abs(shift[..., table.channel[moved]] * table.amplitude[..., moved])
    drive, terms = (scatter(part, place, size * size).reshape(*half.shape[:-1], size, size) for part in (half, terms))
    drive = drive + drive.conj().swapaxes(-1, -2)
    drive[np.abs(drive) <= CANCELLED * (terms + terms.swapaxes(-1, -2))] = 0.0  # of a Hermitian L but for its phase
    return FrameOperator.from_matrix(hamiltonian.dense + drive) if drive.any() else hamiltonian
