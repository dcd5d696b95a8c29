"""Families for sweeps: machines that note when they are asked, or fail; and a sweep as a script, to be killed."""

from __future__ import annotations

import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

import thermokin as tk

LOG, MOST = "SWEPT_LOG", 100
OUTPUTS = ("heat from hot", "noise of heat from hot")


def noted(drive: Any, hot: Any) -> tk.Model:
    """The maser, which notes the first point of what it is asked for, after a while."""
    time.sleep(float(os.environ.get("SWEPT_WAIT", "0")))
    if LOG in os.environ and 4 < np.size(drive) <= MOST:  # not the trial beforehand
        with open(os.environ[LOG], "a", encoding="utf-8") as log:
            log.write(f"{np.ravel(drive)[0]!r} {np.size(drive)}\n")
    return tk.library.three_level_maser(drive=drive, hot=hot)


def one_by_one(drive: float, hot: float) -> tk.Model:
    """The same for single numbers alone."""
    if drive > 0.0 and hot > 0.0:
        return tk.library.three_level_maser(drive=drive, hot=hot)
    raise ValueError("`drive` must be > 0.")


def axes(points: int) -> dict[str, np.ndarray[Any, Any]]:
    """Values of the numbers of the maser."""
    return {"drive": np.geomspace(0.01, 0.5, points), "hot": np.array([3.0, 5.0])}


def main(store: str, executor: str, points: int, chunk: int) -> None:
    """Sweep into a store."""
    warnings.simplefilter("ignore", tk.errors.ValidityWarning)
    who: Any = executor
    tk.sweep(noted, axes(points), OUTPUTS, store=Path(store), executor=who, workers=2, chunk=chunk)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
