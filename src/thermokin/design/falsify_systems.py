"""What inequalities speak of, by words: numbers of models at rest, of relaxations and of junctions, in doubles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, FloatArray
from thermokin.bounds.rest_case import RestCase
from thermokin.counting.counting import covariance, cumulants
from thermokin.counting.integrated_cumulants import exchanged
from thermokin.model.current import Current, activity, entropy_flow
from thermokin.model.current_words import current_of
from thermokin.model.model import Model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Initial
from thermokin.motion.modes import modes
from thermokin.thermo.ledger import Ledger
from thermokin.transport.junction import Junction

__all__ = ["PRODUCTION", "Relaxation", "System", "Word", "jumps_of", "numbers", "pairs_of", "word_of"]

PRODUCTION = "entropy production"
_PAIRS = re.compile(r"pair entropy production of (?P<where>.+)")
_RESPONSE = re.compile(r"response of (?P<current>.+) to (?P<where>.+)")
_NOISE = re.compile(r"noise of (?P<current>.+)")
_COVARIANCE = re.compile(r"covariance of (?P<current>.+) and (?P<other>.+)")


@dataclass(frozen=True, eq=False)
class Relaxation:
    """A model that moves from a start for a time; amounts count since time 0.

    Args:
        model: the model.
        initial: where it starts, as in `evolve`.
        time: how long, > 0 [time].

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> second_law = tk.design.Inequality("second law", {"S": "entropy production"}, lambda q: q["S"])
        >>> float(second_law.of(tk.design.Relaxation(qubit, tk.Gibbs(0.0), time=1e4))).__round__(8)
        0.31326169
        >>> round(math.log1p(math.exp(-1.0)), 8)
        0.31326169
    """

    model: Model
    initial: Initial
    time: float


System: TypeAlias = "Model | Relaxation | Junction"


@dataclass(frozen=True)
class Word:
    """One output of an inequality.

    Args:
        kind: "mean", "noise", "covariance", "production", "gap", "response" or "pairs".
        current: in words; "" where none is meant.
        other: the second current of a covariance.
        where: the bath whose jumps are meant, "all jumps" for all.
    """

    kind: str
    current: str = ""
    other: str = ""
    where: str = ""


def word_of(words: str) -> Word:
    """What words mean.

    Args:
        words: as "heat from hot", "noise of heat from hot", "response of heat from hot to cold", "entropy production".

    Returns:
        The output.
    """
    for kind, pattern in (("pairs", _PAIRS), ("response", _RESPONSE), ("covariance", _COVARIANCE), ("noise", _NOISE)):
        match = pattern.fullmatch(words)
        if match is not None:
            return Word(kind, **match.groupdict())
    if words in {PRODUCTION, "gap"}:
        return Word("production" if words == PRODUCTION else "gap")
    return Word("mean", words)


def jumps_of(case: RestCase, where: str) -> BoolArray:
    """Which jumps of a model at rest are meant (e,)."""
    if where == "all jumps":
        return np.ones(case.jumps.channel.size, dtype=bool)
    return np.asarray(case.model.table.bath[case.jumps.channel] == case.model.bath_position(where))


def pairs_of(case: RestCase, where: str) -> tuple[Sequence[int], Sequence[int]]:
    """Jumps, each once with the one that undoes it, as two lists."""
    mine, reverse = jumps_of(case, where), case.jumps.reverse
    every = np.arange(reverse.size)
    forward = every[mine & (reverse > every)]
    return forward.tolist(), reverse[forward].tolist()


def numbers(system: System, words: str) -> FloatArray:
    """An output in doubles.

    Args:
        system: a model at rest, a relaxation or a junction; with leading axes the first and the last of them.
        words: the output.

    Returns:
        (...), NaN where it is not known.

    Raises:
        ArgumentError: if the system has no such output.
        ValueError, ThermokinError: as counting does.
    """
    word = word_of(words)
    if isinstance(system, Relaxation):
        return _since_start(system, word)
    if word.kind == "production":
        return np.asarray(cumulants(system, entropy_flow(system), **_means(system)).mean)  # type: ignore[arg-type]
    if word.kind == "covariance":
        pair = [current_of(system, one) for one in (word.current, word.other)]  # type: ignore[arg-type]
        return np.asarray(covariance(system, pair).values[..., 0, 1])
    if word.kind in {"mean", "noise"}:
        counted: Any = cumulants(system, current_of(system, word.current))  # type: ignore[arg-type]
        return np.asarray(counted.mean if word.kind == "mean" else counted.noise)
    if isinstance(system, Junction):
        raise ArgumentError(f"a junction has no {words!r}.", "inequality")
    if word.kind == "gap":
        return np.asarray(modes(system).gap)
    return _responding(system, word)


def _means(system: object) -> dict[str, int]:
    return {} if isinstance(system, Junction) else {"order": 1}


def _responding(model: Model, word: Word) -> FloatArray:
    current: Current = current_of(model, word.current) if word.current else activity(model)
    case = RestCase(cumulants(model, current))
    if word.kind == "response":
        return case.response(jumps_of(case, word.where).astype(np.float64))[0]
    forward, back = pairs_of(case, word.where)
    one, other = case.jumps.rates[..., forward], case.jumps.rates[..., back]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(((one - other) * np.log(one / other)).sum(axis=-1))


def _since_start(system: Relaxation, word: Word) -> FloatArray:
    evolution = evolve(system.model, system.initial, np.asarray(system.time, dtype=np.float64)[..., None])
    if word.kind == "production":
        return np.asarray(Ledger(evolution).entropy_production[..., 0])
    if word.kind not in {"mean", "noise"}:
        raise ArgumentError(f"a relaxation has no {word.kind}; it has means, noises and {PRODUCTION!r}.", "inequality")
    amount = exchanged(evolution, current_of(system.model, word.current))
    return np.asarray((amount.mean if word.kind == "mean" else amount.variance)[..., 0])
