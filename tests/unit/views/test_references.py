"""What to cite: every way to ask, against the docstrings and the bibliography themselves."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import thermokin as tk
from thermokin.cli.app import app
from thermokin.results import CycleLedger
from thermokin.study.read import BUILT_IN, read_study
from thermokin.views.references import BIBLIOGRAPHY, References

KEYS = re.findall(r"^@\w+\{(\S+),$", BIBLIOGRAPHY.read_text(encoding="utf-8"), re.MULTILINE)


def maser() -> tk.Model:
    return tk.library.three_level_maser(0.02, 6.0)


def test_the_bibliography_lies_within_the_package() -> None:
    assert BIBLIOGRAPHY.parent == Path(tk.__file__).parent


def test_every_entry_reads_as_a_line_without_latex_and_comes_back_as_bibtex() -> None:
    every = References(tuple(KEYS))
    for line in every.lines():
        assert not set("\\{}") & set(line), line
        assert re.search(r"\((1[89]|20)\d\d\)$", line), line
        assert line == unicodedata.normalize("NFC", line)
    assert re.findall(r"^@\w+\{(\S+),$", every.bibtex(), re.MULTILINE) == KEYS


def test_a_verb_a_model_a_bound_and_an_entry_go_by_their_names() -> None:
    assert tk.cite("cumulants").keys == ("flindt2010", "landi2024") == tk.cite(tk.cumulants).keys
    assert tk.cite("three_level_maser").keys == ("scovil1959", "kalaee2021")
    theorem = next(one for one in tk.bounds.catalogue() if one.name == "thermo-kinetic")
    assert ", ".join(tk.cite("thermo-kinetic").keys) == theorem.reference == ", ".join(tk.cite(theorem).keys)
    assert tk.cite(["spohn1978", "spohn1978", "modes"]).keys == ("spohn1978",)
    assert "Spohn" in repr(tk.cite("spohn1978"))


def test_a_result_cites_what_its_verb_and_its_numbers_rest_on() -> None:
    model = maser()
    counted = tk.cumulants(model, tk.heat(model, "hot"))
    assert set(counted.cite().keys) == {"flindt2010", "landi2024", "kambly2011"}
    assert set(tk.figures_of_merit(model).cite().keys) == {"curzon1975", "barato2015"}
    bounds = tk.bounds.evaluate(model, tk.heat(model, "hot"), theorems=["thermodynamic", "kinetic"])
    named = {key for one in bounds for key in one.reference.split(", ")}
    assert named <= set(bounds.cite().keys)
    assert repr(tk.cite(CycleLedger)).startswith("no reference is named")


def test_what_has_no_references_is_refused() -> None:
    with pytest.raises(ValueError, match=r"got 'thermokinetic'; did you mean 'thermo-kinetic'\?"):
        tk.cite("thermokinetic")
    with pytest.raises(TypeError, match="must be a result, a function of thermokin, or a name"):
        tk.cite(np.eye(2))


@pytest.mark.parametrize("name", list(BUILT_IN))
def test_a_study_cites_its_model_and_its_questions(name: str) -> None:
    keys = set(read_study(BUILT_IN[name]).study.references().keys)
    some = {"quench": "tejero2024", "counting": "touchette2009", "transport": "brandner2025", "cycle": ""}[name]
    assert some in keys or not some


def test_the_command_prints_both_forms_and_refuses_in_a_line() -> None:
    asked = CliRunner().invoke(app, ["cite", "counting"])
    assert "[landi2024]" in asked.stdout
    bibtex = CliRunner().invoke(app, ["cite", "thermo-kinetic", "--bibtex"])
    assert "@article{vo2022," in bibtex.stdout
    wrong = CliRunner().invoke(app, ["cite", "thermo-kinetik"])
    assert wrong.exit_code == 2
    assert "did you mean 'thermo-kinetic'?" in wrong.stderr
