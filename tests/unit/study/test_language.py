"""One language: a system, any number of questions, and numbers that are swept."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import named_machines
import thermokin as tk
from data_files import read_dataset
from malformed_studies import SOUND
from thermokin.report.folder import Refuse
from thermokin.study.language import schema
from thermokin.study.questions.quench import pair_of
from thermokin.study.questions.spectrum import SPECTRUM
from thermokin.study.read import StudyFile, check_study, read_study
from thermokin.study.run import run_study, study_text, write_study
from thermokin.views.answer import Whole

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

AT_REST = '[counting]\ncurrents = ["activity"]\norder = 2\n'
BATH = "[bath]\ntemperature = 1.5\n"
MASER = '[model]\nname = "three_level_maser"\ndrive = 0.02\nhot = 4.0\n'
QUENCHED = '[quench]\nkind = "reciprocal"\ncold = 0.5\nhot = 2.0\ntimes = { stop = 10.0, points = 11 }\n'
TWO = """\
[[baths]]
name = "hot"
temperature = 2.0
rate = 0.01
[[baths]]
name = "cold"
temperature = 0.5
rate = 0.02
"""

# Each library model in a file, and the same model in Python.
NAMED: dict[str, tuple[str, tk.Model]] = {
    "qubit": ("gap = 1.0\nrate = 0.01\n" + BATH, tk.library.qubit(1.0, 0.01, 1.5)),
    "oscillator": (
        "levels = 5\nfrequency = 1.0\nrate = 0.001\n" + BATH,
        tk.library.oscillator(5, 1.0, 0.001, 1.5),
    ),
    "spin": ("J = 1.5\ngap = 1.0\nrate = 0.001\n" + BATH, tk.library.spin(1.5, 1.0, 0.001, 1.5)),
    "qutrit_ladder": ("rate = 0.01\n" + BATH, tk.library.qutrit_ladder(0.01, 1.5)),
    "qutrit_v": ("rate = 0.001\n" + BATH, tk.library.qutrit_v(0.001, 1.5)),
    "qutrit_lambda": (
        "rate = 0.001\ncouplings = [1, 2]\n" + BATH + 'statistics = "spin"\n',
        tk.library.qutrit_lambda(0.001, 1.5, couplings=(1.0, 2.0), statistics=tk.SpinBath()),
    ),
    "levels": (
        'energies = [0.0, 1.0, 2.5]\n[bath]\ntemperature = 1.5\nspectrum = { kind = "ohmic", strength = 1e-3 }\n',
        tk.library.levels([0.0, 1.0, 2.5], temperature=1.5, spectrum=tk.Ohmic(1e-3)),
    ),
    "random_levels": (
        "count = 6\nseed = 2\nrate = 1e-4\n" + BATH,
        tk.library.random_levels(6, 2, 1e-4, 1.5),
    ),
    "fermionic_level": (
        "energy = 0.5\nrate = 0.01\n" + BATH + "chemical_potential = 0.2\n",
        tk.library.fermionic_level(0.5, 0.01, 1.5, 0.2),
    ),
    "ising_chain": (
        "sites = 2\nfield = 1.0\ncoupling = 0.4\nrate = 1e-3\nleft = 2.0\nright = 0.5\n",
        tk.library.ising_chain(2, 1.0, 0.4, 1e-3, 2.0, 0.5),
    ),
    "xxz_chain": (
        "sites = 3\nanisotropy = 0.5\nrate = 0.005\nleft = 2.0\nright = 0.5\ncoupling = 0.01\n",
        tk.library.xxz_chain(3, 0.5, 0.005, 2.0, 0.5, coupling=0.01),
    ),
    "coupled_qubits": (
        "gaps = [1.0, 1.3]\ncoupling = 0.2\nrate = 1e-3\nhot = 2.0\ncold = 0.5\n",
        tk.library.coupled_qubits([1.0, 1.3], 0.2, 1e-3, 2.0, 0.5),
    ),
    "coupled_oscillators": (
        "levels = 3\nfrequency = 1.0\ncoupling = 0.02\nrate = 0.005\nhot = 1.1\ncold = 0.7\n",
        tk.library.coupled_oscillators(3, 1.0, 0.02, 0.005, 1.1, 0.7),
    ),
    "three_level_maser": (
        'drive = 0.02\nhot = 4.0\ndetuning = 0.01\ndriven_pair = "lower"\n',
        tk.library.three_level_maser(0.02, 4.0, detuning=0.01, driven_pair="lower"),
    ),
    **named_machines.NAMED,
}


def written(text: str, folder: Path) -> StudyFile:
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study(folder / "study.toml", "study.toml")


def answered(text: str, folder: Path) -> Whole:
    return written(text, folder).study.answer(lambda what, fraction: None)


def lines_about(text: str, folder: Path) -> tuple[str, ...]:
    with pytest.raises(tk.errors.StudyError, match="study") as refused:
        written(text, folder)
    return refused.value.problems


def same_model(ours: tk.Model, theirs: tk.Model) -> None:
    np.testing.assert_array_equal(ours.energies, theirs.energies)
    np.testing.assert_array_equal(ours.table.amplitude, theirs.table.amplitude)
    assert [bath.name for bath in ours.baths] == [bath.name for bath in theirs.baths]


def test_every_library_model_has_its_file() -> None:
    assert set(NAMED) == set(tk.library.__all__)


@pytest.mark.parametrize("name", NAMED)
def test_a_library_model_goes_by_its_name_and_is_the_one_of_python(name: str, tmp_path: Path) -> None:
    keys, model = NAMED[name]
    file = written(f'[model]\nname = "{name}"\n{keys}{AT_REST}', tmp_path)
    same_model(file.study.system.model, model)
    found = file.study.answer(lambda what, fraction: None).answers["counting"].cumulants["activity"].values
    np.testing.assert_array_equal(found, tk.cumulants(model, tk.activity(model), order=2).values)
    (tmp_path / "out").mkdir()
    write_study(file, tmp_path / "out")
    again = read_study(tmp_path / "out" / "study.toml")
    assert study_text(again.study) == (tmp_path / "out" / "study.toml").read_text(encoding="utf-8")


def test_a_quench_is_one_table_and_the_same_as_by_its_older_two(tmp_path: Path) -> None:
    model = '[model]\nname = "qubit"\ngap = 1.0\nrate = 0.01\n'
    new, old = (written(text, tmp_path).study for text in (model + QUENCHED, SOUND))
    ours, theirs = (pair_of(study.system, study.asked[0][1]) for study in (new, old))
    same_model(ours.heating.model, theirs.heating.model)
    assert new.summary() == old.summary()
    listed = QUENCHED.replace("{ stop = 10.0, points = 11 }", "{ values = [0.0, 3.0, 2.0] }")
    line = "study.toml:9: quench.times.values[2]: must be > 3, the time before it, got 2"
    assert lines_about(model + listed, tmp_path) == (line,)
    line = "study.toml:8: quench.hot: must be > quench.cold = 0.5, got 0.2 (exchange the two)"
    swapped = QUENCHED.replace("hot = 2.0", "hot = 0.2")
    assert lines_about(model + swapped, tmp_path) == (line,)
    # Told at once where the table has other flaws, too.
    assert line in lines_about(model + swapped + "until = 3\n", tmp_path)


def test_a_quench_puts_all_of_several_baths_at_one_temperature(tmp_path: Path) -> None:
    two = TWO.replace("temperature = 2.0\n", "").replace("temperature = 0.5\n", "")
    study = written('[model]\nname = "qubit"\ngap = 1.0\n' + two + QUENCHED, tmp_path).study
    pair = pair_of(study.system, study.asked[0][1])
    assert [float(bath.temperature) for bath in pair.heating.model.baths] == [2.0, 2.0]
    assert [float(bath.temperature) for bath in pair.cooling.model.baths] == [0.5, 0.5]


@pytest.mark.slow
def test_several_questions_about_one_system_are_answered_in_one_report(tmp_path: Path) -> None:
    text = '[model]\nname = "qubit"\ngap = 1.0\n' + TWO + QUENCHED + '[counting]\ncurrents = ["heat from hot"]\n'
    text += '[spectrum]\nstop = 1.0\npoints = 5\n[report]\ntitle = "Both"\nfigures = ["heat"]\n'
    whole = run_study(written(text, tmp_path), tmp_path / "out", Refuse(), lambda what, fraction: None)
    assert set(whole.answers) == {"quench", "counting", "spectrum"}
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Cumulants per time" in page
    assert "Over time" in page
    data = read_dataset(tmp_path / "out" / "data.nc")
    assert {"heat_mean", "cumulants", "spectrum_heat_from_hot"} <= set(data.data_vars)
    assert float(data["cumulants"][0, 0]) == float(whole.answers["counting"].cumulants["heat from hot"].mean)
    figures = {str(path.relative_to(tmp_path / "out" / "figures")) for path in (tmp_path / "out").rglob("*.svg")}
    assert figures == {"1/heat.svg", "2/machine.svg", "2/spectrum_heat_from_hot.svg"}


def test_a_spectrum_can_be_asked_for_without_counting(tmp_path: Path) -> None:
    text = (
        '[model]\nname = "qubit"\ngap = 1.0\n'
        + TWO
        + '[spectrum]\ncurrents = ["heat from hot"]\nstop = 1.0\npoints = 3\n'
    )
    whole = answered(text, tmp_path)
    model = written(text, tmp_path).study.system.model
    expected = tk.spectrum(model, tk.heat(model, "hot"), [0.0, 0.5, 1.0]).values
    np.testing.assert_array_equal(whole.answers["spectrum"]["heat from hot"].values, expected)
    bare = text.replace('currents = ["heat from hot"]\n', "")
    line = "study.toml:12: spectrum.currents: must be given where there is no table [counting]"
    assert lines_about(bare, tmp_path) == (line,)


def test_hand_written_channels_make_the_model_of_python(tmp_path: Path) -> None:
    text = """\
