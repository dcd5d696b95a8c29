"""What is read from data looks like: lines, labelled data, tables and figures of every kind of result."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import thermokin as tk
from click_records import network_records
from thermokin.inference.findings import record_findings
from thermokin.results import Fit, Result

CHANNELS = {"in": 0, "out": 1}
REVERSES = {"in": "out"}


def dot(fill: float = 0.7, empty: float = 1.2) -> tk.Model:
    return tk.rates([[0.0, empty], [fill, 0.0]])


def record() -> tk.inference.Clicks:
    rates = np.array([[0.0, 1.2], [0.7, 0.0]])
    return network_records(rates, 1, 400.0, 1, seen={"01": "in", "10": "out"})[0]


FAMILY = tk.Family(dot)


def fit(*names: str) -> Fit:
    jumps = [np.argwhere(channel.jump)[0].tolist() for channel in dot().channels]
    channels = {"in": jumps.index([1, 0]), "out": jumps.index([0, 1])}
    return tk.infer(record(), FAMILY, {}, list(names), channels=channels)


def every() -> dict[str, Result]:
    clicks, both = record(), fit("fill", "empty")
    findings = record_findings(both, reverses=REVERSES, weights={"in": 1.0})
    return {
        "fit": both,
        "goodness": both.goodness,
        "comparison": tk.inference.compare_fits({"both": both, "one": fit("fill")}),
        "statistics": tk.inference.statistics(clicks, {"in": 1.0}, order=4),
        "waits": tk.inference.waiting_times(clicks),
        "spectrum": tk.inference.record_spectrum(clicks, np.geomspace(0.1, 20.0, 20)),
        "entropy": tk.inference.entropy_production(clicks, reverses=REVERSES, weights={"in": 1.0}),
        "findings": findings,
        "information": tk.inference.fisher_information(FAMILY, {}, ["fill", "empty"], channels={"in": 0, "out": 1}),
    }


@pytest.mark.slow
def test_all_results_give_lines_tables_data_and_figures(tmp_path: Path) -> None:
    for name, result in every().items():
        assert len(repr(result).splitlines()) > 1, name
        assert "<table>" in result._repr_html_()
        assert "tabular" in result.to_latex()
        data = result.to_xarray()
        assert data.data_vars
        assert all(variable.attrs["long_name"] for variable in data.data_vars.values())
        figure, _ = result.plot()
        figure.savefig(tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").stat().st_size > 2000
        if name not in {"fit", "comparison"}:
            continue
        page = (result.report(tmp_path / name) / "report.html").read_text(encoding="utf-8")
        assert len(page) > 2000


def test_lines_of_a_fit_say_intervals_once_they_are_made() -> None:
    made = fit("fill")
    assert "interval" not in repr(made)
    low, high = made.intervals[0]
    assert f"95 % interval {low:.6g} ... {high:.6g}" in repr(made)
    assert f"{made['fill']:.6g} ± " in repr(made)


def test_data_of_findings_hold_what_their_parts_hold() -> None:
    found = every()
    data = found["findings"].to_xarray()
    np.testing.assert_array_equal(data.fit_values, found["fit"].values)
    assert {"fit_intervals", "statistics_cumulants", "spectrum_noise", "entropy_entropy_production"} <= set(data)


def test_nested_fits_are_told_apart_by_their_ratio() -> None:
    both, one = fit("fill", "empty"), fit("fill")
    found = tk.inference.compare_fits({"both": both, "one": one})
    assert found.ratio[1, 0] == pytest.approx(2.0 * (both.log_likelihood - one.log_likelihood))
    assert 0.0 < found.probability[1, 0] <= 1.0
    assert np.isnan(found.probability[[0, 0, 1], [0, 1, 1]]).all()
    assert found.weights.sum() == pytest.approx(1.0)
    assert "one in both" in repr(found)


@pytest.mark.slow
def test_ratios_of_right_smaller_models_are_distributed_by_chi_squared() -> None:
    rates = np.array([[0.0, 1.2], [0.7, 0.0]])
    channels = fit("fill").problem.channels
    small = 0
    for clicks in network_records(rates, 30, 100.0, 2, seen={"01": "in", "10": "out"}):
        fits = {
            "one": tk.infer(clicks, FAMILY, {}, ["fill"], channels=channels),
            "both": tk.infer(clicks, FAMILY, {}, ["fill", "empty"], channels=channels),
        }
        small += tk.inference.compare_fits(fits).probability[0, 1] < 0.2
    assert abs(small - 6) <= 6.6  # three standard deviations


def test_fits_that_cannot_be_compared_are_refused() -> None:
    one = fit("fill")
    other = tk.infer(record().part(0.0, 200.0), FAMILY, {}, ["fill"], channels=one.problem.channels)
    with pytest.raises(ValueError, match="must be at least two"):
        tk.inference.compare_fits({"one": one})
    with pytest.raises(ValueError, match="must be of the same records"):
        tk.inference.compare_fits({"one": one, "other": other})
    with pytest.raises(ValueError, match="`nested` holds 'x'"):
        tk.inference.compare_fits({"one": one, "other": one}, nested=[("x", "one")])
    with pytest.raises(ValueError, match="must seek more numbers"):
        tk.inference.compare_fits({"one": one, "other": one}, nested=[("other", "one")])
    with pytest.raises(TypeError, match=r"must be fits of tk\.infer"):
        tk.inference.compare_fits({"one": one, "other": 3})
