"""A page with one slider: it needs nothing, and shows at each position the figure of that number."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import sys
import time
from pathlib import Path
from typing import cast

import pytest
from typer.testing import CliRunner

import thermokin as tk
from thermokin.cli.app import app
from thermokin.errors import StudyError
from thermokin.explorer.controller import Asked, Explorer, Shown
from thermokin.explorer.explore import NEEDS_PANEL, explore, subject_of
from thermokin.explorer.export import Slide, slider_page

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
MASER = Explorer(subject_of("three_level_maser"))


def page_of(slide: Slide) -> str:
    """The page of the maser's machine."""
    return slider_page(MASER, Asked("machine"), slide, lambda done, count: None)


def test_a_page_has_one_figure_a_position_and_may_load_nothing() -> None:
    page = page_of(Slide("model.hot", 0.5, 2.0, 3))
    assert re.findall(r'data-value="([^"]*)"', page) == ["0.5", "1.25", "2"]
    assert page.count("<svg") == 3
    assert page.count(" hidden>") == 2
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", page)
    expected = tk.figures_of_merit(tk.library.three_level_maser(0.05, 0.5))
    assert float(expected.power) < 0.0  # so that the figures differ in kind
    assert "Engine" not in page.partition('data-value="1.25"')[0]


@pytest.mark.parametrize(
    ("slide", "line"),
    [
        (Slide("model.hott"), r"--slide: must be one of model\.drive, .*, got model\.hott"),
        (Slide("model.hot", 2.0, 1.0), "--from, --to: must be finite and ascend, got 2 and 1"),
        (Slide("model.hot", points=1), "--points: must be from 2 to 201, got 1"),
        (Slide("model.hot", -3.0, -2.0, 2), r"no position has a figure: model\.hot: must be >= 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(slide: Slide, line: str) -> None:
    with pytest.raises(StudyError, match=line):
        page_of(slide)


def test_the_command_writes_the_page_and_replaces_no_file(tmp_path: Path) -> None:
    out = tmp_path / "slider.html"
    words = ["explore", "three_level_maser", "--export", str(out), "--slide", "model.drive", "--points", "2"]
    result = CliRunner().invoke(app, words)
    assert (result.stdout, result.exit_code) == (f"{out}\n", 0)
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    again = CliRunner().invoke(app, words)
    assert "is there already (--force replaces it)" in again.stderr
    assert again.exit_code == 2


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--slide", "model.drive"], "--slide: is for --export, and there is none"),
        (["--export", "x.html"], "--slide: must be given with --export"),
        (["--set", "drive"], "--set: must be a name and a value"),
        (["nothing.toml", "--export", "x.html", "--slide", "a"], "nothing.toml: no such file"),
    ],
)
def test_bad_words_on_the_command_line_are_refused(words: list[str], line: str) -> None:
    result = CliRunner().invoke(app, ["explore", *words])
    assert line in result.stderr
    assert result.exit_code == 2


class Slow:
    """An explorer that takes its time, and keeps what it was asked."""

    def __init__(self, real: Explorer) -> None:
        self.subject, self.tabs, self.tab, self.knobs = real.subject, real.tabs, real.tab, real.knobs
        self.asked: list[Asked] = []

    def shown(self, asked: Asked) -> Shown:
        """Nothing, later."""
        self.asked.append(asked)
        time.sleep(0.02)
        return Shown(asked, code=asked.values.get("model.drive", ""))


def test_of_many_moves_only_few_are_answered_and_the_last_is() -> None:
    pytest.importorskip("panel", reason="the widget needs Panel")
    page = explore("three_level_maser", values={"model.drive": 0.1})
    slow = Slow(page.explorer)
    page.explorer = cast("Explorer", slow)

    async def move() -> None:
        tasks = []
        for step in range(50):
            page._values["model.drive"] = str(step)
            tasks.append(asyncio.create_task(page.refresh()))
            await asyncio.sleep(0.001)
        await asyncio.gather(*tasks)

    asyncio.run(move())
    assert slow.asked[-1].values == {"model.drive": "49"}
    assert len(slow.asked) < 25
    assert page.code.text == "49"


def test_without_panel_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("server", "page", "parts"):
        monkeypatch.delitem(sys.modules, f"thermokin.explorer.{name}", raising=False)
    for name in ("panel", "panel.custom"):
        monkeypatch.setitem(sys.modules, name, None)
    result = CliRunner().invoke(app, ["explore"])
    assert (result.stderr, result.exit_code) == (f"{NEEDS_PANEL}\n", 2)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'thermokin\[explore\]'"):
        explore("qubit")
