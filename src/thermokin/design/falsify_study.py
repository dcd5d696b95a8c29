"""A system that was found as the text of a study file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from thermokin._typing import FloatArray
from thermokin.design.falsify_landscape import Landscape
from thermokin.design.falsify_systems import word_of
from thermokin.files.toml_file import toml_text
from thermokin.model import library
from thermokin.model.family import Family

__all__ = ["counting_table", "study_of"]

Tables = Callable[[Mapping[str, float]], Mapping[str, Any]]


def study_of(landscape: Landscape, point: FloatArray, numbers: Mapping[str, float], tables: Tables | None) -> str:
    """The text of a study file.

    Args:
        landscape: where the system was found.
        point: of the cube.
        numbers: by name.
        tables: makes the tables; None for families of the library's own functions.

    Returns:
        The text; "" if no study can be written.
    """
    if tables is not None:
        return toml_text(_plain(tables(numbers)))
    family = landscape.family
    if not isinstance(family, Family) or getattr(library, family.name, None) is not family.build:
        return ""
    given = {**family.settled, **landscape.given(point)}
    return toml_text(
        _plain(
            {"model": {"name": family.name, **given}, "counting": counting_table(landscape.inequality.outputs.values())}
        )
    )


def counting_table(outputs: Iterable[str]) -> dict[str, Any]:
    """The table [counting] that counts what outputs are made of.

    Args:
        outputs: in words.

    Returns:
        The table.
    """
    words = [word_of(one) for one in outputs]
    currents = [one for word in words for one in (word.current, word.other) if one]
    currents += ["entropy_flow"] if any(word.kind == "production" for word in words) else []
    return {"currents": list(dict.fromkeys(currents)), "order": 2}


def _plain(value: Any) -> Any:
    """Numbers, lists and tables as a file writes them: exactly."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value
