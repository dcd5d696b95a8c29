"""Exactly solvable systems and their closed forms in 50-digit arithmetic; every formula is derived in README.md."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import mpmath
import numpy as np
from numpy.typing import ArrayLike, NDArray

mp = mpmath.mp.clone()
mp.dps = 50

Statistics = Literal["bose", "fermi"]
FloatArray = NDArray[np.float64]


def over_times(method: Callable[..., Any]) -> Callable[..., Any]:
    """A scalar closed form in mpmath, made to take an array of times (inf included) and to return floats."""

    @functools.wraps(method)
    def evaluated(self: Any, times: ArrayLike, *rest: Any) -> Any:
        values = [float(method(self, mp.mpf(float(t)), *rest)) for t in np.ravel(times)]
        return np.array(values).reshape(np.shape(times))[()]

    return evaluated


def occupation(frequency: Any, temperature: Any, statistics: Statistics = "bose") -> Any:
    """Bose or Fermi occupation n(w/T); temperature 0 gives 0, and infinite temperature gives inf or 1/2."""
    if temperature == 0:
        return mp.mpf(0)
    ratio = mp.mpf(frequency) / mp.mpf(temperature)
    if statistics == "bose":
        return mp.inf if ratio == 0 else 1 / mp.expm1(ratio)
    return 1 / (mp.exp(ratio) + 1)


def rates(frequency: Any, rate: Any, temperature: Any, statistics: Statistics = "bose") -> tuple[Any, Any]:
    """Emission and absorption rates of a gap: g(n+1), g n for bosons and g(1-f), g f for fermions and spin baths."""
    number = occupation(frequency, temperature, statistics)
    emission = 1 + number if statistics == "bose" else 1 - number
    return mp.mpf(rate) * emission, mp.mpf(rate) * number


def _xlogy(x: Any, y: Any) -> Any:
    return mp.mpf(0) if x == 0 else x * mp.log(y)


def _two_point_divergence(p: Any, q: Any) -> Any:
    return _xlogy(p, p / q) + _xlogy(1 - p, (1 - p) / (1 - q))


@dataclass(frozen=True)
class TwoStateQuench:
    """One ground state and `degeneracy` excited states a gap above it: Gibbs(initial_temperature) on a bath.

    `degeneracy=1` is the qubit. With more, every excited state has its own coupling to the ground state.
    """

    gap: float = 1.0
    rate: float = 1.0
    initial_temperature: float = 0.5
    bath_temperature: float = 2.0
    statistics: Statistics = "bose"
    degeneracy: int = 1

    def reversed(self) -> TwoStateQuench:
        """The reciprocal quench: the two temperatures exchanged."""
        return TwoStateQuench(
            self.gap, self.rate, self.bath_temperature, self.initial_temperature, self.statistics, self.degeneracy
        )

    def _gibbs(self, temperature: float) -> Any:
        if temperature == 0:
            return mp.mpf(0)
        weight = self.degeneracy * mp.exp(-mp.mpf(self.gap) / mp.mpf(temperature))
        return weight / (1 + weight)

    @property
    def _start(self) -> Any:
        return self._gibbs(self.initial_temperature)

    @property
    def _end(self) -> Any:
        return self._gibbs(self.bath_temperature)

    @property
    def _speed(self) -> Any:
        down, up = rates(self.gap, self.rate, self.bath_temperature, self.statistics)
        return down + self.degeneracy * up

    def _excited(self, t: Any) -> Any:
        return self._end + (self._start - self._end) * mp.exp(-self._speed * t)

    @property
    def relaxation(self) -> float:
        """Gam = down + degeneracy * up, the rate of the only decaying mode."""
        return float(self._speed)

    @property
    def total_length(self) -> float:
        """L(inf) = 2 |asin sqrt p_f - asin sqrt p_i|."""
        return float(2 * abs(mp.asin(mp.sqrt(self._end)) - mp.asin(mp.sqrt(self._start))))

    @over_times
    def population(self, t: Any) -> Any:
        """Total excited population p(t)."""
        return self._excited(t)

    @over_times
    def progress(self, t: Any) -> Any:
        """x = 1 - exp(-Gam t)."""
        return -mp.expm1(-self._speed * t)

    @over_times
    def entropy_production_rate(self, t: Any) -> Any:
        """sigma = Gam (p_f - p) ln[p_f (1-p) / ((1-p_f) p)]; inf where p = 0."""
        p, end = self._excited(t), self._end
        if p == end:
            return mp.mpf(0)
        force = mp.log(end) - mp.log(1 - end) + mp.log(1 - p) - mp.log(p)
        return self._speed * (end - p) * force

    @over_times
    def entropy_production(self, t: Any) -> Any:
        """Sigma = D(p_i || p_f) - D(p(t) || p_f)."""
        return _two_point_divergence(self._start, self._end) - _two_point_divergence(self._excited(t), self._end)

    @over_times
    def divergence(self, t: Any) -> Any:
        """D(p(t) || p_f), what is left to produce."""
        return _two_point_divergence(self._excited(t), self._end)

    @over_times
    def heat_rate(self, t: Any) -> Any:
        """dQ/dt = w Gam (p_f - p)."""
        return mp.mpf(self.gap) * self._speed * (self._end - self._excited(t))

    @over_times
    def heat_mean(self, t: Any) -> Any:
        """<Q> = w (p_f - p_i) x."""
        return mp.mpf(self.gap) * (self._end - self._start) * -mp.expm1(-self._speed * t)

    @over_times
    def heat_variance(self, t: Any) -> Any:
        """Var Q = w^2 {x [p_i(1-p_f) + (1-p_i)p_f] - (p_f-p_i)^2 x^2}."""
        x, start, end = -mp.expm1(-self._speed * t), self._start, self._end
        return mp.mpf(self.gap) ** 2 * (x * (start * (1 - end) + (1 - start) * end) - ((end - start) * x) ** 2)

    @over_times
    def heat_probability(self, t: Any, quanta: int) -> Any:
        """P(Q = quanta * gap): (1-p_i) p_f x up, p_i (1-p_f) x down, the rest stays."""
        x, start, end = -mp.expm1(-self._speed * t), self._start, self._end
        up, down = (1 - start) * end * x, start * (1 - end) * x
        return {1: up, -1: down, 0: 1 - up - down}.get(quanta, mp.mpf(0))

    @over_times
    def activity_rate(self, t: Any) -> Any:
        """a = Gam [(1-p_f) p + p_f (1-p)], jumps per time."""
        p, end = self._excited(t), self._end
        return self._speed * ((1 - end) * p + end * (1 - p))

    @over_times
    def activity(self, t: Any) -> Any:
        """A = 2 Gam p_f (1-p_f) t + (1-2 p_f)(p_i-p_f) x, jumps since time 0."""
        x, start, end = -mp.expm1(-self._speed * t), self._start, self._end
        return 2 * self._speed * end * (1 - end) * t + (1 - 2 * end) * (start - end) * x

    @over_times
    def velocity(self, t: Any) -> Any:
        """v = sqrt(F_Q) = |p'| / sqrt(p (1-p)); inf where p = 0."""
        p = self._excited(t)
        if p in (0, 1):
            return mp.inf
        return abs(self._speed * (self._end - p)) / mp.sqrt(p * (1 - p))

    @over_times
    def length(self, t: Any) -> Any:
        """L = 2 |asin sqrt p(t) - asin sqrt p_i|."""
        return 2 * abs(mp.asin(mp.sqrt(self._excited(t))) - mp.asin(mp.sqrt(self._start)))

    def completion(self, times: ArrayLike) -> Any:
        """L(t) / L(inf)."""
        return self.length(times) / self.total_length


