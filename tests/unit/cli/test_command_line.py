"""The command line: what it says where, and how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import thermokin
from malformed_counting_studies import CHAIN
from malformed_studies import SOUND
from thermokin.cli.app import app
from thermokin.report.folder import Refuse, Replace
from thermokin.study.read import BUILT_IN, read_study
from thermokin.study.run import existing_for, free_folder, study_text
from thermokin.validation import registry
from thermokin.validation.case import Case

COMMAND = [sys.executable, "-c", "from thermokin.cli import main; main()"]
FILES = {".thermokin.json", "data.nc", "report.html", "study.toml"}
FIGURES = {
    *("overview", "entropy_production_rate", "entropy_production", "completion", "velocity", "heat", "distance"),
    *("bounds_heating", "bounds_cooling"),  # no spectrum: two levels have one mode
}
COUNTING = CHAIN + "[report]\nfigures = false\n"
SHORT = SOUND + '[report]\nfigures = ["heat"]\nbounds = false\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> set[str]:
    """The names of the files in a folder."""
    return {entry.name for entry in folder.iterdir() if entry.is_file()}


def test_the_version_is_the_package_s() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.stdout, result.exit_code) == (f"thermokin {thermokin.__version__}\n", 0)


def test_a_mistyped_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(app, ["chekc"])
    assert result.exit_code == 2
    assert "No such command 'chekc'" in result.stderr


def test_the_schema_describes_every_table() -> None:
    schema = json.loads(CliRunner().invoke(app, ["schema"]).stdout)
    system = {"model", "bath", "baths", "channels", "leads", "legs", "sweep"}
    asked = {"quench", "protocol", "times", "counting", "bounds", "response", "machine", "spectrum"}
    asked |= {"distribution", "rate_function", "transport", "cycle", "infer", "ledger", "design"}
    asked |= {"ergotropy", "charging", "parts", "friction", "slow_drive", "floquet"}
    asked |= {"strong_coupling", "mean_force", "redfield", "hierarchy"}
    assert set(schema["properties"]) == {*system, *asked, "report", "units"}
    assert schema["required"] == ["model"]
    required = {frozenset(one["required"]) for one in schema["anyOf"]}
    assert required == {frozenset({one}) for one in asked - {"protocol", "times"}} | {frozenset({"protocol", "times"})}


def test_a_sound_study_is_said_to_be_sound(here: Path) -> None:
    (here / "study.toml").write_text(SOUND, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", "study.toml"])
    said = "study.toml: sound: qubit of 2 levels, reciprocal between 0.5 and 2, 11 times from 0 to 10\n"
    assert (result.stderr, result.stdout, result.exit_code) == (said, "", 0)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("missing.toml", "missing.toml: no such file"),
        ("studi.toml", "studi.toml: no such file (did you mean study.toml?)"),
        ("folder", "folder: must be a TOML file, got a folder"),
    ],
)
def test_what_is_no_file_is_refused_in_one_line(here: Path, name: str, line: str) -> None:
    (here / "folder").mkdir()
    (here / "study.toml").write_text(SOUND, encoding="utf-8")
    result = CliRunner().invoke(app, ["run", name])
    assert (result.stderr, result.stdout, result.exit_code) == (line + "\n", "", 2)
    assert not (here / "out").exists()


def test_assumptions_in_doubt_and_truncations_are_said(here: Path) -> None:
    text = SOUND.replace('"qubit"\ngap = 1.0\nrate = 0.01', '"oscillator"\nlevels = 5\nfrequency = 1.0\nrate = 0.5')
    (here / "study.toml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", "study.toml"])
    assert result.exit_code == 0
    assert re.search(
        r"the secular assumption of heating is in doubt: .* is [\d.]+, below 10 \(lower the rate\)", result.stderr
    )
    assert re.search(r"model\.levels: the last of 5 levels holds 0\.\d+ of the population", result.stderr)


def test_a_dry_run_says_points_and_memory_and_writes_nothing(here: Path) -> None:
    result = CliRunner().invoke(app, ["run", "--dry-run"])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "built-in study: qubit of 2 levels, reciprocal between 0.5 and 2, 301 times from 0 to 150"
    assert re.fullmatch(r"2 quenches of 2 levels at 301 times: 1204 populations, about \d+ MB of memory", lines[1])
    assert lines[2] == "would be written to out"
    assert not list(here.iterdir())


def test_a_built_in_study_goes_by_its_name_unless_a_file_has_it(here: Path) -> None:
    result = CliRunner().invoke(app, ["run", "counting", "--dry-run"])
    said, size, where = result.stdout.splitlines()
    assert result.exit_code == 0
    assert said.startswith("built-in study counting: levels of 3 levels on hot at 4 and cold at 0.5 and work at 1")
    assert re.fullmatch(r"3 coordinates, solved by the method dense, about \d+ MB of memory", size)
    assert where == "would be written to out"
    assert CliRunner().invoke(app, ["check", "counting"]).exit_code == 0
    (here / "counting").write_text("x = 1", encoding="utf-8")
    refused = CliRunner().invoke(app, ["check", "counting"])
    assert refused.exit_code == 2
    assert "counting:1: x: is nothing that a study file knows" in refused.stderr


def test_a_counting_study_runs_into_a_folder_that_it_may_not_replace_unasked(here: Path) -> None:
    (here / "study.toml").write_text(COUNTING, encoding="utf-8")
    result = CliRunner().invoke(app, ["run", "study.toml"])
    assert (result.stdout, result.exit_code) == ("out\n", 0), result.stderr
    assert names(here / "out") == FILES
    assert re.search(r"^  heat from left: 0\.\d+, noise 0\.\d+$", result.stderr, re.MULTILINE)
    page = (here / "out" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    again = CliRunner().invoke(app, ["run", "study.toml"])
    assert (again.stdout, again.exit_code) == ("", 2)
    assert "--force replaces an earlier result" in again.stderr


@pytest.mark.slow
def test_the_built_in_study_leaves_everything_and_may_run_again(here: Path) -> None:
    result = CliRunner().invoke(app, ["run"])
    assert (result.stdout, result.exit_code) == ("out\n", 0), result.stderr
    assert names(here / "out") == FILES
    assert names(here / "out" / "figures") == {f"{name}.{kind}" for name in FIGURES for kind in ("png", "svg")}
    assert [entry.name for entry in here.iterdir()] == ["out"]
    page = (here / "out" / "report.html").read_text(encoding="utf-8")
    assert "A thermal qubit heats and cools" in page
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    ours, theirs = read_study(BUILT_IN["quench"]), read_study(here / "out" / "study.toml")
    assert isinstance(existing_for(ours, Path("out")), Replace)
    assert isinstance(existing_for(theirs, Path("out")), Refuse)
    assert study_text(theirs.study) == (here / "out" / "study.toml").read_text(encoding="utf-8")
    free_folder(Path("out"), existing_for(ours, Path("out")))


def test_a_folder_with_other_results_is_left_alone_until_force(here: Path) -> None:
    (here / "study.toml").write_text(SHORT, encoding="utf-8")
    assert CliRunner().invoke(app, ["run", "study.toml"]).exit_code == 0
    assert names(here / "out") == FILES
    assert names(here / "out" / "figures") == {"heat.png", "heat.svg"}
    assert tomllib.loads((here / "out" / "study.toml").read_text(encoding="utf-8"))["report"]["figures"] == ["heat"]
    for command in (["run", "study.toml"], ["run"]):
        refused = CliRunner().invoke(app, command)
        assert (refused.stdout, refused.exit_code) == ("", 2)
        assert len(refused.stderr.splitlines()) == 1
        assert "--force replaces an earlier result" in refused.stderr
    assert CliRunner().invoke(app, ["run", "study.toml", "--force"]).exit_code == 0


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_folder_of_somebody_else_is_never_replaced(here: Path, force: list[str]) -> None:
    (here / "out").mkdir()
    (here / "out" / "thesis.tex").write_text("everything", encoding="utf-8")
    result = CliRunner().invoke(app, ["run", *force])
    assert (result.stdout, result.exit_code) == ("", 2)
    assert len(result.stderr.splitlines()) == 1
    assert (here / "out" / "thesis.tex").read_text(encoding="utf-8") == "everything"


def test_a_report_holds_what_the_study_asks_for(here: Path) -> None:
    (here / "study.toml").write_text(SHORT + "verdicts = false\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["run", "study.toml"]).exit_code == 0
    page = (here / "out" / "report.html").read_text(encoding="utf-8")
    assert "Over time" in page
    assert "Provenance" in page
    assert "What precision costs" not in page
    assert ">Verdicts<" not in page


def test_every_published_result_agrees() -> None:
    result = CliRunner().invoke(app, ["validate"])
    assert result.exit_code == 0, re.findall(".*FAILS.*", result.stdout)
    assert re.search(r"^(\d+) of \1 results agree$", result.stderr, re.MULTILINE)
    assert "FAILS" not in result.stdout


def test_a_result_that_disagrees_ends_with_exit_code_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong_by_one() -> list[Case]:
        return [Case("system", "quantity", 1.0, 2.0, 1e-8, "nobody")]

    monkeypatch.setattr(registry, "GROUPS", (wrong_by_one,))
    monkeypatch.setattr("thermokin.papers.made.PAPERS", ())
    result = CliRunner().invoke(app, ["validate"])
    assert result.exit_code == 1
    assert "FAILS" in result.stdout
    assert result.stderr == "0 of 1 results agree\n"


@pytest.mark.slow
def test_an_interrupted_run_says_so_in_one_line_and_leaves_nothing(here: Path) -> None:
    # As from a terminal: a test run in the background hands its children an ignored SIGINT.
    as_usual = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    command = [sys.executable, "-c", as_usual + "from thermokin.cli import main; main()", "run"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("built-in study: qubit of 2 levels")
    time.sleep(0.3)  # the figures alone take longer
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert stderr == "interrupted; nothing was written\n"
    assert (stdout, process.returncode) == ("", 130)
    assert not list(here.iterdir())


def test_no_colour_reaches_a_pipe(here: Path) -> None:
    environment = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": ""}
    for command in (["--help"], ["check", "nothing.toml"]):
        result = subprocess.run([*COMMAND, *command], capture_output=True, env=environment, check=False)
        assert b"\x1b[" not in result.stdout + result.stderr
