"""What a signal or a closed pipe does to the program: it ends as a shell expects, and leaves nothing half-written."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from threading import Timer

__all__ = ["PIPE_CLOSED", "Stopped", "drop_output", "exit_code", "listen", "settle"]

PIPE_CLOSED = 141  # 128 and the number of the signal that other programs die of there
AGAIN = 0.01  # seconds after which a request that was lost is made again
_ASKING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


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
