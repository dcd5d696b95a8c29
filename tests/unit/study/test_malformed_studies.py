"""Every wrong study file is answered by its own lines, exit code 2, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from malformed_counting_studies import CORPUS as COUNTING
from malformed_cycle_studies import CORPUS as CYCLES
from malformed_state_studies import CORPUS as STATES
from malformed_studies import CORPUS as QUENCH
from malformed_studies import SOUND, Malformed
from malformed_transport_studies import CORPUS as TRANSPORT
from thermokin.cli.app import app
from thermokin.study.questions.quench import pair_of
from thermokin.study.read import BUILT_IN, read_study

CORPUS = [*QUENCH, *COUNTING, *TRANSPORT, *CYCLES, *STATES]


def answered(command: list[str], folder: Path, case: Malformed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Assert what the command line says about a wrong study, and that it leaves nothing behind."""
    text = case.text if isinstance(case.text, bytes) else case.text.encode()
    (folder / "study.toml").write_bytes(text)
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(app, command)
    for said, expected in zip(result.stderr.splitlines(), case.lines, strict=True):
        whole = len(said) if not expected.endswith("…") else len("study.toml" + expected) - 1
        assert said[:whole] == "study.toml" + expected.removesuffix("…")
    assert result.stdout == ""
    assert result.exit_code == 2
    assert [entry.name for entry in folder.iterdir()] == ["study.toml"]


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_a_wrong_study_is_answered_by_one_line_for_each_problem(
    case: Malformed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(["check", "study.toml"], tmp_path, case, monkeypatch)


@pytest.mark.parametrize("case", CORPUS[::8], ids=lambda case: case.name)
def test_a_wrong_study_is_not_run(case: Malformed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(["run", "study.toml"], tmp_path, case, monkeypatch)


def test_the_corpus_names_each_case_once() -> None:
    assert len({case.name for case in CORPUS}) == len(CORPUS)


def test_the_sound_study_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(SOUND, encoding="utf-8")
    file = read_study(path)
    ((question, table),) = file.study.asked
    assert question.name == "quench"
    assert pair_of(file.study.system, table).heating.model.dimension == 2


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_study_is_sound(name: str) -> None:
    assert read_study(BUILT_IN[name]).study.title
