"""Solves with the generator of one sector at a frequency, both ways, the trace fixed where there are populations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thermokin._cached import cached_property
from thermokin._errors import DegenerateSteadyStateError
from thermokin._typing import FloatArray
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.motion.sector_coordinates import DENSE_UP_TO
from thermokin.motion.steady_state import SteadyState
from thermokin.numerics.factorised import pointwise, sparse_factor
from thermokin.solvers.uniqueness import resonant

__all__ = ["SectorResolvent"]

THIN_FROM = 48  # elements from which sparse factors pay
FILLED_BY = 0.1  # share of elements that are not zero up to which they do
CHUNK = 1 << 20  # matrix elements of the systems that are solved together

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class SectorResolvent:
    """(-i w - L)^-1 on what has no trace.

    Args:
        steady_state: which the model is in.
        generator: of the sector.
    """

    steady_state: SteadyState
    generator: SectorGenerator

    def solved(self, start: Array, row: Array, frequencies: FloatArray) -> Iterator[tuple[Array, Array, Array]]:
        """The x with (-i w - L) x = start, and the y with y (-i w - L) = row, for some frequencies after another.

        Where there are populations the equation of one of them, `pin`, gives way to that of the trace: `start` must be
        0 there, and y has there what belongs to the trace.

        Args:
            start: (..., n), without trace.
            row: (..., n).
            frequencies: w (f,) [1/time].

        Yields:
            |-i w - L| |x|, x and y (f, ..., n).

        Raises:
            NotConvergedError: if a frequency is the generator's own to rounding.
        """
        yield from (self._thin if self.is_thin else self._dense)(start, row, frequencies)

    @cached_property
    def is_thin(self) -> bool:
        """Whether sparse factors take less time, or the room that dense ones would need."""
        generator = self.generator
        if generator.size > DENSE_UP_TO:
            return True
        if generator.size < THIN_FROM or generator.liouvillian.model.batch_shape:
            return False
        return bool(generator.sparse.nnz <= FILLED_BY * generator.size**2)

    @cached_property
    def pin(self) -> int | None:
        """The population whose equation gives way to that of the trace: the largest at rest."""
        generator = self.generator
        if not generator.places.size:
            return None
        if self.steady_state.resolvent is None:
            raise DegenerateSteadyStateError(
                "the steady state is a mixture of several, each of which keeps its share for ever; correlations over "
                "time are defined, spectra are not. Write the model in the subspace of one of them."
            )
        held = self.steady_state.populations[..., generator.levels]
        if not (held > 0.0).any():
            return None
        return int(generator.places[np.argmax(np.nanmin(held.reshape(-1, held.shape[-1]), axis=0))])

    def _dense(self, start: Array, row: Array, frequencies: FloatArray) -> Iterator[tuple[Array, Array, Array]]:
        generator, pin = self.generator, self.pin
        matrix, size = generator.matrix, generator.size
        scale = np.abs(matrix).max(axis=(-2, -1))
        step = max(1, CHUNK // max(1, matrix.size))
        for first in range(0, frequencies.size, step):
            axes = max(matrix.ndim - 2, start.ndim - 1)
            here = frequencies[first : first + step].reshape(-1, *[1] * (axes + 2))
            system = -1j * here * np.eye(size) - matrix
            if pin is not None:
                system[..., pin, :] = scale[..., None] * generator.trace
            lead = np.broadcast_shapes(system.shape[:-2], start.shape[:-1])
            right, left = (np.broadcast_to(part, (*lead, size))[..., None] for part in (start, row))
            try:
                x = pointwise(np.linalg.solve, system, right)[..., 0]
                y = pointwise(np.linalg.solve, system.swapaxes(-1, -2), left)[..., 0]
            except np.linalg.LinAlgError:
                raise resonant(float(here.ravel()[0])) from None
            yield (np.abs(system) @ np.abs(x)[..., None])[..., 0], x, y

    def _thin(self, start: Array, row: Array, frequencies: FloatArray) -> Iterator[tuple[Array, Array, Array]]:
        generator, pin = self.generator, self.pin
        matrix, kept = sparse.csr_array(generator.sparse), np.ones(generator.size)
        if pin is not None:
            kept[pin] = 0.0
            place, places = np.full(generator.places.size, pin), generator.places
            trace = sparse.coo_array((np.ones(places.size), (place, places)), shape=matrix.shape)
            matrix = sparse.diags_array(kept) @ matrix - float(np.abs(matrix.data).max()) * trace
        # One pattern for all frequencies, with every element of the diagonal in it, zero or not.
        held, level = matrix.tocoo(), np.flatnonzero(kept)
        pattern = (np.concatenate([held.coords[0], level]), np.concatenate([held.coords[1], level]))
        values = np.concatenate([-held.data, np.zeros(level.size)])
        still = sparse.coo_array((values, pattern), shape=matrix.shape).tocsc()
        columns = np.repeat(np.arange(generator.size), np.diff(still.indptr))
        turning = np.flatnonzero((still.indices == columns) & (kept[still.indices] > 0.0))
        for frequency in frequencies:
            system = still.copy()
            system.data[turning] -= 1j * frequency
            try:
                factor = sparse_factor(system)
            except RuntimeError:
                raise resonant(float(frequency)) from None
            x, y = _columns(factor.solve, start), _columns(partial(factor.solve, trans="T"), row)
            yield _columns(abs(system).__matmul__, np.abs(x))[None], x[None], y[None]


def _columns(task: Callable[[Array], Array], vectors: Array) -> Array:
    """What a task for columns makes of vectors (..., n)."""
    return task(vectors.reshape(-1, vectors.shape[-1]).T).T.reshape(vectors.shape)
