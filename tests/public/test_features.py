"""The table of features: every row of this package leads to a page that runs, and all packages are in every row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "features.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the pages are not beside the tests")


def table() -> list[list[str]]:
    """The rows of the table, its head first; what waits in a comment is left out."""
    text = re.sub(r"<!--.*?-->", "", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL) if PAGE.exists() else ""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|--")]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


ROWS = table()[1:]


def test_the_table_says_what_was_looked_at_and_when() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert re.search(r"Looked at on \d+ \w+ 20\d\d: QuTiP 5\.\d+\.\d+ and qthermo 0\.\d+\.\d+", text)
    assert table()[0] == ["task", "thermokin", "QuTiP", "qthermo", "QuantumFCS.jl", "QmeQ", "dynamiqs"]
    assert len({row[0] for row in ROWS}) == len(ROWS) >= 30


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_row_leads_to_a_page_that_runs(row: list[str]) -> None:
    assert len(row) == 7
    assert all(row)
    links = re.findall(r"\[\]\((\S+?)\)", row[1])
    assert links
    for link in links:
        page = (DOCS / link).read_text(encoding="utf-8")
        assert link.endswith(".ipynb") or "```{code-cell}" in page, f"{link} runs no code"
