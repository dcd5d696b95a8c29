"""How the command line ends when it is asked to, when nobody reads it, and when it cannot write."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from malformed_counting_studies import CHAIN
from malformed_studies import SOUND
from thermokin.cli.app import app
from thermokin.study import run as run_module

MAIN = "from thermokin.cli import main; main()"
# As from a terminal: a test run in the background hands its children an ignored SIGINT.
AS_USUAL = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
COUNTING = CHAIN + "[report]\nfigures = false\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def program(code: str, *arguments: str, **given: Any) -> subprocess.CompletedProcess[str]:
    """What a Python program does in a process of its own."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, stderr=subprocess.PIPE, text=True, check=False, **{"stdout": subprocess.PIPE} | given
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "said", "code"), [("SIGTERM", "stopped", 143), ("SIGHUP", "stopped", 129), ("SIGINT", "interrupted", 130)]
)
def test_a_run_that_is_asked_to_end_says_so_and_leaves_nothing(here: Path, name: str, said: str, code: int) -> None:
    command = [sys.executable, "-c", AS_USUAL + MAIN, "run"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("built-in study: qubit of 2 levels")
    time.sleep(0.3)  # the figures alone take longer
    process.send_signal(getattr(signal, name))
    stdout, stderr = process.communicate(timeout=60)
    assert (stdout, stderr, process.returncode) == ("", f"{said}; nothing was written\n", code)
    assert not list(here.iterdir())


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_at_the_very_end_changes_nothing(here: Path, name: str) -> None:
    late = f"{AS_USUAL}import atexit; atexit.register(signal.raise_signal, signal.{name}); "
    done = program(late + MAIN, "schema")
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.endswith("}\n")


def test_a_run_that_is_interrupted_once_its_folder_is_in_place_says_that_it_is_whole(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "study.toml").write_text(COUNTING, encoding="utf-8")

    def interrupted(*given: Any) -> None:
        calculate(*given)
        raise KeyboardInterrupt

    calculate = run_module.run_study
    monkeypatch.setattr(run_module, "run_study", interrupted)
    result = CliRunner().invoke(app, ["run", "study.toml"])
    assert result.exit_code == 130
    assert result.stderr.endswith("interrupted; the result in out is whole\n")
    assert (here / "out" / "report.html").exists()


CLOSED = "import os; reader, writer = os.pipe(); os.close(reader); os.dup2(writer, 1); "
ONE_CASE = (
    "from thermokin.validation import registry; from thermokin.validation.case import Case; "
    "registry.GROUPS = (lambda: [Case('system', 'quantity', 1.0, 2.0, 1e-8, 'nobody')],); "
    "registry.GROUPS[0].__name__ = 'one'; "
)


@pytest.mark.parametrize("command", ["validate", "bounds", "schema", "run counting --dry-run"])
def test_a_pipe_that_nobody_reads_ends_a_command_without_a_word(command: str) -> None:
    done = program(CLOSED + ONE_CASE + MAIN, *command.split())
    assert (done.stderr, done.returncode) == ("", 141)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_written_is_said_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = program(ONE_CASE + MAIN, "validate", stdout=full)
    assert (done.stderr, done.returncode) == ("cannot read or write: No space left on device\n", 2)


def test_a_command_goes_on_where_nobody_listens_to_its_talk(here: Path) -> None:
    (here / "study.toml").write_text(COUNTING, encoding="utf-8")
    deaf = "import os; reader, writer = os.pipe(); os.close(reader); os.dup2(writer, 2); "
    done = program(deaf + MAIN, "run", "study.toml")
    assert (done.stdout, done.returncode) == ("out\n", 0)


@pytest.mark.parametrize("size", [3000, 20_000])
def test_a_full_disk_ends_a_run_in_one_line_and_leaves_nothing(here: Path, size: int) -> None:
    (here / "study.toml").write_text(SOUND, encoding="utf-8")
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); "
    done = program(limit + MAIN, "run", "study.toml")
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == "out: cannot be written: File too large"
    assert done.returncode == 2, done.stderr
    assert [path.name for path in here.iterdir()] == ["study.toml"]


@pytest.mark.parametrize("name", ["countin", "Counting", "quenc", "quench.tom"])
def test_a_built_in_study_misspelt_is_suggested(here: Path, name: str) -> None:
    result = CliRunner().invoke(app, ["run", name])
    meant = "counting" if "ount" in name else "quench"
    said = f"{name}: no such file (did you mean the built-in study {meant}?)\n"
    assert (result.stderr, result.exit_code) == (said, 2)
    assert not list(here.iterdir())


