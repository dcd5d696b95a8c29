"""Jump records of many runs, and what is read from them: cumulants with their standard errors among it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._threads import one_thread
from thermokin._typing import ComplexArray, FloatArray, IntArray, OperatorLike
from thermokin.model.current import Current, own
from thermokin.model.current import energy as energy_of_jumps
from thermokin.model.current_checks import require_finite_weights
from thermokin.model.jump_entropy import heat_weights
from thermokin.model.model import Model
from thermokin.motion.observable import hermitian_in_frame
from thermokin.trajectories.jump_process import JumpProcess, LevelJumps
from thermokin.trajectories.jump_records import ChannelArray, Records

__all__ = ["SampleCumulants", "Trajectories", "Trajectory", "sample_cumulants"]

NUMBERS = 2**20  # complex numbers of kets that are held at a time
LARGEST = 3


@dataclass(frozen=True, eq=False)
class Trajectory(Result):
    """The jumps of one run.

    Args:
        model: the model.
        times: (m,) of the jumps, ascending [time].
        channels: (m,) the position in `model.channels` of each.
    """

    model: Model
    times: FloatArray
    channels: ChannelArray

    @property
    def heat(self) -> FloatArray:
        """Heat into the system of each jump, by its channel (m,) [energy]."""
        return heat_weights(self.model)[self.channels]

    @property
    def energy(self) -> FloatArray:
        """Energy that each jump gives to the system by its channel (m,) [energy]."""
        return self.model.table.energy[self.channels]

    def __len__(self) -> int:
        """Number of jumps."""
        return int(self.times.size)


@dataclass(frozen=True, eq=False)
class Trajectories(Result):
    """Jump records of n runs from time 0 to the last of some times. Item i is the `Trajectory` of run i.

    Kets are not stored: a record and its start determine them, so they are made when asked for.

    Args:
        model: the model.
        times: the times asked for (t,) [time].
        block: all records, one run after the other.
        process: what sampled them, and follows the kets.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> heat = tk.unravel(qubit, tk.Gibbs(0.0), [0.0, 100.0], trajectories=500).amount(tk.heat(qubit))
        >>> sorted(set(heat[:, -1].tolist()))  # from the ground level: no quantum, or one
        [0.0, 1.0]
    """

    model: Model
    times: FloatArray
    block: Records
    process: JumpProcess

    def __len__(self) -> int:
        """Number n of runs."""
        return self.block.size

    def __getitem__(self, run: int) -> Trajectory:
        """The record of one run.

        Args:
            run: from 0, or from the end if negative.

        Returns:
            Its jumps.

        Raises:
            IndexError: past the last run.
        """
        if not -len(self) <= run < len(self):
            raise IndexError(f"there are {len(self)} trajectories, got position {run}.")
        run %= len(self)
        jumps = slice(int(self.block.first[run]), int(self.block.first[run + 1]))
        return Trajectory(self.model, self.block.times[jumps], self.block.channels[jumps])

    @property
    def trajectory(self) -> IntArray:
        """Which run each jump belongs to (m,), ascending."""
        return self.block.trajectory

    @property
    def jump_times(self) -> FloatArray:
        """When each jump happens (m,), ascending within a run [time]."""
        return self.block.times

    @property
    def channels(self) -> ChannelArray:
        """The position in `model.channels` of each jump (m,)."""
        return self.block.channels

    @cached_property
    def jumps(self) -> IntArray:
        """Number of jumps of each run up to each time (n, t)."""
        return self.block.numbers(self.times)

    @property
    def counts(self) -> IntArray:
        """Number of jumps of each channel up to each time (n, t, k). Cost: n t k numbers."""
        counts = np.zeros((len(self), self.times.size, self.model.table.size), dtype=np.int64)
        for channel in range(self.model.table.size):
            weights = np.zeros(self.model.table.size)
            weights[channel] = 1.0
            counts[..., channel] = self.block.amounts(self.times, weights)
        return counts

    def amount(self, current: Current) -> FloatArray:
        """What a current has exchanged since time 0, run by run: the weights of the jumps added up.

        Args:
            current: a current of the model, such as `heat(model, "hot")`.

        Returns:
            (n, t).

        Raises:
            ValueError: if the current belongs to another model.
        """
        own(current, self.model)
        return self.block.amounts(self.times, current.weights)

    def cumulants(self, current: Current, *, order: int = 2) -> SampleCumulants:
        """Mean, variance and third cumulant over runs of what a current has exchanged, with standard errors.

        The errors are estimated from the sample itself: where rare jumps decide and it holds few of them, they are far
        too small.

        Args:
            current: a current of the model.
            order: largest cumulant, 1 to 3.

        Returns:
            The estimates (t, order), to be compared with `integrated_cumulants`.

        Raises:
            ValueError: if the current belongs to another model, `order` is out of range, or a weight is not finite.
        """
        require_finite_weights(current, "cumulants")
        return sample_cumulants(self.amount(current), order, self.times)

    def expectation(self, operator: OperatorLike) -> FloatArray:
        """Mean of an operator in the ket of each run, <psi|A|psi>.

        Args:
            operator: A (d, d) in the user's basis, Hermitian.

        Returns:
            (n, t).

        Raises:
            ValueError: if the operator has another shape or is not Hermitian.
        """
        return self._means(hermitian_in_frame(self.model, operator), self.times)

    def _means(self, matrix: ComplexArray, times: FloatArray) -> FloatArray:
        parts = [np.einsum("ntd,ntd->nt", kets.conj(), kets @ matrix.T).real for kets in self._kets(times)]
        return np.concatenate(parts)

    def _kets(self, times: FloatArray) -> Iterator[ComplexArray]:
        size = max(1, NUMBERS // (times.size * self.model.dimension))
        for begin in range(0, len(self), size):
            with one_thread():
                kets = self.process.kets_at(self.block.part(begin, min(begin + size, len(self))), times)
            yield kets

    @property
    def kets(self) -> ComplexArray:
        """Kets (n, t, d) in the user's basis, each up to its phase. Cost: n t d numbers."""
        kets = np.concatenate(list(self._kets(self.times)))
        return kets if self.model.frame is None else np.asarray(kets @ self.model.frame.T)

    @cached_property
    def mean_states(self) -> ComplexArray:
        """Mean over runs of |psi><psi| (t, d, d) in the user's basis; `evolve` gives its limit."""
        size = self.model.dimension
        total = np.zeros((self.times.size, size, size), dtype=np.complex128)
        if isinstance(self.process, LevelJumps):
            levels, time = self.process.levels_at(self.block, self.times), np.arange(self.times.size)
            place = (time * size + levels).ravel()
            counts = np.bincount(place, minlength=time.size * size).reshape(-1, size)
            total[:, np.arange(size), np.arange(size)] = counts
        else:
            for kets in self._kets(self.times):
                total += kets.transpose(1, 2, 0) @ kets.conj().transpose(1, 0, 2)
        return self.model.from_frame(total / len(self))

    @cached_property
    def energy(self) -> FloatArray:
        """Mean energy in the ket of each run (n, t) [energy]; of the operator whose energy the model counts."""
        return self._means(self.model.energy.dense, self.times)

    @cached_property
    def energy_between_jumps(self) -> FloatArray:
        """Energy change since time 0 that no jump's channel pays for (n, t) [energy].

        The change of <psi|H|psi>, H the operator whose energy is counted, less the energy of the channels of all
        jumps so far. In it are the drift of the mean energy while nothing is detected, which is knowledge gained, and
        the difference at each jump between the change of the mean energy and the channel's quantum. It is not work:
        at constant H, with [H, L_k] = energy_k L_k, its mean over runs is zero.
        """
        start = self._means(self.model.energy.dense, np.zeros(1))
        return self.energy - start - self.amount(energy_of_jumps(self.model))


