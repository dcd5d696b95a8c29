"""The explorer without a page: what is shown is what Python gives, and what cannot be is refused in words."""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import tomllib
from pathlib import Path

import numpy as np
import pytest

import thermokin as tk
from thermokin.errors import StudyError
from thermokin.explorer.controller import Asked, Explorer
from thermokin.explorer.explore import subject_of
from thermokin.explorer.knob import knob_of, read_value
from thermokin.explorer.starts import MODELS, begun_with, tables_of_text
from thermokin.explorer.subject import StudySubject, placed
from thermokin.explorer.tabs import TABS
from thermokin.model.parameter import Parameter
from thermokin.report.page import render
from thermokin.study.read import read_study
from thermokin.study.starter import FOLDER

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def explorer_of(named: str) -> Explorer:
    """The explorer of what somebody names."""
    return Explorer(StudySubject(*begun_with(named)))


MASER = explorer_of("three_level_maser")


@pytest.mark.parametrize("name", MODELS)
def test_every_library_model_begins_with_a_sound_study(name: str) -> None:
    (counting,) = (tab for tab in TABS if tab.name == "counting")
    study = StudySubject(*begun_with(name)).study(counting, {})
    assert study.system.table.name == name
    assert study.system.model.dimension <= 64


@pytest.mark.parametrize(
    ("named", "tabs"),
    [
        ("quench", ("quench", "machine", "counting", "bounds", "spectrum", "distribution", "response")),
        (
            "counting",
            ("counting", "spectrum", "distribution", "rate_function", "machine", "bounds", "response", "quench"),
        ),
        ("transport", ("transport", "bounds")),
        ("cycle", ("cycle",)),
        ("three_level_maser", ("machine", "counting", "bounds", "spectrum", "distribution", "response")),
    ],
)
def test_a_system_has_the_tabs_that_it_can_be_asked_its_own_first(named: str, tabs: tuple[str, ...]) -> None:
    assert {tab.name for tab in explorer_of(named).tabs} == set(tabs)
    assert explorer_of(named).tabs[0].name == tabs[0]


@pytest.mark.parametrize("kind", ["ergotropy", "parts", "floquet"])
def test_a_question_without_a_tab_of_its_own_has_one_in_a_study_that_asks_it(kind: str) -> None:
    path = FOLDER / f"{kind}.toml"
    explorer = Explorer(StudySubject(kind, path.parent, tomllib.loads(path.read_text(encoding="utf-8"))))
    assert explorer.tabs[0].name == kind
    assert explorer.shown(Asked(kind)).figures


def test_a_moved_number_is_that_of_the_call_in_python() -> None:
    found = MASER.result(Asked("machine", {"model.drive": "0.08", "model.hot": "6"}))
    expected = tk.figures_of_merit(tk.library.three_level_maser(0.08, 6.0))
    np.testing.assert_allclose(found.power, expected.power, rtol=1e-12)
    assert found.power != MASER.result(Asked("machine")).power


@pytest.mark.parametrize("tab", ["machine", "counting", "bounds", "spectrum", "distribution", "response"])
def test_code_and_study_give_what_is_on_the_screen(tab: str, tmp_path: Path) -> None:
    asked = Asked(tab, {"model.drive": "0.08"})
    shown = MASER.shown(asked)
    assert shown.refused == ()
    assert "drive=0.08" in shown.code or '"drive": 0.08' in shown.code
    (tmp_path / "code.py").write_text(shown.code, encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()) as said:
        runpy.run_path(str(tmp_path / "code.py"))
    assert said.getvalue().strip()
    (tmp_path / "study.toml").write_text(shown.text, encoding="utf-8")
    study = read_study(tmp_path / "study.toml").study
    again, here = study.answer(lambda what, fraction: None).parts[-1][-1], MASER.answer(asked)
    assert again.view.text(again.result) == here.view.text(here.result)


def test_the_code_prints_the_numbers_of_the_screen(tmp_path: Path) -> None:
    asked = Asked("machine", {"model.hot": "7"})
    (tmp_path / "code.py").write_text(MASER.shown(asked).code, encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()) as said:
        runpy.run_path(str(tmp_path / "code.py"))
    assert said.getvalue().strip() == repr(MASER.result(asked))


