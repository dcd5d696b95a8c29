"""What a report says first, and what last."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import thermokin as tk
from thermokin.bounds.catalogue import catalogue
from thermokin.views.bound_styles import bound_styles


def comparison(cold: float = 0.5, hot: float = 2.0) -> tk.results.Comparison:
    pair = tk.reciprocal(lambda t: tk.library.qubit(gap=1.0, rate=0.01, temperature=t), cold, hot)
    return tk.compare(pair, np.linspace(0.0, 100.0, 11))


def test_a_report_from_python_starts_with_its_result_and_ends_with_where_it_comes_from(tmp_path: Path) -> None:
    page = (comparison().report(tmp_path / "out") / "report.html").read_text(encoding="utf-8")
    order = [
        "Heating is ahead of cooling in completion at all times given",
        "<figure",
        "decay rate of the slowest mode",
        ">Verdicts</h2>",
        "The secular assumption",
        ">Parameters</h2>",
        ">Provenance</h2>",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    for said in ("temperature, heating", "2 energy", "rate, cooling", "0.01 1/time", "numpy", "reciprocal"):
        assert said in page[places[-2] :], said
    with xr.open_dataset(tmp_path / "out" / "data.nc") as data:
        assert data.attrs["thermokin"] == tk.__version__


def test_two_levels_have_no_spectrum_and_three_have(tmp_path: Path) -> None:
    files = {path.stem for path in (comparison().report(tmp_path / "two") / "figures").iterdir()}
    assert "overview" in files
    assert "spectrum" not in files
    pair = tk.reciprocal(
        lambda t: tk.library.levels([0.0, 1.0, 2.3], 1.0 - np.eye(3), rate=0.01, temperature=t), 0.5, 2.0
    )
    three = tk.compare(pair, np.linspace(0.0, 100.0, 11)).report(tmp_path / "three")
    assert (three / "figures" / "spectrum.svg").exists()


def test_no_two_bounds_look_alike() -> None:
    names = [theorem.name for theorem in catalogue()]
    styles = bound_styles(names)
    assert len({(colour, str(dashes)) for colour, dashes in styles.values()}) == len(names)


@pytest.mark.parametrize(("kind", "said"), [("report", "system"), ("at rest", "system")])
def test_other_results_tell_their_system_too(kind: str, said: str, tmp_path: Path) -> None:
    model = tk.library.coupled_qubits(gaps=[1.0, 1.4], coupling=0.3, rate=0.002, hot=2.0, cold=0.5)
    result = tk.cumulants(model, tk.heat(model, "hot")) if kind == "report" else tk.steady_state(model)
    page = (result.report(tmp_path / "out") / "report.html").read_text(encoding="utf-8")
    assert said in page[page.index(">Parameters</h2>") :]
    assert "baths &#39;hot&#39;, &#39;cold&#39;" in page
    assert "0.002 1/time" in page
