"""The questions [redfield] and [hierarchy] of a study: what they answer, along a sweep too, tell and refuse."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.errors import StudyError
from thermokin.study.read import read_study

FLIP = np.array([[0.0, 1.0], [1.0, 0.0]])
BATH = """
[[baths]]
name = "{name}"
temperature = {temperature}
coupling = {coupling}
{rate}
"""
GAP, FLIPPED = "[model]\nenergies = [0.0, 1.0]\n", "[[0.0, 1.0], [1.0, 0.0]]"
DRUDE = '[baths.spectrum]\nkind = "drude"\nstrength = 0.05\ncutoff = 3.0'


def qubit(rate: str) -> str:
    both = [("hot", 1.0), ("cold", 0.5)]
    return GAP + "".join(BATH.format(name=name, temperature=t, coupling=FLIPPED, rate=rate) for name, t in both)


def contacts(hot: Any, spectrum: Any) -> list[tk.Contact]:
    return [tk.Contact(tk.Bath(name, t), FLIP, spectrum) for name, t in (("hot", hot), ("cold", 0.5))]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        yield


def read(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return read_study(path)


def answered(tmp_path: Path, text: str) -> dict[str, Any]:
    return dict(read(tmp_path, text).study.answer(lambda what, share: None).answers)


def two_qubits() -> str:
    """The two strongly damped qubits whose state at rest is none."""
    spin, g = tk.operators.pauli(), 0.79603
    x, z, plus = ([tk.operators.embed(a, k, (2, 2)) for k in (0, 1)] for a in (spin.x, spin.z, spin.plus))
    hop = plus[0] @ plus[1].T
    h = 0.5 * (z[0] + 1.00709 * z[1]) + g * (hop + hop.T)
    baths = zip(("cold", "hot"), (0.08524, 1.65135), x, strict=True)
    text = f"[model]\nhamiltonian = {h.real.tolist()}\n"
    return text + "".join(
        BATH.format(name=name, temperature=t, coupling=a.real.tolist(), rate="rate = 0.25432") for name, t, a in baths
    )


def test_the_lost_state_is_found_and_told(tmp_path: Path) -> None:
    (found,) = answered(tmp_path, two_qubits() + "[redfield]\n").values()
    assert float(found.lowest_eigenvalue) == pytest.approx(-0.0156321, abs=5e-8)
    (line,) = [one for one in read(tmp_path, two_qubits() + "[redfield]\n").study.remarks() if "Redfield" in one]
    assert "has no state at rest: its lowest eigenvalue is -0.0156 (lower the rates, or ask [hierarchy])" in line


@pytest.mark.parametrize("shift", [None, tk.LambShift()])
def test_along_a_sweep_redfield_is_that_of_python(shift: tk.LambShift | None, tmp_path: Path) -> None:
    text = qubit(DRUDE) + f"[redfield]\nlamb_shift = {str(shift is not None).lower()}\n"
    data = answered(tmp_path, text + '[sweep]\n"baths.hot.temperature" = [0.5, 2.0]\n')["sweep"]
    for place, hot in enumerate((0.5, 2.0)):
        equation = tk.redfield(np.diag([0.0, 1.0]), contacts(hot, tk.Drude(0.05, 3.0)), lamb_shift=shift)
        found = tk.steady_state(equation)
        assert data["redfield_heat cold"].values[place] == pytest.approx(found.heat[1], rel=1e-10, abs=1e-16)
        assert data["lowest_eigenvalue"].values[place] == pytest.approx(float(found.lowest_eigenvalue), rel=1e-10)
    np.testing.assert_array_equal(data["breaks_second_law"], [0.0, 0.0])


def test_other_equations_are_refused_of_what_baths_do_not_touch_by_operators(tmp_path: Path) -> None:
    rates = '[model]\nname = "three_level_maser"\nhot = 5.0\ndrive = 0.1\n'
    for name in ("redfield", "hierarchy"):
        with pytest.raises(StudyError, match=f"{name}: must be asked of a system that baths touch by operators"):
            answered(tmp_path, f"{rates}[{name}]\n")


def test_the_hierarchy_is_that_of_python_at_a_point_and_along_a_sweep(tmp_path: Path) -> None:
    pytest.importorskip("qutip")
    text = qubit(DRUDE) + "[hierarchy]\ndepth = 2\nterms = 2\ntolerance = 0.1\n"
    (found,) = answered(tmp_path, text).values()
    one = tk.steady_state(
        tk.hierarchy(np.diag([0.0, 1.0]), contacts(1.0, tk.Drude(0.05, 3.0)), depth=2, terms=2, tolerance=0.1)
    )
    np.testing.assert_allclose(found.heat, one.heat, rtol=1e-10)
    data = answered(tmp_path, text + '[sweep]\n"baths.hot.temperature" = [0.5, 1.0]\n')["sweep"]
    assert data["exact_heat hot"].values[1] == pytest.approx(one.heat[0], rel=1e-10)
    assert abs(data["exact_heat hot"].values[0]) < 1e-10
    assert data["depth"].values.tolist() == [2.0, 2.0]
    assert data["depth_error"].values[1] == pytest.approx(one.depth_error, rel=1e-6)


def test_what_has_no_hierarchy_is_said_before_a_run(tmp_path: Path) -> None:
    pytest.importorskip("qutip")
    with pytest.raises(StudyError, match=r"hierarchy: cannot be answered: .*spectrum"):
        answered(tmp_path, qubit("rate = 0.01") + "[hierarchy]\n")
    with pytest.raises(StudyError, match=r"hierarchy\.depth: must be >= 1, got 0"):
        answered(tmp_path, qubit(DRUDE) + "[hierarchy]\ndepth = 0\n")
