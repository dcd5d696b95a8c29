"""Who computes the chunks: this process, processes beside it, any executor, or the workers of a dask cluster."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Literal, TypeAlias

from thermokin._errors import SweepError

__all__ = ["ExecutorLike", "available_workers", "executor_of"]

ExecutorLike: TypeAlias = "Executor | Literal['serial', 'processes'] | str | Any | None"
"""An executor, "serial", "processes", a dask client, or the address of a dask scheduler."""
ADDRESSES = ("tcp://", "tls://", "ucx://", "ws://", "wss://", "inproc://")


def available_workers() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def executor_of(wanted: ExecutorLike, workers: int, job: object) -> Iterator[Executor | None]:
    """A context with the executor that is meant; one that is made here is closed at its end.

    Args:
        wanted: what was asked for, "serial" and "processes" among it.
        workers: how many processes.
        job: what they are sent.

    Yields:
        The executor; None where this process computes.

    Raises:
        TypeError: if it is none of those.
        SweepError: if a package is missing, no scheduler answers, or the job cannot be sent.
    """
    if wanted == "serial":
        yield None
    elif wanted == "processes":
        with _processes(workers, job) as made:
            yield made
    elif isinstance(wanted, str):
        with _at_address(wanted) as made:
            yield made
    elif isinstance(wanted, Executor):
        yield wanted
    elif hasattr(wanted, "get_executor"):  # a dask client
        yield _of_client(wanted)
    else:
        raise TypeError(
            '`executor` must be "serial", "processes", an executor of `concurrent.futures`, a dask client or the '
            f"address of a dask scheduler, got {wanted!r}."
        )


@contextmanager
def _processes(workers: int, job: object) -> Iterator[Executor]:
    """Processes of loky, which take any function; those of the standard library where it is not installed."""
    try:
        from loky import ProcessPoolExecutor as LokyExecutor
    except ImportError:
        _require_sendable(job)
        made: Any = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_quiet)
    else:
        made = LokyExecutor(workers, initializer=_quiet)
    try:
        yield made
    except BaseException:
        made.shutdown(wait=False)
        raise
    made.shutdown(wait=True)


def _quiet() -> None:
    """Ctrl-C reaches all processes of a terminal: workers leave it to the one that asks them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _require_sendable(job: object) -> None:
    try:
        pickle.dumps(job)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise SweepError(
            f"the sweep cannot be sent to other processes ({error}). Define its functions at the top of a module, "
            "install loky (pip install 'thermokin[sweep]'), which sends any function, or give executor=\"serial\"."
        ) from error


@contextmanager
def _at_address(address: str) -> Iterator[Executor]:
    if not address.startswith(ADDRESSES):
        raise SweepError(
            f'`executor` must be "serial", "processes" or the address of a dask scheduler, as tcp://node:8786, got '
            f"{address!r}."
        )
    try:
        from distributed import Client
    except ImportError as error:
        raise SweepError(
            f"`executor` {address!r} needs the package distributed, which is not installed: pip install "
            "'thermokin[dask]'."
        ) from error
    try:
        client: Any = Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError) as error:
        raise SweepError(f"`executor`: no dask scheduler answers at {address}.") from error
    with client:
        yield _of_client(client)


def _of_client(client: Any) -> Executor:
    if getattr(client, "status", "running") != "running":
        raise SweepError("`executor` is a dask client that is closed; give one whose cluster is running.")
    made: Executor = client.get_executor()
    return made