@pytest.mark.parametrize("named", ["quench", "cycle"])
def test_code_of_a_system_put_together_reads_its_study_file(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer = explorer_of(named)
    shown = explorer.shown(Asked(""))
    monkeypatch.chdir(tmp_path)
    Path("study.toml").write_text(shown.text, encoding="utf-8")
    Path("code.py").write_text(shown.code, encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()) as said:
        runpy.run_path("code.py")
    assert said.getvalue().strip()


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"model.hot": "-1"}, "model.hot: must be >= 0, got -1.0"),
        ({"model.drive": "much"}, 'model.drive: must be a number, got "much"'),
        ({"model.gap_hot": "nan"}, "model.gap_hot: must be finite, got nan"),
        ({"model.driven_pair": "middle"}, 'model.driven_pair: must be "upper" or "lower", got "middle"'),
    ],
)
def test_bad_values_are_refused_in_words_at_their_slider(values: dict[str, str], line: str) -> None:
    shown = MASER.shown(Asked("machine", values))
    assert shown.refused[0].startswith(line)
    assert shown.flawed == set(values)
    assert (shown.svg, shown.blocks) == ("", ())


def test_a_model_too_large_to_follow_is_refused_before_it_is_built() -> None:
    shown = explorer_of("oscillator").shown(Asked("counting", {"model.levels": "5000"}))
    need = "model: must be small enough to be followed at once, got 5000 levels (thermokin run takes larger ones)"
    assert shown.refused == (need,)


def test_a_bath_of_a_list_is_blamed_by_its_name() -> None:
    shown = explorer_of("counting").shown(Asked("counting", {"baths.cold.rate": "0"}))
    assert shown.flawed == {"baths.cold.rate"}


def test_values_of_other_tabs_and_names_that_nobody_knows_do_nothing() -> None:
    values = {"quench.cold": "1", "__class__": "x", "model.nothing": "1"}
    assert MASER.shown(Asked("machine", values)).text == MASER.shown(Asked("machine")).text


def test_a_quench_sets_the_temperatures_itself() -> None:
    explorer = explorer_of("counting")
    names = {knob.name for knob in explorer.knobs("quench")}
    assert {"quench.cold", "quench.hot", "quench.times.stop"} <= names
    assert not {name for name in names if name.endswith("temperature")}
    moved = Asked("quench", {"quench.hot": "5", "baths.hot.temperature": "9"})
    assert float(explorer.result(moved).heating.quench.model.baths[0].temperature) == 5.0


def test_tables_keep_what_stands_beside_a_moved_number() -> None:
    tables = {"model": {"energies": [0.0, 1.0]}, "legs": [{"name": "up", "stop": {"model.gap": 1.0}}]}
    assert placed(tables, "model.energies[1]", 3.0)["model"]["energies"] == [0.0, 3.0]
    assert placed(tables, "legs.up.stop.model.gap", 2.0)["legs"][0]["stop"] == {"model.gap": 2.0}
    assert placed(tables, "cycle.stretch", 2.0)["cycle"] == {"stretch": 2.0}
    assert tables["model"]["energies"] == [0.0, 1.0]
    with pytest.raises(LookupError, match=r"legs\.down\.duration"):
        placed(tables, "legs.down.duration", 1.0)


def test_sliders_stay_inside_the_range_and_rates_have_equal_ratios() -> None:
    rate = knob_of("model.rate", Parameter("1/time", above=0.0), 0.01)
    assert (rate.step, rate.low > 0.0, rate.unit) == (0.0, True, "1/time")
    gap = knob_of("model.gap", Parameter("energy", above=0.0), 1.0)
    assert (gap.low > 0.0, gap.high) == (True, 4.0)
    whole = knob_of("model.sites", Parameter(role="whole", least=2, most=5), 3)
    assert (whole.low, whole.high, whole.step, whole.value) == (2, 5, 1.0, "3")
    assert knob_of("model.bias", Parameter("energy"), -1.0).low == -3.0
    assert read_value("4.0", Parameter(role="whole")) == 4
    assert read_value("inf", Parameter(role="extended")) == np.inf


