"""The error for numbers that doubles cannot reach, because rates lie too many decades apart."""

from __future__ import annotations

import numpy as np

from thermokin._errors import NotConvergedError

__all__ = ["out_of_reach"]


def out_of_reach(
    what: str,
    why: str = "what passes between some levels is smaller than doubles hold",
    remedy: str = "Leave out the rates that are too slow to matter.",
) -> NotConvergedError:
    """The error for what doubles cannot reach.

    Args:
        what: the number asked for, with its verb.
        why: the reason, without a full stop.
        remedy: what to try next, a sentence.

    Returns:
        The error, to be raised.
    """
    return NotConvergedError(f"{what} out of reach: {why}.", np.inf, remedy)
