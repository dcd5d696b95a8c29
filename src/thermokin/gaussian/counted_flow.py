"""How counting carries second moments over a stretch of time: a matrix Riccati equation, as a series in its field."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.gaussian.model import GaussianModel
from thermokin.gaussian.phase_space import MAJORANAS, MODES, PhaseSpace
from thermokin.numerics.lyapunov import Matrix, norm
from thermokin.numerics.truncated_series import Series, TruncatedSeries, adjoint, hermitian, plus, traces

__all__ = ["CountedFlow", "Riccati", "carried", "riccati"]

SHORT = 2.0**-8  # of a step, times the rates in the equation, over which five powers of time are exact to rounding
POWERS = 5


@dataclass(frozen=True)
class Riccati:
    """dY/dt = F Y + Y F^+ + Q + Y P Y, d ln chi/dt = eta tr P Y + p, all series in counting fields.

    Args:
        algebra: of the series.
        linear: F.
        constant: Q.
        quadratic: P, without a constant.
        rate: p (...), by basis element; None for 0.
        eta: +-1 of modes, +-1/2 with pairing.
    """

    algebra: TruncatedSeries
    linear: Series
    constant: Series
    quadratic: Series
    rate: list[FloatArray | None]
    eta: float

    @property
    def size(self) -> FloatArray:
        """How fast it moves (...) [1/time]."""
        parts = [
            norm(each) for series in (self.linear, self.constant, self.quadratic) for each in series if each is not None
        ]
        return np.asarray(sum(parts))


def riccati(model: GaussianModel, factors: list[FloatArray | None], algebra: TruncatedSeries) -> Riccati:
    """The equation of a model in which each jump k is weighed with 1 + sum_e factor_ek e over basis elements e.

    Args:
        model: the model.
        factors: (..., k) by basis element, None for the number 1.
        algebra: of the series.

    Returns:
        The equation.
    """
    space = model.space
    linear, constant = algebra.constant(-model.lyapunov.drift), algebra.constant(space.diffusion)
    quadratic: Series = [None] * algebra.size
    rate: list[FloatArray | None] = [None] * algebra.size
    for place, factor in enumerate(factors):
        if factor is not None:
            linear[place], constant[place], quadratic[place] = _weighed(space, factor)
            rate[place] = np.asarray(
                (factor * space.rates(space.moved(np.zeros(()) * space.drift, bare=True))).sum(axis=-1)
            )
    return Riccati(algebra, linear, constant, quadratic, rate, model.z * (1.0 if space.kind == MODES else 0.5))


def _weighed(space: PhaseSpace, factor: FloatArray) -> tuple[Matrix, Matrix, Matrix]:
    """What jumps of these weights add to F, Q and P."""
    if space.kind == MODES:
        own = factor * space.sign
        linear = space.summed(own * space.scale * space.bare)
        return linear, space.summed(own * space.bare**2), space.summed(own * space.scale**2)
    summed = space.summed(factor)
    if space.kind == MAJORANAS:
        odd = 1j * summed.imag
        return -summed.real, -0.5 * odd, -2.0 * odd
    turn = np.asarray(space.turn)
    back = turn @ summed @ np.conj(turn.T)
    return np.asarray(2.0 * (turn @ summed).real), 2.0 * back.real, 2.0 * summed.real


@dataclass(frozen=True)
class CountedFlow:
    """Moments after a stretch of time, Y -> A + B (1 - Y C)^-1 Y B^+, and ln chi -> a - eta ln det(1 - Y C).

    Args:
        equation: which it solves.
        gained: A.
        moved: B.
        felt: C, without a constant.
        logarithm: a (...), by basis element.
    """

    equation: Riccati
    gained: Series
    moved: Series
    felt: Series
    logarithm: list[FloatArray | None]

    def then(self, later: CountedFlow, mover: Matrix) -> CountedFlow:
        """This flow, and a later one after it.

        Args:
            later: the flow that follows.
            mover: B of both without counting, to full accuracy.

        Returns:
            The flow of both.
        """
        times, eta = self.equation.algebra.times, self.equation.eta
        inverse, logarithm = self.equation.algebra.resolved(times(self.gained, later.felt))
        ahead = times(later.moved, inverse)
        gained = plus(later.gained, times(times(ahead, self.gained), adjoint(later.moved)))
        moved = times(ahead, self.moved)
        felt = plus(self.felt, times(times(adjoint(self.moved), times(later.felt, inverse)), self.moved))
        total = _added(_added(self.logarithm, later.logarithm), [None if x is None else eta * x for x in logarithm])
        return CountedFlow(self.equation, hermitian(gained), [mover, *moved[1:]], hermitian(felt), total)

    def carry(self, moments: Series) -> tuple[Series, list[FloatArray | None]]:
        """Moments after the stretch, and by how much ln chi has grown.

        Args:
            moments: before it.

        Returns:
            Both as series.
        """
        times, eta = self.equation.algebra.times, self.equation.eta
        inverse, logarithm = self.equation.algebra.resolved(times(moments, self.felt))
        found = plus(self.gained, times(times(times(self.moved, inverse), moments), adjoint(self.moved)))
        return hermitian(found), _added(self.logarithm, [None if x is None else eta * x for x in logarithm])


def carried(model: GaussianModel, equation: Riccati, duration: FloatArray, *, finer: int = 0) -> CountedFlow:
    """The flow over a duration, by doubling a short one.

    Args:
        model: whose equation it is.
        equation: the equation.
        duration: (...) [time].
        finer: how many times more than needed the step is halved, to see what rounding does.

    Returns:
        The flow.
    """
    longest = float(np.nan_to_num(np.asarray(equation.size * duration)).max(initial=0.0))
    halvings = finer + max(0, int(np.ceil(np.log2(max(longest, SHORT) / SHORT))))
    flow = _short(equation, duration * 0.5**halvings)
    for left in range(halvings, 0, -1):
        flow = flow.then(flow, model.lyapunov.mover(duration * 0.5 ** (left - 1)))
    return flow


def _short(equation: Riccati, duration: FloatArray) -> CountedFlow:
    """The flow over a short time, by its powers."""
    algebra, along = equation.algebra, duration[..., None, None]
    times = algebra.times

    def scaled(series: Series) -> Series:
        return [None if each is None else each * along for each in series]

    linear, constant, quadratic = (scaled(each) for each in (equation.linear, equation.constant, equation.quadratic))
    back = adjoint(linear)
    unit: Series = algebra.constant(np.eye(np.asarray(linear[0]).shape[-1]))
    nothing: Series = [None] * algebra.size
    gained, moved, felt = [nothing], [unit], [nothing]
    ahead: list[Series] = []  # A_i P
    logarithm = [None if p is None else p * duration for p in equation.rate]
    for power in range(POWERS):
        rise = plus(times(linear, gained[power]), times(gained[power], back))
        turn, feel = times(linear, moved[power]), nothing
        ahead.append(times(gained[power], quadratic))
        for one in range(power + 1):
            rise = plus(rise, times(ahead[one], gained[power - one]))
            turn = plus(turn, times(ahead[one], moved[power - one]))
            feel = plus(feel, times(times(adjoint(moved[one]), quadratic), moved[power - one]))
        if power == 0:
            rise = plus(rise, constant)
        share = 1.0 / (power + 1)
        drawn = traces(ahead[power])
        logarithm = _added(logarithm, [None if x is None else equation.eta * share * x for x in drawn])
        for grown, more in ((gained, rise), (moved, turn), (felt, feel)):
            grown.append([None if each is None else share * each for each in more])
    whole = [_total(each) for each in (gained, moved, felt)]
    return CountedFlow(equation, hermitian(whole[0]), whole[1], hermitian(whole[2]), logarithm)


def _total(powers: list[Series]) -> Series:
    found = powers[-1]
    for each in reversed(powers[:-1]):
        found = plus(found, each)
    return found


def _added(one: list[FloatArray | None], other: list[FloatArray | None]) -> list[FloatArray | None]:
    return [b if a is None else a if b is None else a + b for a, b in zip(one, other, strict=True)]