[model]
hamiltonian = [[0.0, 0.1], [0.1, 0.0]]
energy_operator = [[0.0, 0.0], [0.0, 1.0]]
[[baths]]
name = "warm"
temperature = 2.0
[[channels]]
jump = [[0, 1], [0, 0]]
rate = 0.2
bath = "warm"
energy = -1.0
[[channels]]
jump = [[0, 0], [1, 0]]
rate = 0.12130613194252668
bath = "warm"
energy = 1.0
[[channels]]
jump = [[1, 0], [0, -1]]
rate = 0.05
[counting]
currents = ["heat from warm"]
order = 2
"""
    ours = written(text, tmp_path).study.system.model
    lower, warm = np.array([[0.0, 1.0], [0.0, 0.0]]), tk.Bath("warm", 2.0)
    channels = [
        tk.Channel(np.sqrt(0.2) * lower, warm, -1.0),
        tk.Channel(np.sqrt(0.2 * np.exp(-0.5)) * lower.T, warm, 1.0),
        tk.Channel(np.sqrt(0.05) * np.diag([1.0, -1.0]), None),
    ]
    theirs = tk.Model([[0.0, 0.1], [0.1, 0.0]], channels, energy_operator=np.diag([0.0, 1.0]))
    same_model(ours, theirs)
    wrong = text.replace("energy = 1.0\n", "energy = 0.5\n")
    (line,) = lines_about(wrong, tmp_path)
    assert line.startswith(
        ("study.toml:7: channels[0]", "study.toml:11: channels[0].energy", "study.toml:16: channels[1]")
    )
    (line,) = lines_about(text.replace('bath = "warm"\nenergy = -1.0', 'bath = "worm"\nenergy = -1.0'), tmp_path)
    assert line == 'study.toml:10: channels[0].bath: must be one of the baths (warm), got "worm"'


def test_a_drive_in_a_rotating_frame_is_counted_with_the_bare_levels(tmp_path: Path) -> None:
    flip = "[[0, 1], [1, 0]]"
    text = f"""\
