"""Every kind of study that can be written can be run, and what it leaves can be run again."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from data_files import read_dataset
from malformed_studies import PAIRING, SOUND
from thermokin.quench.comparison import Comparison
from thermokin.report.blocks import Heading, Verdicts
from thermokin.report.folder import Refuse
from thermokin.study.questions.quench import pair_of
from thermokin.study.read import StudyFile, read_study
from thermokin.study.run import run_study, study_text, write_study

REST = SOUND[SOUND.index("[bath]") :]
QUICK = "[report]\nfigures = []\n"
HAMILTONIAN = np.array([[0.0, 0.1j, 0.0], [-0.1j, 1.0, 0.2], [0.0, 0.2, 2.5]])
COUPLING = np.array([[0.0, 1.0, 0.3], [1.0, 0.0, 1.0], [0.3, 1.0, 0.0]])
OHMIC = '[bath.spectrum]\nkind = "ohmic"\nstrength = 1e-3\ncutoff = 5.0\n'
FERMI = REST.replace('"bose"', '"fermi"\nchemical_potential = 0.2')

EQUIDISTANT = '"equidistant"\ncold = 0.5\ntarget = 1.0\ndistance = "trace"'
PAIR = "[model]\nenergies = [0.0, 1.0]\n" + REST

STUDIES = {
    "qubit": SOUND,
    "qubit on a spin bath": SOUND.replace('"bose"', '"spin"'),
    "oscillator": '[model]\nname = "oscillator"\nlevels = 8\nfrequency = 1.0\nrate = 0.01\n' + REST,
    "spin": '[model]\nname = "spin"\nJ = 1.5\ngap = 1.0\nrate = 0.01\n' + REST,
    "ladder": '[model]\nname = "qutrit_ladder"\nrate = 0.01\n' + REST,
    "V": '[model]\nname = "qutrit_v"\nrate = 0.001\n' + REST,
    "Lambda": '[model]\nname = "qutrit_lambda"\nrate = 0.001\n' + REST,
    "levels": "[model]\nenergies = [0.0, 1.0, 2.5]\nrate = 0.01\n" + REST,
    "random levels": '[model]\nname = "random_levels"\ncount = 12\nseed = 3\n' + REST + OHMIC,
    "fermionic level": '[model]\nname = "fermionic_level"\nenergy = 1.0\nrate = 0.01\n' + FERMI,
    "pairing": PAIRING + REST.replace('"bose"', '"fermi"'),
    "chain": '[model]\nname = "ising_chain"\nsites = 3\nfield = 1.0\ncoupling = 0.4\nrate = 1e-3\n' + REST,
    "coupled qubits": '[model]\nname = "coupled_qubits"\ngaps = [1.0, 1.3]\ncoupling = 0.2\nrate = 1e-3\n' + REST,
    "operators": '[model]\nhamiltonian = "h.npy"\ncoupling = "both.npz"\n' + REST + OHMIC,
    "equidistant": SOUND.replace('"reciprocal"', '"equidistant"').replace(
        "hot = 2.0", 'target = 1.0\ndistance = "trace"'
    ),
    "logarithmic times": SOUND.replace("stop = 10.0", 'start = 0.1\nstop = 100.0\nspacing = "log"'),
    "listed times": SOUND.replace("stop = 10.0\npoints = 11", "values = [0.0, 1.0, 4.0]"),
    "drude": "[model]\nenergies = [0.0, 1.0]\n"
    + REST
    + '[bath.spectrum]\nkind = "drude"\nstrength = 0.01\ncutoff = 3.0\n',
    "lorentzian": PAIR + '[bath.spectrum]\nkind = "lorentzian"\nrate = 0.01\ncentre = 1.0\nwidth = 0.5\n',
    "brownian": PAIR + '[bath.spectrum]\nkind = "brownian"\ncoupling = 0.02\nfrequency = 1.0\nwidth = 0.5\n',
    "band": PAIR + '[bath.spectrum]\nkind = "band"\nrate = 0.01\nlower = -inf\nupper = 5.0\nedge = 0.1\n',
    "tabulated": PAIR + '[bath.spectrum]\nkind = "tabulated"\nfrequencies = "f.npy"\nrates = [0.0, 0.01, 0.02]\n',
}


RUN = ("qubit", "oscillator", "fermionic level", "chain", "operators")


def written(text: str, folder: Path) -> StudyFile:
    """The study of a text, in a folder that also holds array files."""
    np.save(folder / "h.npy", HAMILTONIAN)
    np.save(folder / "f.npy", np.array([0.0, 1.0, 2.0]))
    np.savez(folder / "both.npz", coupling=COUPLING, other=HAMILTONIAN)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study(folder / "study.toml")


def run(text: str, folder: Path) -> Comparison:
    """Run a study without figures; its result lies in `out`."""
    steps: list[float] = []
    result = run_study(
        written(text + QUICK, folder), folder / "out", Refuse(), lambda what, fraction: steps.append(fraction)
    )
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    ((shown,),) = result.parts
    assert isinstance(shown.result, Comparison)
    assert shown.result is result.answers["quench"]
    return shown.result


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_as_run_reads_back_as_the_same_study(name: str, tmp_path: Path) -> None:
    file = written(STUDIES[name], tmp_path)
    (tmp_path / "out").mkdir()
    write_study(file, tmp_path / "out")
    again = read_study(tmp_path / "out" / "study.toml")
    assert study_text(again.study) == (tmp_path / "out" / "study.toml").read_text(encoding="utf-8")
    ours, theirs = (pair_of(study.system, study.asked[0][1]) for study in (file.study, again.study))
    for quench, other in ((ours.heating, theirs.heating), (ours.cooling, theirs.cooling)):
        np.testing.assert_array_equal(quench.model.energies, other.model.energies)
        np.testing.assert_array_equal(quench.model.table.amplitude, other.model.table.amplitude)


@pytest.mark.parametrize("name", RUN)
def test_a_study_runs_and_heats_on_one_side_and_cools_on_the_other(name: str, tmp_path: Path) -> None:
    race = run(STUDIES[name], tmp_path)
    assert race.heating.ledger.energy[-1] > race.heating.ledger.energy[0]
    assert race.cooling.ledger.energy[-1] < race.cooling.ledger.energy[0]
    assert {entry.name for entry in (tmp_path / "out").iterdir()} >= {"report.html", "data.nc", "study.toml"}


def test_the_data_says_where_it_comes_from(tmp_path: Path) -> None:
    race = run(STUDIES["random levels"], tmp_path)
    data = read_dataset(tmp_path / "out" / "data.nc")
    np.testing.assert_array_equal(data["heat_mean"].sel(process="heating"), race.heating.heat.mean)
    assert data.attrs["random_seed"] == "3"
    assert tomllib.loads(data.attrs["study"])["model"]["count"] == 12
    for key in ("thermokin", "numpy", "scipy", "BLAS", "wall_time_of_the_calculation", "Python"):
        assert data.attrs[key]


@pytest.mark.slow
def test_a_study_leaves_out_the_sections_that_it_does_not_want(tmp_path: Path) -> None:
    whole = written(SOUND + "[report]\nfigures = []\nverdicts = false\nbounds = false\n", tmp_path).study
    blocks = whole.answer(lambda what, fraction: None).blocks({})
    headings = [block.text for block in blocks if isinstance(block, Heading)]
    assert headings == ["Over time", "When they are even", "Why: the modes"]
    assert not any(isinstance(block, Verdicts) for block in blocks)
