"""Averages over conditional states from sampled trajectories, where jumps do not reset the system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.linear_response.record_runs import RecordSums, record_runs
from thermokin.linear_response.sampling import Sampling
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.trajectories.reset_kets import jump_operators

__all__ = ["Sampled", "sampled_gains", "sampled_noise"]

SETTLING = 12.0  # relaxation times after which conditional states have forgotten the start, as a rule
FOLLOWED = 2.0  # for how long a run is then followed, in times that it settles,
JUMPS = 24.0  # and for how many jumps at least
LENGTHENED = 5  # lengths, each twice the one before, that are tried where runs remember their start
MOST_JUMPS = 1e9  # two hours or so
ENOUGH = 32  # runs from which on it is fitted how the sums go together
FOLDS = 8  # parts of the runs, each corrected by what is fitted to the others
RARE = 1e-4  # odds at which runs that have forgotten their start are taken for such that have not
FLAT = 1e-9  # of the size of a number: a spread over runs that is rounding
LEAST = 1e-12  # of the size of a number: a difference that is rounding
REMEMBERED = (
    "the record's averages are those of conditional states that have forgotten how they started, and runs of two kinds "
    "of start still differ after {:g} relaxation times."
)
LOOK = "Look for a symmetry that the record of jumps does not tell, and take a model without it."


@dataclass(frozen=True, eq=False)
class Sampled:
    """Averages that are sampled, one for each channel.

    Args:
        values: (k,).
        covariance: of their errors (k, k).
        apart: half the difference between runs of two kinds of start (k,), which is another estimate of the errors.
    """

    values: FloatArray
    covariance: FloatArray
    apart: FloatArray


@dataclass(frozen=True, eq=False)
class _Rest:
    """A model at rest, and what a current is worth there.

    Args:
        liouvillian: of a model without leading axes.
        state: rho (d, d) in the frame.
        excess: Y (d, d) in the frame.
        weights: c_k (k,).
    """

    liouvillian: Liouvillian
    state: ComplexArray
    excess: ComplexArray
    weights: FloatArray

    @cached_property
    def worth(self) -> ComplexArray:
        """Y less its mean."""
        return np.asarray(self.excess - np.trace(self.excess @ self.state) * np.eye(len(self.state)))

    @cached_property
    def _after(self) -> list[ComplexArray]:
        jumps = map(self.liouvillian.table.jump, range(self.weights.size))
        return [np.asarray(jump @ self.state @ jump.conj().T) for jump in jumps]

    @cached_property
    def rates(self) -> FloatArray:
        """a_k (k,)."""
        return np.maximum([float(np.trace(after).real) for after in self._after], 0.0)

    @cached_property
    def landed(self) -> FloatArray:
        """Re tr(Y L_k rho L_k^+) (k,)."""
        return np.array([float(np.trace(self.worth @ after).real) for after in self._after])

    @cached_property
    def reach(self) -> float:
        """The size of Y."""
        return max(float(np.linalg.norm(self.worth, 2)), float(np.finfo(float).tiny))

    @cached_property
    def largest(self) -> float:
        """What the noise is measured by."""
        counted = float(np.abs(self.weights).max()) + 2.0 * self.reach
        return max(float(self.rates.sum()) * counted**2, float(np.finfo(float).tiny))

    def off(self, sums: RecordSums, noise: float | None) -> list[FloatArray]:
        """By how much sums of each run are off their means, in units of their sizes: (n, c) for each channel.

        Args:
            sums: over the runs.
            noise: of the current, where it is to be taken for known.

        Returns:
            Those of the channel, and those of all.
        """
        ones = np.maximum(self.rates, np.finfo(float).tiny)
        rates, landed = sums.rates - self.rates, (sums.landed - self.landed) / self.reach
        every = [rates.sum(axis=1) / ones.sum(), landed.sum(axis=1) / ones.sum()]
        if noise is not None:
            every.append((sums.noise.sum(axis=1) - noise) / self.largest)
        own = zip((rates / ones).T, (landed / ones).T, strict=True)
        return [np.stack([*pair, *every], axis=1) for pair in own]


def sampled_gains(
    liouvillian: Liouvillian,
    state: ComplexArray,
    excess: ComplexArray,
    weights: FloatArray,
    noise: float,
    relaxation: float,
    wish: Sampling,
) -> Sampled:
    """E[lambda_k (c_k + tr Y (psi_k - psi))], the responses of the record's martingales, from runs that have settled.

    Of v_k = c_k a_k + tr Y L_k rho L_k^+ - E[lambda_k tr Y psi] only the last is not known. As jumps come at the rate
    lambda = sum_k lambda_k, it is the sum of (lambda_k / lambda) tr(Y psi) over the kets just before all jumps, per
    time. Of three more such sums the mean is known, among them that of the noise of the current: by how much these are
    off tells most of the error of the first, and is taken away by a fit over the runs.

    Half of the runs start in eigenstates of rho, the others in superpositions of all of them whose mean is rho as well.
    Where the two kinds differ by more than their errors, runs remember their start, and longer ones are made.

    Args:
        liouvillian: of a model without leading axes.
        state: rho (d, d) in the frame.
        excess: Y (d, d) in the frame.
        weights: c_k (k,).
        noise: of the current [amount^2/time].
        relaxation: the longest time in which the mean state forgets a start [time].
        wish: how many runs.

    Returns:
        The responses [amount/time].

    Raises:
        ValueError: if more jumps are asked for than end within hours.
        NotConvergedError: if runs remember how they started.

    Cost:
        About ten microseconds a jump, over 36 relaxation times of each run, or longer for 24 jumps.

    Reference:
        dalibard1992.
    """
    rest = _Rest(liouvillian, state, excess, weights)

    def read(sums: RecordSums) -> FloatArray:
        return weights * rest.rates + rest.landed - _fitted(sums.held, rest.off(sums, noise))

    return _settled(rest, read, rest.rates * rest.reach, relaxation, wish)


def sampled_noise(
    liouvillian: Liouvillian,
    state: ComplexArray,
    excess: ComplexArray,
    weights: FloatArray,
    relaxation: float,
    wish: Sampling,
) -> Sampled:
    """E[lambda_k |c_k + tr Y (psi_k - psi)|^2], the noise by channel, in the same way.

    That its parts add up to the noise of the current is not used, and so tells how good they are.

    Args:
        liouvillian: of a model without leading axes.
        state: rho (d, d) in the frame.
        excess: Y (d, d) in the frame, that of a frequency or of none.
        weights: c_k (k,).
        relaxation: the longest time in which the mean state forgets a start [time].
        wish: how many runs.

    Returns:
        The parts [amount^2/time].

    Raises:
        ValueError: if more jumps are asked for than end within hours.
        NotConvergedError: if runs remember how they started.

    Cost:
        As `sampled_gains`.
    """
    rest = _Rest(liouvillian, state, excess, weights)

    def read(sums: RecordSums) -> FloatArray:
        return _fitted(sums.noise, rest.off(sums, None))

    return _settled(rest, read, np.full(weights.size, rest.largest), relaxation, wish)


def _settled(
    rest: _Rest, read: Callable[[RecordSums], FloatArray], scale: FloatArray, relaxation: float, wish: Sampling
) -> Sampled:
    """The mean of what is read of each run (n, k), from runs so long that their starts do not matter."""
    total, count = float(rest.rates.sum()), rest.weights.size
    if not total > np.finfo(float).tiny:
        return Sampled(np.zeros(count), np.zeros((count, count)), np.zeros(count))
    jumps = jump_operators(rest.liouvillian)
    for number in range(LENGTHENED):
        settling = SETTLING * 2.0**number * relaxation
        horizon = settling + max(FOLLOWED * settling, JUMPS / total)
        _require_patience(total * horizon, wish.runs, number)
        runs = record_runs(rest.liouvillian, rest.state, rest.worth, rest.weights, settling, horizon, jumps)
        found = read(runs.sums(wish))
        difference, differs = _compared(found, scale)
        if not differs:
            away = found - found.mean(axis=0)
            spread = away.T @ away / (wish.runs * (wish.runs - 1))
            return Sampled(found.mean(axis=0), spread, 0.5 * np.abs(difference))
    raise NotConvergedError(REMEMBERED.format(SETTLING * 2.0**number), float(np.abs(difference).max()), LOOK)


def _require_patience(jumps: float, runs: int, number: int) -> None:
    """Refuse runs that take hours."""
    if jumps * runs <= MOST_JUMPS:
        return
    if number:
        raise NotConvergedError(REMEMBERED.format(SETTLING * 2.0 ** (number - 1)), float("nan"), LOOK)
    raise ValueError(
        f"`trajectories` asks for about {jumps * runs:.1e} jumps, {jumps:.1e} in each run; at most {MOST_JUMPS:.0e} "
        f"are sampled. Ask for at most {max(int(MOST_JUMPS / jumps), 2)} runs."
    )


def _fitted(sums: FloatArray, known: list[FloatArray]) -> FloatArray:
    """Sums of each run (n, k) less what others, by how much they are off, tell of their errors."""
    # Fitted to other runs than it is used for: so the mean stays right, and the spread tells its error even where few
    # jumps decide.
    runs = len(sums)
    if runs < ENOUGH:
        return sums
    found, fold = np.empty_like(sums), np.arange(runs) // 2 % FOLDS
    for channel, (own, off) in enumerate(zip(sums.T, known, strict=True)):
        for number in range(FOLDS):
            here = fold == number
            found[here, channel] = own[here] - off[here] @ _slopes(off[~here], own[~here])
    return found


def _slopes(off: FloatArray, held: FloatArray) -> FloatArray:
    """By how much the one moves with each of the others."""
    spread = off.std(axis=0)
    seen = spread > FLAT
    slopes = np.zeros(spread.size)
    rest = (off[:, seen] - off[:, seen].mean(axis=0)) / spread[seen]
    slopes[seen] = np.linalg.lstsq(rest, held - held.mean(), rcond=FLAT)[0] / spread[seen]
    return slopes


def _compared(found: FloatArray, scale: FloatArray) -> tuple[FloatArray, bool]:
    """The difference between even and odd runs (k,), and whether it is one beyond their errors."""
    kinds = found[0::2], found[1::2]
    difference = kinds[0].mean(axis=0) - kinds[1].mean(axis=0)
    if len(kinds[1]) < 2:  # no spread
        return difference, False
    error = np.sqrt(sum(kind.var(axis=0, ddof=1) / len(kind) for kind in kinds)) + LEAST * scale
    limit = float(stdtrit(len(found) - 2, 1.0 - 0.5 * RARE / scale.size))
    return difference, bool((np.abs(difference) > limit * error).any())
