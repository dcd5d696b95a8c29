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
    """All docstrings of a file that has references."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    text = source.read_text(encoding="utf-8")
    nodes = ast.walk(ast.parse(text)) if "Reference:" in text else ()
    return [ast.get_docstring(node) or "" for node in nodes if isinstance(node, documented)]


def unmatched_raises(source: Path) -> list[int]:
    """The lines of a test file on which `pytest.raises` or `pytest.warns` lacks `match=`."""
    text = source.read_text(encoding="utf-8")
    if "pytest.raises" not in text and "pytest.warns" not in text:
        return []
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"raises", "warns"}
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


def refused(found: dict[Path, str]) -> str:
    """One line for each file at fault."""
    return "\n".join(f"{path.relative_to(ROOT)}: {words}" for path, words in found.items())


def test_every_reference_is_in_the_bibliography() -> None:
    missing = {source: {key for text in docstrings(source) for key in cited_keys(text)} - KEYS for source in SOURCES}
    found = {source: f"not in references.bib: {sorted(keys)}" for source, keys in missing.items() if keys}
    assert not found, refused(found)


def test_a_source_file_holds_one_concept() -> None:
    lines = {source: source.read_text(encoding="utf-8").count("\n") for source in SOURCES}
    found = {source: f"{many} lines: split it by concept" for source, many in lines.items() if many > LONGEST_FILE}
    assert not found, refused(found)


def test_every_expected_failure_states_its_message() -> None:
    lines = {source: unmatched_raises(source) for source in TESTS}
    found = {source: f"no match= on lines {at}" for source, at in lines.items() if at}
    assert not found, refused(found)
