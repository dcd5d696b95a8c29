"""What a search is asked in words, what it refuses and how, its studies and its looks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

import thermokin as tk
from data_files import read_dataset
from thermokin.report.folder import Refuse
from thermokin.study.read import read_study
from thermokin.study.run import run_study

MASER = tk.Family(tk.library.three_level_maser, {"hot": 4.0, "cold": 0.5})
RANGES: dict[str, Any] = {"drive": (0.01, 0.05), "gap_hot": (2.0, 6.0)}
SMALL: dict[str, Any] = {"points": 3, "samples": 32, "population": 8, "generations": 1}
PRODUCT: dict[str, Any] = {"power": "max", "uncertainty product": "min"}


def ask(**changed: Any) -> tk.design.Front:
    given = {"family": MASER, "ranges": RANGES, "objectives": PRODUCT, **SMALL, **changed}
    return tk.design.front(**given)


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"family": 3}, TypeError, "`family` must be a Family or a function"),
        ({"ranges": [1]}, TypeError, "`ranges` must map names to pairs"),
        ({"ranges": {}}, ValueError, "`ranges` must name 1 to 64 numbers, got 0"),
        ({"ranges": {"drives": (0.1, 1.0)}}, ValueError, "did you mean `drive`"),
        ({"ranges": {"hot": (0.1, 1.0)}}, ValueError, "numbers that the family leaves open, got 'hot'"),
        ({"ranges": {"drive": 1.0}}, TypeError, r"`ranges\['drive'\]` must be a pair of numbers, got 1.0"),
        ({"ranges": {"drive": (1.0, 0.1)}}, ValueError, "two finite numbers that ascend, got 1, 0.1"),
        ({"ranges": {"drive": (0.1, np.inf)}}, ValueError, "two finite numbers that ascend, got 0.1, inf"),
        ({"ranges": {"drive": (0.1, 1.0), "rate_hot": (0.0, 1.0)}}, ValueError, "must be > 0, got 0"),
        ({"ranges": {"driven_pair": (0.1, 1.0)}}, TypeError, "must be of real numbers, which 'driven_pair' is not"),
        ({"ranges": {"gap_hot": (2.0, 3.0)}}, ValueError, "`ranges` must give 'drive' too"),
        ({"objectives": ["power"]}, TypeError, '`objectives` must map words to "max" or "min"'),
        ({"objectives": {}}, ValueError, "`objectives` must be 1 to 4, got 0"),
        ({"objectives": {"power": "maximum"}}, ValueError, '"max" or "min", got \'maximum\''),
        ({"objectives": {"efficency": "max"}}, ValueError, 'Did you mean "efficiency"'),
        ({"objectives": {"heat from warm": "max"}}, ValueError, "`bath` must be one of 'cold', 'hot', got 'warm'"),
        ({"objectives": {"ticks": "max"}}, ValueError, "no jump of this model counts any"),
        ({"objectives": {"decay rate of mode 1": "max"}}, ValueError, 'of relaxation only "gap" is known'),
        ({"objectives": {"gap of the generator": "max"}}, ValueError, '"gap" can'),
        ({"constraints": ["power"]}, TypeError, "`constraints` must map words to pairs"),
        ({"constraints": {"power": 1.0}}, TypeError, "must be a pair, least and most, got 1.0"),
        ({"constraints": {"power": (None, None)}}, ValueError, "must have a least below its most"),
        ({"constraints": {"power": (2.0, 1.0)}}, ValueError, "must have a least below its most"),
        ({"samples": 100}, ValueError, "`samples` must be a power of two, got 100"),
        ({"population": 9}, ValueError, "`population` must be even, got 9"),
        ({"points": 0}, ValueError, "`points`"),
        ({"seed": -1}, ValueError, "`seed`"),
    ],
)
def test_what_means_nothing_is_refused_with_the_remedy(
    changed: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        ask(**changed)


def test_rows_are_named_element_by_element() -> None:
    clock = tk.Family(tk.library.coherent_ring_clock, {"rate": 1.0})
    with pytest.raises(ValueError, match=r'must name the elements of the row \'couplings\': "couplings\[0\]"'):
        tk.design.front(clock, {"couplings": (0.1, 1.0)}, {"ticks": "max"})
    with pytest.raises(ValueError, match=r"every element of the row 'couplings' once, got \[0, 2\]"):
        tk.design.front(clock, {"couplings[2]": (0.1, 1.0), "couplings[0]": (0.1, 1.0)}, {"ticks": "max"})
    with pytest.raises(ValueError, match="is of machines with baths, and this model has none"):
        tk.design.front(clock, {"couplings[0]": (0.1, 1.0)}, {"efficiency": "max"})


def test_what_no_machine_meets_is_said() -> None:
    with pytest.raises(tk.errors.NotConvergedError, match=r"none of 40 points has all objectives .* Widen the ranges"):
        ask(constraints={"efficiency": (0.99, None)})


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("moocore", "pymoo"):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(ModuleNotFoundError, match=rf"needs {package}, .* pip install 'thermokin\[design\]'"):
            ask()


def test_points_that_cannot_be_are_left_out_and_counted() -> None:
    found = ask(ranges={"drive": (0.01, 0.05), "gap_hot": (0.5, 6.0)})
    assert sum(found.failures.values()) > 0
    assert any("gap_hot" in reason for reason in found.failures)
    assert (found.of("gap_hot") > 1.0).all()


def test_functions_of_ones_own_are_searched_as_words_are() -> None:
    own = {
        "from the hot": lambda model: tk.heat(model, "hot"),
        "excited": lambda _: tk.outputs.Expectation(np.diag([0, 0, 1])),
    }
    found = ask(objectives={"from the hot": "max", "excited": "min", "gap": "max"}, outputs=own)
    for point in range(len(found)):
        model = found.model(point)
        assert found.values[point, 0] == pytest.approx(
            float(tk.cumulants(model, tk.heat(model, "hot")).mean), rel=1e-12
        )
        assert found.values[point, 1] == pytest.approx(float(tk.steady_state(model).state[2, 2].real), rel=1e-12)
        assert found.values[point, 2] == pytest.approx(float(tk.modes(model).gap), rel=1e-12)
    with pytest.raises(TypeError, match="a function of one's own, which a study cannot write"):
        found.study(0)


def test_doubtful_models_are_told_of_once_and_only_of_the_machines_found() -> None:
    with pytest.warns(tk.errors.ValidityWarning, match="in doubt") as told:
        ask(ranges={"drive": (0.2, 0.5), "gap_hot": (2.0, 6.0)}, objectives={"power": "max", "heat from hot": "min"})
    assert len([one for one in told if "local" in str(one.message)]) == 1


@pytest.mark.parametrize(
    ("family", "ranges", "objectives"),
    [
        (MASER, RANGES, {"power": "max", "noise of power": "min", "share of carnot": "max"}),
        (
            tk.Family(tk.library.coherent_ring_clock, {"rate": 1.0}),
            {"couplings[0]": (0.1, 1.0), "couplings[1]": (0.1, 1.0)},
            {"ticks": "max", "ticks / noise of ticks": "max"},
        ),
        (
            tk.Family(tk.library.three_level_refrigerator, {"work": 6.0, "hot": 1.5, "cold": 1.0, "gap_hot": 5.0}),
            {"gap_cold": (0.6, 1.5)},
            {"heat from cold": "max", "covariance of heat from cold and heat from hot": "max"},
        ),
    ],
)
def test_the_study_of_a_machine_reproduces_its_numbers(
    family: tk.Family, ranges: Any, objectives: Any, tmp_path: Path
) -> None:
    found = tk.design.front(family, ranges, objectives, **SMALL)
    path = tmp_path / "machine.toml"
    for point in range(len(found)):
        path.write_text(found.study(point), encoding="utf-8")
        study = read_study(path)
        folder = tmp_path / f"{point}"
        run_study(study, folder, Refuse(), lambda *_: None)
        columns = [one for one in read_dataset(folder / "data.nc").variables.values() if one.dtype.kind == "f"]
        numbers = np.concatenate([np.ravel(one) for one in columns])
        if "response" in study.study.system.sections:
            answered = study.study.answer(lambda *_: None).answers["response"]
            numbers = np.append(numbers, answered.numbers)
        for words, value in zip(found.objectives, found.values[point], strict=True):
            if "/" not in words:
                assert np.isclose(numbers, value, rtol=1e-11, atol=0.0).any(), words


def test_families_of_ones_own_have_no_study() -> None:
    found = ask(family=tk.Family(lambda drive, gap_hot: MASER.at({"drive": drive, "gap_hot": gap_hot})))
    with pytest.raises(TypeError, match="a study names a function of the library"):
        found.study(0)
    assert found.given(0).keys() == {"drive", "gap_hot"}


def test_the_classical_bound_is_that_of_the_rest_of_each_machine() -> None:
    found = ask(objectives={"power": "max", "noise of power": "min", "entropy production": "min"})
    assert found.steadied == "power"
    for point in range(len(found)):
        model = found.model(point)
        power = tk.cumulants(model, tk.heat(model))
        made = float(tk.figures_of_merit(model).entropy_production)
        mean, noise = float(power.mean), float(power.noise)
        assert found.uncertainty_product[point] == pytest.approx(noise * made / mean**2, rel=1e-9)
        expected = [np.sqrt(noise * made / 2.0), 2.0 * mean**2 / made, 2.0 * mean**2 / noise]
        assert found.classical[point] == pytest.approx(expected, rel=1e-9)
        assert bool(found.below[point]) == (noise * made / mean**2 < 2.0)


@pytest.mark.parametrize(
    "objectives",
    [
        {"power": "max"},
        PRODUCT,
        {"noise of power": "min", "power": "max"},
        {"power": "max", "efficiency": "max", "entropy production": "min"},
    ],
)
def test_a_front_has_lines_data_and_a_figure(objectives: Any) -> None:
    found = ask(objectives=objectives)
    text = repr(found)
    assert text.startswith("Front of")
    assert "residual" in text
    assert len(text.splitlines()) < 14
    data = found.to_xarray()
    assert data["values"].dims == ("point", "objective")
    assert list(data["objective"].values) == list(objectives)
    assert np.array_equal(data["numbers"].values, found.numbers)
    with mpl.rc_context({"backend": "Agg"}):
        drawing, _ = found.plot()
    plt.close(drawing)
    with pytest.raises(ValueError, match="`name` must be one of"):
        found.of("heat")
