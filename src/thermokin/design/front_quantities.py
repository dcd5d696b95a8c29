"""What a search weighs, in words: outputs of `tk.response`, figures of merit, and their products and quotients."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.counting.counting import Counting
from thermokin.design.front_figures import FIGURES
from thermokin.linear_response.outputs import (
    Covariance,
    Expectation,
    Gap,
    Mean,
    Noise,
    Output,
    Wanted,
    listed_outputs,
)
from thermokin.machines.figures_of_merit import FiguresOfMerit, merits_of
from thermokin.model.model import Model
from thermokin.motion.modes import modes
from thermokin.operators.as_numbers import shown

__all__ = ["Factor", "Quantity", "evaluated", "quantity_of"]

_JOINED = re.compile(r" ([*/]) ")
_POWER = re.compile(r"(?P<words>.*?)(?:\^(?P<power>[1-9]))?")


@dataclass(frozen=True, eq=False)
class Factor:
    """A part of a quantity.

    Args:
        words: that say it.
        power: to which it is taken, negative below a stroke.
        wanted: the output; None for a figure of merit.
    """

    words: str
    power: int
    wanted: Wanted | None


@dataclass(frozen=True, eq=False)
class Quantity:
    """A product of powers of outputs and figures of merit.

    Args:
        words: that say it.
        factors: of the product.
    """

    words: str
    factors: tuple[Factor, ...]


def quantity_of(words: object, own: Mapping[str, Any]) -> Quantity:
    """What words mean.

    Args:
        words: outputs and figures, joined by " * " and " / ", each to a power as "^2".
        own: outputs by names of one's own, words or functions as `tk.response` takes them.

    Returns:
        The quantity.

    Raises:
        TypeError: if it is no text.
        ArgumentError: if the words mean nothing, or an output that a search cannot weigh.
    """
    if not isinstance(words, str) or not words:
        raise TypeError(f'a quantity must be words, as "heat from cold / heat from hot", got {shown(words)}.')
    parts = _JOINED.split(f"* {words}" if words[:2] == "* " else words)
    signs = [1, *(1 if sign == "*" else -1 for sign in parts[1::2])]
    return Quantity(words, tuple(_factor(text, sign, own) for text, sign in zip(parts[::2], signs, strict=True)))


def _factor(text: str, sign: int, own: Mapping[str, Any]) -> Factor:
    match = _POWER.fullmatch(text)
    words, power = (text, 1) if match is None else (match["words"], int(match["power"] or 1))
    if words in FIGURES:
        return Factor(words, sign * power, None)
    try:
        (wanted,) = listed_outputs({words: own[words]} if words in own else [words])
    except ValueError as error:
        near = get_close_matches(words, [*FIGURES, *own], n=1)
        hint = f' Did you mean "{near[0]}"?' if near else f" Figures of merit are {', '.join(FIGURES)}."
        raise ArgumentError(f"{error}{hint}", "objectives") from None
    return Factor(words, sign * power, wanted)


def evaluated(
    model: Model, quantities: tuple[Quantity, ...], initial: Any = None
) -> tuple[FloatArray, FiguresOfMerit | None]:
    """Quantities of models, all points of a sweep at once.

    Args:
        model: one model or a sweep of models.
        quantities: what is wanted (q,).
        initial: says which steady state is meant.

    Returns:
        (..., q), NaN where a quantity is not defined, and the machine's figures of merit, None without baths.

    Raises:
        ValueError, ThermokinError: as counting does.
    """
    counting = Counting(model, initial=initial)
    merits = merits_of(counting) if model.baths else None
    known: dict[str, FloatArray] = {}
    columns = []
    for quantity in quantities:
        column: FloatArray = np.ones(model.batch_shape)
        for factor in quantity.factors:
            if factor.words not in known:
                known[factor.words] = _number(factor, counting, merits)
            with np.errstate(all="ignore"):
                column = column * known[factor.words] ** float(factor.power)
        columns.append(np.broadcast_to(column, model.batch_shape))
    return np.stack(columns, axis=-1), merits


def _number(factor: Factor, counting: Counting, merits: FiguresOfMerit | None) -> FloatArray:
    if factor.wanted is None:
        if merits is None:
            raise ArgumentError(f'"{factor.words}" is of machines with baths, and this model has none.', "objectives")
        return np.asarray(FIGURES[factor.words](merits))
    output = factor.wanted.of(counting.model)
    for kind, number in _NUMBERS.items():
        if isinstance(output, kind):
            return np.asarray(number(counting, output))
    raise ArgumentError(
        f'"{factor.words}" cannot be searched for: of relaxation only "gap" is known to a search.', "objectives"
    )


def _gap(counting: Counting, output: Any) -> FloatArray:
    if output.whole:
        raise ArgumentError('"gap of the generator" cannot be searched for; "gap" can.', "objectives")
    return modes(counting.model).gap


def _expectation(counting: Counting, output: Any) -> FloatArray:
    operator = np.asarray(output.operator)
    return np.asarray(np.einsum("...ij,ji->...", counting.steady_state.state, operator).real)


_NUMBERS: Mapping[type[Output], Callable[[Counting, Any], Any]] = {
    Mean: lambda counting, output: counting.cumulants(output.current, order=1).mean,
    Noise: lambda counting, output: counting.cumulants(output.current, order=2).noise,
    Covariance: lambda counting, output: counting.covariance([output.one, output.two]).values[..., 0, 1],
    Gap: _gap,
    Expectation: _expectation,
}
