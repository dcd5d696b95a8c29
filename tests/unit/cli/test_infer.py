"""The command that reads numbers from clicks: what it writes, what it says, and what it refuses in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

from click_records import network_records
from thermokin.cli.app import app

STUDY = """\
[model]
name = "qubit"
gap = 1.0
rate = 0.2
[bath]
temperature = 1.0
[infer]
parameters = ["model.rate", "bath.temperature"]
begin = 0.0
end = 2000.0
resolved = true
[infer.channels]
down = [0]
up = [1]
[infer.reverses]
up = "down"
[infer.weights]
up = 1.0
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a study and a record of rate 0.3 and temperature 1.5."""
    monkeypatch.chdir(tmp_path)
    number = 1.0 / np.expm1(1.0 / 1.5)
    rates = 0.3 * np.array([[0.0, number + 1.0], [number, 0.0]])
    clicks = network_records(rates, 1, 2000.0, 3, seen={"01": "up", "10": "down"})[0]
    lines = [
        f"{time!r},{clicks.names[label]}" for time, label in zip(clicks.times.tolist(), clicks.labels, strict=True)
    ]
    (tmp_path / "clicks.csv").write_text("\n".join(["time,channel", *lines]) + "\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def said(*arguments: str) -> tuple[str, str, int]:
    result = CliRunner().invoke(app, ["infer", "clicks.csv", "--model", "study.toml", *arguments])
    return result.stdout, result.stderr, result.exit_code


@pytest.mark.slow
def test_numbers_are_read_from_clicks_into_a_report(here: Path) -> None:
    stdout, stderr, code = said()
    assert (stdout, code) == ("out\n", 0), stderr
    assert "model.rate, bath.temperature of qubit from clicks: Clicks(" in stderr
    assert "95 % interval" in stderr
    data = xr.load_dataset(here / "out" / "data.nc")
    found, error = data.fit_values.values, data.fit_values_error.values
    assert (np.abs(found - [0.3, 1.5]) < 4.0 * error).all()
    page = (here / "out" / "report.html").read_text(encoding="utf-8")
    assert "Nothing here speaks against the model." in page
    assert "What was recorded." in page
    assert {path.name for path in (here / "out" / "figures").glob("*.png")} == {
        *("fit.png", "statistics.png", "waits.png", "spectrum.png", "entropy.png")
    }
    assert (here / "out" / "study.toml").is_file()
    assert said()[2] == 2
    again = CliRunner().invoke(app, ["infer", "clicks.csv", "--model", "out/study.toml", "--out", "again"])
    assert again.exit_code == 0, again.stderr


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("[infer]", "[infr]", "did you mean [infer]?"),
        ("model.rate", "model.rat", 'must name a number of the system that may vary, got "model.rat"'),
        ("[1]", "[2]", "must number jumps of the model, from 0 to 1, got 2"),
        ("[1]", "[0]", 'must not hold jump 0, at which "down" clicks'),
        ("end = 2000.0", "end = 20.0", "clicks.csv: `times` must lie before `end` 20"),
        ("end = 2000.0", 'end = 2000.0\ntime = "when"', "clicks.csv: has no column 'when'"),
        ("end = 2000.0", "end = 2000.0\ndead_time = 0.5", "is dead for 0.5 after a click"),
        ('up = "down"', 'up = "dwn"', 'must name detectors, got "dwn" (did you mean down?)'),
        ("down = [0]\n", "", 'must name detectors, got "down" (they are up)'),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(here: Path, old: str, new: str, line: str) -> None:
    (here / "study.toml").write_text(STUDY.replace(old, new, 1), encoding="utf-8")
    stdout, stderr, code = said()
    assert (stdout, code) == ("", 2)
    assert line in stderr
    assert "Traceback" not in stderr
    assert not (here / "out").exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "clicks.csv: is no table"),
        ("time,channel\n1,up\nx,down\n", "holds 'x' for 'time' in row 2"),
        ("time,channel\n2,up\n1,down\n", "must not descend"),
    ],
)
def test_records_that_are_none_are_refused_in_one_line(here: Path, text: str, line: str) -> None:
    (here / "clicks.csv").write_text(text, encoding="utf-8")
    stdout, stderr, code = said()
    assert (stdout, code) == ("", 2)
    assert line in stderr
    assert len(stderr.splitlines()) == 1


@pytest.mark.slow
def test_detectors_differ_as_the_study_says(here: Path) -> None:
    """A record in which half of the jumps down were lost, read with and without that said."""
    from thermokin.study.infer import study_of_clicks
    from thermokin.study.questions.infer import InferTable, findings_of

    lines = (here / "clicks.csv").read_text(encoding="utf-8").splitlines()
    random = np.random.default_rng(1)
    early = [line for line in lines[1:] if float(line.split(",")[0]) < 500.0]
    kept = [line for line in early if not line.endswith("down") or random.random() < 0.5]
    (here / "clicks.csv").write_text("\n".join([lines[0], *kept]) + "\n", encoding="utf-8")
    found = {}
    cases = {"as they are": "efficiency = 0.5\n[infer.detectors.up]\nefficiency = 1.0\n", "alike": "efficiency = 0.5\n"}
    for name, added in cases.items():
        first, _, last = added.partition("[")
        text = STUDY.replace("2000.0", "500.0").replace("resolved = true\n", f"starts = 2\n{first}")
        (here / "study.toml").write_text(text + (f"[{last}" if last else ""), encoding="utf-8")
        file, clicks = study_of_clicks(here / "clicks.csv", here / "study.toml")
        table = file.study.system.sections["infer"]
        assert isinstance(table, InferTable)
        found[name] = findings_of(file.study.system, table, clicks, lambda what, fraction: None).fit
    right = found["as they are"]
    assert (np.abs(right.values - [0.3, 1.5]) < 4.0 * right.errors).all()
    assert right.problem.detectors.efficiency.tolist() == [0.5, 1.0]
    assert right.starts.begun.shape == (2, 2)
    assert right.log_likelihood > found["alike"].log_likelihood + 3.0


def test_files_that_are_not_there_are_named(here: Path) -> None:
    (here / "clicks.csv").unlink()
    assert said() == ("", "clicks.csv: no such file\n", 2)
    (here / "study.toml").unlink()
    assert said()[1] == "study.toml: no such file\n"


def test_a_run_says_how_records_are_read(here: Path) -> None:
    result = CliRunner().invoke(app, ["run", "study.toml"])
    assert result.exit_code == 2
    assert "thermokin infer CLICKS.csv --model STUDY.toml" in result.stderr
