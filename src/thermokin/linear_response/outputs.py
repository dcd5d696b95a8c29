"""What `response` takes derivatives of: means, noises and covariances of currents, means of operators, modes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from thermokin._typing import OperatorLike
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


@dataclass(frozen=True, eq=False)
class Mean:
    """The mean of a current in the steady state.

    Example:
        >>> import thermokin as tk
        >>> level = tk.Family(tk.library.fermionic_level, {"energy": 0.0, "temperature": 1.0})
        >>> mean = {"A": lambda model: tk.outputs.Mean(tk.activity(model))}
        >>> tk.response(level, {"rate": 0.01}, ["rate"], mean).values.round(8)  # A = rate / 2
        array([[0.5]])
    """

    current: Current


@dataclass(frozen=True, eq=False)
class Noise:
    """The second cumulant of a current per time.

    Example:
        >>> import thermokin as tk
        >>> level = tk.Family(tk.library.fermionic_level, {"energy": 0.0, "temperature": 1.0})
        >>> noise = {"D": lambda model: tk.outputs.Noise(tk.activity(model))}
        >>> tk.response(level, {"rate": 0.01}, ["rate"], noise).values.round(8)  # Poissonian: D = A
        array([[0.5]])
    """

    current: Current


@dataclass(frozen=True, eq=False)
class Covariance:
    """The covariance of two currents per time.

    Example:
        >>> import thermokin as tk
        >>> pair = tk.Family(tk.library.coupled_qubits, {"gaps": [1.0, 1.0], "coupling": 0.2, "hot": 2.0, "cold": 1.0})
        >>> both = {"both": lambda model: tk.outputs.Covariance(tk.heat(model, "hot"), tk.heat(model, "cold"))}
        >>> tk.response(pair, {"rate": 0.001}, ["rate"], both).values.round(4)  # minus the noise of either / rate
        array([[-0.6149]])
    """

    one: Current
    two: Current


@dataclass(frozen=True, eq=False)
class Expectation:
    """The mean of an operator in the steady state.

    Args:
        operator: (d, d) in the user's basis, Hermitian; it does not move with the parameters.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"gap": 1.0, "rate": 0.01})
        >>> energy = {"energy": lambda model: tk.outputs.Expectation(np.diag([0.0, 1.0]))}
        >>> tk.response(qubit, {"temperature": 1.0}, ["temperature"], energy).values.round(6)  # 1 / (2 cosh 1/2)^2
        array([[0.196612]])
    """

    operator: OperatorLike


@dataclass(frozen=True, eq=False)
class Gap:
    """The decay rate of the slowest mode: of the `whole` generator, else of those that populations feed, as `tk.modes`.

    Example:
        >>> import thermokin as tk
        >>> level = tk.Family(tk.library.fermionic_level, {"energy": 0.0, "temperature": 1.0})
        >>> gap = {"gap": lambda model: tk.outputs.Gap()}
        >>> tk.response(level, {"rate": 0.01}, ["rate"], gap).values.round(8)  # the level forgets at its rate
        array([[1.]])
    """

    whole: bool = False


@dataclass(frozen=True, eq=False)
class DecayRate:
    """How fast a mode of relaxation decays, -Re of its eigenvalue.

    Args:
        number: of the mode at the point, as in `tk.modes`: slowest first, those that last before all others, of a
            conjugate pair the one with Im > 0 first. Modes of one eigenvalue are the branches into which a parameter
            parts them as it grows: first those that gain least decay, of these first those that gain most phase.
        whole: as in `Gap`.

    Example:
        >>> import thermokin as tk
        >>> mode = tk.Family(tk.library.oscillator, {"levels": 12, "frequency": 1.0, "temperature": 0.2})
        >>> second = {"second": lambda model: tk.outputs.DecayRate(2)}
        >>> tk.response(mode, {"rate": 0.01}, ["rate"], second).values.round(4)  # modes decay at rate, 2 rate, 3 rate
        array([[2.]])
    """

    number: int
    whole: bool = False


@dataclass(frozen=True, eq=False)
class Frequency:
    """How fast a mode, numbered as in `DecayRate`, turns: the size of the imaginary part of its eigenvalue, 0 if real.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"rate": 0.01, "temperature": 1.0})
        >>> turning = {"turning": lambda model: tk.outputs.Frequency(1, whole=True)}
        >>> tk.response(qubit, {"gap": 1.0}, ["gap"], turning).values.round(8)  # a coherence turns as fast as the gap
        array([[1.]])
    """

    number: int
    whole: bool = False


Relaxation: TypeAlias = Gap | DecayRate | Frequency
Output: TypeAlias = Mean | Noise | Covariance | Expectation | Relaxation
Outputs: TypeAlias = Sequence[str] | Mapping[str, "str | Callable[[Model], Output | Current]"]


@dataclass(frozen=True, eq=False)
class Wanted:
    """One output of any model: its name, the words of its current or two where words say it, and what makes it."""

    name: str
    words: tuple[str, ...] | None
    of: Callable[[Model], Output]


def listed_outputs(outputs: object) -> tuple[Wanted, ...]:
    """The outputs, each with its name, of words or of a mapping of names to words or to functions of a model.

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