@dataclass(frozen=True)
class OscillatorQuench:
    """A harmonic oscillator, Gibbs(initial_temperature) put on a bath; it stays Gibbs.

    Fermi-type rates g(1-f), g f on the ladder give the same motion with the relaxation rate g tanh(w/2T).
    """

    frequency: float = 1.0
    rate: float = 1.0
    initial_temperature: float = 0.5
    bath_temperature: float = 2.0
    statistics: Statistics = "bose"

    def reversed(self) -> OscillatorQuench:
        """The reciprocal quench: the two temperatures exchanged."""
        return OscillatorQuench(
            self.frequency, self.rate, self.bath_temperature, self.initial_temperature, self.statistics
        )

    @property
    def _start(self) -> Any:
        return occupation(self.frequency, self.initial_temperature)

    @property
    def _end(self) -> Any:
        return occupation(self.frequency, self.bath_temperature)

    @property
    def _speed(self) -> Any:
        down, up = rates(self.frequency, self.rate, self.bath_temperature, self.statistics)
        return down - up

    def _mean(self, t: Any) -> Any:
        return self._end + (self._start - self._end) * mp.exp(-self._speed * t)

    def _divergence(self, number: Any) -> Any:
        end = self._end
        return _xlogy(number, number / end) - (number + 1) * mp.log((number + 1) / (end + 1))

    def _heat_weights(self, t: Any) -> tuple[Any, Any]:
        x = -mp.expm1(-self._speed * t)
        return x * self._end * (self._start + 1), x * self._start * (self._end + 1)

    @property
    def relaxation(self) -> float:
        """Gam = down - up of the lowest gap: g for bosons, g tanh(w/2T) for fermionic-type rates."""
        return float(self._speed)

    @property
    def total_length(self) -> float:
        """L(inf) = 2 |asinh sqrt N_f - asinh sqrt N_i|."""
        return float(2 * abs(mp.asinh(mp.sqrt(self._end)) - mp.asinh(mp.sqrt(self._start))))

    @over_times
    def number(self, t: Any) -> Any:
        """N(t) = N_f + (N_i - N_f) exp(-Gam t)."""
        return self._mean(t)

    @over_times
    def temperature(self, t: Any) -> Any:
        """T(t) = w / ln((N+1)/N)."""
        number = self._mean(t)
        return mp.mpf(0) if number == 0 else mp.mpf(self.frequency) / mp.log((number + 1) / number)

    @over_times
    def entropy_production_rate(self, t: Any) -> Any:
        """sigma = Gam w (N_f - N) [1/T(t) - 1/T_f]; inf where N = 0."""
        number, end = self._mean(t), self._end
        if number == end:
            return mp.mpf(0)
        if number == 0:
            return mp.inf
        return self._speed * (end - number) * (mp.log((number + 1) / number) - mp.log((end + 1) / end))

    @over_times
    def entropy_production(self, t: Any) -> Any:
        """Sigma = D(N_i || N_f) - D(N(t) || N_f)."""
        return self._divergence(self._start) - self._divergence(self._mean(t))

    @over_times
    def divergence(self, t: Any) -> Any:
        """D(N || N_f) = N ln(N/N_f) - (N+1) ln((N+1)/(N_f+1))."""
        return self._divergence(self._mean(t))

    @over_times
    def heat_rate(self, t: Any) -> Any:
        """dQ/dt = w Gam (N_f - N)."""
        return mp.mpf(self.frequency) * self._speed * (self._end - self._mean(t))

    @over_times
    def heat_mean(self, t: Any) -> Any:
        """<Q> = w (a - c), a = x N_f (N_i+1), c = x N_i (N_f+1)."""
        up, down = self._heat_weights(t)
        return mp.mpf(self.frequency) * (up - down)

    @over_times
    def heat_variance(self, t: Any) -> Any:
        """Var Q = w^2 [a + c + (a-c)^2]."""
        up, down = self._heat_weights(t)
        return mp.mpf(self.frequency) ** 2 * (up + down + (up - down) ** 2)

    @over_times
    def heat_probability(self, t: Any, quanta: int) -> Any:
        """P(Q = k w) = (2a/(b+s))^k / s for k >= 0 and (2c/(b+s))^|k| / s below, b = 1+a+c, s^2 = b^2-4ac."""
        up, down = self._heat_weights(t)
        total = 1 + up + down
        root = mp.sqrt(total**2 - 4 * up * down)
        return (2 * (up if quanta >= 0 else down) / (total + root)) ** abs(quanta) / root

    @over_times
    def activity_rate(self, t: Any) -> Any:
        """a = down N + up (N+1), jumps per time."""
        down, up = rates(self.frequency, self.rate, self.bath_temperature, self.statistics)
        number = self._mean(t)
        return down * number + up * (number + 1)

    @over_times
    def activity(self, t: Any) -> Any:
        """A = [down N_f + up (N_f+1)] t + (down + up)(N_i - N_f) x / Gam, jumps since time 0."""
        down, up = rates(self.frequency, self.rate, self.bath_temperature, self.statistics)
        start, end, speed = self._start, self._end, self._speed
        return (down * end + up * (end + 1)) * t + (down + up) * (start - end) * -mp.expm1(-speed * t) / speed

    @over_times
    def velocity(self, t: Any) -> Any:
        """v = sqrt(F_Q) = |N'| / sqrt(N (N+1)); inf where N = 0."""
        number = self._mean(t)
        if number == 0:
            return mp.inf
        return abs(self._speed * (self._end - number)) / mp.sqrt(number * (number + 1))

    @over_times
    def length(self, t: Any) -> Any:
        """L = 2 |asinh sqrt N(t) - asinh sqrt N_i|."""
        return 2 * abs(mp.asinh(mp.sqrt(self._mean(t))) - mp.asinh(mp.sqrt(self._start)))

    def completion(self, times: ArrayLike) -> Any:
        """L(t) / L(inf)."""
        return self.length(times) / self.total_length


