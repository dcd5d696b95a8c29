"""What a study will take, before it is run."""

from __future__ import annotations

from thermokin.study.read import StudyFile
from thermokin.study.times_section import times_of

__all__ = ["estimate"]

# Measured at 200 and 800 levels: matrices of N x N numbers, and arrays of N numbers per time, held at the peak.
MATRICES, SERIES, BASE = 30, 16, 190e6


def estimate(file: StudyFile) -> str:
    """Points and memory of a run.

    Args:
        file: the study and its pair.

    Returns:
        One line.
    """
    size, points = file.pair.heating.model.dimension, len(times_of(file.study.times))
    memory = BASE + 8.0 * (MATRICES * size**2 + SERIES * size * points)
    shown = f"{memory / 1e9:.1f} GB" if memory >= 1e9 else f"{memory / 1e6:.0f} MB"
    return f"2 quenches of {size} levels at {points} times: {2 * size * points} populations, about {shown} of memory"