def test_array_files_lie_in_the_folder_of_the_study(tmp_path: Path) -> None:
    study = tmp_path / "inner" / "study.toml"
    study.parent.mkdir()
    np.save(tmp_path / "h.npy", np.diag([0.0, 1.0]))
    np.save(study.parent / "h.npy", np.diag([0.0, 1.0]))
    text = '[model]\nhamiltonian = "{}"\n[[baths]]\nname = "hot"\ntemperature = 1.0\nrate = 0.1\n'
    text += "coupling = [[0,1],[1,0]]\n"
    study.write_text(text.format("../h.npy"), encoding="utf-8")
    with pytest.raises(StudyError, match=r"array files must lie in the folder of the study, got '\.\./h\.npy'"):
        begun_with(str(study))
    study.write_text(text.format("h.npy"), encoding="utf-8")
    assert explorer_of(str(study)).tabs
    with pytest.raises(StudyError, match=r"must hold its arrays itself, got the file 'h\.npy'"):
        tables_of_text(text.format("h.npy"), "study.toml")


def test_a_word_that_means_nothing_is_refused_with_what_may_be_meant() -> None:
    with pytest.raises(StudyError, match="did you mean three_level_maser"):
        begun_with("three_level_masr")


def test_a_family_of_one_s_own_is_asked_the_same_questions() -> None:
    def heated(gap: float, rate: float = 0.1) -> tk.Model:
        flips = np.array([[0.0, 1.0], [1.0, 0.0]])
        baths = [tk.Contact(tk.Bath(name, at), flips, tk.Flat(rate)) for name, at in (("hot", 2.0), ("cold", 0.5))]
        return tk.davies(np.diag([0.0, gap]), baths)

    explorer = Explorer(subject_of(tk.Family(heated)))
    found = explorer.result(Asked("counting", {"gap": "1.5"})).cumulants["heat from hot"]
    model = heated(1.5)
    np.testing.assert_allclose(found, tk.cumulants(model, tk.heat(model, "hot"), order=3), rtol=1e-12)
    assert explorer.shown(Asked("counting", {"gap": "wide"})).refused == ("gap: must be a number, got 'wide'",)
    with pytest.raises(TypeError, match="`system` must be a family"):
        subject_of(3)  # type: ignore[arg-type]


IN_LAB_UNITS = """
[model]
name = "coupled_qubits"
gaps = [5.0, 5.1]
coupling = 0.1
rate = 2.0
hot = 240.0
cold = 60.0

[counting]
currents = ["heat from hot"]
order = 2

[units]
energy = "GHz"
temperature = "mK"
time = "us"
power = "aW"
"""


def test_a_study_in_lab_units_is_moved_and_shown_in_them(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(IN_LAB_UNITS, encoding="utf-8")
    seen = Explorer(subject_of(tmp_path / "study.toml"))
    knobs = {knob.name: knob for knob in seen.knobs("counting")}
    assert [(knobs[f"model.{key}"].value, knobs[f"model.{key}"].unit) for key in ("hot", "coupling", "rate")] == [
        *(("240", "mK"), ("0.1", "GHz"), ("2", "1/us")),
    ]
    moved = Asked("counting", {"model.hot": "300"})
    (tmp_path / "moved.toml").write_text(IN_LAB_UNITS.replace("240.0", "300.0"), encoding="utf-8")
    study = read_study(tmp_path / "moved.toml").study
    whole = study.answer(lambda what, fraction: None)
    (found,) = seen.result(moved).cumulants.values()
    (other,) = whole.answers["counting"].cumulants.values()
    assert float(found.mean) == pytest.approx(float(other.mean), rel=1e-12)
    page = render("page", list(seen.shown(moved).blocks))
    assert "aW" in page
    assert study.units is not None
    assert f"{float(study.units.of(other.mean, 'energy/time')):.3f}" in re.sub(r"<[^>]+>|\s", "", page)
    for tab in seen.tabs:  # questions that it does not ask itself begin with times of its own scale
        assert not seen.shown(Asked(tab.name, {})).refused, tab.name
    assert "hot = 300.0" in seen.shown(moved).text
    assert "findings" in seen.shown(moved).code
