"""What a study says of itself before it runs: its baths in its own units, and no more doubts than there are."""

from __future__ import annotations

import warnings
from html import unescape
from pathlib import Path

import pytest

from lab_studies import UNITS
from thermokin.errors import ValidityWarning
from thermokin.report.blocks import Block, Heading, Level, Notice, Paragraph
from thermokin.report.folder import Refuse
from thermokin.study.read import StudyFile, read_study
from thermokin.study.run import run_study
from thermokin.views.report_folder import with_doubts

VALVE = f"""
[model]
name = "heat_valve"
levels = 5
frequency = 5.4
gap = 5.4
coupling = 0.05
rate = 339.0
hot = 300.0
cold = 30.0

[counting]
currents = ["heat from hot"]

{UNITS}
"""
DOTS = """
[model]
name = "double_dot"
hopping = 0.1
left = 1.0
right = 0.4
energy = 1.2
detuning = 0.05
interaction = 5.0
rate_left = 0.004
rate_right = 0.02

[counting]
currents = ["particles from left"]

[sweep]
"model.potential_right" = [0.0, 0.35, 0.7]
"""


def read(text: str, folder: Path) -> StudyFile:
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return read_study(path)


def test_a_summary_in_units_of_the_lab_says_them_and_warns_of_nothing_that_is_not_so(tmp_path: Path) -> None:
    study = read(VALVE, tmp_path).study
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # 300 and 5.4 without their units would be a mode full of quanta
        assert study.summary() == "heat_valve of 50 levels on hot at 300 mK and cold at 30 mK, 1 current to order 4"
    assert not study.remarks()


def test_what_is_in_doubt_at_some_points_of_a_sweep_is_said_once_with_how_many(tmp_path: Path) -> None:
    study = read(DOTS, tmp_path).study
    (remark,) = study.remarks()
    with pytest.warns(ValidityWarning, match="local filling"):
        ratio = study.system.family.at({"model.potential_right": [0.0, 0.35, 0.7]}).validity[0].ratio
    assert ratio[0] > 10.0 > ratio[1] > ratio[2]  # at the first point alone nothing is
    assert f"is {ratio[2]:.3g}, below 10 at 2 of 3 points; use `unified`" in remark
    at_first = read(DOTS.replace("[0.0, 0.35, 0.7]", "[0.35, 0.7]"), tmp_path).study
    (remark,) = at_first.remarks()
    assert "below 10 at 2 of 2 points" in remark


@pytest.mark.parametrize("question", ["[counting]\ncurrents = ['particles from left']", "[ledger]"])
def test_a_report_says_after_its_first_sentence_what_is_in_doubt_once(question: str, tmp_path: Path) -> None:
    swept = DOTS.replace('[counting]\ncurrents = ["particles from left"]', question)
    file = read(swept, tmp_path)
    (remark,) = file.study.remarks()
    run_study(file, tmp_path / "out", Refuse(), lambda what, fraction: None)
    page = unescape((tmp_path / "out/report.html").read_text(encoding="utf-8"))
    assert page.count(remark[4:]) == 1
    assert page.index("<p>Over ") < page.index(remark[4:]) < page.index("<svg")


def test_what_a_page_warns_of_itself_is_not_said_twice() -> None:
    blocks: list[Block] = [Heading("A"), Paragraph("Told."), Notice(Level.WARNING, "The secular assumption: is 1.000.")]
    found = with_doubts(blocks, ["the secular assumption: is 1", "model: falls apart"])
    assert found == [*blocks[:2], Notice(Level.WARNING, "Model: falls apart."), blocks[2]]
    assert with_doubts([], ["model: falls apart"]) == [Notice(Level.WARNING, "Model: falls apart.")]
