"""Every paper: its numbers within their tolerance, its lines print one of them, its figure can be drawn."""

from __future__ import annotations

import contextlib
import io
import re
import runpy
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from oracles import Jump, liouvillian, steady_state, unvec, vec
from thermokin._errors import StudyError
from thermokin.papers.asymmetric_thermalization import ASYMMETRIC_THERMALIZATION
from thermokin.papers.card import card
from thermokin.papers.checked import checked
from thermokin.papers.made import Made, further_cases, list_lines, made
from thermokin.papers.masers import LOWER_PAIR, UPPER_PAIR
from thermokin.papers.paper import Kind, Number, Origin, Paper
from thermokin.papers.registry import PAPERS, by_topic, paper_of
from thermokin.report.sheet import draw_sheet
from thermokin.validation import leads
from thermokin.validation.case import Case

ROOT = Path(__file__).parents[3]
AGREE = 2e-6  # between what the lines print, with rounded parameters, and the number of the table
DEAR = {"2602.06744", "1602.04175", "1404.0348"}
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


@pytest.fixture(params=PAPERS, ids=[paper.id for paper in PAPERS])
def paper(request: pytest.FixtureRequest) -> Paper:
    """Each paper in turn."""
    found: Paper = request.param
    return found


def test_numbers_hold_and_the_lines_print_one_of_them(paper: Paper, tmp_path: Path) -> None:
    rows = paper.numbers()
    beyond = [f"{row.case.system}, {row.case.quantity}: {row.case.ours}" for row in rows if not row.case.holds]
    assert not beyond, beyond
    lines, said = tmp_path / "paper.py", io.StringIO()
    lines.write_text(paper.code, encoding="utf-8")
    with contextlib.redirect_stdout(said):
        runpy.run_path(str(lines))
    printed = float(said.getvalue())
    expected = np.array([row.case.expected for row in rows])
    assert (np.abs(printed - expected) <= AGREE * np.abs(expected)).any(), printed


def test_the_figure_is_drawn_with_finite_curves(paper: Paper) -> None:
    if paper.id in DEAR:
        pytest.skip("a second or more; drawn when the gallery is made")
    sheet = paper.sheet()
    for panel in sheet.panels:
        for curve in panel.curves:
            x, y = np.asarray(curve.x, dtype=np.float64), np.asarray(curve.y, dtype=np.float64)
            assert x.shape == y.shape
            assert np.isfinite(y).mean() > 0.3, curve.label
    drawn = draw_sheet(sheet)
    assert len(drawn.axes) == len(sheet.panels)


def test_a_paper_says_what_it_is(paper: Paper) -> None:
    assert paper.title
    assert paper.authors
    assert re.fullmatch(r"\d{4}\.\d{4,5}|[a-z]+\d{4}", paper.id)
    assert paper.claim.endswith(".")
    assert paper.caption.endswith(".")
    assert paper.finding.kind is Kind.REPRODUCED or paper.finding.words
    assert paper.code.count("\n") <= 12


def test_names_are_of_one_paper_and_keys_are_references() -> None:
    names = [name for paper in PAPERS for name in (paper.id, *paper.also)]
    assert len(set(names)) == len(names)
    bibliography = (ROOT / "src/thermokin/references.bib").read_text(encoding="utf-8")
    known = set(re.findall(r"^@\w+\{(\S+),$", bibliography, re.MULTILINE))
    assert {name for name in names if name[0].isalpha()} <= known
    assert sorted(paper.id for _, group in by_topic() for paper in group) == sorted(paper.id for paper in PAPERS)


