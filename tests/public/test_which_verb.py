"""The page of questions: every public function answers one of them, and its page says more of it."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import thermokin

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "which_verb.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| question")
]
VERBS = [name for name in thermokin.__all__ if inspect.isroutine(getattr(thermokin, name))]


@pytest.mark.parametrize("verb", VERBS)
def test_every_public_function_answers_a_question(verb: str) -> None:
    rows = [answer for _, answer, _ in ROWS if f"`tk.{verb}`" in answer]
    assert rows, f"docs/which_verb.md has no row for tk.{verb}: add the question that it answers"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_every_answer_is_there_and_its_page_speaks_of_it(row: list[str]) -> None:
    _, answer, page = row
    pages = [(DOCS / link).read_text(encoding="utf-8") for link in re.findall(r"\[\]\((\S+?)\)", page)]
    assert pages
    for name in re.findall(r"`tk\.([\w.]+)`", answer):
        value: Any = thermokin
        for part in name.split("."):
            value = getattr(value, part)
        assert any(re.search(rf"\b{re.escape(name)}\b", text) for text in pages), f"{page} does not mention {name}"
