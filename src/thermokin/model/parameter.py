"""The numbers of a model by name: what a signature says of them (unit, range, default), and what varies in a sweep."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, Literal, ParamSpec, TypeAlias, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray

if TYPE_CHECKING:
    from thermokin.model.model import Model

__all__ = [
    "NOT_THERMAL",
    "REQUIRED",
    "Energy",
    "Gap",
    "Known",
    "Number",
    "Parameter",
    "Rate",
    "Temperature",
    "knows_parameters",
    "numbers_of",
    "parameters_of",
    "with_parameters",
]

REQUIRED = inspect.Parameter.empty
"""The default of a parameter that must be given."""
_ENTRY = re.compile(r"^ {4}(?P<name>\w+): (?P<words>.*(?:\n {8}.*)*)", re.MULTILINE)
_WORDS = re.compile(r"\s*(?:\(\.\.\.[,)]|\[|(?:,? \w+)? [<>]=? |, [<>]|\.$|;).*", re.DOTALL)
P = ParamSpec("P")


@dataclass(frozen=True)
class Parameter:
    """One argument of a function that makes a model. It stands in the annotation, as in the aliases below.

    Args:
        unit: of the number, "1" where it has none.
        above: it is larger than this.
        least: it is at least this.
        most: it is at most this; far beyond, a function may still work.
        step: it is a multiple of this; 0 for any number.
        axes: of one value: 0 for a number, 1 for a row of them, 2 for a matrix.
        length: of a row; any if None.
        role: "temperature" of a bath, which is named as the parameter is, or "bath" if that is "temperature";
            "extended" for a number that may be infinite, "whole" for a whole one; else "number".
        levels: how many levels the model has by this number alone; None where it says nothing of them.
        truncates: whether it cuts off levels that the system has, so that the numbers must be judged by it.
        choices: the words that it may be; empty for numbers.
        default: of the function; `REQUIRED` where there is none.
        words: what it is.
    """

    unit: str = "1"
    above: float = -np.inf
    least: float = -np.inf
    most: float = np.inf
    step: float = 0.0
    axes: int = 0
    length: int | None = None
    role: Literal["number", "temperature", "extended", "whole"] = "number"
    levels: Callable[[float], float] | None = None
    truncates: bool = False
    choices: tuple[str, ...] = ()
    default: Any = REQUIRED
    words: str = ""

    @property
    def quantity(self) -> str:
        """What is measured, where the unit does not say it alone: "temperature" of an energy k_B T."""
        return self.role if self.role == "temperature" else ""

    @property
    def said(self) -> str:
        """Words, range and unit on one line."""
        ranges = [f"> {self.above:g}"] if np.isfinite(self.above) else []
        ranges += [f">= {self.least:g}"] if np.isfinite(self.least) else []
        ranges += [f"<= {self.most:g}"] if np.isfinite(self.most) else []
        unit = "" if self.unit == "1" else f" [{self.unit}]"
        return ", ".join([part for part in (self.words, *ranges) if part]) + unit

    def flaw(self, value: ArrayLike) -> str:
        """What keeps numbers from being values of this parameter.

        Args:
            value: numbers (...).

        Returns:
            The need and the finding; empty if there is nothing.
        """
        numbers = np.asarray(value, dtype=np.float64)
        if np.isnan(numbers).any() or (self.role != "extended" and np.isinf(numbers).any()):
            return "must be finite"
        for need, bad in (
            (f"> {self.above:g}", numbers <= self.above),
            (f">= {self.least:g}", numbers < self.least),
            (f"<= {self.most:g}", numbers > self.most),
        ):
            if np.isfinite(float(need.split()[1])) and bad.any():
                return f"must be {need}, got {numbers[bad].flat[0]:g}"
        return ""


Number: TypeAlias = Annotated[ArrayLike, Parameter()]


Energy: TypeAlias = Annotated[ArrayLike, Parameter("energy")]


Gap: TypeAlias = Annotated[ArrayLike, Parameter("energy", above=0.0)]


Rate: TypeAlias = Annotated[ArrayLike, Parameter("1/time", above=0.0)]


Temperature: TypeAlias = Annotated[ArrayLike, Parameter("energy", least=0.0, role="temperature")]


NOT_THERMAL = "does not relax to a Gibbs state of the energy that it counts"
"""Stands in what a function returns, `Annotated[Model, NOT_THERMAL]`, where a drive or a local generator holds the
model elsewhere than at equilibrium."""


def parameters_of(build: Callable[..., Any]) -> dict[str, Parameter]:
    """The parameters of a function, read off its annotations, its defaults and the `Args` of its docstring.

    Args:
        build: a function, or a class for what its constructor takes.

    Returns:
        Parameters by name, in the order of the signature.
    """
    target = vars(build)["__init__"] if isinstance(build, type) else build
    hints = get_type_hints(target, include_extras=True)
    words = _words(inspect.getdoc(build) or "")
    return {
        name: replace(_annotated(hints.get(name)), default=entry.default, words=words.get(name, ""))
        for name, entry in inspect.signature(build).parameters.items()
        if entry.kind not in {entry.VAR_KEYWORD, entry.VAR_POSITIONAL}
    }


def numbers_of(build: Callable[..., Any]) -> dict[str, Parameter]:
    """Those parameters of a function that are annotated as one number, which may be another at each point of a sweep.

    Args:
        build: a function.

    Returns:
        Parameters by name: no rows, matrices, words or numbers of levels.
    """
    hints = get_type_hints(build, include_extras=True)
    return {
        name: one
        for name, one in parameters_of(build).items()
        if _written(hints.get(name)) and not (one.axes or one.choices or one.levels or one.role == "whole")
    }


def _written(hint: Any) -> Parameter | None:
    """The `Parameter` that stands in an annotation."""
    return next((part for part in getattr(hint, "__metadata__", ()) if isinstance(part, Parameter)), None)


def _annotated(hint: Any) -> Parameter:
    """What an annotation says: its own `Parameter`, a whole number, or some words."""
    found = _written(hint) or Parameter()
    plain = hint.__origin__ if get_origin(hint) is Annotated else hint
    if plain is int:
        return replace(found, role="whole")
    return replace(found, choices=get_args(plain)) if get_origin(plain) is Literal else found


def _words(doc: str) -> Mapping[str, str]:
    """What a docstring calls each argument, without shapes, units and ranges, which the annotations say."""
    _, _, entries = doc.partition("\nArgs:\n")
    entries = re.split(r"\n\n|\n(?=\S)", entries, maxsplit=1)[0]
    return {entry["name"]: _WORDS.sub("", " ".join(entry["words"].split())) for entry in _ENTRY.finditer(entries)}


@dataclass(frozen=True, eq=False)
class Known:
    """A number of a model, or one for each point of a sweep.

    Args:
        numbers: (...).
        unit: in words; empty where it is not known.
        quantity: what is measured, where the unit does not say it alone: "temperature".
    """

    numbers: FloatArray
    unit: str = ""
    quantity: str = ""


def with_parameters(model: Model, parameters: Mapping[str, Known]) -> Model:
    """The same model, which knows the numbers it was made from: axes of a sweep are named after them.

    Args:
        model: the model.
        parameters: its numbers by name, with their units.

    Returns:
        The model.
    """
    made = copy(model)
    object.__setattr__(made, "parameters", dict(parameters))
    return made


def knows_parameters(build: Callable[P, Model]) -> Callable[P, Model]:
    """Let a builder of models note in each of them what it was made from.

    It notes what its annotations say to be one number, or one for each point of a sweep, with the unit there: `Gap`,
    `Rate`, `Temperature`, ... of `thermokin.model.parameter`.

    Args:
        build: makes a model.

    Returns:
        The same builder, whose models have `parameters`.

    Raises:
        TypeError: if no argument is annotated so.
    """
    signature = inspect.signature(build)
    units = numbers_of(build)
    if not units:
        raise TypeError(
            f"`{build.__name__}` must have annotations that say which arguments are numbers, such as `gap: Gap` or "
            "`rate: Rate` of `thermokin.model.parameter`, got none."
        )

    @wraps(build)
    def built(*arguments: P.args, **keywords: P.kwargs) -> Model:
        model = build(*arguments, **keywords)
        given = signature.bind(*arguments, **keywords)
        given.apply_defaults()
        numbers = {name: _numbers(value) for name, value in given.arguments.items() if name in units}
        known = {
            name: Known(found, units[name].unit, units[name].quantity)
            for name, found in numbers.items()
            if found is not None
        }
        return with_parameters(model, known)

    vars(built)["sweeps"] = frozenset(units)
    return built


def sweeps_over(build: object) -> frozenset[str]:
    """Which arguments of a builder may be one number for each point of a sweep; empty where it does not say so."""
    found: frozenset[str] = getattr(build, "sweeps", frozenset())
    return found


def _numbers(value: object) -> FloatArray | None:
    """An argument as numbers; None where another argument makes it idle, and it is none."""
    try:
        with np.errstate(over="ignore"):  # long doubles may be infinite as doubles
            return None if value is None else np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
