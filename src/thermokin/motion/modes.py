"""The modes of relaxation: right and left eigenvectors of the generator, gap and overlaps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._threads import few_threads
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector, sector_map
from thermokin.model.model import Model
from thermokin.motion.certified_state import certified_gap, refuse_start
from thermokin.motion.initial import Initial, InitialState, initial_state
from thermokin.motion.one_way_modes import eigenmodes
from thermokin.motion.population_motion import PopulationMotion, population_motion
from thermokin.motion.sector_path import exponents
from thermokin.numerics.ball_certificate import Certificate, with_certificate
from thermokin.numerics.level_sums import over_levels

__all__ = ["Modes", "modes", "population_modes"]

LASTING = 1e-13  # decay rate, as a fraction of the largest |eigenvalue|, that is an eigensolver's rounding of zero
POPULATED = 1e-12  # overlap beside the sum of the absolute values of its terms: below it is what rounding leaves
TRACELESS = 1e-8  # trace beside the largest element, below which what lasts is no state


@dataclass(frozen=True, eq=False)
class Modes(Result):
    """L R_j = value_j R_j, (L_i|R_j) = delta_ij, slowest first: mode 0 is the steady state, where it is the only one.

    Args:
        model: the model.
        sector: the density-matrix elements that the modes span.
        values: (..., n), by descending real part [1/time].
        right: (..., n, n), R_j in columns.
        left: (..., n, n), L_j in columns, conjugated in overlaps.
        stationary: steady populations (..., d), or None where modes are not of closed populations.
        residual: largest |L R - R value| over the largest rate (...).
        lasting: how many modes never decay (...): of closed populations one for each part that nothing leaves, else as
            many as the size of values tells.
        certificate: an enclosure of the gap, where one was asked for.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> excited = 1.0 / (math.e + 1.0)
        >>> found = tk.modes(qubit).overlaps(tk.Gibbs(0.0))[1:]
        >>> (found**2).round(8), round(excited / (1.0 - excited), 8)  # chi^2 of the ground level: sum p^2 / p_eq - 1
        (array([0.36787944]), 0.36787944)
    """

    model: Model
    sector: Sector
    values: FloatArray | ComplexArray
    right: FloatArray | ComplexArray
    left: FloatArray | ComplexArray
    stationary: FloatArray | None
    residual: FloatArray
    lasting: IntArray
    certificate: Certificate | None = field(default=None, kw_only=True)

    @cached_property
    def slowest(self) -> IntArray:
        """Number of the slowest mode that decays (...); 0 where none does."""
        return np.asarray(self.lasting % self.values.shape[-1])

    @cached_property
    def gap(self) -> FloatArray:
        """Decay rate of the slowest mode that decays (...) [1/time]; 0 where none does.

        It is the slowest of the sector that the modes span, whether or not a start populates it: without an initial
        state, of what populations feed. Of closed populations it has its own digits, however slow; of coherent sectors,
        values below 1e-13 of the largest count as zero.
        """
        decay = -np.take_along_axis(self.values.real, self.slowest[..., None], axis=-1)[..., 0]
        return np.where(self.slowest == 0, 0.0, decay)

    @cached_property
    def condition(self) -> FloatArray:
        """Condition number of the right modes (...); rounding in a sum over modes grows with it."""
        return np.asarray(np.linalg.cond(self.right))

    def overlaps(self, initial: Initial) -> ComplexArray | FloatArray:
        """c_j = tr(L_j^+ rho) of a preparation.

        Under detailed balance modes of closed populations are orthonormal in the 1/pi inner product, so that the sum
        of c_j^2 over j >= 1 is the chi^2 distance from equilibrium.

        Args:
            initial: as in `evolve`.

        Returns:
            (..., n); their size depends on the norm of the modes, see `trace_norm_overlaps`.

        Raises:
            ValueError: if the initial state is not valid.
            TypeError: if it is of the wrong type.
        """
        return self.overlaps_of(initial_state(self.model, initial))

    def overlaps_of(self, start: InitialState) -> ComplexArray | FloatArray:
        """c_j of a state in the frame (..., n)."""
        return np.asarray((self.left.conj().swapaxes(-1, -2) @ self._elements(start)[..., None])[..., 0])

    def populated_by(self, start: InitialState) -> BoolArray:
        """Whether c_j of a state in the frame is more than rounding (..., n): of a mode of another symmetry it is not.

        Args:
            start: the state.

        Returns:
            The answer for each mode.
        """
        terms = np.abs(self.left).swapaxes(-1, -2) @ np.abs(self._elements(start))[..., None]
        return np.asarray(np.abs(self.overlaps_of(start)) > POPULATED * terms[..., 0])

    def _elements(self, start: InitialState) -> NDArray[Any]:
        """The elements (..., n) of a state in the frame that the modes span."""
        if start.matrix is not None:
            return np.asarray(start.matrix[..., self.sector.rows, self.sector.columns])
        return np.where(self.sector.diagonal, start.populations[..., self.sector.rows], 0.0)

    def trace_norm_overlaps(self, initial: Initial) -> FloatArray:
        """|c_j| ||R_j||_1, which does not depend on how modes are normalised.

        Args:
            initial: as in `evolve`.

        Returns:
            (..., n).

        Raises:
            ValueError: if the initial state is not valid.
            TypeError: if it is of the wrong type.
        """
        return self.trace_norm_overlaps_of(initial_state(self.model, initial))

    def trace_norm_overlaps_of(self, start: InitialState) -> FloatArray:
        """|c_j| ||R_j||_1 of a state in the frame (..., n)."""
        if self.sector.diagonal.all():
            size = np.abs(self.right).sum(axis=-2)
        else:
            dimension = self.model.dimension
            matrices = np.zeros(
                (*self.right.shape[:-2], self.right.shape[-1], dimension, dimension), dtype=np.complex128
            )
            matrices[..., self.sector.rows, self.sector.columns] = self.right.swapaxes(-1, -2)
            size = np.linalg.norm(matrices, ord="nuc", axis=(-2, -1))
        return np.asarray(np.abs(self.overlaps_of(start)) * size)


def modes(model: Model, *, initial: Initial | None = None, certify: bool = False) -> Modes:
    """The modes of the sector that holds the populations, or of all that an initial state populates.

    A coherence that populations never feed has a sector of its own, and may decay more slowly than `gap` says: its
    modes are there with an initial state that holds it.

    Args:
        model: the model.
        initial: a state whose coherences are to be spanned as well.
        certify: whether ball arithmetic encloses the gap too, for up to 256 unknowns; see `certificate`.

    Returns:
        The modes; under detailed balance from the symmetrised rate matrix, so real and orthonormal.

    Raises:
        ValueError: if the initial state is not valid.
        TypeError: if it is of the wrong type.

    Cost:
        One dense eigendecomposition of each sector, O(n^3).

    Reference:
        spohn1978.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> round(float(tk.modes(qubit).gap), 8), round(0.01 / math.tanh(0.5), 8)
        (0.02163953, 0.02163953)
    """
    liouvillian = Liouvillian(model)
    start = None if initial is None else initial_state(model, initial)
    if certify:
        refuse_start(initial)
    if liouvillian.populations_closed and (start is None or start.matrix is None):
        found = population_modes(liouvillian, population_motion(liouvillian))
    else:
        with few_threads(model.dimension):
            found = _general(liouvillian, start)
    return with_certificate(found, certified_gap(model)) if certify else found


def population_modes(liouvillian: Liouvillian, motion: PopulationMotion) -> Modes:
    """The modes of closed populations, from a prepared motion.

    Args:
        liouvillian: the generator.
        motion: its populations' motion.

    Returns:
        The modes.
    """
    levels = np.arange(liouvillian.dimension)
    sector, limit = Sector(levels, levels), motion.limit
    rates = motion.rates.toarray() if isinstance(motion.rates, sparse.csr_array) else motion.rates
    values, right, left = motion.modes
    if np.iscomplexobj(right):  # without detailed balance their lengths are those of an eigensolver
        right, left = right.copy(), left.copy()
        _to_trace_one(sector, right, left)
    final = limit.stationary[0] if limit.unique else None
    residual = _residual(rates, values, right)
    lasting = np.full(values.shape[:-1], len(limit.classes), dtype=np.int64)
    for points, alike in [] if limit.several is None else limit.alike():
        lasting[points] = len(alike.classes)
    return Modes(liouvillian.model, sector, values, right, left, final, residual, lasting)


def _general(liouvillian: Liouvillian, start: InitialState | None) -> Modes:
    chart = sector_map(liouvillian)
    needed = np.isin(chart.label, np.unique(np.diagonal(chart.label)))
    if start is not None:
        needed |= np.isin(chart.label, np.unique(chart.label[start.support]))
    sector = Sector(*np.nonzero(needed))
    values, right, left, residual = _by_sectors(liouvillian, sector, *chart.sectors(needed))
    _to_trace_one(sector, right, left)
    decaying = -values.real > LASTING * over_levels(np.maximum, np.abs(values))[..., None]
    lasting = np.count_nonzero(~decaying, axis=-1).astype(np.int64)
    return Modes(liouvillian.model, sector, values, right, left, None, residual, lasting)


def _by_sectors(
    liouvillian: Liouvillian, whole: Sector, groups: list[Sector], alone: Sector
) -> tuple[ComplexArray, ComplexArray, ComplexArray, FloatArray]:
    """Values, right and left modes of all elements by descending real part, and the residual, sector by sector."""
    size, batch = whole.size, liouvillian.model.batch_shape
    position = np.full((liouvillian.dimension,) * 2, -1, dtype=np.int64)
    position[whole.rows, whole.columns] = np.arange(size)
    values = np.empty((*batch, size), dtype=np.complex128)
    right, left = (np.zeros((*batch, size, size), dtype=np.complex128) for _ in range(2))
    own = position[alone.rows, alone.columns]
    values[..., own] = exponents(liouvillian, alone)
    right[..., own, own] = left[..., own, own] = 1.0
    residual = np.zeros(batch)
    for group in groups:
        matrix, here = SectorGenerator(liouvillian, group).matrix, position[group.rows, group.columns]
        place = (..., here[:, None], here)
        values[..., here], right[place], left[place] = found = eigenmodes(matrix)
        residual = np.maximum(residual, _residual(matrix, found[0], found[1]))
    order = np.argsort(-values.real, axis=-1, kind="stable")
    values = np.take_along_axis(values, order, axis=-1)
    right, left = (np.take_along_axis(one, order[..., None, :], axis=-1) for one in (right, left))
    return values, right, left, residual


def _to_trace_one(sector: Sector, right: ComplexArray, left: ComplexArray) -> None:
    """Scale mode 0 in place to be the steady state itself, where it is one."""
    stationary = right[..., 0]
    trace = np.where(sector.diagonal, stationary, 0.0).sum(axis=-1, keepdims=True)
    is_state = np.abs(trace) > TRACELESS * np.abs(stationary).max(axis=-1, keepdims=True)
    factor = np.where(is_state, trace, 1.0)
    right[..., 0] = stationary / factor
    left[..., 0] *= factor.conj()


def _residual(
    matrix: FloatArray | ComplexArray, values: FloatArray | ComplexArray, right: FloatArray | ComplexArray
) -> FloatArray:
    miss = matrix @ right - right * values[..., None, :]
    scale = _largest(matrix) * _largest(right)
    return _largest(miss) / np.where(scale > 0.0, scale, 1.0)


def _largest(matrices: FloatArray | ComplexArray) -> FloatArray:
    return over_levels(np.maximum, over_levels(np.maximum, np.abs(matrices)))
