"""Thermal levels after a quench: what the modes of a symmetrised rate matrix say, and what holds without them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._typing import FloatArray
from thermokin.exact.thermal_quench import force_difference, start_temperature, time_axis
from thermokin.model.bath import Bath, real_numbers
from thermokin.model.spectrum import Flat, Spectrum
from thermokin.model.statistics import Bose, Statistics
from thermokin.numerics.symmetric_spectrum import SymmetricSpectrum, symmetric_spectrum
from thermokin.operators.entropy import relative_entropy_of_populations
from thermokin.operators.gibbs import gibbs_populations

__all__ = ["NLevelQuench"]


@dataclass(frozen=True, eq=False)
class NLevelQuench:
    """Levels E_n in Gibbs(T_i), put on a bath at T_f at time 0. All numbers may carry leading axes.

    The pair n < m of gap w runs at d = |A_nm|^2 G(w) (n(w)+1) down and u = |A_nm|^2 G(w) n(w) up in a Bose bath. By
    detailed balance pi^{-1/2} W pi^{1/2} is symmetric, with orthonormal modes v_j and rates lam_j; R_j = pi^{1/2} v_j.
    Built from the pairs alone, it is a route of its own beside `evolve` and `ledger`.

    Args:
        energies: E (..., N) [energy].
        coupling: A (..., N, N), Hermitian; its diagonal is not used.
        rate: of the flat spectrum (...) [1/time], unless a spectrum is given.
        initial_temperature: T_i (...) [energy], 0 and inf included.
        bath_temperature: T_f (...) [energy], > 0.
        statistics: of the bath, `Bose()` or `SpinBath()`.
        spectrum: G(w); `Flat(rate)` if None.

    Raises:
        ValueError: if a number is out of its range, or the bath's temperature is 0 (it has no symmetric rate matrix).
        TypeError: if one is not a number.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ladder = tk.exact.NLevelQuench([0.0, 1.0, 2.5], np.ones((3, 3)), 0.01, 0.5, 1.0)
        >>> p, q = ladder.initial_populations, ladder.final_populations
        >>> round(float(ladder.total_entropy_production), 8), round(float(p @ np.log(p / q)), 8)
        (0.10544477, 0.10544477)
    """

    energies: FloatArray
    coupling: FloatArray
    rate: FloatArray
    initial_temperature: FloatArray
    bath_temperature: FloatArray
    statistics: Statistics = field(default_factory=Bose)
    spectrum: Spectrum = field(default_factory=lambda: Flat(1.0))

    def __init__(
        self,
        energies: ArrayLike,
        coupling: ArrayLike,
        rate: ArrayLike,
        initial_temperature: ArrayLike,
        bath_temperature: ArrayLike,
        *,
        statistics: Statistics | None = None,
        spectrum: Spectrum | None = None,
    ) -> None:
        levels = real_numbers(energies, "energies")
        if levels.ndim == 0 or levels.shape[-1] < 2 or not np.isfinite(levels).all():
            raise ValueError(f"`energies` must be finite, of shape (..., N) with N >= 2, got shape {levels.shape}.")
        elements = np.abs(np.asarray(coupling))
        if elements.shape[-2:] != (levels.shape[-1],) * 2:
            raise ValueError(
                f"`coupling` must have shape (..., {levels.shape[-1]}, {levels.shape[-1]}), got {elements.shape}."
            )
        bath = real_numbers(bath_temperature, "bath_temperature")
        if not (bath > 0.0).all():
            raise ValueError(f"`bath_temperature` must be > 0, got {bath.min():g}.")
        if statistics is not None and statistics.moves_particles:
            raise ValueError(
                "`statistics` of `NLevelQuench` must be Bose() or SpinBath(): its jumps move no particles."
            )
        object.__setattr__(self, "energies", levels)
        object.__setattr__(self, "coupling", elements)
        object.__setattr__(self, "rate", real_numbers(rate, "rate"))
        object.__setattr__(self, "initial_temperature", start_temperature(initial_temperature))
        object.__setattr__(self, "bath_temperature", bath)
        object.__setattr__(self, "statistics", Bose() if statistics is None else statistics)
        object.__setattr__(self, "spectrum", Flat(rate) if spectrum is None else spectrum)
        _ = self._pairs  # refuses what no bath can be

    def reversed(self) -> NLevelQuench:
        """The reciprocal quench: the two temperatures exchanged."""
        return NLevelQuench(
            self.energies,
            self.coupling,
            self.rate,
            self.bath_temperature,
            self.initial_temperature,
            statistics=self.statistics,
            spectrum=self.spectrum,
        )

    @property
    def _gaps(self) -> tuple[np.ndarray, np.ndarray, FloatArray]:
        """The lower and upper level of every linked pair, and its gap w (..., m)."""
        first, second = np.triu_indices(self.energies.shape[-1], 1)
        linked = (self.coupling[..., first, second] != 0.0).reshape(-1, first.size).any(axis=0)
        first, second = first[linked], second[linked]
        swap = self.energies.reshape(-1, self.energies.shape[-1])[0]
        low, high = np.where(swap[first] > swap[second], (second, first), (first, second))
        gaps = self.energies[..., high] - self.energies[..., low]
        if not (gaps > 0.0).all():
            raise ValueError("`coupling` links two levels that have one energy; their transition has no frequency.")
        return low, high, gaps

    @cached_property
    def _pairs(self) -> tuple[np.ndarray, np.ndarray, FloatArray, FloatArray, FloatArray]:
        """Lower and upper level, gap w, rates down and up of every linked pair (..., m)."""
        low, high, gaps = self._gaps
        bath = Bath("bath", self.bath_temperature, statistics=self.statistics)
        filling = (gaps, bath.temperature, bath.chemical_potential)
        strength = self.coupling[..., low, high] ** 2 * self.spectrum(gaps)
        return (
            low,
            high,
            gaps,
            strength * self.statistics.emission(*filling),
            strength * self.statistics.absorption(*filling),
        )

    @cached_property
    def rate_matrix(self) -> FloatArray:
        """W (..., N, N) [1/time], W_ij the rate of j -> i."""
        low, high, _, down, up = self._pairs
        size = self.energies.shape[-1]
        matrix = np.zeros((*np.broadcast_shapes(down.shape, up.shape)[:-1], size, size))
        matrix[..., low, high], matrix[..., high, low] = down, up
        level = np.arange(size)
        matrix[..., level, level] = -matrix.sum(axis=-2)
        return matrix

    @cached_property
    def initial_populations(self) -> FloatArray:
        """Gibbs populations at T_i (..., N)."""
        return gibbs_populations(self.energies, self.initial_temperature)

    @cached_property
    def final_populations(self) -> FloatArray:
        """Gibbs populations at T_f, pi (..., N)."""
        return gibbs_populations(self.energies, self.bath_temperature)

    @cached_property
    def modes(self) -> SymmetricSpectrum:
        """Rates lam_j (..., N), slowest first, and orthonormal modes v_j of the symmetrised rate matrix."""
        root = np.sqrt(self.final_populations)
        scaled = self.rate_matrix * root[..., None, :] / root[..., :, None]
        return symmetric_spectrum(0.5 * (scaled + scaled.swapaxes(-1, -2)), self.final_populations, self.rate_matrix)

    @property
    def gap(self) -> FloatArray:
        """Decay rate of the slowest mode (...) [1/time]."""
        return np.asarray(-self.modes.values[..., 1])

    @property
    def overlaps(self) -> FloatArray:
        """Overlap c_j of the start with each mode, (..., N), orthonormal in the 1/pi inner product; 1 for the first."""
        offset = self.initial_populations - self.final_populations
        found = self.modes.overlaps(offset[..., None])[..., 0]
        found[..., 0] = 1.0
        return found

    def deviation(self, times: ArrayLike) -> FloatArray:
        """Populations less their final values, sum_{j>0} c_j e^{lam_j t} R_j (..., t, N)."""
        offset = self.initial_populations - self.final_populations
        return self.modes.relaxation(offset[..., None], time_axis(times))[..., 0]

    def populations(self, times: ArrayLike) -> FloatArray:
        """Populations (..., t, N)."""
        offset = self.initial_populations - self.final_populations
        grown = self.modes.increase(offset[..., None], time_axis(times))[..., 0]
        early = self.initial_populations[..., None, :] + grown
        final = self.final_populations[..., None, :]
        late = final + self.deviation(times)
        return np.where(late < 0.5 * final, early, late)

    def entropy_production_rate(self, times: ArrayLike) -> FloatArray:
        """Rate sigma = -sum_{j>0} lam_j e^{lam_j t} c_j sum_n R_j,n (ln p_n - ln pi_n) (..., t) [nats/time].

        Args:
            times: (..., t), >= 0 [time].

        Returns:
            (..., t); at time 0 from the exact criterion, see `initial_entropy_production_rate`.
        """
        grid = time_axis(times)
        modes, final = self.modes, self.final_populations[..., None, :]
        late = self.deviation(times)
        with np.errstate(divide="ignore", invalid="ignore"):
            far = np.log(self.populations(times)) - np.log(final)
            relative = late / final
            force = np.where(np.abs(relative) < 0.5, np.log1p(np.maximum(relative, -0.5)), far)
            amplitude = np.einsum("...nj,...tn->...tj", modes.vectors, force * modes.root[..., None, :])
            decay = modes.values[..., None, :] * np.exp(modes.values[..., None, :] * grid[..., None])
            rate = -(decay * self.overlaps[..., None, :] * amplitude)[..., 1:].sum(axis=-1)
        return np.where(grid == 0.0, self.initial_entropy_production_rate[..., None], rate)

    @property
    def initial_heat_rate(self) -> FloatArray:
        """Heat current at time 0 (...) [energy/time].

        Each pair contributes w (u p_n - d p_m) = w u p_n (1 - e^{-F}), F = w (1/T_i - 1/T_f), which does not cancel.

        Returns:
            (...).
        """
        low, high, gaps, down, up = self._pairs
        start = self.initial_populations
        force = force_difference(gaps, self.initial_temperature[..., None], self.bath_temperature[..., None])
        share = -np.expm1(-np.abs(force))
        flow = np.where(force >= 0.0, up * start[..., low] * share, -down * start[..., high] * share)
        return np.asarray((gaps * flow).sum(axis=-1))

    @property
    def initial_entropy_production_rate(self) -> FloatArray:
        """Rate sigma(0) = (1/T_i - 1/T_f) heat rate at time 0 (...) [nats/time]; inf for a start at temperature 0."""
        one = np.ones(())
        force, heat = force_difference(one, self.initial_temperature, self.bath_temperature), self.initial_heat_rate
        with np.errstate(invalid="ignore"):
            return np.where(heat == 0.0, 0.0, force * heat)

    @property
    def initial_rate_ratio(self) -> FloatArray:
        """Entropy production rate at time 0 of the heating quench over that of the cooling one (...).

        Both start with the same thermodynamic force, so it is the ratio R of their heat currents at time 0.

        Returns:
            (...).
        """
        own, other = np.abs(self.initial_heat_rate), np.abs(self.reversed().initial_heat_rate)
        return np.where(self.bath_temperature >= self.initial_temperature, own / other, other / own)

    def entropy_production(self, times: ArrayLike) -> FloatArray:
        """Sigma = D(p_i || pi) - D(p || pi) = D(p_i || p) - sum_n (p - p_i)_n (ln p_n - ln pi_n) (..., t) [nats]."""
        grid = time_axis(times)
        populations, final = self.populations(times), self.final_populations[..., None, :]
        offset = self.initial_populations - self.final_populations
        moved = self.modes.increase(offset[..., None], grid)[..., 0]
        start = np.broadcast_to(self.initial_populations[..., None, :], populations.shape)
        away = relative_entropy_of_populations(start, populations, -moved)
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(moved == 0.0, 0.0, moved * (np.log(populations) - np.log(final)))
        return np.where(grid == 0.0, 0.0, away - terms.sum(axis=-1))

    @property
    def total_entropy_production(self) -> FloatArray:
        """Entropy production in all, D(p_i || pi) (...) [nats]."""
        return relative_entropy_of_populations(self.initial_populations, self.final_populations)

    @property
    def total_heat_variance(self) -> FloatArray:
        """Variance of the heat at late times, Var_{T_i}(E) + Var_{T_f}(E) (...): the same in both directions."""
        return np.asarray(
            self._energy_variance(self.initial_populations) + self._energy_variance(self.final_populations)
        )

    def _energy_variance(self, populations: FloatArray) -> FloatArray:
        mean = (populations * self.energies).sum(axis=-1, keepdims=True)
        return np.asarray((populations * (self.energies - mean) ** 2).sum(axis=-1))