def test_a_name_that_is_like_none_gets_no_suggestion(here: Path) -> None:
    result = CliRunner().invoke(app, ["check", "elsewhere/countin"])
    assert (result.stderr, result.exit_code) == ("elsewhere/countin: no such file\n", 2)


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_signal_that_meets_a_finaliser_still_ends_the_program(name: str, code: int) -> None:
    # An exception in a finaliser is dropped by the interpreter; a few lines follow in which it is raised again.
    met = f"""
import signal, time
from thermokin.cli import stopping
signal.signal(signal.SIGINT, signal.default_int_handler)
class Open:
    def __del__(self):
        signal.raise_signal(signal.{name})
class Half:
    def __del__(self):
        raise AttributeError("half made")
stopping.listen()
try:
    Open()
    deadline = time.monotonic() + 60.0
    while time.monotonic() < deadline:
        time.sleep(0.01)
except KeyboardInterrupt as stop:
    Half()
    stopping.end(stopping.exit_code(stop))
"""
    done = program(met)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", code)


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_module_that_is_being_imported_is_whole_before_a_signal_ends_the_program(
    here: Path, name: str, code: int
) -> None:
    # A compiled module that is half made ends in "ImportError: initialization failed", or in a crash at the very end.
    slow = f"import signal, time\nsignal.raise_signal(signal.{name})\ntime.sleep(0.1)\nwhole = True\n"
    (here / "slow.py").write_text(slow, encoding="utf-8")
    met = f"""
import signal, sys, time
from thermokin.cli import stopping
sys.path.insert(0, ".")
{AS_USUAL}
stopping.listen()
try:
    import slow
    deadline = time.monotonic() + 60.0
    while time.monotonic() < deadline:
        time.sleep(0.01)
except KeyboardInterrupt as stop:
    print(slow.whole)
    stopping.end(stopping.exit_code(stop))
"""
    done = program(met)
    assert (done.stdout, done.stderr, done.returncode) == ("True\n", "", code)


def test_who_asks_a_second_time_does_not_wait_for_an_import(here: Path) -> None:
    slow = "import signal, time\nfor _ in range(2):\n    signal.raise_signal(signal.SIGTERM)\ntime.sleep(60.0)\n"
    (here / "slow.py").write_text(slow, encoding="utf-8")
    met = """
import sys
from thermokin.cli import stopping
sys.path.insert(0, ".")
stopping.listen()
try:
    import slow
except KeyboardInterrupt as stop:
    stopping.end(stopping.exit_code(stop))
"""
    assert program(met, timeout=30.0).returncode == 143


def test_a_signal_whose_exception_a_library_drops_still_ends_the_program() -> None:
    met = """
import signal, time
from thermokin.cli import stopping
stopping.listen()
try:
    try:
        signal.raise_signal(signal.SIGTERM)
    except BaseException:  # as compiled code does that looks for an attribute
        pass
    deadline = time.monotonic() + 60.0
    while time.monotonic() < deadline:
        time.sleep(0.01)
except KeyboardInterrupt as stop:
    stopping.end(stopping.exit_code(stop))
"""
    done = program(met)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 143)


def test_a_request_that_is_made_again_does_not_disturb_an_ending_under_way() -> None:
    met = """
import signal, time
from thermokin.cli import stopping
stopping.listen()
try:
    try:
        signal.raise_signal(signal.SIGTERM)
    finally:
        time.sleep(0.2)
        print("removed")
except KeyboardInterrupt as stop:
    time.sleep(0.2)
    print("told")
    stopping.end(stopping.exit_code(stop))
"""
    done = program(met)
    assert (done.stdout, done.stderr, done.returncode) == ("removed\ntold\n", "", 143)


def test_what_was_cut_short_in_a_library_is_not_freed_any_more(here: Path) -> None:
    begun = "import atexit, os, signal; from thermokin.study import run; atexit.register(os.abort); "
    cut = "run.run_study = lambda *given: signal.raise_signal(signal.SIGTERM); "
    done = program(begun + cut + MAIN, "run", "counting")
    assert done.stderr.endswith("stopped; nothing was written\n")
    assert (done.stdout, done.returncode) == ("", 143)