Quench = TwoStateQuench | OscillatorQuench


def crossing_time(heating: Quench, cooling: Quench, quantity: str, bracket: tuple[float, float]) -> float:
    """The time in `bracket` at which a named quantity of the two quenches is equal, by bisection."""
    low, high = bracket

    def difference(t: float) -> float:
        return float(getattr(heating, quantity)(t)) - float(getattr(cooling, quantity)(t))

    sign = difference(low)
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if difference(middle) * sign > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def rate_crossing(heating: Quench, cooling: Quench, bracket: tuple[float, float]) -> float:
    """The time at which the two entropy production rates are equal."""
    return crossing_time(heating, cooling, "entropy_production_rate", bracket)


def cumulative_crossing(heating: Quench, cooling: Quench, bracket: tuple[float, float]) -> float:
    """The time at which the two accumulated entropy productions are equal."""
    return crossing_time(heating, cooling, "entropy_production", bracket)


def gibbs_divergence(energies: ArrayLike, temperature: float, target: float) -> Any:
    """D(pi_T || pi_target) = (b_target - b_T) E_T + ln Z_target - ln Z_T for levels with the given energies."""
    levels = [mp.mpf(float(e)) for e in np.ravel(energies)]
    beta, beta_target = (mp.mpf(0) if mp.isinf(t) else 1 / mp.mpf(t) for t in (temperature, target))
    weights = [mp.exp(-beta * e) for e in levels]
    total = mp.fsum(weights)
    energy = mp.fsum(w * e for w, e in zip(weights, levels, strict=True)) / total
    return (beta_target - beta) * energy + mp.log(mp.fsum(mp.exp(-beta_target * e) for e in levels)) - mp.log(total)


