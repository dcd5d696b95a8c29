"""Starter studies: each is sound and explains itself, the cheap ones are run, and nothing is ever replaced."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import thermokin as tk
from thermokin.cli.app import app
from thermokin.errors import StudyError
from thermokin.study.infer import study_of_clicks
from thermokin.study.questions import QUESTIONS
from thermokin.study.read import read_study
from thermokin.study.starter import FOLDER, starters, write_starter

KINDS = list(starters())


@pytest.mark.parametrize("kind", KINDS)
def test_every_starter_is_sound_without_a_remark_and_commented(kind: str, tmp_path: Path) -> None:
    path, *_ = write_starter(kind, tmp_path / "mine.toml")
    file = read_study(path)
    assert file.study.remarks() == []
    text = path.read_text(encoding="utf-8")
    assert text.count("#") >= 5
    assert "mine.toml" in text
    assert f"{kind}.toml" not in text


def test_every_question_has_a_starter_that_asks_it() -> None:
    asked = {one.name for kind in KINDS for one in read_study(FOLDER / f"{kind}.toml").study.questions}
    assert asked == {one.name for one in QUESTIONS}
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(KINDS)


CHEAP = ["counting", "machine", "ledger", "bounds", "response", "operators", "floquet"]
CHEAP += ["ergotropy", "charging", "parts", "friction", "slow_drive"]


@pytest.mark.parametrize("kind", CHEAP)
def test_the_cheap_ones_answer(kind: str, tmp_path: Path) -> None:
    (path,) = write_starter(kind, tmp_path)
    found = read_study(path).study.answer(lambda what, share: None)
    assert found.findings()


@pytest.mark.slow
def test_the_clicks_of_infer_are_those_of_its_model_at_the_numbers_that_it_names(tmp_path: Path) -> None:
    study, data = write_starter("infer", tmp_path / "mine.toml")
    file, _ = study_of_clicks(data, study)
    assert file.study.questions[0].name == "infer"
    baths = [("left", 1.6, 0.03), ("right", 0.5, 0.025)]
    flip = np.array([[0.0, 1.0], [1.0, 0.0]])
    contacts = [tk.Contact(tk.Bath(name, at), flip, tk.Flat(rate)) for name, at, rate in baths]
    model = tk.davies(np.diag([0.0, 1.0]), contacts)
    run = tk.unravel(model, tk.Populations([1.0, 0.0]), [0.0, 10000.0], trajectories=1, seed=7)[0]
    names = ["left down", "left up", "right down", "right up"]
    lines = [f"{at:.3f},{names[channel]}" for at, channel in zip(run.times, run.channels, strict=True)]
    assert data.read_text(encoding="utf-8").splitlines() == ["time,channel", *lines]


def test_what_is_there_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "infer.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match=r"infer\.csv: is there already, and is not replaced"):
        write_starter("infer", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["infer.csv"]


def test_the_command_writes_lists_and_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(app, ["new", "machine"])
    assert (made.stdout, made.exit_code) == ("machine.toml\n", 0)
    assert made.stderr == "run it with: thermokin run machine.toml --out machine\n"
    again = CliRunner().invoke(app, ["new", "machine"])
    assert again.exit_code == 2
    assert again.stderr == "machine.toml: is there already, and is not replaced; name another\n"
    listed = CliRunner().invoke(app, ["new", "--list"])
    assert [line.split()[0] for line in listed.stdout.splitlines()] == KINDS
    wrong = CliRunner().invoke(app, ["new", "machin"])
    assert 'did you mean "machine"?' in wrong.stderr


def test_a_study_of_data_does_not_take_their_name_and_no_name_writes_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match=r"must not end in \.csv"):
        write_starter("infer", Path("clicks.csv"))
    with pytest.raises(StudyError, match="must be a name without control characters"):
        write_starter("quench", Path("a\n[bath]\n.toml"))
    assert not list(tmp_path.iterdir())


def test_the_starter_of_a_stability_diagram_is_the_double_dot_of_the_library_at_strong_hopping(tmp_path: Path) -> None:
    path, *_ = write_starter("stability", tmp_path / "mine.toml")
    c = tk.operators.annihilators(2)
    left, right = (x.conj().T @ x for x in c)
    hop = c[0].conj().T @ c[1]
    hamiltonian = -0.3 * left + 0.3 * right + 0.05 * (hop + hop.conj().T) + left @ right - 0.4 * (left + right)
    leads = [tk.Bath(name, 0.05, mu, tk.Fermi()) for name, mu in (("source", 0.4), ("drain", -0.4))]
    contacts = [tk.Contact(lead, x, tk.Flat(0.001)) for lead, x in zip(leads, c, strict=True)]
    expected = tk.cumulants(dots := tk.unified(hamiltonian, contacts), tk.particles(dots, "source")).values
    model = read_study(path).study.system.family.at({"model.gate": 0.4, "model.bias": 0.8})
    np.testing.assert_allclose(tk.cumulants(model, tk.particles(model, "source")).values, expected, rtol=1e-10)
