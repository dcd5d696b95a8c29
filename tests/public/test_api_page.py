"""The page of the interface names all that is public, and nothing that is not there."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import thermokin

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
NAMESPACES = ("results", "inference", "design", "bounds", "exact", "operators", "distances", "errors")


def module(path: str) -> Any:
    """The module of a name, or what the package calls so."""
    try:
        return import_module(path)
    except ModuleNotFoundError:
        parent, _, name = path.rpartition(".")
        return getattr(module(parent), name)


def named(path: str) -> Any:
    """The object at a dotted path; where a module and what it holds have one name, the latter."""
    parent, _, name = path.rpartition(".")
    return getattr(module(parent), name)


def written() -> list[Any]:
    """The objects that the page names, one by one or as members of a module."""
    text = PAGE.read_text(encoding="utf-8")
    found = [named(path) for path in re.findall(r"auto(?!module)\w+:: (thermokin[\w.]*)", text)]
    for path, members in re.findall(r"automodule:: (thermokin[\w.]*)\n +:members:(.*)", text):
        whole = module(path)
        names = [name.strip() for name in members.split(",")] if members.strip() else whole.__all__
        found += [getattr(whole, name) for name in names]
    return found


@pytest.mark.skipif(not PAGE.exists(), reason="the pages are not beside the tests")
@pytest.mark.parametrize("space", ["", *NAMESPACES])
def test_all_that_is_public_is_on_the_page(space: str) -> None:
    if space:
        whole = module(f"thermokin.{space}")
        public = {name: getattr(whole, name) for name in whole.__all__}
    else:
        public = {name: getattr(thermokin, name) for name in dir(thermokin) if not name.startswith("_")}
    known = {id(one) for one in written()}
    objects = {name: one for name, one in public.items() if inspect.isclass(one) or inspect.isfunction(one)}
    missing = [name for name, one in objects.items() if id(one) not in known]
    assert not missing, f"docs/api.md lacks {', '.join(missing)}"
