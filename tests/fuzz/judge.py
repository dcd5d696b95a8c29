"""The verdict on an outcome: a clear refusal by the package itself, or a result of finite numbers."""

from __future__ import annotations

import dataclasses
import dis
import re
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

import thermokin as tk
from thermokin.results import IntegratedCovariance, IntegratedCumulants

PACKAGE = str(Path(tk.__file__).parent)
CLEAR = (ValueError, TypeError, tk.errors.ThermokinError)
NAMED = re.compile(
    r"`[^`]+`|\b(state|states|levels|bath|baths|spectrum|current|currents|weights|times|frequencies|gaps?|model|rates?"
    r"|temperature|channel|jumps?|operator|population|populations|hamiltonian)\b"
)
FOREIGN = ("'NoneType' object", "has no attribute", "operands could not", "inhomogeneous", "ufunc", "not subscriptable")


class Refused:
    """A clear refusal, in place of a result.

    Args:
        error: what was raised.
    """

    def __init__(self, error: Exception) -> None:
        self.error = error


class OwnError(Exception):
    """What a user's own object raises; it may pass as it is."""


def outcome(call: Callable[[], Any]) -> Any:
    """The result of a call, or `Refused`; any other end is a failure of the package."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        try:
            return call()
        except tk.errors.LostPointsWarning as error:  # some points of a sweep are NaN, and named
            if not error.points:
                raise AssertionError(f"lost points that are not named: {error}") from error
            return Refused(error)
        except CLEAR as error:
            unclear = _unclear(error)
            if unclear:
                raise AssertionError(f"{unclear}: {type(error).__name__}: {error}") from error
            return Refused(error)
        except OwnError as error:
            return Refused(error)


def _unclear(error: Exception) -> str:
    """What is wrong with a refusal, nothing if it is clear."""
    last = error.__traceback__
    assert last is not None
    while last.tb_next is not None:
        last = last.tb_next
    if not last.tb_frame.f_code.co_filename.startswith(PACKAGE) or not _raised_here(last):
        return "raised inside, not by a check"
    text = str(error)
    if not NAMED.search(text):
        return "a message that names nothing"
    foreign = [word for word in FOREIGN if word in text]
    return f"a message with {foreign}" if foreign else ""


def _raised_here(last: TracebackType) -> bool:
    """Whether the line is a `raise` of Python: a failing call of NumPy's compiled code leaves no frame of its own."""
    return dis.opname[last.tb_frame.f_code.co_code[last.tb_lasti]] in {"RAISE_VARARGS", "RERAISE"}


def holds_numbers(result: object, *, infinite: bool = False) -> bool:
    """Whether every number of a result is one: no NaN, and no infinity unless it is documented.

    Looks into the fields of dataclasses, mappings and sequences.
    """
    if isinstance(result, IntegratedCumulants | IntegratedCovariance):
        # What they were counted along is not theirs: its model may hold an infinite temperature.
        result = result.values
    if isinstance(result, np.ndarray | float | complex | np.generic):
        numbers = np.asarray(result)
        if numbers.dtype.kind not in "fc":
            return True
        return not bool(np.isnan(numbers).any()) and (infinite or bool(np.isfinite(numbers).all()))
    if isinstance(result, Mapping):
        return all(holds_numbers(value, infinite=infinite) for value in result.values())
    if isinstance(result, list | tuple):
        return all(holds_numbers(value, infinite=infinite) for value in result)
    if dataclasses.is_dataclass(result):
        fields = [getattr(result, field.name) for field in dataclasses.fields(result)]
        return all(holds_numbers(value, infinite=infinite) for value in fields)
    return True
