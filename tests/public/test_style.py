"""House rules that no linter knows: what a public docstring holds, where references point, how tests expect errors."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

import thermokin

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
BIBLIOGRAPHY = ROOT / "src" / "thermokin" / "references.bib"
KEYS = set(re.findall(r"^@\w+\{(\S+),$", BIBLIOGRAPHY.read_text(encoding="utf-8"), re.MULTILINE))
LONGEST_FILE = 300
CITED = re.compile(r"^\s*Reference:\s*(?P<body>.*?)(?=\n\s*\n|\n\s*\w+:\n|\Z)", re.MULTILINE | re.DOTALL)

FUNCTIONS = [name for name in thermokin.__all__ if inspect.isfunction(getattr(thermokin, name))]


def cited_keys(docstring: str) -> set[str]:
    """The BibTeX keys of a docstring's `Reference` section: words such as `spohn1978`."""
    return {
        key
        for found in CITED.finditer(docstring)
        for key in re.findall(r"\b[A-Za-z]+(?:19|20)\d\d[a-z]?\b", found["body"])
    }


def docstrings(source: Path) -> list[str]:
    """All docstrings of a file."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, documented)]


def unmatched_raises(source: Path) -> list[int]:
    """The lines of a test file on which `pytest.raises` or `pytest.warns` lacks `match=`."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"pytest.raises", "pytest.warns"}
        and not any(keyword.arg == "match" for keyword in node.keywords)
    ]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_documents_its_arguments_and_what_it_returns(name: str) -> None:
    function = getattr(thermokin, name)
    text = inspect.getdoc(function) or ""
    if inspect.signature(function).parameters:
        assert "\nArgs:\n" in text, f"thermokin.{name} has no Args section"
    assert "\nReturns:\n" in text, f"thermokin.{name} has no Returns section"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_reference_is_in_the_bibliography(source: Path) -> None:
    missing = {key for text in docstrings(source) for key in cited_keys(text)} - KEYS
    assert not missing, f"not in references.bib: {sorted(missing)}"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_source_file_holds_one_concept(source: Path) -> None:
    lines = source.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_FILE, f"{lines} lines: split it by concept"


@pytest.mark.parametrize("source", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_expected_failure_states_its_message(source: Path) -> None:
    lines = unmatched_raises(source)
    assert not lines, f"no match= on lines {lines}"
