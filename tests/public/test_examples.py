"""Every Python block of README and docs runs, block after block in one namespace for each file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [page for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))) if "_build" not in page.parts]
BLOCK = re.compile(r"^(?P<skip><!-- not run: \S[^\n]*-->\n+)?```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def runnable_blocks(text: str) -> list[tuple[int, str]]:
    """The line at which each block's code starts, and the code; blocks with a stated reason not to run are left out."""
    return [
        (text.count("\n", 0, found.start("code")) + 1, found["code"])
        for found in BLOCK.finditer(text)
        if found["skip"] is None
    ]


def run_page(page: Path) -> None:
    """Run a page's blocks; a failure's traceback names the page and the line on it."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    for line, code in runnable_blocks(page.read_text(encoding="utf-8")):
        padded = "\n" * (line - 1) + code
        exec(compile(padded, str(page), "exec"), namespace)  # noqa: S102 - the page is ours


def pages_with_code() -> list[Path]:
    """The pages on which something runs; none of them need exist."""
    return [page for page in PAGES if page.exists() and runnable_blocks(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", pages_with_code(), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_code_on_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    run_page(page)


def test_a_block_is_left_out_only_for_a_stated_reason() -> None:
    first, second, third = ("```python\na = 1\n```\n", "```python\nb = 2\n```\n", "```python\nc = 3\n```\n")
    text = first + "<!-- not run: needs a cluster -->\n" + second + "<!-- a note -->\n" + third
    assert [code for _, code in runnable_blocks(text)] == ["a = 1\n", "c = 3\n"]


def test_a_failing_block_names_its_page_and_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Title\n\n```python\nx = 1\n```\n\n```python\nraise ValueError('x is', x)\n```\n", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="x is") as failure:
        run_page(page)
    assert failure.traceback[-1].lineno == 7  # pytest counts lines from 0
    assert str(failure.traceback[-1].path) == str(page)
