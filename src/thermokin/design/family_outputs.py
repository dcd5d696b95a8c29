"""Outputs of a family at many points at once: words and functions, as columns of numbers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin.bounds import BoundsAtRest, Situation, catalogue, evaluate
from thermokin.bounds.theorem import VARIANCE
from thermokin.counting.counting import covariance, cumulants
from thermokin.linear_response.outputs import (
    NOISE,
    Covariance,
    Expectation,
    Frequency,
    Gap,
    Mean,
    Noise,
    Output,
    Relaxation,
    listed_outputs,
    unit_of_output,
)
from thermokin.model.current import Current
from thermokin.model.current_words import current_of, unit_of
from thermokin.model.family import Family
from thermokin.motion.modes import Modes, modes
from thermokin.motion.steady_state import SteadyState, steady_state
from thermokin.operators.as_numbers import shown
from thermokin.sweeps.column import Column

__all__ = ["FamilyTask", "SweepOutputs"]

SweepOutputs: TypeAlias = "Sequence[str] | Mapping[str, Any]"
"""Words, or names mapped to words or to functions of a model, each of these with its unit where one is to be said."""
BOUND = re.compile(r"(?P<what>ratio|limit) of (?P<bound>.+?)(?: bound)? on (?P<current>.+)")
THEOREMS = {theorem.name: theorem for theorem in catalogue(Situation.REST)}
STILL = 1e-13  # of the largest eigenvalue: what turns no faster does not turn
SPREAD = 7  # seed of the start that populates all sectors


@dataclass(frozen=True, eq=False)
class FamilyTask:
    """A family and what is asked of it.

    Args:
        family: of models, or of other systems where all outputs are functions.
        outputs: what is asked.
    """

    family: Family
    outputs: SweepOutputs

    def at(self, numbers: Mapping[str, Any], random: np.random.SeedSequence) -> Sequence[Column]:
        """Every output at some points.

        Args:
            numbers: of the family, by name: floats, or arrays that broadcast.
            random: what functions of a model and a generator of random numbers draw from.

        Returns:
            The columns.

        Raises:
            ArgumentError: if several points are asked for, and the family makes a model of one.
        """
        lead = np.broadcast_shapes(*(np.shape(value) for value in numbers.values()))
        whole = [name for name in numbers if self.family.parameters[name].role == "whole"]
        if whole and lead:
            raise ArgumentError(f"`{whole[0]}` is one whole number for each model.", whole[0])
        model = self.family.at({**numbers, **{name: int(numbers[name]) for name in whole}})
        if lead and not getattr(model, "batch_shape", lead):
            raise ArgumentError("the family makes a model of one point.", "family")
        return _At(model, lead, np.random.default_rng(random)).columns(self.outputs)


class _At:
    """A model at some points, and what several outputs share."""

    def __init__(self, model: Any, lead: tuple[int, ...], random: np.random.Generator) -> None:
        self.model, self.lead, self.random = model, lead, random
        self.noisy: set[str] = set()
        self._counted: dict[str, NDArray[Any]] = {}

    @cached_property
    def rest(self) -> SteadyState:
        found: SteadyState = steady_state(self.model)
        return found

    @cached_property
    def modes(self) -> Modes:
        return modes(self.model)

    @cached_property
    def modes_of_all(self) -> Modes:
        """Those of every sector, by a start that populates all of them."""
        size = self.model.dimension
        draw = np.random.default_rng(SPREAD).normal(size=(2, size, size))
        root = draw[0] + 1j * draw[1]
        start = root @ root.conj().T
        return modes(self.model, initial=start / np.trace(start).real)

    def columns(self, outputs: SweepOutputs) -> list[Column]:
        found: list[Column] = []
        pairs = outputs.items() if isinstance(outputs, Mapping) else ((words, words) for words in outputs)
        limits = self._bounds(outputs)
        texts = [_words_of(one) for one in (outputs.values() if isinstance(outputs, Mapping) else outputs)]
        self.noisy = {text.removeprefix(NOISE) for text in texts if text.startswith(NOISE)}
        for name, wanted in pairs:
            wanted, unit = wanted if isinstance(wanted, tuple) else (wanted, None)
            bound = BOUND.fullmatch(wanted) if isinstance(wanted, str) else None
            if bound is not None:
                found += _of_bound(name, bound, limits[bound["current"]])
            elif isinstance(wanted, str):
                (known,) = listed_outputs({name: wanted})
                output = known.of(self.model)
                own_unit = unit_of_output(output, known.words or ())
                found.append(Column(name, wanted, unit or own_unit, self.number(output, known.words)))
            else:
                found += self.of_function(name, wanted, unit or "")
        return found

    def number(self, output: Output, words: tuple[str, ...] | None = None) -> NDArray[Any]:
        """An output (...)."""
        if isinstance(output, Mean | Noise):
            return self._cumulant(output, "" if words is None else words[0])
        if isinstance(output, Covariance):
            return np.asarray(covariance(self.model, [output.one, output.two]).values)[..., 0, 1]
        if isinstance(output, Expectation):
            return np.asarray(np.einsum("...ij,ji->...", self.rest.matrix, np.asarray(output.operator))).real
        return self._relaxation(output)

    def _cumulant(self, output: Mean | Noise, words: str) -> NDArray[Any]:
        """Mean or noise, of one call where both are asked for."""
        # Its digits are looked after; those of a sum over a state are not.
        place = 1 if isinstance(output, Noise) else 0
        order = 2 if place or words in self.noisy else 1
        found = self._counted.get(words)
        if found is None:
            found = np.asarray(cumulants(self.model, output.current, order=order).values)
        if words:
            self._counted[words] = found
        return np.asarray(found[..., place])

    def _relaxation(self, output: Relaxation) -> NDArray[Any]:
        found = self.modes_of_all if output.whole else self.modes
        if isinstance(output, Gap):
            return np.asarray(found.gap)
        values = found.values
        if output.number >= values.shape[-1]:
            raise ArgumentError(f"there are {values.shape[-1]} modes, and none of number {output.number}.", "outputs")
        value = values[..., output.number]
        if not isinstance(output, Frequency):
            return np.asarray(-value.real)
        turns = np.abs(value.imag)
        return np.where(turns <= STILL * np.abs(values).max(axis=-1), 0.0, turns)

    def _bounds(self, outputs: SweepOutputs) -> dict[str, BoundsAtRest]:
        """The bounds that words ask for, those on one current at once."""
        wanted: dict[str, list[str]] = {}
        for one in outputs.values() if isinstance(outputs, Mapping) else outputs:
            bound = BOUND.fullmatch(_words_of(one))
            if bound is not None:
                names = wanted.setdefault(bound["current"], [])
                names += [] if bound["bound"] in names else [bound["bound"]]
        found = {}
        for words, names in wanted.items():
            found[words] = evaluate(self.model, current_of(self.model, words), theorems=names, outside=True)
        return found

    def of_function(self, name: str, function: Callable[..., Any], unit: str) -> list[Column]:
        made = function(self.model, self.random) if takes_random(function) else function(self.model)
        if isinstance(made, Current):
            made = Mean(made)
        values = self.number(made) if isinstance(made, Output) else np.asarray(made)
        if values.dtype.kind not in "biufc":
            raise TypeError(f"`outputs[{name!r}]` must give numbers, got {shown(made)}.")
        own = {
            f"{name} {place}" if place else f"place in {name}": np.arange(size, dtype=np.float64)
            for place, size in enumerate(values.shape[len(self.lead) :])
        }
        if values.dtype.kind != "c":
            return [Column(name, name, unit, values, own)]
        return [
            Column(f"{name}_re", f"real part of {name}", unit, values.real, own),
            Column(f"{name}_im", f"imaginary part of {name}", unit, values.imag, own),
        ]


def _words_of(wanted: Any) -> str:
    """The words of an output; none of a function."""
    words = wanted[0] if isinstance(wanted, tuple) else wanted
    return words if isinstance(words, str) else ""


def _of_bound(name: str, words: re.Match[str], found: BoundsAtRest) -> list[Column]:
    """Value over limit or the limit, and where it is a theorem."""
    bound = next((one for one in found if one.name == words["bound"]), None)
    if bound is None:  # it says nothing here
        return []
    applies = f"applies {name}"
    where = Column(
        *(applies, f"whether the bound {bound.name!r} on {words['current']} is a theorem here", "1"),
        *(np.broadcast_to(bound.applies_where, np.shape(bound.ratio)), {}, {"shown": "no"}),
    )
    if words["what"] == "limit":
        what = bound.theorem.bounded
        unit = f"{unit_of(words['current'], 2)}/time" if what.unit == VARIANCE.unit else what.unit_at_rest
        said = f"limit by the bound {bound.name!r} on {words['current']}"
        return [Column(name, said, unit, np.asarray(bound.limit), {}, {"applies": applies}), where]
    over = "limit over value" if bound.theorem.bounded.above else "value over limit"
    said = f"{over} of the bound {bound.name!r} on {words['current']}"
    told = {"threshold": 1.0, "theorem": "no", "applies": applies}
    return [Column(name, said, "1", np.asarray(bound.ratio), {}, told), where]


def takes_random(function: Callable[..., Any]) -> bool:
    """Whether a function of a model wants a generator of random numbers as well."""
    try:
        given = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    needed = [
        one
        for one in given
        if one.default is one.empty and one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD}
    ]
    return len(needed) > 1