[model]
hamiltonian = [[0.0, 0.01], [0.01, 0.002]]
energy_operator = [[0.0, 0.0], [0.0, 1.0]]
[[baths]]
name = "warm"
temperature = 0.5
rate = 0.02
coupling = {flip}
[[channels]]
jump = [[1, 0], [0, -1]]
rate = 0.001
[counting]
currents = ["heat from warm"]
"""
    drive, bare = np.array([[0.0, 0.01], [0.01, 0.002]]), np.diag([0.0, 1.0])
    contact = tk.Contact(tk.Bath("warm", 0.5), [[0.0, 1.0], [1.0, 0.0]], tk.Flat(0.02))
    local = tk.local(drive, [contact], bare)
    ours = written(text[: text.index("[[channels]]")] + text[text.index("[counting]") :], tmp_path).study.system.model
    same_model(ours, local)
    dephased = written(text, tmp_path).study.system.model
    assert len(dephased.channels) == len(local.channels) + 1
    np.testing.assert_allclose(sorted(dephased.table.strength)[2:], sorted(local.table.strength), rtol=1e-14)


def test_one_bath_may_touch_a_system_by_several_operators(tmp_path: Path) -> None:
    one, other = (
        [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
        [[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]],
    )
    text = f"""\
[model]
energies = [0.0, 1.0, 2.5]
[[baths]]
name = "warm"
temperature = 0.5
[[baths.couplings]]
coupling = {one}
rate = 0.02
[[baths.couplings]]
coupling = {other}
spectrum = {{ kind = "ohmic", strength = 0.01 }}
[counting]
currents = ["heat from warm"]
"""
    bath = tk.Bath("warm", 0.5)
    contacts = [tk.Contact(bath, one, tk.Flat(0.02)), tk.Contact(bath, other, tk.Ohmic(0.01))]
    same_model(written(text, tmp_path).study.system.model, tk.davies(np.diag([0.0, 1.0, 2.5]), contacts))
    crooked = text.replace("[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]\nrate", "[2.0, 0.0, 0.0], [0.0, 0.0, 0.0]]\nrate")
    line = "study.toml:7: baths[0].couplings[0].coupling: must be Hermitian, but element [0][1] is 1 and [1][0] is 2"
    assert lines_about(crooked, tmp_path) == (line,)
    (line,) = lines_about(text.replace("rate = 0.02\n", ""), tmp_path)
    assert line.startswith("study.toml:6: baths[0].couplings[0].rate: must be given")


@pytest.mark.parametrize(
    ("start", "state"),
    [
        ("{ temperature = 0.3 }", tk.Gibbs(0.3)),
        ("{ populations = [0.25, 0.75] }", tk.Populations([0.25, 0.75])),
        ("{ ket = [0.6, 0.8] }", tk.Ket([0.6, 0.8])),
        ("{ matrix = [[0.5, 0.1], [0.1, 0.5]] }", np.array([[0.5, 0.1], [0.1, 0.5]])),
    ],
)
def test_a_distribution_is_followed_from_the_state_that_the_file_gives(start: str, state: Any, tmp_path: Path) -> None:
    text = '[model]\nname = "qubit"\ngap = 1.0\n' + TWO
    text += f'[distribution]\ncurrents = ["heat from hot"]\ntimes = [10.0]\nstart = {start}\n'
    model = written(text, tmp_path).study.system.model
    exchange = answered(text, tmp_path).answers["distribution"]["heat from hot"]
    expected = tk.integrated_cumulants(model, tk.heat(model, "hot"), state, [10.0], order=3)
    np.testing.assert_array_equal(exchange.cumulants, expected)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("{}", "must hold one of temperature, populations, ket or matrix, got none"),
        ("{ ket = [0.6, 0.8], temperature = 1.0 }", "must hold one of temperature, populations, ket or matrix, got"),
        ("{ populations = [0.25, 0.7] }", "must be a state of the model: "),
        ("{ populations = [0.25, 0.25, 0.5] }", "must be a state of the model: "),
    ],
)
def test_a_start_that_is_none_is_blamed_on_its_line(start: str, said: str, tmp_path: Path) -> None:
    text = '[model]\nname = "qubit"\ngap = 1.0\n' + TWO
    text += f'[distribution]\ncurrents = ["heat from hot"]\ntimes = [10.0]\nstart = {start}\n'
    (line,) = lines_about(text, tmp_path)
    assert line.startswith(f"study.toml:15: distribution.start: {said}")


SWEEP = """\
[sweep]
"model.drive" = { start = 0.005, stop = 0.05, points = 3, spacing = "log" }
model.hot = [2.0, 4.0]
"""


@pytest.mark.slow
def test_numbers_that_are_swept_are_axes_of_labelled_data(tmp_path: Path) -> None:
    text = MASER.replace("drive = 0.02\n", "") + SWEEP + '[counting]\ncurrents = ["heat from hot"]\norder = 2\n'
    run_study(written(text, tmp_path), tmp_path / "out", Refuse(), lambda what, fraction: None)
    data = read_dataset(tmp_path / "out" / "data.nc")
    drives = np.geomspace(0.005, 0.05, 3)
    model = tk.library.three_level_maser(drives[:, None], [2.0, 4.0])
    expected = tk.cumulants(model, tk.heat(model, "hot"), order=2).values
    assert data["c2 heat from hot"].dims == ("model.drive", "model.hot")
    np.testing.assert_allclose(data["c1 heat from hot"], expected[..., 0], rtol=1e-14)  # one route
    np.testing.assert_allclose(data["c2 heat from hot"], expected[..., 1], rtol=1e-14)
    np.testing.assert_array_equal(data["model.drive"], drives)
    assert data["model.drive"].attrs["units"] == "energy"
    assert data["c2 heat from hot"].attrs["units"] == "energy^2/time"
    names = {path.name for path in (tmp_path / "out" / "figures").iterdir()}
    assert names == {
        "counting.svg",
        "counting.png",
        "overview.svg",
        "overview.png",
    }  # a figure a question, not a number
    again = read_study(tmp_path / "out" / "study.toml").study
    np.testing.assert_array_equal(again.system.sections["sweep"].axes["model.drive"], drives)


def test_quenches_and_spectra_are_swept_over_leading_axes(tmp_path: Path) -> None:
    quenches = (
        '[model]\nname = "qubit"\ngap = 1.0\nrate = 0.01\n' + QUENCHED + '[sweep]\n"model.gap" = [0.5, 1.0, 2.0]\n'
    )
    data = run_study(written(quenches, tmp_path), tmp_path / "out", Refuse(), lambda *_: None).answers["sweep"]
    assert np.isnan(data["crossing_completion"]).all()  # within these times; in the report a dash
    assert data["total_entropy_production_heating"].dims == ("model.gap",)
    for gap in (0.5, 1.0, 2.0):
        pair = tk.reciprocal(lambda t, gap=gap: tk.library.qubit(gap, 0.01, t), 0.5, 2.0)
        one = tk.compare(pair, np.linspace(0.0, 10.0, 11)).heating.ledger.total_entropy_production
        found = data["total_entropy_production_heating"].sel({"model.gap": gap})
        np.testing.assert_allclose(found, one, rtol=1e-12)  # alone and in a batch
    noise = (
        '[model]\nname = "qubit"\ngap = 1.0\n' + TWO + '[spectrum]\ncurrents = ["activity"]\nstop = 1.0\npoints = 4\n'
    )
    data = answered(noise + "[sweep]\nbaths.hot.temperature = [1.0, 2.0]\n", tmp_path).answers["sweep"]
    assert data["spectrum activity"].dims == ("baths.hot.temperature", "frequency")
    alone = answered(noise, tmp_path).answers["spectrum"]["activity"].values
    np.testing.assert_allclose(data["spectrum activity"][1], alone, rtol=1e-12)


def test_a_swept_spectrum_is_solved_by_the_method_that_is_asked_for(tmp_path: Path) -> None:
    text = MASER + '[counting]\ncurrents = ["activity"]\nmethod = "sparse"\n[spectrum]\nstop = 1.0\npoints = 4\n'
    system = written(text, tmp_path).study.system
    assert SPECTRUM.swept is not None
    with pytest.raises(ValueError, match=r"`Sparse\(\)` takes one point at a time"):
        SPECTRUM.swept(system, SPECTRUM.table(system.sections), {"model.hot": np.array([2.0, 4.0])})


@pytest.mark.parametrize(
    ("sweep", "said"),
    [
        (
            '"model.driv" = [0.1]',
            'sweep."model.driv": must name a number of the system that may vary (did you mean model.drive?)',
        ),
        ('"model.hot" = [1.0, -1.0]', 'sweep."model.hot": must be >= 0, got -1'),
        ('"model.hot" = [1.0, "x"]', 'sweep."model.hot"[1]: must be a number, got "x"'),
        ('"model.hot" = []', 'sweep."model.hot": must hold 1 to 1000000 values, got 0'),
        ('"model.hot" = { start = 2.0, stop = 1.0 }', 'sweep."model.hot".stop: must be > '),
        (
            '"model.hot" = { start = 2.0, stip = 1.0 }',
            'sweep."model.hot".stip: is no key of this table (did you mean stop?)',
        ),
        ("model.hot = [1.0, -1.0]", "sweep.model.hot: must be >= 0, got -1"),
        ("seed.hot = [1.0]", "sweep.seed.hot: must name a number"),
        ('"model.gap_hot" = [3.0, 0.5]', 'sweep."model.gap_hot": must be > `gap_cold`, and that > 0'),
        ('"model.hot" = 3.0', 'sweep."model.hot": must be a table, got 3.0'),
    ],
)
def test_a_wrong_axis_is_blamed_on_its_line(sweep: str, said: str, tmp_path: Path) -> None:
    (line,) = lines_about(MASER + "[sweep]\n" + sweep + "\n" + AT_REST, tmp_path)
    assert line.startswith(f"study.toml:6: {said}")


def test_a_sweep_of_too_many_points_is_refused(tmp_path: Path) -> None:
    axis = "{ start = 1.0, stop = 2.0, points = 100001 }"
    text = MASER + f'[sweep]\n"model.hot" = {axis}\n"model.cold" = {axis}\n' + AT_REST
    assert lines_about(text, tmp_path) == ("study.toml:5: sweep: must hold at most 1000000000 points, got 10000200001",)


@pytest.mark.parametrize("method", ["sparse", "krylov"])
def test_a_method_of_one_point_is_refused_beside_a_sweep(method: str, tmp_path: Path) -> None:
    (line,) = lines_about(MASER + SWEEP + AT_REST + f'method = "{method}"\n', tmp_path)
    need = f'must be "auto" or "dense" beside [sweep], got "{method}", which takes one point at a time'
    assert line.endswith(f"counting.method: {need}")


def test_a_question_at_one_point_is_refused_beside_a_sweep(tmp_path: Path) -> None:
    text = MASER + SWEEP + AT_REST + "[distribution]\ntimes = [1.0]\n"
    line = "must be left out beside a table [sweep]: it is asked at one point"
    assert lines_about(text, tmp_path) == (f"study.toml:11: distribution: {line}",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[model]\nname = "qubit"\ngap = 1.0\n' + TWO + BATH + AT_REST, "must be left out beside [[baths]]"),
        (MASER + "[[channels]]\njump = [[0, 1], [0, 0]]\n" + AT_REST, 'must be left out for model "three_level_maser"'),
        (
            MASER.replace("hot = 4.0\n", "") + QUENCHED,
            'must not be "three_level_maser" in this study: it does not relax',
        ),
    ],
)
def test_what_a_model_does_not_take_is_refused(text: str, said: str, tmp_path: Path) -> None:
    assert said in lines_about(text, tmp_path)[0]


def test_a_sound_sweep_is_said_to_be_sound(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(MASER + SWEEP + AT_REST, encoding="utf-8")
    (line,) = check_study(tmp_path / "study.toml", "study.toml")
    assert line.endswith("model.drive at 3 values, model.hot at 2 values")


def test_the_schema_completes_every_model_and_takes_what_the_reader_takes() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    judge = jsonschema.Draft202012Validator(schema())
    maser = schema()["$defs"]["three_level_maser_10"]["properties"]
    assert maser["drive"]["description"] == "half the Rabi frequency [energy]"
    assert (maser["gap_hot"]["default"], maser["gap_hot"]["exclusiveMinimum"]) == (2.5, 0.0)
    assert maser["driven_pair"]["enum"] == ["upper", "lower"]
    two = '[model]\nname = "qubit"\ngap = 1.0\n' + TWO
    sound = [f'[model]\nname = "{name}"\n{keys}{AT_REST}' for name, (keys, _) in NAMED.items()]
    sound += [SOUND, two + AT_REST, two + QUENCHED, MASER + SWEEP.replace("model.hot", '"model.hot"') + AT_REST]
    for text in sound:
        assert [error.message for error in judge.iter_errors(tomllib.loads(text))] == []
    for wrong in (SOUND.replace("gap", "gapp"), SOUND.replace('"qubit"', '"qbit"'), two, AT_REST):
        assert not judge.is_valid(tomllib.loads(wrong))


HIDDEN = """
[bath]
temperatur = 1.0
statistics = "bosee"
[counting]
currents = ["activity"]
order = 0
"""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ('name = "qubitt"', ["name: must be one of", "gap: must be > 0, got -1.0", "rate: must be > 0, got -2.0"]),
        ('name = "blah"', ["name: must be one of", "gap: must be > 0, got -1.0", "rate: must be > 0, got -2.0"]),
        ("", ["name: must be given", "gap: must be > 0, got -1.0", "rate: must be > 0, got -2.0"]),
    ],
    ids=["misspelt", "unknown", "left out"],
)
def test_a_model_that_nobody_knows_hides_no_other_problem(name: str, told: list[str], tmp_path: Path) -> None:
    lines = lines_about(f"[model]\n{name}\ngap = -1.0\nrate = -2.0\nrates = 1.0\nfoo = 2\n{HIDDEN}", tmp_path)
    expected = [f"model.{one}" for one in told]
    expected += ["model.rates: is no key of this table (did you mean rate?)", "model.foo: is no key of this table"]
    expected += ["bath.temperatur: is no key", 'bath.statistics: must be one of "bose"', "counting.order: must be >= 1"]
    assert len(lines) == len(expected)
    for line in expected:
        assert sum(line in found for found in lines) == 1, line


def test_a_spectrum_of_no_kind_hides_no_other_problem(tmp_path: Path) -> None:
    bath = '[[baths]]\nname = "b"\ntemperature = -1.0\nspectrum = {{ kind = "{}", strength = -3.0, cutof = 1.0 }}\n'
    for kind in ("ohmik", "zzz"):
        text = f'[model]\nname = "qubit"\ngap = -1.0\n{bath.format(kind)}[counting]\ncurrents = ["activity"]\n'
        lines = lines_about(text, tmp_path)
        for told in ("model.gap", "baths[0].temperature", "spectrum.kind", "spectrum.strength: must be > 0"):
            assert sum(told in line for line in lines) == 1