def oscillator_divergence(frequency: float, temperature: float, target: float) -> Any:
    """D(pi_T || pi_target) = N ln(N/M) - (N+1) ln((N+1)/(M+1)) of an oscillator."""
    number, other = occupation(frequency, temperature), occupation(frequency, target)
    if mp.isinf(number):
        return mp.inf
    return _xlogy(number, number / other) - (number + 1) * mp.log((number + 1) / (other + 1))


def equidistant_partner(divergence: Callable[[Any, Any], Any], target: float, cold: float) -> tuple[float, float]:
    """The hot temperature with divergence(hot, target) = divergence(cold, target), and that divergence.

    Bisection in the inverse temperature between 0 and 1/target, where the divergence is monotone.
    Raises ValueError where even an infinite temperature is nearer than the cold one.
    """
    goal = divergence(mp.mpf(cold), mp.mpf(target))
    if divergence(mp.inf, mp.mpf(target)) <= goal:
        message = "no hot partner: infinite temperature is too near"
        raise ValueError(message)
    low, high = mp.mpf(0), 1 / mp.mpf(target)
    for _ in range(120):
        middle = (low + high) / 2
        low, high = (middle, high) if divergence(1 / middle, mp.mpf(target)) > goal else (low, middle)
    return float(2 / (low + high)), float(goal)


