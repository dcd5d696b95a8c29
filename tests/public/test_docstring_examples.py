"""Docstrings teach by examples: every public function and every class that users construct has one, and all hold."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import inspect
from enum import Enum
from pathlib import Path
from types import ModuleType

import pytest

import thermokin as tk
from thermokin._result import ArrayResult, Result

PACKAGE = Path(__file__).parents[2] / "src" / "thermokin"
# Results and their like, which verbs hand out and nobody constructs.
HANDED_OUT = {tk.design.Candidate, tk.outputs.Wanted, tk.results.Kink, tk.results.Variable, tk.results.View}


def namespaces(module: ModuleType, known: dict[str, ModuleType] | None = None) -> dict[str, ModuleType]:
    """A module and all that its `__all__` reaches, by name."""
    found = {} if known is None else known
    if module.__name__ not in found:
        found[module.__name__] = module
        for name in module.__all__:
            value = getattr(module, name)
            if isinstance(value, ModuleType) and value.__name__.startswith("thermokin."):
                namespaces(value, found)
    return found


def public_objects() -> dict[str, object]:
    """All public functions and classes, each once, by the first name that it has."""
    found: dict[str, object] = {}
    for space, module in namespaces(tk).items():
        for name in module.__all__:
            value = getattr(module, name)
            described = inspect.isroutine(value) or inspect.isclass(value)
            if described and not any(value is other for other in found.values()):
                found[f"{space}.{name}"] = value
    return found


def has_methods(result: type) -> bool:
    """Whether a result has public methods of its own, beside those of every result."""
    own = (
        one for one in result.__mro__ if one.__module__.startswith("thermokin.") and one not in {Result, ArrayResult}
    )
    shown = {*vars(Result), *vars(ArrayResult)}
    names = {name for one in own for name, value in vars(one).items() if inspect.isfunction(value)}
    return any(not name.startswith("_") for name in names - shown)


def is_constructed(kind: object) -> bool:
    """Whether a class is one that users construct, or talk to by its methods."""
    if not inspect.isclass(kind):
        return False
    if issubclass(kind, Result):
        return has_methods(kind)
    return not issubclass(kind, BaseException | Enum) and kind not in HANDED_OUT


def examples() -> dict[str, str]:
    """Every docstring of the package with an example, by its place; those put together at import by their name."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if ">>>" in source:
            kinds = ast.Module, ast.ClassDef, ast.FunctionDef
            for node in (node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)):
                text = ast.get_docstring(node) or ""
                if ">>>" in text:
                    place = f"{path.relative_to(PACKAGE)}:{getattr(node, 'name', 'module')}"
                    found[place if place not in found else f"{place}:{getattr(node, 'lineno', 1)}"] = text
    written = set(found.values())
    made = {name: inspect.getdoc(value) or "" for name, value in PUBLIC.items()}
    return found | {name: text for name, text in made.items() if ">>>" in text and text not in written}


PUBLIC = public_objects()
EXAMPLES = examples()


def test_what_is_public_has_an_example() -> None:
    wanted = {name: value for name, value in PUBLIC.items() if inspect.isroutine(value) or is_constructed(value)}
    missing = [name for name, value in wanted.items() if ">>>" not in (value.__doc__ or "")]
    assert len(wanted) > 200, "the walk over the public names finds too few"
    assert not missing, f"no example in the docstrings of {missing}"


@pytest.mark.parametrize("place", EXAMPLES)
def test_an_example_gives_what_it_says(place: str) -> None:
    case = doctest.DocTestParser().get_doctest(EXAMPLES[place], {}, place, None, None)
    for line in (line for one in case.examples for line in one.source.splitlines() if line.startswith("import ")):
        for module in line.removeprefix("import ").split(","):
            if importlib.util.find_spec(module.split()[0].split(".")[0]) is None:
                pytest.skip(f"needs {module.strip()}")
    assert any(one.want for one in case.examples), "it shows no outcome"
    told: list[str] = []
    assert doctest.DocTestRunner(verbose=False).run(case, out=told.append).failed == 0, "".join(told)
