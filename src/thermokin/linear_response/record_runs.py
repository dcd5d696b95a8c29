"""Runs of a model at rest, and what is summed over the kets just before their jumps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.linear_response.sampling import Sampling
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.trajectories.jump_process import KetJumps
from thermokin.trajectories.jump_records import Starts
from thermokin.trajectories.no_jump_motion import no_jump_motion
from thermokin.trajectories.reset_kets import JumpOperators, jump_operators
from thermokin.trajectories.unravel import seeded_blocks

__all__ = ["RecordRuns", "RecordSums", "record_runs"]

EMPTY = 1e-14  # eigenvalues of a state up to which rounding alone makes them
STEP = 0.01  # of progress that is worth telling


@dataclass(frozen=True, eq=False)
class RecordSums:
    """Sums over the jumps of each run per time, with the kets psi just before them; psi_k = L_k psi / |L_k psi|.

    Args:
        held: of (lambda_k / lambda) Re tr(Y psi) (n, k).
        rates: of lambda_k / lambda (n, k), a_k in the mean.
        landed: of (lambda_k / lambda) Re tr(Y psi_k) (n, k), Re tr(Y L_k rho L_k^+) in the mean.
        noise: of (lambda_k / lambda) |c_k + tr Y (psi_k - psi)|^2 (n, k), the noise by channel in the mean.
    """

    held: FloatArray
    rates: FloatArray
    landed: FloatArray
    noise: FloatArray


@dataclass(frozen=True, eq=False)
class RecordRuns:
    """Runs that settle and are then followed. Even ones start in eigenstates of rho, odd ones in superpositions of all.

    Args:
        process: follows kets from jump to jump; knows the kets of both kinds, and how long runs are.
        odds: of the eigenstates; those of the second kind are equally likely.
        excess: Y (d, d) in the frame.
        weights: c_k (k,).
        settling: the time before which nothing is summed [time].
    """

    process: KetJumps
    odds: FloatArray
    excess: ComplexArray
    weights: FloatArray
    settling: float

    def sums(self, wish: Sampling) -> RecordSums:
        """The sums of all runs.

        Args:
            wish: how many.

        Returns:
            The sums.
        """
        size = self.process.block_size - self.process.block_size % 2  # so that odd runs stay odd
        teller = _Teller(wish, self.process.motion.horizon)
        found = np.concatenate(seeded_blocks(partial(self._block, teller), wish.runs, size, wish.seed, None))
        found /= self.process.motion.horizon - self.settling
        count = self.weights.size
        return RecordSums(*(found[:, part * count : (part + 1) * count] for part in range(4)))

    def _block(self, teller: _Teller, count: int, random: np.random.Generator) -> FloatArray:
        start = Starts(self.process.starts.kets, self.odds).drawn(count, random)
        odd = np.arange(count) % 2 == 1
        others = self.process.starts.kets.shape[0] - self.odds.size
        start[odd] = self.odds.size + random.integers(others, size=int(odd.sum()))
        sums, clocks = np.zeros((count, 4 * self.weights.size)), np.zeros(count)
        for who, clock, kets, _ in self.process.followed(start, random):
            later = clock > self.settling
            sums[who[later]] += self._summands(kets[later])
            teller.tell(clocks, who, clock)
        teller.done += count
        return sums

    def _summands(self, kets: ComplexArray) -> FloatArray:
        rates = self.process.jumps.odds(kets)
        landed = self.process.jumps.landed(kets, self.excess)
        squares = (kets.real**2 + kets.imag**2).sum(axis=1)
        held = np.einsum("nd,nd->n", kets.conj(), kets @ self.excess.T)[:, None] / squares[:, None]
        total = rates.sum(axis=1, keepdims=True)
        share = rates / total
        gained = self.weights + landed / np.where(rates > 0.0, rates, 1.0) - held
        noise = share * (gained.real**2 + gained.imag**2)
        return np.concatenate([share * held.real, share, landed.real / total, noise], axis=1)


class _Teller:
    """Tells of progress, now and then.

    Args:
        wish: whom, and of how many runs.
        horizon: how long each is [time].
    """

    def __init__(self, wish: Sampling, horizon: float) -> None:
        self.wish, self.horizon = wish, horizon
        self.done, self.told = 0, 0.0

    def tell(self, clocks: FloatArray, who: IntArray, clock: FloatArray) -> None:
        """How far a block is: at its last jumps so far, and where no more come, at the end."""
        if self.wish.progress is None:
            return
        clocks[:] = self.horizon
        clocks[who] = clock
        behind = (self.done + float(clocks.mean()) / self.horizon * clocks.size) / self.wish.runs
        if behind >= self.told + STEP:
            self.told = behind
            self.wish.progress(behind)


def record_runs(
    liouvillian: Liouvillian,
    state: ComplexArray,
    excess: ComplexArray,
    weights: FloatArray,
    settling: float,
    horizon: float,
    jumps: JumpOperators | None = None,
) -> RecordRuns:
    """Runs of a model at rest.

    Args:
        liouvillian: of a model without leading axes.
        state: rho (d, d) in the frame.
        excess: Y (d, d) in the frame.
        weights: c_k (k,).
        settling: before which nothing is summed [time].
        horizon: how long each run is [time].
        jumps: the jump operators, where they are at hand.

    Returns:
        The runs.
    """
    values, vectors = np.linalg.eigh(state)
    held = values > EMPTY
    odds, kets = values[held], vectors[:, held].T
    turns = np.arange(odds.size)
    # sqrt(rho) applied to a Fourier basis: rho in the mean, from kets that share no eigenstate.
    waves = np.exp(2j * np.pi * np.outer(turns, turns) / odds.size)
    others = (waves * np.sqrt(odds / odds.sum())) @ kets
    starts = Starts(np.ascontiguousarray(np.concatenate([kets, others])), np.zeros(0))
    process = KetJumps(starts, no_jump_motion(liouvillian, horizon), jumps or jump_operators(liouvillian))
    return RecordRuns(process, odds, excess, weights, settling)
