"""Initial states: density matrices, kets, populations and Gibbs states, taken into the frame of a model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.liouville.sectors import Sector
from thermokin.model.chosen_points import ChosenPoints
from thermokin.model.model import Model
from thermokin.motion.starts import Gibbs, Initial, Ket, Populations, read_start
from thermokin.operators.as_numbers import common_axes
from thermokin.operators.as_operators import as_populations
from thermokin.operators.eigenstates import probabilities
from thermokin.operators.gibbs import gibbs_populations, log_gibbs_populations
from thermokin.operators.outside import common_dims

__all__ = ["Gibbs", "Initial", "InitialState", "Ket", "Populations", "initial_state", "thermal_energies"]


ROUNDING = 1e-15  # of a coherence, of a state that has been calculated
POSITIVE = 1e-6  # by which a coherence may pass the largest that its populations allow and not be rounding alone


@dataclass(frozen=True, eq=False)
class InitialState:
    """An initial state in the frame of a model.

    Args:
        populations: its diagonal (..., d).
        matrix: (..., d, d), or None if it is diagonal.
        logarithms: ln of the populations (..., d) where known better than the populations, which may underflow.
        vectors: (..., d, d) the eigenstates, in columns, whose populations have these logarithms; None for the frame's.
        temperature: (...) of a Gibbs state of `thermal_energies`, None for any other state.
    """

    populations: FloatArray
    matrix: ComplexArray | None
    logarithms: FloatArray | None
    vectors: ComplexArray | None = None
    temperature: FloatArray | None = None

    @property
    def support(self) -> BoolArray:
        """(d, d), which elements are populated at any point."""
        size = self.populations.shape[-1]
        if self.matrix is None:
            return np.asarray(np.diag((self.populations != 0.0).reshape(-1, size).any(axis=0)))
        return np.asarray((self.matrix != 0.0).reshape(-1, size, size).any(axis=0))

    def elements(self, sector: Sector) -> ComplexArray:
        """The elements of a sector (..., n)."""
        if self.matrix is not None:
            return np.asarray(self.matrix[..., sector.rows, sector.columns])
        return np.where(sector.diagonal, self.populations[..., sector.rows], 0.0).astype(np.complex128)

    def at_points(self, points: ChosenPoints) -> InitialState:
        """The state at some points of a sweep alone."""
        return InitialState(
            points.of(self.populations, 1),
            None if self.matrix is None else points.of(self.matrix, 2),
            None if self.logarithms is None else points.of(self.logarithms, 1),
            None if self.vectors is None else points.of(self.vectors, 2),
            None if self.temperature is None else points.of(self.temperature, 0),
        )


def initial_state(model: Model, initial: Initial) -> InitialState:
    """An initial state, checked and taken into the model's frame.

    Args:
        model: the model.
        initial: `Gibbs(temperature)`, `Populations(values)`, `Ket(vector)`, or an array: a density matrix (..., d, d)
            or a ket in the user's basis, or populations where they can be nothing else (see `read_start`).

    Returns:
        The state.

    Raises:
        ValueError: if it is no state of the model's dimension, or an array that could mean two states.
        TypeError: if it is none of these.
    """
    if isinstance(initial, Gibbs):
        return _gibbs(model, initial)
    start = initial if isinstance(initial, Populations | Ket) else read_start(model, initial)
    if isinstance(start, Populations):
        populations = as_populations(start.values, "initial", model.dimension)
        common_axes({"model": model.batch_shape, "initial": populations.shape[:-1]})
        return _populations(model, populations)
    if isinstance(start, Ket):
        common_dims({"model": model.dims, "initial": start.dims})
        return _ket(model, start.vector)
    common_axes({"model": model.batch_shape, "initial": start.shape[:-2]})
    return _from_matrix(model, model.to_frame(start))


def _ket(model: Model, ket: ComplexArray) -> InitialState:
    if ket.shape[-1] != model.dimension:
        raise ValueError(f"`initial` must be a ket of shape (..., {model.dimension}), got {ket.shape}.")
    common_axes({"model": model.batch_shape, "initial": ket.shape[:-1]})
    if model.frame is not None:
        ket = np.asarray(ket[..., None, :] @ model.frame.conj())[..., 0, :]
    elif (np.count_nonzero(ket, axis=-1) == 1).all():
        return InitialState(np.abs(ket) ** 2, None, None)  # a basis state: no matrix, however many levels there are
    return _from_matrix(model, ket[..., :, None] * ket.conj()[..., None, :])


def _from_matrix(model: Model, state: ComplexArray) -> InitialState:
    populations = probabilities(np.real(np.diagonal(state, axis1=-2, axis2=-1)).copy(), "initial")
    if model.frame is not None:
        # A change of basis leaves an empty level at 1e-17 or so, of either sign: less than the matrix can hold.
        populations[populations <= 10.0 * populations.shape[-1] * np.finfo(float).eps] = 0.0
    # What a calculation or the change of basis leaves where a state has no coherence must not open a sector.
    size = np.abs(state)
    noise = size <= ROUNDING
    if model.frame is None:
        root = np.sqrt(populations)
        allowed = root[..., :, None] * root[..., None, :]
        noise &= (size <= ROUNDING * allowed) | (size > (1.0 + POSITIVE) * allowed)
    return _of_elements(populations, np.where(noise, 0.0, state))


def _of_elements(populations: FloatArray, state: ComplexArray) -> InitialState:
    """A state of populations and of the coherences of a matrix."""
    level = np.arange(populations.shape[-1])
    coherences = state.copy()
    coherences[..., level, level] = 0.0
    if not coherences.any():
        return InitialState(populations, None, None)
    coherences[..., level, level] = populations
    return InitialState(populations, coherences, None)


def _populations(model: Model, populations: FloatArray) -> InitialState:
    populations = probabilities(populations, "initial")
    if model.energy.is_diagonal:
        return InitialState(populations, None, None)
    with np.errstate(divide="ignore"):
        logarithms = np.log(populations)
    return _of_eigenstates(model, populations, logarithms)


def _of_eigenstates(model: Model, populations: FloatArray, logarithms: FloatArray) -> InitialState:
    """A state of given populations of the eigenstates of an energy that is not diagonal in the frame."""
    vectors = model.energy.eigen[1]
    matrix = np.asarray((vectors * populations[..., None, :]) @ vectors.conj().swapaxes(-1, -2))
    if model.frame is None:
        # Where the energy's own zeros keep levels apart, its eigenvectors are exactly zero: no element is rounding.
        state = _of_elements(np.real(np.diagonal(matrix, axis1=-2, axis2=-1)).copy(), matrix)
    else:
        state = _from_matrix(model, matrix)
    # The matrix holds small populations only to the rounding of the large ones; which are empty is known from here.
    return state if state.matrix is None else replace(state, logarithms=logarithms, vectors=vectors)


def thermal_energies(model: Model) -> FloatArray:
    """E - mu N of every level, mu that of the baths.

    Args:
        model: the model.

    Returns:
        (..., d) [energy].

    Raises:
        ValueError: if the baths have different chemical potentials, or one without a particle number in the model.
    """
    potentials = [bath.chemical_potential for bath in model.baths if bath.statistics.moves_particles]
    if not any(potential.any() for potential in potentials):
        return model.energies
    if any(not np.array_equal(potential, potentials[0]) for potential in potentials):
        raise ValueError(
            "a Gibbs state needs one chemical potential, but the baths have different ones; give populations instead."
        )
    if model.number is None or not model.number.is_diagonal or not model.energy.is_diagonal:
        raise ValueError(
            "a Gibbs state at a chemical potential needs the model's `number_operator`, diagonal in its eigenbasis."
        )
    return np.asarray(model.energies - potentials[0][..., None] * model.number.diagonal)


def _gibbs(model: Model, initial: Gibbs) -> InitialState:
    energies = thermal_energies(model) if model.energy.is_diagonal else model.energies
    populations = gibbs_populations(energies, initial.temperature)
    logarithms = log_gibbs_populations(energies, initial.temperature)
    if not model.energy.is_diagonal:
        return _of_eigenstates(model, populations, logarithms)
    return InitialState(populations, None, logarithms, temperature=initial.temperature)
