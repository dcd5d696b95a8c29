"""How the program ends: plain lines and an exit code when something is wrong, and as a shell expects on a signal."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer

import typer

from thermokin._errors import StudyError

__all__ = [
    "BAD_INPUT",
    "CHECK_FAILED",
    "PIPE_CLOSED",
    "Stopped",
    "drop_output",
    "exit_code",
    "listen",
    "plain_failures",
    "settle",
    "talk",
]

PIPE_CLOSED = 141  # 128 and the number of the signal that other programs die of there
AGAIN = 0.01  # seconds after which a request that was lost is made again
_ASKING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
CHECK_FAILED, BAD_INPUT = 1, 2


class Stopped(KeyboardInterrupt):
    """Raised where a signal other than that of Ctrl-C asks the program to end.

    Attributes:
        number: of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


_asked: list[int] = []
"""The signals that have asked the program to end."""


def listen() -> None:
    """From here on a request to end is an exception, so that what is open is closed and what is unfinished removed."""
    for number in _ASKING:
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup has a hang-up ignored
            signal.signal(number, _stop)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    sys.unraisablehook = _outlive_finalisers


def _outlive_finalisers(lost: sys.UnraisableHookArgs) -> None:
    """A request to end that was raised in a finaliser, where exceptions are dropped, is made again outside it.

    What a request has cut short may be half made, so that its own finaliser fails: nobody needs to read of that.
    """
    if isinstance(lost.exc_value, KeyboardInterrupt):
        again = Timer(AGAIN, os.kill, (os.getpid(), _asked[-1] if _asked else signal.SIGINT))
        again.daemon = True
        again.start()
    elif not _asked:
        sys.__unraisablehook__(lost)


def settle() -> None:
    """From here on a program that listens passes requests to end over: all that can still happen is the end."""
    if any(signal.getsignal(number) is _stop for number in _ASKING):
        for number in (signal.SIGINT, *_ASKING):
            signal.signal(number, signal.SIG_IGN)


def exit_code(stop: KeyboardInterrupt) -> int:
    """The code that a shell gives to a program that a signal has ended.

    Args:
        stop: what the signal raised.

    Returns:
        128 and the signal's number.
    """
    return 128 + (stop.number if isinstance(stop, Stopped) else signal.SIGINT)


def drop_output() -> None:
    """Nobody reads stdout any more: what it still holds must not fail once more when the interpreter flushes it."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _stop(number: int, *_: object) -> None:
    _asked.append(number)
    raise KeyboardInterrupt if number == signal.SIGINT else Stopped(number)


def talk(line: str) -> None:
    """Say something to the person at the terminal, if anybody listens; stdout is left to results.

    Args:
        line: what to say.
    """
    with suppress(OSError):
        typer.echo(line, err=True)


@contextmanager
def plain_failures(written: Callable[[], str] = lambda: "nothing was written") -> Iterator[None]:
    """A context in which a bad study, an interruption, lost output and a lack of memory end a command in one line each.

    Args:
        written: says what an interrupted command has left.

    Yields:
        Nothing.

    Raises:
        Exit: with code 2, 1, that of a signal, or that of a closed pipe, of which nothing is said.
    """
    try:
        yield
    except StudyError as error:
        for line in error.problems:
            talk(line)
        raise typer.Exit(BAD_INPUT) from error
    except KeyboardInterrupt as stop:
        talk(f"{'stopped' if isinstance(stop, Stopped) else 'interrupted'}; {written()}")
        raise typer.Exit(exit_code(stop)) from stop
    except BrokenPipeError as error:
        drop_output()
        raise typer.Exit(PIPE_CLOSED) from error
    except OSError as error:
        drop_output()
        talk(f"cannot read or write: {error.strerror or error}")
        raise typer.Exit(BAD_INPUT) from error
    except MemoryError as error:
        talk("out of memory; nothing was written (thermokin run --dry-run says how much a study takes)")
        raise typer.Exit(CHECK_FAILED) from error
