"""How a command ends when something is wrong: plain lines on stderr and an exit code, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from thermokin._errors import StudyError

__all__ = ["BAD_INPUT", "CHECK_FAILED", "INTERRUPTED", "plain_failures", "talk"]

CHECK_FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130


def talk(line: str) -> None:
    """Say something to the person at the terminal; stdout is left to results.

    Args:
        line: what to say.
    """
    typer.echo(line, err=True)


@contextmanager
def plain_failures() -> Iterator[None]:
    """A context in which a bad study, an interruption and a lack of memory end the command in one line each.

    Yields:
        Nothing.

    Raises:
        Exit: with code 2, 130 or 1.
    """
    try:
        yield
    except StudyError as error:
        for line in error.problems:
            talk(line)
        raise typer.Exit(BAD_INPUT) from error
    except KeyboardInterrupt as error:
        talk("interrupted; nothing was written")
        raise typer.Exit(INTERRUPTED) from error
    except MemoryError as error:
        talk("out of memory; nothing was written (thermokin run --dry-run says how much a study takes)")
        raise typer.Exit(CHECK_FAILED) from error
