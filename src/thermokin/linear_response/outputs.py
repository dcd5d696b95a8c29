"""What `response` takes derivatives of: means, noises and covariances of currents, means of operators, modes.

{"power": lambda model: Mean(heat(model, "hot") + heat(model, "cold")), "its noise": ...}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from thermokin.linear_response.output_kinds import (
    Covariance,
    DecayRate,
    Expectation,
    Frequency,
    Gap,
    Mean,
    Noise,
    Output,
    Relaxation,
)
from thermokin.model.current import Current
from thermokin.model.current_words import QUANTITIES, current_of, terms_of, unit_of
from thermokin.model.model import Model
from thermokin.operators.as_numbers import shown

__all__ = [
    "Covariance",
    "DecayRate",
    "Expectation",
    "Frequency",
    "Gap",
    "Mean",
    "Noise",
    "Output",
    "Outputs",
    "Relaxation",
    "Wanted",
    "listed_outputs",
    "unit_in_words",
    "unit_of_output",
]

NOISE, COVARIANCE, JOINED, PRODUCTION = "noise of ", "covariance of ", " and ", "entropy production"
# "gap", "decay rate of mode 2", "frequency of mode 2", and each of these "of the generator".
RELAXATION = re.compile(r"(?:gap|(?P<what>decay rate|frequency) of mode (?P<number>\d+))(?P<whole> of the generator)?")


Outputs: TypeAlias = Sequence[str] | Mapping[str, "str | Callable[[Model], Output | Current]"]


@dataclass(frozen=True, eq=False)
class Wanted:
    """One output of any model of a family.

    Args:
        name: in the result.
        words: that say it, where words do: those of one current, or of two.
        of: makes it of a model.
    """

    name: str
    words: tuple[str, ...] | None
    of: Callable[[Model], Output]


def listed_outputs(outputs: object) -> tuple[Wanted, ...]:
    """The outputs, each with its name.

    Args:
        outputs: words, or a mapping of names to words or to functions of a model.

    Returns:
        The outputs.

    Raises:
        TypeError: if it is neither.
        ValueError: if words mean nothing, or a name comes twice.

    Example:
        >>> import thermokin as tk
        >>> [one.name for one in tk.outputs.listed_outputs({"power": "heat from hot + heat from cold", "fall": "gap"})]
        ['power', 'fall']
    """
    if isinstance(outputs, Mapping):
        pairs = list(outputs.items())
    elif isinstance(outputs, Sequence) and not isinstance(outputs, str):
        pairs = [(words, words) for words in outputs]
    else:
        raise TypeError(
            '`outputs` must be a list of words, as ["heat from hot", "noise of heat from hot"], or map names to words '
            f"or to functions of a model, got {shown(outputs)}."
        )
    if not pairs:
        raise ValueError("`outputs` must name at least one output.")
    found = tuple(_wanted(name, output) for name, output in pairs)
    names = [one.name for one in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"`outputs` must name each output once, got {twice!r} twice.")
    return found


def _wanted(name: object, output: object) -> Wanted:
    if not isinstance(name, str):
        raise TypeError(f"`outputs` must have strings as names, got {shown(name)}.")
    if isinstance(output, str):
        return _in_words(name, output)
    if not callable(output):
        raise TypeError(
            f"`outputs[{name!r}]` must be words or a function of a model, as lambda model: tk.heat(model), got "
            f"{shown(output)}."
        )
    return Wanted(name, None, lambda model: _made(name, output(model), model))


def _made(name: str, found: object, model: Model) -> Output:
    if isinstance(found, Current):
        found = Mean(found)
    if not isinstance(found, Output):
        raise TypeError(
            f"`outputs[{name!r}]` must give a current or one of the classes of `tk.outputs`, got {shown(found)}."
        )
    if isinstance(found, DecayRate | Frequency) and not (isinstance(found.number, int) and found.number >= 0):
        raise ValueError(f"`outputs[{name!r}]` must have a `number` from 0, got {shown(found.number)}.")
    for one in (part for part in vars(found).values() if isinstance(part, Current)):
        if one.model is not model:
            raise ValueError(
                f"`outputs[{name!r}]` must make its current of the model that it is given, got one of another model."
            )
    return found


def _in_words(name: str, words: str) -> Wanted:
    if words.startswith(NOISE):
        (current,) = _sound(name, words, [words[len(NOISE) :]])
        return Wanted(name, (current,), lambda model: Noise(current_of(model, current)))
    if words.startswith(COVARIANCE):
        parts = words[len(COVARIANCE) :].split(JOINED)
        if len(parts) != 2:
            raise ValueError(f'`outputs` must read "covariance of [current] and [current]", got {words!r}.')
        one, two = _sound(name, words, parts)
        return Wanted(name, (one, two), lambda model: Covariance(current_of(model, one), current_of(model, two)))
    relaxation = RELAXATION.fullmatch(words)
    if relaxation is not None:
        found = _relaxation(relaxation)
        return Wanted(name, (), lambda _: found)
    (current,) = _sound(name, words, ["entropy_flow" if words == PRODUCTION else words])
    return Wanted(name, (current,), lambda model: Mean(current_of(model, current)))


def _relaxation(words: re.Match[str]) -> Relaxation:
    whole = words["whole"] is not None
    if words["what"] is None:
        return Gap(whole)
    kind = DecayRate if words["what"] == "decay rate" else Frequency
    return kind(int(words["number"]), whole)


def _sound(name: str, words: str, currents: list[str]) -> list[str]:
    """The same currents, if they mean something."""
    for current in currents:
        try:
            unknown = [term.quantity for term in terms_of(current) if term.quantity not in QUANTITIES]
        except ValueError as error:
            raise ValueError(f"`outputs` of the name {name!r} {error}, got {words!r}.") from None
        if unknown:
            known = ", ".join(QUANTITIES)
            raise ValueError(
                f"`outputs` of the name {name!r} must count one of {known}, got {unknown[0]!r} in {words!r}; "
                '"noise of [current]", "covariance of [current] and [current]", "entropy production", "gap", "decay '
                'rate of mode [number]" and "frequency of mode [number]" are words too.'
            )
    return currents


def unit_of_output(output: Output, words: Sequence[str]) -> str:
    """The unit of an output.

    Args:
        output: the output.
        words: those of its currents; none where words say nothing of them.

    Returns:
        The unit; empty where it is not known.

    Example:
        >>> import thermokin as tk
        >>> tk.outputs.unit_of_output(tk.outputs.Gap(), [])
        '1/time'
    """
    if isinstance(output, Relaxation):
        return "1/time"
    if not words:
        return ""
    if isinstance(output, Covariance):
        one, other = map(unit_of, words)
        both = unit_of(words[0], 2) if one == other else " ".join(unit for unit in (one, other) if unit != "1")
        return f"{both}/time"
    return f"{unit_of(words[0], 2 if isinstance(output, Noise) else 1)}/time"


def unit_in_words(name: str) -> str:
    """The unit of an output that is called by the words for it.

    Args:
        name: of the output.

    Returns:
        The unit; empty where the name is no such words.

    Example:
        >>> import thermokin as tk
        >>> tk.outputs.unit_in_words("noise of heat from hot")
        'energy^2/time'
    """
    try:
        (wanted,) = listed_outputs((name,))
    except ValueError:
        return ""
    if not wanted.words:
        return "1/time"
    if len(wanted.words) == 2:
        return f"({unit_of(wanted.words[0])}) ({unit_of(wanted.words[1])})/time"
    return f"{unit_of(wanted.words[0], 2 if name.startswith(NOISE) else 1)}/time"
