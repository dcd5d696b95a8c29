"""The question [cycle] of a study: legs that are driven, what a limit cycle exchanges, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import thermokin as tk
from data_files import read_dataset
from malformed_cycle_studies import OTTO
from malformed_transport_studies import changed
from thermokin.report.folder import Refuse
from thermokin.study.read import StudyFile, read_study
from thermokin.study.run import run_study, study_text, write_study

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

X = np.array([[0.0, 1.0], [1.0, 0.0]])
BATH = '[[baths]]\nname = "bath"\ntemperature = 0.5\nrate = 0.05\n'


def written(folder: Path, text: str) -> StudyFile:
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study(folder / "study.toml", "study.toml")


def answer(folder: Path, text: str) -> tk.results.LimitCycle:
    found: tk.results.LimitCycle = written(folder, text).study.answer(lambda what, share: None).answers["cycle"].cycle
    return found


def qubit(gap: float, name: str, temperature: float) -> tk.Model:
    return tk.davies(np.diag([0.0, gap]), [tk.Contact(tk.Bath(name, temperature), X, tk.Flat(0.02))])


@pytest.mark.slow
def test_an_otto_engine_is_the_one_of_its_closed_form(tmp_path: Path) -> None:
    """Strokes keep populations; contacts relax them at rate g coth(gap / 2 T)."""
    text = OTTO + "order = 3\n"
    run_study(written(tmp_path, text), tmp_path / "out", Refuse(), lambda what, share: None)
    data = read_dataset(tmp_path / "out" / "data.nc")
    hot, cold = (1.0 / (np.exp(gap / warmth) + 1.0) for gap, warmth in ((2.0, 2.0), (1.0, 0.5)))
    left = [np.exp(-60.0 * 0.02 / np.tanh(gap / (2.0 * warmth))) for gap, warmth in ((2.0, 2.0), (1.0, 0.5))]
    moved = (hot - cold) * (1.0 - left[0]) * (1.0 - left[1]) / (1.0 - left[0] * left[1])
    assert float(data["cycle_work_on_counted"]) == pytest.approx(-moved, rel=1e-9)
    assert float(data["cycle_heat"].sel(bath="hot")) == pytest.approx(2.0 * moved, rel=1e-9)
    assert float(data["ideal_work"].sum()) == pytest.approx(-(hot - cold), rel=1e-9)
    found = data["cycle_cumulants"].sel(words="work").values
    assert found[0] == pytest.approx(-moved, rel=1e-9)
    # Each quantum of heat from the hot bath is two of energy, of which one becomes work.
    heat = data["cycle_cumulants"].sel(words="heat from hot").values
    np.testing.assert_allclose(heat, found * np.array([-2.0, 4.0, -8.0]), rtol=1e-7)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for said in ("engine", "takes forever", "compression", "entropy and temperature"):
        assert said in page
    assert {path.stem for path in (tmp_path / "out" / "figures").glob("*.svg")} == {"planes", "ledger"}


def test_a_study_of_a_cycle_is_written_as_it_is_read(tmp_path: Path) -> None:
    text = OTTO.replace('stop = { "model.gap" = 1.0 }', "stop.model.gap = 1.0\nswing.model.gap = 0.1\nperiods = 2")
    file = written(tmp_path, text)
    (tmp_path / "out").mkdir()
    write_study(file, tmp_path / "out")
    again = read_study(tmp_path / "out" / "study.toml")
    assert study_text(again.study) == (tmp_path / "out" / "study.toml").read_text(encoding="utf-8")


def test_strokes_of_a_hamiltonian_of_ones_own_make_coherence(tmp_path: Path) -> None:
    first, last = np.array([[-0.5, 0.0], [0.0, 0.5]]), np.array([[-1.0, -0.5], [-0.5, 1.0]])
    text = f"[model]\nhamiltonian = {last.tolist()}\n"
    for name, warmth, strength in (("hot", 4.0, 0.01), ("cold", 0.5, 0.05)):
        text += f'[[baths]]\nname = "{name}"\ntemperature = {warmth}\ncoupling = [[0, 1], [1, 0]]\n'
        text += f'spectrum = {{ kind = "ohmic", strength = {strength} }}\n'
    text += '[[legs]]\nname = "hot"\nduration = 60.0\nbaths = ["hot"]\n'
    text += f'[[legs]]\nname = "expansion"\nduration = 0.5\nhamiltonian = {first.tolist()}\n'
    text += '[[legs]]\nname = "cold"\nduration = 60.0\nbaths = ["cold"]\n'
    text += f'[[legs]]\nname = "compression"\nduration = 0.5\nhamiltonian = {last.tolist()}\n[cycle]\n'
    found = answer(tmp_path, text)

    def stroke(one: np.ndarray, other: np.ndarray) -> tk.Leg:
        return tk.Leg(0.5, lambda t: tk.Model(one + (other - one) * t / 0.5, []))

    def still(matrix: np.ndarray, name: str, warmth: float, strength: float) -> tk.Leg:
        return tk.Leg(60.0, tk.davies(matrix, [tk.Contact(tk.Bath(name, warmth), X, tk.Ohmic(strength))]))

    legs = [still(last, "hot", 4.0, 0.01), stroke(last, first), still(first, "cold", 0.5, 0.05), stroke(first, last)]
    expected = tk.limit_cycle(tk.Protocol(legs))
    assert found.work_on_counted == pytest.approx(expected.work_on_counted, rel=1e-8)
    assert found.entropy_production == pytest.approx(expected.entropy_production, rel=1e-8)


def test_erasure_costs_at_least_what_landauer_says(tmp_path: Path) -> None:
    """A bit raised slowly in contact with its bath, then let go: the heat of the raise exceeds T times its entropy."""
    text = '[model]\nname = "qubit"\ngap = 0.1\n' + BATH
    text += '[[legs]]\nname = "raise"\nduration = 4000.0\nbaths = ["bath"]\nstop = { "model.gap" = 5.0 }\n'
    text += 'shape = "smooth"\n'
    text += '[[legs]]\nname = "forget"\nduration = 200.0\nbaths = ["bath"]\nstart = { "model.gap" = 0.1 }\n'
    text += "[cycle]\nquench = true\n"
    ledger = answer(tmp_path, text).ledger
    erased = -float(ledger.entropy_change[0])
    assert erased > 0.99 * np.log(2.0)
    assert 0.5 * erased < -float(ledger.heat["bath"][0]) < 0.5 * erased * 1.05


def test_a_gap_that_swings_takes_up_work(tmp_path: Path) -> None:
    text = '[model]\nname = "qubit"\ngap = 1.0\n' + BATH
    text += '[[legs]]\nname = "swing"\nduration = 20.0\nbaths = ["bath"]\nswing = { "model.gap" = 0.4 }\n'
    text += "phase = 0.3\n[cycle]\n"
    found = answer(tmp_path, text)

    def model(time: float) -> tk.Model:
        gap = 1.0 + 0.4 * np.sin(2.0 * np.pi * time / 20.0 + 0.3)
        contact = tk.Contact(tk.Bath("bath", 0.5), X, tk.Flat(0.05))
        return tk.davies(np.diag([0.0, gap]), [contact])

    expected = tk.limit_cycle(tk.Leg(20.0, model))
    assert found.work_on_counted == pytest.approx(expected.work_on_counted, rel=1e-8)
    assert found.work_on_counted > 0.0


def test_a_driven_frame_counts_the_bare_energy(tmp_path: Path) -> None:
    """A drive that swings, on a qubit whose bare energy is counted: work on that and power of the drive differ."""
    text = "[model]\nhamiltonian = [[0.5, 0], [0, -0.5]]\nenergy_operator = [[0.5, 0], [0, -0.5]]\n"
    text += '[[baths]]\nname = "bath"\ntemperature = 0.7\ncoupling = [[0, 1], [1, 0]]\n'
    text += 'spectrum = { kind = "ohmic", strength = 0.01 }\n'
    text += f'[[legs]]\nname = "swing"\nduration = {2.0 * np.pi / 0.9}\nbaths = ["bath"]\n'
    text += f"swing_hamiltonian = [[0, 0.02], [0.02, 0]]\nphase = {0.5 * np.pi}\n[cycle]\n"
    found = answer(tmp_path, text)
    drive = tk.Drive([np.diag([0.5, -0.5]), [0.02 * X, lambda t: np.cos(0.9 * t)]])
    contact = tk.Contact(tk.Bath("bath", 0.7), X, tk.Ohmic(0.01))
    expected = tk.limit_cycle(tk.Leg(2.0 * np.pi / 0.9, lambda t: tk.local(drive(t), [contact], np.diag([0.5, -0.5]))))
    assert found.work_on_counted == pytest.approx(expected.work_on_counted, rel=1e-7)
    assert found.power_of_drive == pytest.approx(expected.power_of_drive, rel=1e-7)


def test_a_sweep_of_cycles_is_that_of_its_points(tmp_path: Path) -> None:
    text = OTTO + '[sweep]\n"cycle.stretch" = [0.2, 1.0]\n"legs.expansion.stop.model.gap" = [1.0, 1.5]\n'
    text = changed(text, ('name = "cooling"\nduration = 60.0', 'name = "cooling"\nduration = 40.0'))
    data = written(tmp_path, text).study.answer(lambda what, share: None).dataset()
    for row, stretch in enumerate((0.2, 1.0)):
        for column, gap in enumerate((1.0, 1.5)):
            hot, cold = qubit(2.0, "hot", 2.0), qubit(gap, "cold", 0.5)
            legs = [tk.Leg(60.0 * stretch, hot), tk.Leg(40.0 * stretch, cold)]
            expected = tk.limit_cycle(tk.Protocol(legs, quench=True))
            # A stroke that keeps populations exchanges what a jump does; only the time that it takes differs.
            assert float(data["work"][row, column]) == pytest.approx(-expected.work_on_counted, rel=1e-9)
            assert float(data["efficiency"][row, column]) == pytest.approx(1.0 - gap / 2.0, rel=1e-9)
            period = stretch * 120.0
            assert float(data["power"][row, column]) == pytest.approx(-expected.work_on_counted / period, rel=1e-9)


def test_a_model_with_baths_of_its_own_touches_all_of_them(tmp_path: Path) -> None:
    text = '[model]\nname = "three_level_maser"\nhot = 4.0\ndrive = 0.2\n'
    text += '[[legs]]\nname = "pump"\nduration = 30.0\nswing = { "model.drive" = 0.1 }\n'
    text += '[cycle]\ncurrents = ["heat from hot"]\n'

    found = answer(tmp_path, text)
    assert set(found.heat) == {"hot", "cold"}
    assert found.first_law < 1e-9
