"""A progress bar that shows itself only when the work takes longer than two seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

__all__ = ["late_progress"]

PATIENCE = 2.0  # seconds before the bar appears


@contextmanager
def late_progress() -> Iterator[Callable[[str, float], None]]:
    """A progress bar on stderr, for a terminal only; NO_COLOR is honoured.

    Yields:
        A function to be told what is being done and which fraction of the work is behind.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
    )
    progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = progress.add_task("starting", total=1.0)
    timer = Timer(PATIENCE, progress.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda what, fraction: progress.update(task, description=what, completed=fraction)
    finally:
        timer.cancel()
        timer.join()
        progress.stop()