def two_state_partner(gap: float, target: float, cold: float, degeneracy: int = 1) -> tuple[float, float]:
    """Equidistant partner of a qubit (degeneracy 1) or of one ground and several excited states."""
    return equidistant_partner(lambda a, b: gibbs_divergence([0.0] + [gap] * degeneracy, a, b), target, cold)


def oscillator_partner(frequency: float, target: float, cold: float) -> tuple[float, float]:
    """Equidistant partner of an oscillator."""
    return equidistant_partner(lambda a, b: oscillator_divergence(frequency, a, b), target, cold)


def ladder_start_rate(
    gap: float, rate: float, temperatures: tuple[float, float], statistics: Statistics, bracket: float
) -> float:
    """sigma(0) = (1/T_i - 1/T_f) w g [n_f - n_i] <bracket>_i of one frequency ladder, temperatures = (T_i, T_f).

    `bracket` is the initial mean of [A_-, A_+] for bosons and of {A_-, A_+} for fermionic-type rates.
    """
    initial, final = temperatures
    step = occupation(gap, final, statistics) - occupation(gap, initial, statistics)
    return float((1 / mp.mpf(initial) - 1 / mp.mpf(final)) * mp.mpf(gap) * mp.mpf(rate) * step * bracket)


def spin_brackets(spin: float, gap: float, temperature: float) -> tuple[float, float]:
    """<[J_-, J_+]> = -2<J_z> and <{J_-, J_+}> = 2 [J(J+1) - <J_z^2>] in Gibbs(temperature) of gap * J_z."""
    values = [-spin + k for k in range(int(2 * spin) + 1)]
    weights = [mp.exp(-mp.mpf(gap) * m / mp.mpf(temperature)) for m in values]
    total = mp.fsum(weights)
    first = mp.fsum(w * m for w, m in zip(weights, values, strict=True)) / total
    second = mp.fsum(w * m * m for w, m in zip(weights, values, strict=True)) / total
    return float(-2 * first), float(2 * (spin * (spin + 1) - second))


@dataclass(frozen=True)
class TwoBathQubit:
    """A qubit between a hot and a cold bosonic bath; the current is quanta absorbed from the hot one."""

    gap: float = 1.0
    temperatures: tuple[float, float] = (2.0, 0.5)
    hot_and_cold_rates: tuple[float, float] = (0.1, 0.3)

    @property
    def _all(self) -> tuple[Any, Any, Any, Any]:
        (down_h, up_h), (down_c, up_c) = (
            rates(self.gap, g, t) for g, t in zip(self.hot_and_cold_rates, self.temperatures, strict=True)
        )
        return down_h, up_h, down_c, up_c

    @property
    def affinity(self) -> float:
        """A = w (1/T_c - 1/T_h), the entropy of one quantum carried across."""
        hot, cold = self.temperatures
        return float(mp.mpf(self.gap) * (1 / mp.mpf(cold) - 1 / mp.mpf(hot)))

    @property
    def excited(self) -> float:
        """Steady excited population u / (u + d)."""
        down_h, up_h, down_c, up_c = self._all
        return float((up_h + up_c) / (up_h + up_c + down_h + down_c))

    def _generating(self, x: Any) -> Any:
        down_h, up_h, down_c, up_c = self._all
        down, up = down_h + down_c, up_h + up_c
        tilted = (up_h * mp.exp(x) + up_c) * (down_h * mp.exp(-x) + down_c)
        return (-(up + down) + mp.sqrt((up + down) ** 2 - 4 * (up * down - tilted))) / 2

    def generating_function(self, x: float) -> float:
        """lambda(x) = [-(u+d) + sqrt((u+d)^2 - 4 (u d - (u_h e^x + u_c)(d_h e^-x + d_c)))] / 2."""
        return float(self._generating(mp.mpf(x)))

    def cumulants(self, order: int) -> FloatArray:
        """Cumulant rates c_1 .. c_order, the derivatives of lambda at 0."""
        return np.array([float(mp.diff(self._generating, 0, k)) for k in range(1, order + 1)])


