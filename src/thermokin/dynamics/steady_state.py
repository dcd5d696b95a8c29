"""The steady state of a model, and whether it is the only one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._errors import DegenerateSteadyStateError
from thermokin._threads import SMALL, one_thread
from thermokin._typing import ComplexArray, FloatArray
from thermokin.dynamics.evolution import population_motion
from thermokin.dynamics.initial import Initial, initial_state
from thermokin.dynamics.sector_motion import DENSE_UP_TO, SectorMotion
from thermokin.dynamics.stationary_vector import sparse_stationary
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import sector_map
from thermokin.model.model import Model

__all__ = ["SteadyState", "steady_state"]


@dataclass(frozen=True, eq=False)
class SteadyState:
    """A steady state, with what is known of its own error.

    Args:
        model: the model.
        frame_state: in the frame, populations (..., d) where they are closed, else the density matrix (..., d, d).
        residual: largest element of L rho over the largest rate times the largest element of rho (...).
    """

    model: Model
    frame_state: FloatArray | ComplexArray
    residual: FloatArray

    @property
    def is_diagonal(self) -> bool:
        """Whether only populations are held."""
        return not np.iscomplexobj(self.frame_state)

    @property
    def populations(self) -> FloatArray:
        """(..., d) in the frame."""
        if self.is_diagonal:
            return np.asarray(self.frame_state.real)
        return np.real(np.diagonal(self.frame_state, axis1=-2, axis2=-1))

    @property
    def matrix(self) -> ComplexArray:
        """The density matrix (..., d, d) in the frame."""
        if not self.is_diagonal:
            return np.asarray(self.frame_state)
        size = self.frame_state.shape[-1]
        return np.asarray(self.frame_state[..., None] * np.eye(size, dtype=np.complex128))

    @property
    def state(self) -> ComplexArray:
        """The density matrix (..., d, d) in the user's basis."""
        return self.model.from_frame(self.matrix)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape (..., d, d) of the density matrix."""
        return self.state.shape

    def __getitem__(self, index: Any) -> Any:
        """Elements of the density matrix in the user's basis."""
        return self.state[index]

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        """The density matrix in the user's basis, so that NumPy takes a steady state for one."""
        return np.asarray(self.state, dtype=dtype)  # type: ignore[call-overload,no-any-return]


def steady_state(model: Model, initial: Initial | None = None) -> SteadyState:
    """The state that does not change, L rho = 0.

    Args:
        model: the model.
        initial: where the motion starts, needed only if the model keeps more than one steady state.

    Returns:
        The steady state and its residual.

    Raises:
        DegenerateSteadyStateError: if there is more than one and no initial state says which is meant.
        NotConvergedError: if a large sparse solve stays above rounding.
        ValueError: if the initial state is not valid.

    Cost:
        O(N^2) for thermal populations, O(n^3) for a sector of n elements, one sparse factorisation for a large one.
    """
    liouvillian = Liouvillian(model)
    if liouvillian.populations_closed:
        return _of_populations(liouvillian, initial)
    if liouvillian.dimension > SMALL:
        return _of_sectors(liouvillian, initial)
    with one_thread():
        return _of_sectors(liouvillian, initial)


def _of_populations(liouvillian: Liouvillian, initial: Initial | None) -> SteadyState:
    limit = population_motion(liouvillian).limit
    if limit.unique:
        return SteadyState(liouvillian.model, limit.stationary[0], limit.residual)
    if initial is None:
        raise _degenerate([list(levels) for levels in limit.classes])
    start = initial_state(liouvillian.model, initial)
    return SteadyState(liouvillian.model, limit.of(start.populations[..., None])[..., 0], limit.residual)


def _of_sectors(liouvillian: Liouvillian, initial: Initial | None) -> SteadyState:
    motions = [
        SectorMotion(SectorGenerator(liouvillian, sector)) for sector in sector_map(liouvillian).of_populations()
    ]
    counts = [1 if motion.sector.size > DENSE_UP_TO else motion.stationary_count for motion in motions]
    if sum(counts) > 1 and initial is None:
        raise _degenerate([sorted({int(level) for level in motion.sector.rows}) for motion in motions])
    size = liouvillian.dimension
    state, residuals = None, []
    start = None if initial is None else initial_state(liouvillian.model, initial)
    for motion in motions:
        vector = _stationary(motion, None if start is None else _elements(start, motion))
        if state is None:
            state = np.zeros((*vector.shape[:-1], size, size), dtype=np.complex128)
        state[..., motion.sector.rows, motion.sector.columns] = vector
        residuals.append(_residual(motion, vector))
    assert state is not None  # noqa: S101 - a model has at least one level
    hermitian = 0.5 * (state + state.conj().swapaxes(-1, -2))
    return SteadyState(liouvillian.model, hermitian, np.max(residuals, axis=0))


def _elements(start: object, motion: SectorMotion) -> ComplexArray:
    matrix, sector = start.matrix, motion.sector  # type: ignore[attr-defined]
    if matrix is not None:
        return np.asarray(matrix[..., sector.rows, sector.columns])
    populations = start.populations  # type: ignore[attr-defined]
    return np.where(sector.diagonal, populations[..., sector.rows], 0.0).astype(np.complex128)


def _stationary(motion: SectorMotion, start: ComplexArray | None) -> ComplexArray:
    if motion.sector.size > DENSE_UP_TO:
        weight = 1.0 if start is None else complex(motion.generator.trace @ start).real
        return np.asarray(sparse_stationary(motion.generator) * weight)
    if start is None:  # any start of trace one ends in the only steady state
        start = motion.generator.trace / motion.generator.trace.sum()
    return np.asarray((motion.limit @ np.asarray(start, dtype=np.complex128)[..., None])[..., 0])


def _residual(motion: SectorMotion, vector: ComplexArray) -> FloatArray:
    if motion.sector.size > DENSE_UP_TO:
        matrix = motion.generator.sparse
        scale = float(abs(matrix).max() * np.abs(vector).max())
        return np.asarray(np.abs(matrix @ vector).max() / (scale or 1.0))
    dense = motion.generator.matrix
    flow = np.abs((dense @ vector[..., None])[..., 0]).max(axis=-1)
    scale = np.abs(dense).max(axis=(-2, -1)) * np.abs(vector).max(axis=-1)
    return np.asarray(flow / np.where(scale > 0.0, scale, 1.0))  # a sector that the state leaves empty is at rest


def _degenerate(sectors: list[list[int]]) -> DegenerateSteadyStateError:
    return DegenerateSteadyStateError(
        "the steady state is not unique: the model keeps apart the levels "
        + "; ".join(str(levels[:8])[1:-1] + (" ..." if len(levels) > 8 else "") for levels in sectors[:5])
        + ". Give `initial` to say which steady state is meant, or add a coupling between them.",
        sectors,
    )
