"""How the program ends: plain lines and an exit code when something is wrong, and as a shell expects on a signal."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from time import sleep
from types import FrameType
from typing import NoReturn

import typer

from thermokin._errors import StudyError

__all__ = [
    "BAD_INPUT",
    "CHECK_FAILED",
    "PIPE_CLOSED",
    "Stopped",
    "drop_output",
    "end",
    "exit_code",
    "listen",
    "plain_failures",
    "settle",
    "talk",
]

PIPE_CLOSED = 141  # 128 and the number of the signal that other programs die of there
AGAIN = 0.01  # seconds after which a request is made again, for it may have been lost or had to wait
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
_repeated: list[int] = []
"""Where the next signal is a request made again, that one; an event of `threading` would lock inside a handler."""


def listen() -> None:
    """From here on a request to end is an exception, so that what is open is closed and what is unfinished removed."""
    for number in _ASKING:
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup has a hang-up ignored
            signal.signal(number, _stop)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    sys.unraisablehook = _say_what_is_lost


def _say_what_is_lost(lost: sys.UnraisableHookArgs) -> None:
    """Of an exception that the interpreter drops, as in a finaliser: a request is made again, its traces need no word.

    What a request has cut short may be half made, so that its own finaliser fails.
    """
    if not _asked:
        sys.__unraisablehook__(lost)


def _insist(number: int) -> None:
    """Make a request again and again until the program ends: there are libraries that drop an exception."""
    while signal.getsignal(number) is _stop:
        sleep(AGAIN)
        _repeated.append(number)
        os.kill(os.getpid(), number)


def settle() -> None:
    """From here on a program that listens passes requests to end over: all that can still happen is the end."""
    if any(signal.getsignal(number) is _stop for number in (signal.SIGINT, *_ASKING)):
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


def end(code: str | int | None) -> NoReturn:
    """End the program; where it was asked to, at once: what was cut short in a library may crash when it is freed.

    Args:
        code: the exit code, as `sys.exit` takes it.

    Raises:
        SystemExit: where nobody has asked.
    """
    settle()
    if not _asked or not isinstance(code, int):
        sys.exit(code)
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _stop(number: int, frame: FrameType | None) -> None:
    """End, but let an import be done first: a compiled module that is half made crashes the interpreter, or hides why.

    Who asks a second time waits for nothing; a request that is only repeated disturbs no ending under way.
    """
    patient = bool(_repeated) or not _asked
    _repeated.clear()
    if not _asked:
        Thread(target=_insist, args=(number,), daemon=True).start()
    _asked.append(number)
    if patient and (_importing(frame) or _ending(sys.exc_info()[1])):
        return
    raise KeyboardInterrupt if number == signal.SIGINT else Stopped(number)


def _importing(frame: FrameType | None) -> bool:
    """Whether the program is importing something, at a place of it."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _ending(handled: BaseException | None) -> bool:
    """Whether an exception that is being handled comes from a request to end."""
    while handled is not None:
        if isinstance(handled, KeyboardInterrupt):
            return True
        handled = handled.__context__
    return False


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
