"""The command `thermokin paper`: what it prints, the folder it writes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr
from typer.testing import CliRunner

from thermokin.cli.app import app

FILES = {".thermokin.json", "card.md", "data.nc", "paper.py", "report.html"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_paper_is_printed_and_its_folder_written(here: Path) -> None:
    result = CliRunner().invoke(app, ["paper", "arXiv:1402.0000", "--out", "x"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no such paper" in result.stderr
    result = CliRunner().invoke(app, ["paper", "mandel1979"])
    assert result.exit_code == 0, result.output
    for words in ("verdict  reproduced", "0.25", "ours for the paper's model", "import thermokin as tk"):
        assert words in result.stdout
    assert result.stdout.endswith("out\n")
    assert "10 of 10 numbers agree" in result.stderr
    assert {entry.name for entry in (here / "out").iterdir() if entry.is_file()} == FILES
    assert {entry.name for entry in (here / "out" / "figures").iterdir()} == {"figure.png", "figure.svg"}
    page = (here / "out" / "report.html").read_text(encoding="utf-8")
    assert "Verdict: reproduced." in page
    assert "<pre><code>import numpy as np" in page
    with xr.open_dataset(here / "out" / "data.nc") as data:
        assert (data["deviation"] <= data["allowed"]).all()
        assert data["y1_1"].sizes == data["x1_1"].sizes


def test_a_paper_replaces_its_own_folder_and_no_other(here: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        found = CliRunner().invoke(app, ["paper", *words])
        return found.exit_code, found.stderr

    assert run("segal2005")[0] == 0
    assert run("segal2005")[0] == 0
    code, said = run("mandel1979")
    assert code == 2
    assert "out: must be a new or an empty folder (--force replaces an earlier result of thermokin" in said
    assert run("mandel1979", "--force")[0] == 0
    (here / "mine").mkdir()
    (here / "mine" / "notes.txt").write_text("keep", encoding="utf-8")
    assert run("mandel1979", "--out", "mine", "--force")[0] == 2
    assert (here / "mine" / "notes.txt").read_text(encoding="utf-8") == "keep"


def test_list_names_the_papers_by_topic_and_writes_nothing(here: Path) -> None:
    result = CliRunner().invoke(app, ["paper", "list"])
    assert result.exit_code == 0
    assert "== masers and uncertainty relations ==" in result.stdout
    assert "2103.07791" in result.stdout
    assert CliRunner().invoke(app, ["paper"]).stdout == result.stdout
    assert not list(here.iterdir())
