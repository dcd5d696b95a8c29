"""Thermal N-level systems with given energies and couplings, up to thousands of levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thermokin._typing import FloatArray
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath, real_numbers
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.model.spectrum import Flat, Spectrum
from thermokin.model.statistics import Bose, Statistics

__all__ = ["levels", "random_levels"]


def levels(
    energies: ArrayLike,
    coupling: ArrayLike | None = None,
    rate: ArrayLike = 1.0,
    temperature: ArrayLike = 1.0,
    statistics: Statistics | None = None,
    spectrum: Spectrum | None = None,
) -> Model:
    """N levels on one bath, every transition a channel of its own.

    The transition m -> n of gap w = E_m - E_n > 0 runs at |A_nm|^2 G(w)(n(w) + 1) down and |A_nm|^2 G(w) n(w) up (Bose).
    Its populations obey the rate equation of the Davies generator; coherences between equal gaps do not couple, as
    they would under one collective jump (then use `davies`).

    Args:
        energies: E (..., N) [energy].
        coupling: A (..., N, N), Hermitian; its diagonal is not used. All ones if None.
        rate: of the flat spectrum (...) [1/time], unless a spectrum is given.
        temperature: of the bath, which is named "bath" (...) [energy].
        statistics: `Bose()` if None.
        spectrum: G(w); `Flat(rate)` if None.

    Returns:
        The model; leading axes broadcast. `validity` holds the smallest transition frequency over the largest rate.

    Raises:
        ValueError: if a shape or symmetry is wrong, two coupled levels have one energy, or as `Bath` and `Flat`.

    Cost:
        O(N^2) time and memory (a few numbers per coupled pair).
    """
    levels_ = real_numbers(energies, "energies")
    if levels_.ndim == 0 or levels_.shape[-1] < 2 or not np.isfinite(levels_).all():
        raise ValueError(f"`energies` must be finite, of shape (..., N) with N >= 2, got shape {levels_.shape}.")
    bath = Bath("bath", temperature, statistics=Bose() if statistics is None else statistics)
    if bath.statistics.moves_particles:
        raise ValueError("`statistics` of `levels` must be Bose() or SpinBath(): its jumps move no particles.")
    low, high, element = _pairs(levels_, coupling)
    gaps = levels_[..., high] - levels_[..., low]
    _refuse_degenerate(gaps, levels_, low, high)
    spectrum = Flat(rate) if spectrum is None else spectrum
    table = _table(levels_.shape[-1], low, high, gaps, np.sqrt(spectrum(gaps)) * element, bath)
    fastest = table.amplitude.max(axis=-1) ** 2 if not np.iscomplexobj(table.amplitude) else table.strength.max(axis=-1)
    weak = Assumption(
        name="weak-coupling",
        statement="the smallest transition frequency over the largest rate",
        ratio=np.asarray(gaps.min(axis=-1) / fastest),
    )
    energy = FrameOperator(levels_)
    return Model.from_table(energy, energy, table, [bath], validity=[weak])


def _pairs(
    energies: FloatArray, coupling: ArrayLike | None
) -> tuple[NDArray[np.int32], NDArray[np.int32], FloatArray | NDArray[np.complex128]]:
    """Lower and upper level of every coupled pair, and |element|."""
    size = energies.shape[-1]
    first, second = (index.astype(np.int32) for index in np.triu_indices(size, 1))
    element: FloatArray | NDArray[np.complex128]
    if coupling is None:
        element = np.ones(1)
    else:
        matrix = _hermitian(coupling, size)
        element = np.abs(matrix[..., first, second])
        linked = element.reshape(-1, element.shape[-1]).any(axis=0)
        if not linked.any():
            raise ValueError("`coupling` links no two levels.")
        if not linked.all():
            first, second, element = first[linked], second[linked], element[..., linked]
    order = energies.reshape(-1, size)[0]
    swap = order[first] > order[second]
    return np.where(swap, second, first), np.where(swap, first, second), element


def _hermitian(coupling: ArrayLike, size: int) -> FloatArray | NDArray[np.complex128]:
    # A real matrix stays real: at ten thousand levels a complex copy would be 1.6 GB.
    matrix = np.asarray(coupling)
    if matrix.shape[-2:] != (size, size):
        raise ValueError(f"`coupling` must have shape (..., {size}, {size}), got {matrix.shape}.")
    if matrix.dtype.kind not in "fciub":
        raise ValueError(f"`coupling` must be numeric, got dtype {matrix.dtype}.")
    scale = max(float(np.max(matrix.real)), -float(np.min(matrix.real)), float(np.abs(matrix.imag).max()) if matrix.dtype.kind == "c" else 0.0)
    if not np.isfinite(scale):
        raise ValueError("`coupling` must be finite.")
    defect = max(float(np.abs(matrix[..., row, :] - matrix[..., :, row].conj()).max()) for row in range(size))
    if defect > 1e-12 * scale:
        raise ValueError(f"`coupling` must be Hermitian, its defect is {defect:.3g}.")
    return matrix


def _refuse_degenerate(gaps: FloatArray, energies: FloatArray, low: NDArray[np.int32], high: NDArray[np.int32]) -> None:
    width = np.ptp(energies, axis=-1)[..., None]
    bad = gaps <= 1e-14 * width
    if bad.any():
        where = int(np.flatnonzero(bad.reshape(-1, gaps.shape[-1]).any(axis=0))[0])
        raise ValueError(
            f"`coupling` links levels {low[where]} and {high[where]}, which have one energy (or change order along the sweep); "
            "their transition has no frequency: set that element to 0, or use `davies` with an Ohmic spectrum."
        )


def _table(
    size: int,
    low: NDArray[np.int32],
    high: NDArray[np.int32],
    gaps: FloatArray,
    strength: FloatArray,
    bath: Bath,
) -> JumpTable:
    count = low.size
    fill = (gaps, bath.temperature, bath.chemical_potential)
    batch = np.broadcast_shapes(strength.shape, gaps.shape, (*bath.temperature.shape, 1))[:-1]
    amplitude = np.empty((*batch, 2 * count))
    np.multiply(strength, np.sqrt(bath.statistics.emission(*fill)), out=amplitude[..., :count])
    np.multiply(strength, np.sqrt(bath.statistics.absorption(*fill)), out=amplitude[..., count:])
    every = np.arange(2 * count, dtype=np.int32)
    return JumpTable(
        dimension=size,
        channel=every,
        row=np.concatenate([low, high]),
        column=np.concatenate([high, low]),
        amplitude=amplitude,
        bath=np.broadcast_to(np.int32(0), 2 * count),
        energy=np.concatenate([-gaps, gaps], axis=-1),
        particles=np.broadcast_to(0.0, 2 * count),
        reverse=np.roll(every, count),
    )


def random_levels(
    count: int,
    seed: int,
    rate: ArrayLike = 1.0,
    temperature: ArrayLike = 1.0,
    width: float = 4.0,
    statistics: Statistics | None = None,
    spectrum: Spectrum | None = None,
) -> Model:
    """N levels with energies uniform in [0, width] and couplings normal, the ground state at 0. The seed reproduces it.

    Args:
        count: N >= 2.
        seed: of the random numbers; one seed is one system at every temperature.
        rate: of the flat spectrum (...) [1/time], unless a spectrum is given.
        temperature: of the bath, which is named "bath" (...) [energy].
        width: of the spectrum [energy], > 0.
        statistics: `Bose()` if None.
        spectrum: G(w); `Flat(rate)` if None.

    Returns:
        The model.

    Raises:
        ValueError: if there are fewer than two levels or the width is not positive, or as `levels`.
    """
    if count < 2 or not width > 0.0:
        raise ValueError(f"`count` must be >= 2 and `width` > 0, got {count} and {width:g}.")
    random = np.random.default_rng(seed)
    energies = np.sort(random.uniform(0.0, width, count))
    elements = random.normal(size=(count, count))
    coupling = (elements + elements.T) / np.sqrt(2.0)
    return levels(energies - energies[0], coupling, rate, temperature, statistics, spectrum)
