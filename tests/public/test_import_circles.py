"""No file of the package imports itself by way of others, imports inside functions included.

One import is not seen here: `_result` loads the views of a room by a string, when a result is first shown.
"""

from __future__ import annotations

import ast
import inspect
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import thermokin

SOURCE = Path(inspect.getfile(thermokin)).parent
FOLDERS = {path for path in SOURCE.iterdir() if (path / "__init__.py").exists()}


def module_of(path: Path) -> str:
    """The name under which a file is imported."""
    return ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")


def imports_of(source: str, names: set[str]) -> set[str]:
    """Those of the named modules that a file imports when it runs, at its top or later; not what only types need."""
    tree = ast.parse(source)
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for part in node.body
        for inner in ast.walk(part)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = (f"{node.module}.{name.name}" for name in node.names)
            found |= {name if name in names else node.module for name in inside}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found & names


def import_order(sources: dict[str, str]) -> list[str]:
    """The modules in an order in which each needs only those before it; CycleError if there is none."""
    names = set(sources)
    return list(
        TopologicalSorter({name: imports_of(text, names) - {name} for name, text in sources.items()}).static_order()
    )


def test_the_package_has_no_import_circle() -> None:
    sources = {module_of(path): path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}
    assert len(import_order(sources)) >= len(sources)


def test_a_circle_through_an_import_inside_a_function_is_found() -> None:
    sources = {"p.a": "from p.b import x\n", "p.b": "def f():\n    from p import a\n    return a\n"}
    with pytest.raises(CycleError, match="in a cycle"):
        import_order(sources)


def test_an_import_for_types_alone_is_no_circle() -> None:
    guarded = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.a import X\n"
    assert import_order({"p.a": "from p.b import x\n", "p.b": guarded}) == ["p.b", "p.a"]


def test_no_public_name_is_hidden_by_a_folder_of_the_same_name() -> None:
    """Loading a folder binds its name in the package, in place of what was public under it."""
    values = {name: getattr(thermokin, name) for name in thermokin.__all__}
    assert not [name for name, value in values.items() if not inspect.ismodule(value) and SOURCE / name in FOLDERS]