@dataclass(frozen=True, eq=False)
class SampleCumulants(Result):
    """Estimates of mean, variance and third cumulant.

    Args:
        values: (..., order).
        errors: standard errors (..., order); to leading order in one over the number of samples.
        times: of the samples (t,) [time]; None where they belong to none.
    """

    values: FloatArray
    errors: FloatArray
    times: FloatArray | None = None

    @property
    def mean(self) -> FloatArray:
        """(...)."""
        return self.values[..., 0]

    @property
    def mean_error(self) -> FloatArray:
        """Standard error of the mean (...)."""
        return self.errors[..., 0]


def sample_cumulants(samples: FloatArray, order: int = 2, times: FloatArray | None = None) -> SampleCumulants:
    """Unbiased cumulants of samples (k-statistics) and their standard errors.

    k_1 = <x>, k_2 = n/(n-1) <d^2>, k_3 = n^2/((n-1)(n-2)) <d^3> with d = x - <x>; their errors are the deviations of
    d, d^2 - k_2 and d^3 - 3 k_2 d - k_3 over sqrt(n).

    Args:
        samples: (n, ...), n >= 3.
        order: largest cumulant, 1 to 3.
        times: of the samples, along their second axis (t,) [time].

    Returns:
        The estimates (..., order).

    Raises:
        ValueError: if `order` is out of range, or there are fewer than three samples.
    """
    if not 1 <= order <= LARGEST:
        raise ValueError(f"`order` must be from 1 to {LARGEST}, got {order}.")
    count = samples.shape[0]
    if count < LARGEST:
        raise ValueError(f"cumulants need at least {LARGEST} trajectories, got {count}.")
    mean = samples.mean(axis=0)
    away = samples - mean
    second = (away**2).sum(axis=0) / (count - 1)
    third = (away**3).mean(axis=0) * count**2 / ((count - 1) * (count - 2))
    influence = (away, away**2 - second, away**3 - 3.0 * second * away - third)[:order]
    errors = [part.std(axis=0, ddof=1) / np.sqrt(count) for part in influence]
    return SampleCumulants(np.stack([mean, second, third][:order], axis=-1), np.stack(errors, axis=-1), times)
