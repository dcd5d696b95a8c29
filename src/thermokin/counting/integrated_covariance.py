"""Covariances of the amounts that several currents have exchanged since time 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.linalg import expm

from thermokin._cached import cached_property
from thermokin._threads import few_threads
from thermokin._typing import FloatArray
from thermokin._verbs import verb
from thermokin.counting.bounded_amounts import bounded_covariances
from thermokin.counting.integrated_cumulants import ASIDE, SAMPLED, exponential_rounding, of_moments
from thermokin.counting.late_counting import early, late_covariances, with_early
from thermokin.counting.mean_and_variance import AlongTimes
from thermokin.counting.steady_counts import listed_currents
from thermokin.liouville.block import Block
from thermokin.liouville.population_block import population_blocks
from thermokin.model.current import Current, own
from thermokin.model.current_checks import require_finite_weights
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution, evolve
from thermokin.motion.initial import Initial
from thermokin.numerics.grid_walk import dense_steps, sparse_steps, walk
from thermokin.numerics.rounding_guard import require_probability

__all__ = ["IntegratedCovariance", "integrated_covariance"]

DENSE_UP_TO = 900  # rows of one current's system up to which a dense exponential serves


@dataclass(frozen=True, eq=False)
class IntegratedCovariance(AlongTimes):
    """Covariances of the amounts exchanged since time 0. NumPy takes it for an array.

    Args:
        values: (..., t, currents, currents) [amount_a amount_b].
        currents: what was counted.
        evolution: along which.
    """

    values: FloatArray
    currents: tuple[Current, ...]
    evolution: Evolution

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each of them, from above as a rule (..., t, currents, currents).

        The difference to the same covariances about other drifts, which change all that is rounded and nothing else.

        Cost:
            That of the covariances once more.
        """
        with few_threads(self.evolution.model.dimension):
            aside = _covariance(self.evolution, _weights(self.currents), ASIDE)
        deviation = np.sqrt(np.abs(np.diagonal(self.values, axis1=-2, axis2=-1)))
        sizes = np.abs(self.values) + deviation[..., :, None] * deviation[..., None, :]
        rounding = exponential_rounding(self.evolution)[..., None, None]
        error = np.asarray(SAMPLED * np.abs(self.values - aside) + rounding * sizes)
        known = late_covariances(self.evolution, _weights(self.currents), of_moments)
        error = error if known is None else np.where(known[0][..., None, None], known[2], error)
        bounded = bounded_covariances(self.evolution, _weights(self.currents), of_moments)
        return error if bounded is None else np.where(bounded[0], bounded[2], error)


@verb
def integrated_covariance(
    model: Model, currents: Sequence[Current], initial: Initial, times: ArrayLike
) -> IntegratedCovariance:
    """Covariances <<N_a N_b>> of the amounts N_a = sum_k c_ak N_k exchanged since time 0.

    With M_a = N_a - v_a t: <M_a M_b> = h_ab + h_ba, d h_ab / dt = tr(J_b rho_a) - v_b tr rho_a + tr(J_ab rho) / 2 and
    d rho_a / dt = L rho_a + (J_a - v_a) rho, where J_a rho = sum_k c_ak L_k rho L_k^+, J_ab likewise with c_ak c_bk.

    Args:
        model: the model.
        currents: currents of that model.
        initial: as in `evolve`.
        times: (..., t) strictly ascending, >= 0 [time].

    Returns:
        The covariances, which read as an array (..., t, currents, currents), symmetric, with their errors.

    Raises:
        ValueError: if a current belongs to another model, there is none, an argument is not valid, or a model too
            large for dense matrices has leading axes.
        NotConvergedError: as in `evolve`, and if coherences have not settled after times so long that rounding shows in
            the probability.
        TypeError: if one is not a current.

    Cost:
        For each current exponentials of 2 n + currents rows, n the coordinates of a block that holds populations.

    Reference:
        landi2024.

    Example:
        >>> import thermokin as tk
        >>> pair = tk.library.coupled_qubits([1.0, 1.0], coupling=0.2, rate=0.001, hot=2.0, cold=1.0)
        >>> counts = [tk.heat(pair, "hot"), tk.heat(pair, "cold")]
        >>> late = tk.integrated_covariance(pair, counts, tk.Gibbs(1.0), [1e8]).values[0] / 1e8
        >>> (1e4 * late).round(3)  # as `covariance`: what one bath gives the other takes
        array([[ 6.149, -6.149],
               [-6.149,  6.149]])
    """
    listed = listed_currents(currents)
    if not listed:
        raise ValueError("`currents` must hold at least one current.")
    for current in listed:
        if not isinstance(current, Current):
            raise TypeError(f"`currents` must hold Currents, such as heat(model), got {current!r}.")
        own(current, model)
        require_finite_weights(current, "covariance")
    weights = _weights(listed)
    evolution = evolve(model, initial, times)
    with few_threads(model.dimension):
        return IntegratedCovariance(_covariance(evolution, weights), listed, evolution)


