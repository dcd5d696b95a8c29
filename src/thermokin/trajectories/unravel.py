"""Unravelling: a master equation's single runs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike

from thermokin._threads import one_thread
from thermokin._typing import FloatArray
from thermokin._verbs import OtherSystem, verb
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.model import Model, require_model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Initial, InitialState, initial_state
from thermokin.motion.time_grid import checked_times
from thermokin.operators.as_numbers import shown
from thermokin.trajectories.diffusive_trajectories import DiffusiveTrajectories, diffusive_process
from thermokin.trajectories.instrument import Detection, Heterodyne, Homodyne
from thermokin.trajectories.jump_process import jump_process
from thermokin.trajectories.jump_records import joined
from thermokin.trajectories.trajectories import Trajectories

__all__ = ["seeded_blocks", "unravel"]

MOST_RUNS = 10**9
MOST_JUMPS = 1e10  # 120 GB of records, and half an hour at best
JUMP_BYTES = 12  # a time and a channel
EARLY = 1e-9  # of the horizon: the first time at which the rate of jumps is looked at
SAMPLES = 37  # times at which it is
T = TypeVar("T")
TASKS = 16  # parcels that blocks are handed out in: each takes the process along


@overload
def unravel(model: OtherSystem, /, *given: Any, **named: Any) -> Any: ...


@overload
def unravel(
    model: Model,
    initial: Initial,
    times: ArrayLike,
    *,
    trajectories: int = 10_000,
    seed: int = 1,
    detection: None = None,
    executor: Executor | None = None,
) -> Trajectories: ...


@overload
def unravel(
    model: Model,
    initial: Initial,
    times: ArrayLike,
    *,
    trajectories: int = 10_000,
    seed: int = 1,
    detection: Detection,
    executor: Executor | None = None,
) -> DiffusiveTrajectories: ...


@verb
def unravel(
    model: Model,
    initial: Initial,
    times: ArrayLike,
    *,
    trajectories: int = 10_000,
    seed: int = 1,
    detection: Detection | None = None,
    executor: Executor | None = None,
) -> Trajectories | DiffusiveTrajectories:
    """Single runs of a model: exact jump records, each jump with the heat of its channel, or diffusive records.

    Between jumps psi(t) = exp(-i K t) psi, K = H - (i/2) sum_k L_k^+ L_k; the next jump comes when |psi(t)|^2 has
    fallen to a uniform random number, solved to rounding (no time step), and is of channel k with odds |L_k psi|^2. A
    mixed start is drawn from its eigenstates.

    Closed populations without coherence are sampled by Gillespie's algorithm. Where every jump resets the system to one
    of few kets, waiting times come from tables certified to 1e-14 of the survival; else from Newton's steps on sums
    of exponentials, or from a ladder of propagators where eps times the condition number of the eigenvectors of K
    exceeds 1e-13.

    With `Homodyne` or `Heterodyne` detection of one channel, whose steps are of given length, the conditioned state
    is a density matrix, positive at any step; see `DiffusiveTrajectories`. Mean states and correlations of the record
    converge as the square of the step. No heat is assigned to a diffusive record.

    Args:
        model: without leading axes.
        initial: as in `evolve`, without leading axes.
        times: (t,) strictly ascending, >= 0; records run from 0 to the last [time].
        trajectories: how many runs, >= 1.
        seed: >= 0; the same seed gives the same records bit for bit, whatever the executor.
        detection: None records every jump of every channel; `Homodyne(...)` or `Heterodyne(...)` watches one channel
            diffusively, and then `times` are whole multiples of its step.
        executor: runs blocks of trajectories in parallel, such as a `ProcessPoolExecutor`; None for this process.

    Returns:
        The records.

    Raises:
        ValueError: if model, initial state or times have leading axes, a number is out of range, the detection does
            not fit, or more runs or jumps are to be expected than a machine holds.
        TypeError: if an argument is of the wrong type.
        NotConvergedError: as in `evolve`, where so many jumps are possible that their number must be estimated first.

    Cost:
        About 0.1 microseconds a jump where jumps reset, a few microseconds else; 12 bytes a jump.

    Reference:
        dalibard1992; dum1992; gillespie1977; rouchon2015.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> runs = tk.unravel(qubit, tk.Gibbs(0.0), [0.0, 1e3], trajectories=2000)
        >>> sampled = runs.cumulants(tk.heat(qubit))
        >>> bool(abs(sampled.mean[-1] - 1.0 / (math.e + 1.0)) < 4.0 * sampled.mean_error[-1])
        True
    """
    grid, state = checked_run(model, initial, times, trajectories, seed)
    if executor is not None and not isinstance(executor, Executor):
        raise TypeError(f"`executor` must be a concurrent.futures.Executor or None, got {executor!r}.")
    if detection is not None:
        return _watched(model, state, grid, trajectories, seed, detection, executor)
    liouvillian = Liouvillian(model)
    _require_room(model, initial, trajectories, float(grid[-1]))
    process = jump_process(liouvillian, state, float(grid[-1]))
    blocks = seeded_blocks(process.block, trajectories, process.block_size, seed, executor)
    return Trajectories(model, grid, joined(blocks), process)


def _watched(
    model: Model,
    state: InitialState,
    grid: FloatArray,
    trajectories: int,
    seed: int,
    detection: Detection,
    executor: Executor | None,
) -> DiffusiveTrajectories:
    if not isinstance(detection, Homodyne | Heterodyne):
        raise TypeError(f"`detection` must be None, Homodyne(...) or Heterodyne(...), got {detection!r}.")
    process = diffusive_process(Liouvillian(model), state, grid, detection)
    blocks = seeded_blocks(process.block, trajectories, process.block_size, seed, executor)
    readings, states = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return DiffusiveTrajectories(model, grid, detection, readings, states, process.instrument)


def checked_run(
    model: Model, initial: Initial, times: ArrayLike, trajectories: int, seed: int
) -> tuple[FloatArray, InitialState]:
    """Times and initial state of single runs.

    Args:
        model: the model.
        initial: the initial state.
        times: the times.
        trajectories: how many.
        seed: of the random numbers.

    Returns:
        Times (t,) and state.

    Raises:
        ValueError: if there are leading axes, or a number is out of range.
        TypeError: if a number is not whole.
    """
    require_model(model)
    if model.batch_shape:
        raise ValueError(
            f"`model` must have no leading axes to be unravelled, got {model.batch_shape}; take one point."
        )
    for name, value, least in (("trajectories", trajectories, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise TypeError(f"`{name}` must be a whole number, got {value!r}.")
        if value < least:
            raise ValueError(f"`{name}` must be >= {least}, got {value}.")
    if trajectories > MOST_RUNS:
        raise ValueError(f"`trajectories` must be at most {MOST_RUNS:,}, got {shown(trajectories)}.")
    grid, state = checked_times(times), initial_state(model, initial)
    if grid.ndim != 1:
        raise ValueError(f"`times` must have shape (t,) to unravel, got {grid.shape}.")
    if state.populations.ndim != 1:
        raise ValueError(f"`initial` must have no leading axes to unravel, got {state.populations.shape[:-1]}.")
    return grid, state


def _require_room(model: Model, initial: Initial, trajectories: int, horizon: float) -> None:
    """Refuse records that no machine holds, by the mean number of jumps."""
    liouvillian = Liouvillian(model)
    fastest = float(np.abs(liouvillian.decay.dense).sum(axis=-1).max())
    if fastest * horizon * trajectories <= MOST_JUMPS:
        return
    times = np.concatenate([[0.0], np.geomspace(EARLY * horizon, horizon, SAMPLES)])
    rates = evolve(model, initial, times).expectation(liouvillian.decay)
    expected = float(np.trapezoid(rates, times)) * trajectories
    if expected > MOST_JUMPS:
        raise ValueError(
            f"`trajectories` and `times` ask for about {expected:.1e} jumps, {JUMP_BYTES * expected / 2.0**30:.1e} GiB "
            f"of records; at most {MOST_JUMPS:.0e} jumps are sampled. Ask for fewer runs or shorter times; "
            "integrated_cumulants(...) and distribution(...) count without single runs."
        )


def seeded_blocks(
    work: Callable[[int, np.random.Generator], T], total: int, size: int, seed: int, executor: Executor | None
) -> list[T]:
    """Results of blocks, in order; block b draws from SeedSequence(seed, spawn_key=(b,)).

    Args:
        work: from a number of trajectories and a source of randomness to a result; must survive pickling if the
            executor runs processes.
        total: trajectories in all.
        size: trajectories of a block.
        seed: >= 0.
        executor: runs the blocks; None means here, one after the other.

    Returns:
        One result a block.
    """
    sizes = [min(size, total - begin) for begin in range(0, total, size)]
    task = partial(_block, work, seed)
    if executor is None:
        return [task(number, count) for number, count in enumerate(sizes)]
    return list(executor.map(task, range(len(sizes)), sizes, chunksize=-(-len(sizes) // TASKS)))


def _block(work: Callable[[int, np.random.Generator], T], seed: int, number: int, count: int) -> T:
    stream = np.random.SeedSequence(seed, spawn_key=(number,))
    with one_thread():
        return work(count, np.random.Generator(np.random.SFC64(stream)))
