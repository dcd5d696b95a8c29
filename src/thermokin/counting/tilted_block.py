"""A block whose counted jumps carry factors, moved for many values of the factors at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from thermokin._cached import cached_property
from thermokin._typing import FloatArray, IntArray
from thermokin.liouville.block import Block
from thermokin.numerics.grid_walk import dense_steps, distinct_steps, walk
from thermokin.numerics.propagator_ladder import stacked_exponential

__all__ = ["TiltedBlock", "tilted_traces"]

AT_ONCE = 2**21  # numbers held at once
SMALL = 32  # coordinates up to which stacked exponentials are always quicker than products
SUBSTEP = 4.0  # norm of the generator times a substep: its series cancels less than two digits
PRODUCTS = 8.0  # products of the series for each unit of norm times time
SPARSE = 8.0  # time for an entry in a sparse product, in multiplications of a dense one
CALL = 1e5  # time for a sparse product of any size, in the same
ENDED = 1e-17  # of a series' sum: terms this small change no digit of it


@dataclass(frozen=True, eq=False)
class TiltedBlock:
    """d rho / dt = L rho + sum_g (z_g - 1) J_g rho, J_g the jumps of the channels of group g.

    Args:
        block: the block.
        group: (k,) of each channel; -1 for channels that are not counted.
        start: the initial state's coordinates (..., n).
    """

    block: Block
    group: IntArray
    start: NDArray[Any]

    @cached_property
    def groups(self) -> int:
        """Number of groups."""
        return int(self.group.max(initial=-1)) + 1

    @cached_property
    def dense(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """L (..., n, n) and the J_g (g, ..., n, n)."""
        generator = self.block.matrix
        gains = [self.block.jumps((self.group == number).astype(float)) for number in range(self.groups)]
        return generator, np.stack(gains) if gains else np.zeros((0, *generator.shape))

    @cached_property
    def thin(self) -> tuple[csr_array, list[csr_array]]:
        """What no counted jump does, L - sum_g J_g, and the J_g."""
        gains = [self.block.sparse_jumps((self.group == number).astype(float)) for number in range(self.groups)]
        rest = self.block.sparse
        for gain in gains:
            rest = csr_array(rest - gain)
        return rest, gains

    def traces(self, factors: NDArray[Any], times: FloatArray, loss: FloatArray | None = None) -> NDArray[Any]:
        """Trace of rho(t) exp(-r t) for each set of factors.

        Args:
            factors: z (f, g).
            times: (..., t).
            loss: r (f, ...) [1/time], with all the leading axes of the result; 0 if None.

        Returns:
            (f, ..., t).
        """
        if self._by_products(factors, times):
            return self._traced_products(factors, times, loss)
        generator, gains = self.dense
        depth = max(generator.ndim - 2, self.start.ndim - 1, times.ndim - 1)
        batch = np.broadcast_shapes(generator.shape[:-2], self.start.shape[:-1], times.shape[:-1])
        size = self.block.size
        each = int(np.prod(batch, dtype=int)) * size * (8 * size + times.shape[-1])
        found = []
        for first in range(0, len(factors), part := max(1, AT_ONCE // each)):
            tilt = np.tensordot(factors[first : first + part] - 1.0, gains, axes=1)
            # Jumps may vary along fewer axes of a sweep than the rest of the generator.
            system = generator + tilt.reshape(len(tilt), *(1,) * (depth + 3 - tilt.ndim), *tilt.shape[1:])
            if loss is not None:
                system = system - loss[first : first + part, ..., None, None] * np.eye(size)
            states = walk(dense_steps(stacked_exponential, system), self.start, times, system.shape[:-2])
            found.append(states @ self.block.trace)
        return np.concatenate(found)

    def _by_products(self, factors: NDArray[Any], times: FloatArray) -> bool:
        size = self.block.size
        if self.block.liouvillian.model.batch_shape or self.start.ndim > 1 or times.ndim > 1 or size <= SMALL:
            return False
        rest, gains = self.thin
        entries = rest.nnz + sum(gain.nnz for gain in gains)
        span = self._norm(factors) * float(times[-1])
        by_products = PRODUCTS * span * (SPARSE * entries + CALL / len(factors))
        return bool(by_products < size**3 * (8.0 + np.log2(1.0 + span)) * distinct_steps(times))

    def _norm(self, factors: NDArray[Any]) -> float:
        """A bound on the 1-norm of the generator less its mean diagonal, for the largest factors."""
        rest, gains = self.thin
        columns = np.abs(rest).sum(axis=0) - np.abs(rest.diagonal()) + np.abs(rest.diagonal() - self._centre)
        for gain, factor in zip(gains, np.abs(factors).max(axis=0), strict=True):
            columns = columns + factor * np.abs(gain).sum(axis=0)
        return float(np.max(columns))

    @cached_property
    def _centre(self) -> float:
        return float(self.thin[0].diagonal().real.mean())

    def _traced_products(self, factors: NDArray[Any], times: FloatArray, loss: FloatArray | None) -> NDArray[Any]:
        part, lost = max(1, AT_ONCE // (8 * self.block.size)), np.zeros(len(factors)) if loss is None else loss
        strips = [slice(first, first + part) for first in range(0, len(factors), part)]
        return np.concatenate(
            [self._moved(np.ascontiguousarray(factors[here].T), times, lost[here]) for here in strips]
        )

    def _moved(self, factors: NDArray[Any], times: FloatArray, loss: FloatArray) -> NDArray[Any]:
        """Traces (f, t) by the series of the exponential in substeps, all factors (g, f) side by side."""
        rest, gains = self.thin
        norm = self._norm(factors.T)
        state = np.repeat(self.start[:, None], factors.shape[-1], axis=-1).astype(np.result_type(factors, self.start))
        out = np.empty((factors.shape[-1], times.size), dtype=state.dtype)
        for place, step in enumerate(np.diff(times, prepend=0.0)):
            substeps = max(1, int(np.ceil(norm * step / SUBSTEP)))
            length = step / substeps
            for _ in range(substeps if step else 0):
                term, total, power = state, state.copy(), 0
                while power < 2 or np.abs(term).max() > ENDED * np.abs(total).max():
                    power += 1
                    moved = rest @ term - self._centre * term
                    for gain, factor in zip(gains, factors, strict=True):
                        moved += gain @ (factor * term)
                    term = moved * (length / power)
                    total += term
                state = total * np.exp((self._centre - loss) * length)
            out[:, place] = self.block.trace @ state
        return out


def tilted_traces(
    parts: Sequence[TiltedBlock], factors: NDArray[Any], times: FloatArray, loss: FloatArray | None = None
) -> NDArray[Any]:
    """<prod_g z_g^(number of jumps of group g)> exp(-r t), summed over the blocks that hold the state.

    Args:
        parts: the blocks.
        factors: z (f, g).
        times: (..., t).
        loss: r (f, ...) [1/time], with all the leading axes of the result; 0 if None.

    Returns:
        (f, ..., t).
    """
    first, *others = (part.traces(factors, times, loss) for part in parts)
    return np.asarray(sum(others, first))
