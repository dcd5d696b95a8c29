"""How a command ends when something is wrong: plain lines on stderr and an exit code, never a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import typer

from thermokin._errors import StudyError
from thermokin.cli.stopping import PIPE_CLOSED, Stopped, drop_output, exit_code

__all__ = ["BAD_INPUT", "CHECK_FAILED", "plain_failures", "talk"]

CHECK_FAILED, BAD_INPUT = 1, 2


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