@dataclass(frozen=True)
class AbsorptionRefrigerator:
    """Levels 0, wc, wc+ww: cold bath on 0-1, hot bath on 0-2, work bath on 1-2, one rate, bosons.

    Temperatures in the order (cold, hot, work). Every turn takes wc from the cold, ww from the work bath.
    """

    cold_gap: float = 1.0
    work_gap: float = 4.0
    rate: float = 0.05
    temperatures: tuple[float, float, float] = (1.0, 1.5, 6.0)

    @property
    def _turns(self) -> tuple[Any, Any, Any, Any]:
        cold, hot, work = self.temperatures
        down_c, up_c = rates(self.cold_gap, self.rate, cold)
        down_h, up_h = rates(mp.mpf(self.cold_gap) + self.work_gap, self.rate, hot)
        down_w, up_w = rates(self.work_gap, self.rate, work)
        forward, backward = up_c * up_w * down_h, down_c * down_w * up_h
        into_0 = down_c * down_w + down_c * down_h + down_h * up_w
        into_1 = up_c * down_w + up_c * down_h + up_h * down_w
        into_2 = up_h * down_c + up_h * up_w + up_c * up_w
        return forward, backward, down_c + up_c + down_h + up_h + down_w + up_w, (into_0, into_1, into_2)

    @property
    def populations(self) -> FloatArray:
        """Spanning-tree weights over their sum."""
        trees = self._turns[3]
        return np.array([float(tree / mp.fsum(trees)) for tree in trees])

    @property
    def current(self) -> float:
        """Turns per time (k+ - k-) / a_1: quanta from the cold bath."""
        forward, backward, _, trees = self._turns
        return float((forward - backward) / mp.fsum(trees))

    @property
    def noise(self) -> float:
        """Second cumulant of the turns per time, (k+ + k- - 2 a_2 J^2) / a_1."""
        forward, backward, total, trees = self._turns
        weight = mp.fsum(trees)
        current = (forward - backward) / weight
        return float((forward + backward - 2 * total * current**2) / weight)

    @property
    def heats(self) -> FloatArray:
        """Heat rates into the system from the (cold, hot, work) baths."""
        gaps = np.array([self.cold_gap, -(self.cold_gap + self.work_gap), self.work_gap])
        return gaps * self.current

    @property
    def entropy_production_rate(self) -> float:
        """sigma = -sum_b heat_b / T_b."""
        return float(-np.sum(self.heats / np.array(self.temperatures)))


@dataclass(frozen=True)
class SingleElectronTransistor:
    """One level, filled from the left at rate `left` and emptied to the right at rate `right`, never back."""

    left: float = 1.0
    right: float = 0.4

    @property
    def current(self) -> float:
        """I = left right / (left + right)."""
        return self.left * self.right / (self.left + self.right)

    @property
    def noise(self) -> float:
        """D = I (left^2 + right^2) / (left + right)^2."""
        return self.current * (self.left**2 + self.right**2) / (self.left + self.right) ** 2

    @property
    def residual_time(self) -> float:
        """T = sum_i p_i / k_i, p = (right, left) / (left + right) for (empty, full), k = (left, right)."""
        return (self.right / self.left + self.left / self.right) / (self.left + self.right)

    @property
    def activity(self) -> float:
        """Jumps per time, twice the current."""
        return 2 * self.current

    def _generating(self, x: Any) -> Any:
        left, right = mp.mpf(self.left), mp.mpf(self.right)
        return (-(left + right) + mp.sqrt((left - right) ** 2 + 4 * left * right * mp.exp(x))) / 2

    def cumulants(self, order: int) -> FloatArray:
        """Cumulant rates of electrons counted at one junction: derivatives at 0 of lambda(x)."""
        return np.array([float(mp.diff(self._generating, 0, k)) for k in range(1, order + 1)])
