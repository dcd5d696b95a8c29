"""Where the explorer begins: the tables of a library model, of a study that is shipped, or of a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from thermokin._errors import StudyError
from thermokin.files.toml_file import read_toml, tables_of_toml
from thermokin.model import library
from thermokin.model.library.one_bath import parts_of
from thermokin.model.parameter import parameters_of
from thermokin.study.language import asked_in, language
from thermokin.study.read import BUILT_IN, LARGEST_FILE
from thermokin.study.sweep import with_first_points

__all__ = ["MODELS", "begun_with", "tables_of_file", "tables_of_model", "tables_of_text"]

MODELS: tuple[str, ...] = tuple(library.__all__)
_TWO = (("hot", 2.0), ("cold", 0.5))
_RATE = 0.02
_UNASKED = ("sweep", "infer")  # tables without a place on the page: it has sliders, and no clicks


def tables_of_model(name: str) -> dict[str, Any]:
    """The tables of a library model.

    Args:
        name: of the model, one of `MODELS`.

    Returns:
        Its tables [model] and, where it takes baths, those.
    """
    numbers = tomllib.loads(files("thermokin.explorer").joinpath("starts.toml").read_text(encoding="utf-8"))[name]
    found: dict[str, Any] = {"model": {"name": name, **numbers}}
    build = getattr(library, name)
    if parts_of(build) is not None:
        found["baths"] = [{"name": bath, "temperature": at, "rate": _RATE} for bath, at in _TWO]
    elif "temperature" in parameters_of(build):
        found["bath"] = {"temperature": 1.0}
    return found


def tables_of_file(path: Path, label: str) -> dict[str, Any]:
    """The tables of a study file at one point: a sweep stands at its first values.

    Args:
        path: the file.
        label: what messages call it.

    Returns:
        The tables.

    Raises:
        StudyError: if it is no TOML file, or names an array file outside its own folder.
    """
    _, tables = read_toml(path, label, LARGEST_FILE, BUILT_IN)
    home = path.parent.resolve()
    for name in _array_files(tables):
        if not (home / name).resolve().is_relative_to(home):
            raise StudyError([f"{label}: array files must lie in the folder of the study, got {name!r}"])
    return _at_one_point(tables)


def tables_of_text(text: str, label: str) -> dict[str, Any]:
    """The tables of the text of a study, which has no folder and names no files.

    Args:
        text: the text, as somebody has opened it in a browser.
        label: what messages call it.

    Returns:
        The tables.

    Raises:
        StudyError: if it is too long, no TOML, or names an array file.
    """
    if len(text) > LARGEST_FILE:
        raise StudyError([f"{label}: must be at most {LARGEST_FILE / 1e6:g} MB"])
    tables = tables_of_toml(text, label)
    for name in _array_files(tables):
        need = f"must hold its arrays itself, got the file {name!r}"
        raise StudyError([f"{label}: {need} (thermokin explore {label} reads files beside it)"])
    return _at_one_point(tables)


def _at_one_point(tables: dict[str, Any]) -> dict[str, Any]:
    """The tables with the first values of their sweep, and without what has no place on the page."""
    tables = with_first_points(tables, language(tables, asked_in(tables)).layouts)
    return {name: table for name, table in tables.items() if name not in _UNASKED}


def begun_with(named: str | None) -> tuple[str, Path, dict[str, Any]]:
    """What a word on the command line means.

    Args:
        named: a model of the library, a study that is shipped, or a path; the three-level maser if None.

    Returns:
        What it is called, the folder of its array files, and its tables.

    Raises:
        StudyError: if it is none of these, or the file cannot be read.
    """
    named = "three_level_maser" if named is None else named
    if Path(named).exists() or named.endswith(".toml"):
        return named, Path(named).parent, tables_of_file(Path(named), named)
    if named in MODELS:
        return named, Path(), tables_of_model(named)
    if named in BUILT_IN:
        return named, BUILT_IN[named].parent, tables_of_file(BUILT_IN[named], named)
    near = get_close_matches(named, [*MODELS, *BUILT_IN], n=1)
    hint = f"did you mean {near[0]}?" if near else f"as {MODELS[-1]}, or a study file"
    raise StudyError([f"{named}: must be a model of the library, a built-in study or a file ({hint})"])


def _array_files(value: Any) -> Iterator[str]:
    """Every word in tables that names an array file."""
    if isinstance(value, str) and value.lower().endswith((".npy", ".npz")):
        yield value
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for part in parts:
        yield from _array_files(part)