@pytest.mark.parametrize(
    "words", ["2103.07791", "arXiv:2103.07791v2", "https://arxiv.org/abs/2103.07791", "kalaee2021"]
)
def test_a_paper_goes_by_its_number_address_and_key(words: str) -> None:
    assert paper_of(words).id == "2103.07791"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("2103.0779", r"'2103.0779': no such paper \(did you mean 2103.07791.*\); `thermokin paper list` shows all"),
        ("barato2017", r"did you mean barato2016"),
        ("nonsense", r"'nonsense': no such paper; `thermokin paper list` shows all"),
    ],
)
def test_an_unknown_paper_is_refused_with_what_is_near(words: str, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        paper_of(words)


def test_the_claims_of_asymmetric_thermalization_come_apart() -> None:
    assert ASYMMETRIC_THERMALIZATION.claims is not None
    claims = ASYMMETRIC_THERMALIZATION.claims()
    words = {claim: dict(zip(claims.systems, found, strict=True)) for claim, found, _ in claims.rows}
    start = words["heating starts with the larger entropy production rate"]
    assert (start["qubit"], start["oscillator"], start["su(1,1)"]) == ("yes", "tie", "no")
    gap = words["heating has the larger spectral gap"]
    assert (gap["qubit"], gap["spin 9/2"], gap["oscillator"]) == ("yes", "no", "tie")
    total = words["heating produces more in total"]
    assert [total[system] for system in claims.systems] == 6 * ["no"] + ["yes"]
    steady = words["heat fluctuates less in heating, at equal time"]
    assert (steady["qubit"], steady["oscillator"], steady["spin 9/2"]) == ("yes", "tie", "no")
    assert words["heat fluctuates less in heating, at equal heat"]["qubit"] == "tie"
    assert all(
        words[claim]["qubit"] == "yes"
        for claim in words
        if "total" not in claim and "equal heat" not in claim and "equal completion" not in claim
    )


def dense_product(drive: float, quanta: Sequence[float]) -> float:
    """D sigma / J^2 of the maser whose upper pair is driven, by a Liouvillian of 9 x 9."""
    jumps, hamiltonian = [], np.zeros((3, 3))
    hamiltonian[1, 2] = hamiltonian[2, 1] = drive
    for (low, high), rate, n in (((0, 2), 0.1, quanta[0]), ((0, 1), 2.0, quanta[1])):
        for to, start, strength in ((low, high, n + 1.0), (high, low, n)):
            jump = np.zeros((3, 3))
            jump[to, start] = np.sqrt(rate * strength)
            jumps.append(Jump(jump))
    generator, rest = liouvillian(hamiltonian, jumps), steady_state(hamiltonian, jumps)
    counted = sum(
        sign * np.kron(jump.operator, jump.operator) for jump, sign in zip(jumps[:2], (-1.0, 1.0), strict=True)
    )
    trace = vec(np.eye(3)).conj()
    mean = float((trace @ counted @ vec(rest)).real)
    noise = float(sum(np.trace(jump.operator.T @ jump.operator @ rest).real for jump in jumps[:2]))
    excess = counted @ vec(rest) - mean * vec(rest)
    solved = np.linalg.lstsq(np.vstack([generator, trace[None]]), np.append(excess, 0.0), rcond=None)[0]
    noise -= 2.0 * float((trace @ counted @ solved).real)
    affinity = np.log1p(1.0 / quanta[1]) - np.log1p(1.0 / quanta[0])
    assert np.allclose(unvec(generator @ vec(rest)), 0.0, atol=1e-12)
    return float(noise * affinity / mean)


@pytest.mark.parametrize(("quanta", "row"), [((5.0, 0.027), "least uncertainty product"), ((20.0, 1.0), "20 and 1")])
def test_the_maser_of_the_upper_pair_is_that_of_a_dense_liouvillian(quanta: tuple[float, float], row: str) -> None:
    found = {number.case.quantity: number.case for number in UPPER_PAIR.numbers()}
    case = next(case for quantity, case in found.items() if quantity.endswith(row))
    drives = np.linspace(0.85, 0.94, 10) if quanta[0] == 5.0 else np.linspace(1.8, 1.9, 11)
    least = min(dense_product(float(drive), quanta) for drive in drives)
    assert least == pytest.approx(case.expected, rel=1e-4)
    assert least >= case.ours * (1.0 - 1e-9)


def test_a_number_that_deviates_is_said_in_verdict_and_card() -> None:
    plain = made(PAPERS[1])
    wrong = Number(Case("a system", "a quantity", 2.0, 1.0, 1e-9, "a source"), Origin.STATED, "a doubt")
    found = Made(plain.paper, (*plain.rows, wrong), plain.sheet, None)
    assert found.failed == 1
    assert found.verdict.startswith(f"not as stated: 1 of {len(found.rows)} numbers deviate")
    text = card(found)
    assert "| a system: a quantity | 2 | 1 | 5e-01 **beyond** | stated by the paper |" in text
    assert "open     a doubt" in found.lines()


def test_the_validation_gets_each_number_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thermokin.papers.made.PAPERS", (LOWER_PAIR, UPPER_PAIR, LOWER_PAIR))
    known = [row.case for row in checked(leads.masers_of_either_pair)]
    found = further_cases(known)
    assert len(found) == 10
    assert all(case.holds for case in found)
    assert not {(case.system, case.quantity) for case in known} & {(case.system, case.quantity) for case in found}


def test_the_gallery_is_what_the_papers_say(paper: Paper) -> None:
    cards = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs/gallery").iterdir())
    for words in (paper.title, paper.claim, paper.caption, paper.code, f"Verdict: {paper.finding}"):
        assert words in cards, "run docs/make_gallery.py"
    assert (ROOT / f"docs/_static/gallery/{paper.file_name}.svg").is_file()
    assert f"gallery/{paper.file_name}.svg" in (ROOT / "docs/gallery.md").read_text(encoding="utf-8")


def test_words_that_select_no_case_are_refused() -> None:
    with pytest.raises(LookupError, match="has no case"):
        checked(leads.masers_of_either_pair, source="nobody")


def test_the_list_names_every_paper_under_its_topic() -> None:
    lines = list(list_lines())
    assert sum(line.startswith("== ") for line in lines) == len({paper.topic for paper in PAPERS})
    assert all(any(paper.id in line for line in lines) for paper in PAPERS)
