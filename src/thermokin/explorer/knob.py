"""One number or word of a system that can be moved: what it is, where it begins, how far its slider goes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from thermokin.model.parameter import Parameter

__all__ = ["Knob", "knob_of", "read_value"]

_FOLD = 30.0  # a slider of a rate goes from its value over this to its value times this
_TIMES = 4.0  # one of a number that is not negative from its lower end to its value times this
_AROUND = 2.0  # any other from its value less to its value plus this many times its size
_STEPS = 200


@dataclass(frozen=True)
class Knob:
    """What a page needs of one number.

    Args:
        name: its place in a study, as "model.drive" or "baths.hot.temperature".
        words: what it is.
        unit: empty where it has none.
        value: where it begins, as text.
        low: left end of the slider.
        high: right end of the slider.
        step: of the slider; 0 where its scale is logarithmic, and 1 for whole numbers.
        choices: words that it may be; then there is no slider.
        said: need and range in words.
    """

    name: str
    words: str
    unit: str
    value: str
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    choices: tuple[str, ...] = ()
    said: str = ""


def knob_of(name: str, known: Parameter, value: Any, unit: str | None = None) -> Knob:
    """The knob of a parameter.

    Args:
        name: its place in a study.
        known: unit, range and meaning.
        value: where it begins.
        unit: in which the value is; that of the parameter if None.

    Returns:
        The knob; its slider covers the range, or what lies around the value where the range has no end.
    """
    words = known.words or name.rpartition(".")[2].replace("_", " ")
    said = (known if unit is None else replace(known, unit=unit)).said
    unit = unit or known.unit
    unit = "" if unit == "1" else unit
    if known.choices:
        return Knob(name, words, unit, str(value), choices=known.choices, said=said)
    if known.role == "whole":
        start = int(value)
        first, last = int(max(known.least, start - 10, 0)), int(min(known.most, max(2 * start, start + 4)))
        return Knob(name, words, unit, str(start), first, last, 1.0, said=said)
    low, high, step = _range(known, float(value))
    return Knob(name, words, unit, f"{float(value):.12g}", low, high, step, said=said)


def _range(known: Parameter, value: float) -> tuple[float, float, float]:
    """Ends and step of a slider."""
    size = abs(value) if math.isfinite(value) and value else 1.0
    lower, exclusive = max(known.above, known.least), known.above >= known.least
    if lower == 0.0 and exclusive and known.unit == "1/time" and value > 0.0:
        return _round(value / _FOLD), _round(min(value * _FOLD, known.most)), 0.0
    low = lower if math.isfinite(lower) else -_AROUND * size
    if not math.isfinite(lower) and math.isfinite(value):
        low += value
    high = known.most
    if not math.isfinite(high):
        high = low + _TIMES * size if math.isfinite(lower) else low + 2.0 * _AROUND * size
    if known.step:
        return low, high, known.step
    step = _round((high - low) / _STEPS)
    return (low + step if exclusive and math.isfinite(lower) else low), high, step


def _round(number: float) -> float:
    """A number with two digits."""
    return float(f"{number:.2g}")


def read_value(text: str, known: Parameter) -> Any:
    """What somebody has typed.

    Args:
        text: the text.
        known: the parameter.

    Returns:
        A number, a whole number or a word. What is none is given back as it is, and refused as in a study file.
    """
    text = text.strip()
    if known.choices or len(text) > 100:
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if known.role == "whole" and number.is_integer() and abs(number) < 1e15 else number
