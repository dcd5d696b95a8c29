"""What martingales of the record have in common with a current, from sampled trajectories where jumps do not reset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from thermokin._errors import NotConvergedError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.linear_response.record_runs import RecordSums, record_runs
from thermokin.linear_response.sampling import Sampling
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.trajectories.reset_kets import jump_operators

__all__ = ["SampledGains", "sampled_record"]

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
class SampledGains:
    """E[lambda_k (c_k + tr Y (psi_k - psi))] of every channel, sampled.

    Args:
        gains: (k,) [amount/time].
        covariance: of their errors (k, k).
        apart: half the difference between runs of two kinds of start (k,), which is another estimate of the errors.
    """

    gains: FloatArray
    covariance: FloatArray
    apart: FloatArray


@dataclass(frozen=True, eq=False)
class _Known:
    """Means that are known.

    Args:
        rates: a_k (k,).
        landed: tr(Y L_k rho L_k^+) (k,).
        noise: of the current.
        reach: size of Y.
        counted: the largest |c_k|.
    """

    rates: FloatArray
    landed: FloatArray
    noise: float
    reach: float
    counted: float

    def off(self, sums: RecordSums, channel: int) -> FloatArray:
        """By how much sums are off, those of one channel and those of all, in units of their sizes (n, 5)."""
        rates, landed = sums.rates - self.rates, sums.landed - self.landed
        total, one = self.rates.sum(), max(float(self.rates[channel]), np.finfo(float).tiny)
        largest = total * (self.counted + 2.0 * self.reach) ** 2
        reach = max(self.reach, np.finfo(float).tiny)
        columns = (
            rates[:, channel] / one,
            landed[:, channel] / (one * reach),
            rates.sum(axis=1) / total,
            landed.sum(axis=1) / (total * reach),
            (sums.noise - self.noise) / max(largest, np.finfo(float).tiny),
        )
        return np.stack(columns, axis=1)


def sampled_record(
    liouvillian: Liouvillian,
    state: ComplexArray,
    excess: ComplexArray,
    weights: FloatArray,
    noise: float,
    relaxation: float,
    wish: Sampling,
) -> SampledGains:
    """The responses of the record's martingales from runs that have settled.

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
        The responses.

    Raises:
        ValueError: if more jumps are asked for than end within hours.
        NotConvergedError: if runs remember how they started.

    Cost:
        About ten microseconds a jump, over 36 relaxation times of each run, or longer for 24 jumps.

    Reference:
        dalibard1992.
    """
    jumps, count = jump_operators(liouvillian), weights.size
    landed = [jump @ state @ jump.conj().T for jump in map(liouvillian.table.jump, range(count))]
    rates = np.maximum([float(np.trace(after).real) for after in landed], 0.0)
    total = float(rates.sum())
    if not total > np.finfo(float).tiny:
        return SampledGains(np.zeros(count), np.zeros((count, count)), np.zeros(count))
    worth = excess - np.trace(excess @ state).real * np.eye(len(state))
    gained = np.array([float(np.trace(worth @ after).real) for after in landed])
    reach = float(np.linalg.norm(worth, 2))
    known = _Known(rates, gained, noise, reach, float(np.abs(weights).max()))
    for number in range(LENGTHENED):
        settling = SETTLING * 2.0**number * relaxation
        horizon = settling + max(FOLLOWED * settling, JUMPS / total)
        _require_patience(total * horizon, wish.runs, number)
        found = _fitted(record_runs(liouvillian, state, worth, weights, settling, horizon, jumps).sums(wish), known)
        difference, differs = _compared(found, rates * reach)
        if not differs:
            rest = found - found.mean(axis=0)
            spread = rest.T @ rest / (wish.runs * (wish.runs - 1))
            return SampledGains(weights * rates + gained - found.mean(axis=0), spread, 0.5 * np.abs(difference))
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


def _fitted(sums: RecordSums, known: _Known) -> FloatArray:
    """Sums of each run less what other sums tell of their errors (n, k)."""
    # Fitted to other runs than it is used for: so the mean stays right, and the spread tells its error even where few
    # jumps decide.
    runs = len(sums.noise)
    if runs < ENOUGH:
        return sums.held
    found, fold = np.empty_like(sums.held), np.arange(runs) // 2 % FOLDS
    for channel, held in enumerate(sums.held.T):
        off = known.off(sums, channel)
        for number in range(FOLDS):
            here = fold == number
            found[here, channel] = held[here] - off[here] @ _slopes(off[~here], held[~here])
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
