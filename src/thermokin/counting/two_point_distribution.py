"""The distribution of the energy change between two projective measurements."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray
from thermokin.counting.distribution import Distribution, listed_distribution
from thermokin.counting.listed_amounts import ListedAmounts, distinct_amounts, level_changes
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.bath import real_numbers
from thermokin.model.model import Model, require_model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Initial, InitialState, initial_state
from thermokin.motion.time_grid import checked_times

__all__ = ["two_point_distribution"]

NOTHING = 1e-15  # probability of a first outcome below which the state after it is only rounding


def two_point_distribution(
    model: Model,
    initial: Initial,
    time: ArrayLike,
    *,
    window: tuple[float, float] | None = None,
    width: float | None = None,
) -> Distribution:
    """P(E_b - E_a, t) of two projective measurements of the model's energy, at time 0 and at time t.

    P = sum of tr(Pi_b exp(L t) Pi_a rho Pi_a), Pi_a the projector on all levels of one energy: coherence between equal
    energies survives the first measurement, any other does not. For an undriven Davies model on one bath this is the
    distribution of the heat that jumps count, from any start. It is another one where motion between jumps does not
    keep the energy that is measured: under a drive, or for a local generator.

    Args:
        model: the model.
        initial: as in `evolve`.
        time: one time, or (..., t) strictly ascending, >= 0 [time].
        window: smallest and largest change to list; what is outside is counted in `beyond`.
        width: of bins [(m - 1/2) width, (m + 1/2) width) whose probabilities are wanted; every change as it is if None.

    Returns:
        The distribution.

    Raises:
        ValueError: if an argument is not valid, or changes of energy coincide or swap at points of a sweep.
        TypeError: if an argument is of the wrong type.

    Cost:
        A propagation from each level, or from each energy where coherences are coupled to populations.

    Reference:
        esposito2009.
    """
    require_model(model)
    start = initial_state(model, initial)
    times = real_numbers(time, "time")
    grid = checked_times(np.atleast_1d(times))
    with few_threads(model.dimension):
        listed = _listed(model, start, grid)
    return listed_distribution(model, "energy change", times, listed, window, width)


def _listed(model: Model, start: InitialState, times: FloatArray) -> ListedAmounts:
    if model.energy.is_diagonal and Liouvillian(model).populations_closed:
        return level_changes(model, start, model.energies, times)
    energies, vectors = model.energy.eigen
    values, level = distinct_amounts(energies, np.ptp(energies, axis=-1))
    projectors = np.stack([_projector(vectors[..., level == number]) for number in range(values.shape[-1])])
    depth = max(len(model.batch_shape), start.populations.ndim - 1, times.ndim - 1)
    projectors = projectors.reshape(len(projectors), *(1,) * (depth + 3 - projectors.ndim), *projectors.shape[1:])
    first, after = _measured(start, projectors)
    moved = evolve(model, _of_user(model, after), times).frame_states
    second = np.einsum("b...ij,a...tji->a...tb", projectors, moved).real
    joint = np.moveaxis(second * first[..., None, None], 0, -2)
    change = values[..., None, :] - values[..., :, None]
    flat = change.reshape(*change.shape[:-2], -1)
    found, place = distinct_amounts(flat)
    listed = ListedAmounts(flat, joint.reshape(*joint.shape[:-2], -1), np.zeros(joint.shape[:-2]))
    return listed.gathered(found, place)


def _measured(start: InitialState, projectors: ComplexArray) -> tuple[FloatArray, ComplexArray]:
    """Probabilities of the first outcome (a, ...) and the states after it (a, ..., d, d)."""
    state = start.matrix if start.matrix is not None else start.populations[..., None] * np.eye(projectors.shape[-1])
    measured = projectors @ state @ projectors
    probability = np.trace(measured, axis1=-2, axis2=-1).real
    # After an outcome that never comes any state will do: its weight is nothing.
    after = np.where((probability > NOTHING)[..., None, None], measured, projectors)
    return probability, np.asarray(after / np.trace(after, axis1=-2, axis2=-1)[..., None, None])


def _projector(vectors: ComplexArray) -> ComplexArray:
    return np.asarray(vectors @ vectors.conj().swapaxes(-1, -2))


def _of_user(model: Model, state: ComplexArray) -> ComplexArray:
    state = (state + state.conj().swapaxes(-1, -2)) / 2.0
    if model.frame is None:
        return state
    return np.asarray(model.frame @ state @ model.frame.conj().swapaxes(-1, -2))