def _covariance(evolution: Evolution, weights: FloatArray, aside: float = 0.0) -> FloatArray:
    """The covariances; `aside` moves the drifts, which changes nothing but rounding."""
    bounded = bounded_covariances(evolution, weights, of_moments)
    if bounded is None:
        return _of_any(evolution, weights, aside)
    return bounded[1] if bounded[0].all() else np.where(bounded[0], bounded[1], _of_any(evolution, weights, aside))


def _of_any(evolution: Evolution, weights: FloatArray, aside: float) -> FloatArray:
    """The same, of amounts that may all grow."""
    known = late_covariances(evolution, weights, of_moments)
    if known is None:
        return _followed(evolution, weights, aside)
    late, found, _ = known
    if late.all():
        return found
    return with_early(late, found, _followed(early(evolution, late), weights, aside), 2)


def _followed(evolution: Evolution, weights: FloatArray, aside: float) -> FloatArray:
    """The covariances by exponentials of a hierarchy of moments for each current."""
    rates = [evolution.expectation(evolution.liouvillian.observable(one))[..., -1] for one in weights]
    drift = (1.0 + aside) * np.stack(np.broadcast_arrays(*rates))
    means, halves = np.zeros(()), np.zeros(())
    for block in population_blocks(evolution.liouvillian):
        start = block.elements(evolution.initial.populations, evolution.initial.matrix)
        if start.any():
            mean, half = _of_block(block, weights, drift, start, evolution.times)
            means, halves = means + mean, halves + half
    mean, half = np.moveaxis(means, 0, -1), np.moveaxis(halves, 0, -2)
    return np.asarray(half + half.swapaxes(-1, -2) - mean[..., :, None] * mean[..., None, :])


def _weights(currents: Sequence[Current]) -> FloatArray:
    return np.stack(np.broadcast_arrays(*(current.weights for current in currents)))


def _of_block(
    block: Block, weights: FloatArray, drift: FloatArray, start: NDArray[Any], times: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """<M_a> (currents, ..., t) and h_ab (currents, ..., t, currents), as far as this block holds the state."""
    size, count = block.size, len(weights)
    # v_b tr rho_a and J_b rho_a meet in one row for each b.
    rows = np.stack([block.rate_row(one) - v[..., None] * block.trace for one, v in zip(weights, drift, strict=True)])
    lead = (*drift.shape[1:], size)
    products = [[np.broadcast_to(block.rate_row(one * other), lead) for other in weights] for one in weights]
    half_products = np.stack(products) / 2.0
    first = np.concatenate([start, np.zeros((*start.shape[:-1], size + count))], axis=-1)
    if 2 * size + count <= DENSE_UP_TO:
        loss = drift[..., None, None] * np.eye(size)  # with the leading axes of model, start and times together
        gains = np.stack([block.jumps(one) - lost for one, lost in zip(weights, loss, strict=True)])
        system = _system(block.matrix, gains, np.moveaxis(rows, 0, -2), np.moveaxis(half_products, 1, -2))
        states = walk(dense_steps(expm, system), first, times, system.shape[:-2])
    else:
        states = _by_products(block, weights, drift, rows, half_products, first, times)
    require_probability((states[..., :size] @ block.trace).real, (start @ block.trace).real)
    return np.asarray((states[..., size : 2 * size] @ block.trace).real), np.asarray(states[..., 2 * size :].real)


def _system(
    generator: NDArray[Any],
    gains: NDArray[Any],
    rows: NDArray[Any],
    products: NDArray[Any],
) -> NDArray[Any]:
    """The systems of rho, rho_a and h_a1, h_a2, ... for all a (currents, ..., 2 n + currents, 2 n + currents)."""
    size, count = generator.shape[-1], rows.shape[-2]
    batch = np.broadcast_shapes(gains.shape[:-2], generator.shape[:-2], rows.shape[:-2], products.shape[:-2])
    kind = np.result_type(generator.dtype, gains.dtype)
    system = np.zeros((*batch, 2 * size + count, 2 * size + count), dtype=kind)
    system[..., :size, :size] = generator
    system[..., size : 2 * size, size : 2 * size] = generator
    system[..., size : 2 * size, :size] = gains
    system[..., 2 * size :, :size] = products
    system[..., 2 * size :, size : 2 * size] = rows
    return system


def _by_products(
    block: Block,
    weights: FloatArray,
    drift: FloatArray,
    rows: NDArray[Any],
    products: NDArray[Any],
    first: NDArray[Any],
    times: FloatArray,
) -> NDArray[Any]:
    if block.liouvillian.model.batch_shape or drift.ndim > 1 or first.ndim > 1 or times.ndim > 1:
        raise ValueError("a system this large is counted for one point; evaluate the points of the sweep one by one.")
    found = []
    for weight, velocity, product in zip(weights, drift, products, strict=True):
        gain = block.sparse_jumps(weight) - float(velocity) * sparse.eye_array(block.size)
        top = [block.sparse, None, None]
        middle = [gain, block.sparse, None]
        bottom = [sparse.csr_array(product), sparse.csr_array(rows), sparse.csr_array((len(weights), len(weights)))]
        system = sparse.csr_array(sparse.block_array([top, middle, bottom]))
        found.append(walk(sparse_steps(system), first, times))
    return np.stack(found)
