"""Thermal N-level systems with given energies and couplings, up to thousands of levels."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath, real_numbers
from thermokin.model.contact import require_spectrum, require_thermal
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.library.one_bath import Parts, made_of
from thermokin.model.model import Model
from thermokin.model.parameter import Parameter, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat, Spectrum
from thermokin.model.statistics import Bose, Statistics
from thermokin.operators.as_numbers import (
    as_numbers,
    common_axes,
    require_finite,
    require_moderate,
    to_double,
)
from thermokin.operators.as_operators import HERMITICITY_ROUNDING

__all__ = ["levels"]

DEGENERATE = 1e-14  # gaps below this fraction of the spectrum's width are no gaps
LARGEST = 2**28  # numbers held of all pairs of levels at all points: 2 GiB for each array of them
BY_INDEX = 128  # levels up to which all pairs are picked at once
PAIRS = 2**16  # pairs of levels looked at together
STRIP = 64  # rows compared at once with their mirror: both fit a processor's cache

Index: TypeAlias = NDArray[np.int32]
Energies: TypeAlias = Annotated[ArrayLike, Parameter("energy", axes=1)]
Matrix: TypeAlias = Annotated[ArrayLike | None, Parameter(axes=2)]
Coupling: TypeAlias = NDArray[np.float64] | NDArray[np.complex128]


def _parts(energies: ArrayLike) -> Parts:
    numbers, size = np.asarray(energies), np.shape(energies)[-1]
    return Parts(numbers[..., None] * np.eye(size), np.triu(np.ones((size, size)), 1))


@knows_parameters
@made_of(_parts)
def levels(
    energies: Energies,
    coupling: Matrix = None,
    rate: Rate = 1.0,
    temperature: Temperature = 1.0,
    *,
    statistics: Statistics | None = None,
    spectrum: Spectrum | None = None,
) -> Model:
    """N levels on one bath, every transition a channel of its own.

    The transition m -> n of gap w = E_m - E_n > 0 runs at |A_nm|^2 G(w)(n(w) + 1) down, |A_nm|^2 G(w) n(w) up (Bose).
    Its populations obey the rate equation of the Davies generator; coherences between equal gaps do not couple, as
    they would under one collective jump (then use `davies`).

    Args:
        energies: the energies of N levels (..., N) [energy].
        coupling: N rows of N numbers (..., N, N), Hermitian; its diagonal is not used. All ones if None.
        rate: of the flat spectrum (...) [1/time], unless a spectrum is given.
        temperature: of the bath, which is named "bath" (...) [energy].
        statistics: `Bose()` if None.
        spectrum: G(w); `Flat(rate)` if None.

    Returns:
        The model; leading axes broadcast. `validity` holds the smallest transition frequency over the largest rate.

    Raises:
        ArgumentError: if a shape or symmetry is wrong, two coupled levels have one energy, there are more pairs of
            levels than memory holds.
        ValueError: as `Bath` and `Flat`.
        TypeError: if the spectrum is none, or as `Bath` and `Flat`.

    Cost:
        O(N^2) time and memory (a few numbers per coupled pair).

    Example:
        >>> import numpy as np, thermokin as tk
        >>> ladder = tk.library.levels([0.0, 1.0, 2.5], rate=0.01, temperature=0.5)
        >>> p = tk.steady_state(ladder).populations
        >>> np.log(p[0] / p).round(8)  # energies over temperature
        array([0., 2., 5.])
    """
    levels_ = real_numbers(energies, "energies")
    if levels_.ndim == 0 or levels_.shape[-1] < 2 or not np.isfinite(levels_).all():
        raise ArgumentError(
            f"`energies` must be finite, of shape (..., N) with N >= 2, got shape {levels_.shape}.", "energies"
        )
    bath = Bath("bath", temperature, statistics=Bose() if statistics is None else statistics)
    if bath.statistics.moves_particles:
        raise ArgumentError(
            "`statistics` of `levels` must be Bose() or SpinBath(): its jumps move no particles.", "statistics"
        )
    _require_room(levels_.shape[-1], math.comb(levels_.shape[-1], 2), ())
    row, element = _pairs(levels_, coupling)
    low, high = row.reshape(2, -1)
    given = Flat(rate) if spectrum is None else spectrum
    require_spectrum(given)
    require_thermal(given, bath.name)
    points = common_axes(
        {
            "energies": levels_.shape[:-1],
            "coupling": element.shape[:-1],
            "temperature": bath.batch_shape,
            "rate": given.continued(np.zeros(1)).shape[:-1],
        }
    )
    _require_room(levels_.shape[-1], low.size, points)
    energy_of_jump = _energies_of_jumps(levels_, low, high)
    gaps = energy_of_jump[..., low.size :]
    _refuse_degenerate(gaps, levels_, low, high)
    table = _table(levels_.shape[-1], row, energy_of_jump, _amplitude(gaps, element, bath, given, points))
    with np.errstate(over="ignore", divide="ignore"):
        ratio = np.asarray(gaps.min(axis=-1) / table.amplitude.max(axis=-1) ** 2)
    weak = Assumption("weak-coupling", "the smallest transition frequency over the largest rate", ratio)
    energy = FrameOperator(levels_)
    return Model.from_table(energy, energy, table, [bath], validity=[weak])


def _require_room(size: int, pairs: int, points: tuple[int, ...]) -> None:
    """Refuse what no memory holds before it is asked for."""
    count = math.prod(points)
    if count * pairs > LARGEST:
        at = f" at {count} points" if count > 1 else ""
        raise ArgumentError(
            f"`energies` has {size} levels, which make {pairs} pairs{at}: more than {LARGEST} numbers. Leave out "
            "levels that hardly matter, or split the sweep.",
            "energies",
        )


def _pairs(energies: FloatArray, coupling: ArrayLike | None) -> tuple[Index, FloatArray]:
    """The lower level of every coupled pair and then the upper ones (2 m,), and |element| (1,) or (..., m)."""
    size = energies.shape[-1]
    order = np.argsort(energies.reshape(-1, size)[0], kind="stable").astype(np.int32)
    row = _every_pair(order)
    if coupling is None:
        return row, np.ones(1)
    matrix, (low, high) = _hermitian(coupling, size), row.reshape(2, -1)
    element = np.abs(matrix[..., low, high]) if size <= BY_INDEX else _upper_triangle(matrix, order)
    linked = element.reshape(-1, low.size).any(axis=0) if element.ndim > 1 else element != 0.0
    if not linked.any():
        raise ArgumentError("`coupling` links no two levels.", "coupling")
    if not linked.all():
        row, element = row[np.tile(linked, 2)], element[..., linked]
    return row, element


def _every_pair(order: Index) -> Index:
    """The first of every two levels and then the second ones (2 m,), as they are ordered."""
    # The index arrays of np.triu_indices would cost as much memory as the whole table.
    low, high = row = np.empty((2, math.comb(order.size, 2)), dtype=np.int32)
    low[:] = np.repeat(order[:-1], np.arange(order.size - 1, 0, -1))
    np.concatenate([order[place:] for place in range(1, order.size)], out=high)
    return row.ravel()


def _upper_triangle(matrix: Coupling, order: Index) -> FloatArray:
    """|element| of every pair (..., m), row by row in the given order of levels."""
    size = order.size
    sorted_already = bool((np.diff(order) == 1).all())
    out = np.empty((*matrix.shape[:-2], size * (size - 1) // 2))
    done = 0
    for place in range(size - 1):
        row = matrix[..., order[place], :]
        later = row[..., place + 1 :] if sorted_already else row[..., order[place + 1 :]]
        np.abs(later, out=out[..., done : done + size - 1 - place])
        done += size - 1 - place
    return out


def _hermitian(coupling: ArrayLike, size: int) -> Coupling:
    # A real matrix stays real: at ten thousand levels a complex copy would be 1.6 GB.
    matrix = as_numbers(coupling, "coupling")
    if matrix.shape[-2:] != (size, size):
        raise ArgumentError(f"`coupling` must have shape (..., {size}, {size}), got {matrix.shape}.", "coupling")
    if matrix.dtype not in (np.float64, np.complex128):
        matrix = to_double(matrix)
    require_finite(matrix, "coupling")
    require_moderate(matrix, "coupling")
    scale, defect = 0.0, 0.0
    for start in range(0, size, STRIP):
        rows = matrix[..., start : start + STRIP, start:]
        columns = matrix[..., start:, start : start + STRIP].swapaxes(-1, -2)
        scale = max(scale, float(np.abs(rows).max()))
        defect = max(defect, float(np.abs(rows - columns.conj()).max()))
    if defect > HERMITICITY_ROUNDING * scale:
        raise ArgumentError(f"`coupling` must be Hermitian, its defect is {defect:.3g}.", "coupling")
    return matrix


def _refuse_degenerate(gaps: FloatArray, energies: FloatArray, low: Index, high: Index) -> None:
    width = np.ptp(energies, axis=-1)
    if (gaps.min(axis=-1) > DEGENERATE * width).all():
        return
    bad = (gaps <= DEGENERATE * width[..., None]).reshape(-1, gaps.shape[-1])
    where = int(np.flatnonzero(bad.any(axis=0))[0])
    raise ArgumentError(
        f"`coupling` links levels {low[where]} and {high[where]}, which have one energy (or change order along the "
        "sweep); their transition has no frequency: set that element to 0, or use `davies` with an Ohmic spectrum.",
        "coupling",
    )


def _energies_of_jumps(energies: FloatArray, low: Index, high: Index) -> FloatArray:
    """What every jump down gives to the system, then what every jump up does (..., 2 m)."""
    count = low.size
    out = np.empty((*energies.shape[:-1], 2 * count))
    for part in _strips(count):
        down, up = out[..., :count][..., part], out[..., count:][..., part]
        np.subtract(energies.take(high[part], axis=-1), energies.take(low[part], axis=-1), out=up)
        np.negative(up, out=down)
    return out


def _table(size: int, row: Index, energy: FloatArray, amplitude: FloatArray) -> JumpTable:
    every = np.arange(row.size, dtype=np.int32)
    return JumpTable(
        dimension=size,
        channel=every,
        row=row,
        column=row.reshape(2, -1)[::-1].ravel(),
        amplitude=amplitude,
        bath=np.broadcast_to(np.int32(0), row.size),
        energy=energy,
        particles=np.broadcast_to(0.0, row.size),
        reverse=every.reshape(2, -1)[::-1].ravel(),
    )


def _amplitude(
    gaps: FloatArray, element: FloatArray, bath: Bath, spectrum: Spectrum, points: tuple[int, ...]
) -> FloatArray:
    """sqrt(rate) of every jump down, then of every jump up (..., 2 m)."""
    count = gaps.shape[-1]
    amplitude = np.empty((*points, 2 * count))
    for part in _strips(count):
        strength = spectrum(gaps[..., part])
        factors = bath.statistics.factors(gaps[..., part], bath.temperature, bath.chemical_potential)
        size = element if element.shape[-1] == 1 else element[..., part]
        for factor, jumps in zip(factors, (amplitude[..., :count], amplitude[..., count:]), strict=True):
            out = jumps[..., part]
            np.multiply(strength, factor, out=out)
            np.sqrt(out, out=out)
            out *= size
    return amplitude


def _strips(count: int) -> list[slice]:
    # Their temporary arrays stay in the cache, and no second table is held.
    return [slice(first, min(first + PAIRS, count)) for first in range(0, count, PAIRS)]
