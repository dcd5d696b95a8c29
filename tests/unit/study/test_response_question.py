"""The question [response] of a study: what it answers, what it refuses, and along a sweep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import thermokin as tk
from data_files import read_dataset
from thermokin.errors import StudyError
from thermokin.report.folder import Refuse
from thermokin.study.read import read_study
from thermokin.study.run import run_study

MASER = '[model]\nname = "three_level_maser"\ndrive = 0.05\nhot = 5.0\n'
LEADS = """
[model]
name = "fermionic_level"
energy = 0.4

[[baths]]
name = "left-lead"
temperature = 0.5
chemical_potential = 0.3
statistics = "fermi"
rate = 0.01

[[baths]]
name = "right"
temperature = 0.8
statistics = "fermi"
rate = 0.02
"""
OUTPUTS = ("heat from hot", "noise of heat from hot", "entropy production", "activity", "gap", "frequency of mode 1")


def asked(parameters: tuple[str, ...], outputs: tuple[str, ...]) -> str:
    return f"[response]\nparameters = {list(parameters)}\noutputs = {list(outputs)}\n".replace("'", '"')


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def run(tmp_path: Path, text: str) -> None:
    run_study(read_study(written(tmp_path, text)), tmp_path / "out", Refuse(), lambda what, share: None)


def test_a_study_answers_what_python_does(tmp_path: Path) -> None:
    run(tmp_path, MASER + asked(("model.drive", "model.hot", "model.rate_hot"), OUTPUTS))
    data = read_dataset(tmp_path / "out" / "data.nc")
    family = tk.Family(tk.library.three_level_maser)
    found = tk.response(family, {"drive": 0.05, "hot": 5.0}, ["drive", "hot", "rate_hot"], OUTPUTS)
    assert tuple(map(str, data["output"].values)) == OUTPUTS
    assert tuple(map(str, data["parameter"].values)) == ("model.drive", "model.hot", "model.rate_hot")
    np.testing.assert_allclose(data["derivative"].values, found.values, rtol=1e-13)
    np.testing.assert_allclose(data["value"].values, found.numbers, rtol=1e-13)
    assert np.all(data["derivative_error"].values < 1e-10 * np.abs(found.values))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "logarithmic" in page
    assert "model.rate_hot" in page


def test_numbers_of_baths_go_by_their_names(tmp_path: Path) -> None:
    names = ("baths.left-lead.chemical_potential", "baths.right.temperature", "baths.right.rate")
    run(tmp_path, LEADS + asked(names, ("particles from left-lead", "covariance of heat from right and activity")))
    data = read_dataset(tmp_path / "out" / "data.nc")
    step = 1e-5

    def particles(potential: float, temperature: float, rate: float) -> float:
        left, right = 0.01 / (np.exp((0.4 - potential) / 0.5) + 1.0), rate / (np.exp(0.4 / temperature) + 1.0)
        return float((left * rate - right * 0.01) / (0.01 + rate))

    def slope(place: int) -> float:
        moves = np.eye(3)[place] * step
        at = np.array([0.3, 0.8, 0.02])
        return (particles(*(at + moves)) - particles(*(at - moves))) / (2.0 * step)

    expected = [slope(place) for place in range(3)]
    np.testing.assert_allclose(data["derivative"].values[0], expected, rtol=1e-6)


@pytest.mark.parametrize("name", ["baths.left-lead.temperature", "baths.right.chemical_potential"])
def test_derivatives_are_swept(tmp_path: Path, name: str) -> None:
    outputs = ("particles from left-lead", "noise of heat from right", "covariance of heat and activity", "gap")
    sweep = f'[sweep]\n"{name}" = [0.5, 0.6, 0.7]\n"baths.right.rate" = [0.01, 0.03]\n'
    run(tmp_path, LEADS + asked(("baths.right.temperature", name), outputs) + sweep)
    data = read_dataset(tmp_path / "out" / "data.nc")
    by_itself = data[f"{outputs[0]} by {name}"].values
    assert by_itself.shape == (3, 2)
    single = LEADS.replace("rate = 0.02", "rate = 0.03") + asked(("baths.right.temperature", name), outputs)
    family = read_study(written(tmp_path, single)).study.system.family
    found = tk.response(family, {name: 0.7}, ["baths.right.temperature", name], outputs)
    for output in outputs:
        assert data[output].values[2, 1] == pytest.approx(found.numbers[outputs.index(output)], rel=1e-12)
        for parameter in found.parameters:
            ours = data[f"{output} by {parameter}"].values[2, 1]
            assert ours == pytest.approx(float(found.of(output, parameter)), rel=1e-9, abs=1e-14)
            place = outputs.index(output), found.parameters.index(parameter)
            error = data[f"error of {output} by {parameter}"]
            assert error.values[2, 1] == pytest.approx(float(found.error[place]), rel=0.5, abs=1e-16)
            assert error.attrs["units"] == data[f"{output} by {parameter}"].attrs["units"]
    units = ("1/time", "energy^2/time", "energy/time", "1/time")
    for output, unit in zip(outputs, units, strict=True):
        assert data[output].attrs["units"] == unit
        assert data[f"{output} by {name}"].attrs["units"] == f"({unit})/(energy)"


def test_a_number_without_a_unit_is_swept(tmp_path: Path) -> None:
    chain = '[model]\nname = "xxz_chain"\nsites = 2\nrate = 0.01\nleft = 0.3\nright = 0.8\n'
    sweep = '[sweep]\n"model.anisotropy" = [0.4, 0.5]\n'
    run(tmp_path, chain + asked(("model.rate",), ("activity",)) + sweep)
    data = read_dataset(tmp_path / "out" / "data.nc")
    for place, anisotropy in enumerate((0.4, 0.5)):
        low, high = (
            tk.activity(model).mean(tk.steady_state(model))
            for rate in (0.00999, 0.01001)
            for model in [tk.library.xxz_chain(2, anisotropy, rate, 0.3, 0.8)]
        )
        slope = float(data["activity by model.rate"].values[place])
        assert slope == pytest.approx(float(high - low) / 2e-5, rel=1e-6)


@pytest.mark.parametrize(
    ("parameters", "outputs", "said"),
    [
        (("model.drve",), ("gap",), r"response.parameters\[0\]: must name a number .* \(did you mean model.drive\?\)"),
        (("zzz",), ("gap",), r"response.parameters\[0\]: .* \(its numbers are model.drive, "),
        (("model.drive",), ("heet from hot",), r'outputs\[0\]: must be a current.*did you mean "heat from hot"\?'),
        (("model.drive",), ("noise of heat fro hot",), r'did you mean "noise of heat from hot"\?'),
        (("model.drive",), ("entropy prodution",), r'did you mean "entropy production"\?'),
        (
            ("model.drive",),
            ("gap", "noise of heat from hott"),
            r"outputs\[1\]: must come from a bath .*mean hot",
        ),
        (("model.drive",), ("covariance of heat",), r"outputs\[0\]: must be a current"),
        (("model.drive",), ("gap", "gap"), r'outputs\[1\]: must be named once, got "gap" again'),
        (("model.drive", "model.drive"), ("gap",), r'parameters\[1\]: must be named once, got "model.drive" again'),
    ],
)
def test_what_means_nothing_is_refused_with_its_nearest(
    tmp_path: Path, parameters: tuple[str, ...], outputs: tuple[str, ...], said: str
) -> None:
    with pytest.raises(StudyError, match=said):
        read_study(written(tmp_path, MASER + asked(parameters, outputs)))


def test_a_number_at_the_end_of_its_range_is_refused(tmp_path: Path) -> None:
    cold = LEADS.replace("temperature = 0.8", "temperature = 0.0")
    with pytest.raises(StudyError, match=r"parameters\[0\]: must not be at the end of its range, 0, where"):
        read_study(written(tmp_path, cold + asked(("baths.right.temperature",), ("gap",))))
    swept = LEADS + asked(("baths.right.temperature",), ("gap",)) + '[sweep]\n"baths.right.temperature" = [0.0, 1.0]\n'
    with pytest.raises(StudyError, match=r"parameters\[0\]: must not be at the end of its range, 0, where"):
        read_study(written(tmp_path, swept))
    with pytest.raises(StudyError, match=r"outputs\[0\]: must not count entropy that flows into a bath at temp"):
        read_study(written(tmp_path, cold + asked(("baths.right.rate",), ("entropy production",))))


@pytest.mark.parametrize(
    "system",
    [
        "",
        '[model]\nname = "qubbit"\ngap = 1.0\n',
        '[model]\nname = "qubit"\ngap = 1.0\nrate = 0.1\n[bath]\ntemperature = "x"\n',
        '[model]\nname = "qubit"\ngap = 1.0\n',
    ],
)
def test_what_hangs_on_an_unsound_system_is_not_judged(tmp_path: Path, system: str) -> None:
    with pytest.raises(StudyError, match="must be") as caught:
        read_study(written(tmp_path, system + asked(("bath.temperature",), ("heat from bath",))))
    assert "response" not in str(caught.value)


def test_a_whole_number_is_refused(tmp_path: Path) -> None:
    pair = '[model]\nname = "oscillator"\nfrequency = 1.0\nrate = 0.01\nlevels = 6\n[bath]\ntemperature = 1.0\n'
    with pytest.raises(StudyError, match=r"must name a number of the system that may vary"):
        read_study(written(tmp_path, pair + asked(("model.levels",), ("gap",))))


def test_an_output_that_is_zero_has_a_row(tmp_path: Path) -> None:
    qubit = '[model]\nname = "qubit"\ngap = 1.0\nrate = 0.01\n[bath]\ntemperature = 1.0\n'
    run(tmp_path, qubit + asked(("bath.temperature",), ("particles from bath", "activity")))
    data = read_dataset(tmp_path / "out" / "data.nc")
    assert data["derivative"].values[0, 0] == 0.0
    assert np.isnan(data["logarithmic"].values[0, 0])


def test_it_is_summed_up_beside_other_questions(tmp_path: Path) -> None:
    text = MASER + '[counting]\ncurrents = ["heat from hot"]\n' + asked(("model.drive",), ("gap", "activity"))
    file = read_study(written(tmp_path, text))
    assert "2 outputs of three_level_maser by 1 parameter" in file.study.summary()
    run_study(file, tmp_path / "out", Refuse(), lambda what, share: None)
    data = read_dataset(tmp_path / "out" / "data.nc")
    assert {"derivative", "derivative_error"} <= set(data.data_vars)


def test_derivatives_that_are_all_error_are_0_along_a_sweep(tmp_path: Path) -> None:
    # The gap of a level between leads is the sum of their rates, whatever its energy.
    leads = "".join(
        f'[[baths]]\nname = "{name}"\ntemperature = 0.3\nchemical_potential = {potential}\nrate = {rate}\n'
        for name, potential, rate in (("left", 1.5, 0.05), ("right", -0.5, 0.02))
    )
    text = (
        f'[model]\nname = "fermionic_level"\nenergy = 0.5\n{leads}'
        '[response]\nparameters = ["model.energy"]\noutputs = ["gap", "particles from left"]\n'
        '[sweep]\n"baths.left.chemical_potential" = { start = -0.5, stop = 3.0, points = 9 }\n'
    )
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    run_study(read_study(path), tmp_path / "out", Refuse(), lambda what, share: None)
    data = read_dataset(tmp_path / "out" / "data.nc")
    assert (data["gap by model.energy"].values == 0.0).all()
    assert (data["error of gap by model.energy"].values > 0.0).all()
    assert np.abs(data["particles from left by model.energy"].values).max() > 1e-3
