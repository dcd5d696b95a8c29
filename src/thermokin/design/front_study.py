"""A machine as a study file, whose run gives its numbers again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from thermokin.design.front_quantities import Quantity
from thermokin.files.toml_file import toml_text
from thermokin.linear_response.outputs import Mean, Noise
from thermokin.model import library
from thermokin.model.family import Family
from thermokin.model.model import Model

__all__ = ["study_of"]

OF_THE_BATH = ("temperature", "chemical_potential")


def study_of(
    family: Family,
    numbers: Mapping[str, Any],
    quantities: Sequence[Quantity],
    made: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
) -> str:
    """The text of a study of one machine.

    Args:
        family: its family.
        numbers: its numbers.
        quantities: what is asked of it.
        made: makes the tables of the system; None for functions of the library.

    Returns:
        A TOML file.

    Raises:
        TypeError: if the family is not of a function of the library, or a number or an objective is none that a study
            can write.
    """
    tables = _of_the_library(family, numbers) if made is None else dict(made(numbers))
    model = family.at(numbers)
    if model.baths:
        tables["machine"] = {}
    counted, answered = _asked(model, quantities)
    if counted:
        tables["counting"] = {"currents": counted, "order": 2}
    if answered:
        moved = next((key for key, value in numbers.items() if np.ndim(value) == 0 and key not in OF_THE_BATH), None)
        if moved is None:
            raise TypeError(
                f'a study asks for "{answered[0]}" beside its derivatives by a number, and none was chosen.'
            )
        tables["response"] = {"parameters": [moved if made else f"model.{moved}"], "outputs": answered}
    return toml_text(tables)


def _of_the_library(family: Family, numbers: Mapping[str, Any]) -> dict[str, Any]:
    name = getattr(family.build, "__name__", "")
    if getattr(library, name, None) is not family.build:
        raise TypeError(
            f"a study names a function of the library, and {family!r} is of a function of one's own; keep `given` of "
            "the point instead."
        )
    every = {key: _plain(key, value) for key, value in {**family.settled, **numbers}.items()}
    tables: dict[str, Any] = {"model": {"name": name} | {k: v for k, v in every.items() if k not in OF_THE_BATH}}
    bath = {key: every[key] for key in OF_THE_BATH if key in every}
    if bath:
        tables["bath"] = bath
    return tables


def _asked(model: Model, quantities: Sequence[Quantity]) -> tuple[list[str], list[str]]:
    """The currents that are counted, and the outputs that [response] alone has; figures of merit are in [machine]."""
    counted: list[str] = []
    answered: list[str] = []
    for factor in (factor for one in quantities for factor in one.factors):
        if factor.wanted is None or (factor.words == "entropy production" and model.baths):
            continue
        if factor.wanted.words is None:
            raise TypeError(f'"{factor.words}" is a function of one\'s own, which a study cannot write.')
        if isinstance(factor.wanted.of(model), Mean | Noise):
            counted += factor.wanted.words
        else:
            answered.append(factor.words)
    return list(dict.fromkeys(counted)), list(dict.fromkeys(answered))


def _plain(name: str, value: Any) -> Any:
    """A number, a row or a matrix of them, or a word."""
    if isinstance(value, str | int | float):
        return value
    array = np.asarray(value)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"a study writes numbers and words, which {name!r} is not; keep `given` of the point instead.")
    return array.tolist()
