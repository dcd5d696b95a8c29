"""Numbers of a family in units of the lab: what is told of them by clicks, and those that a search has chosen."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

U = tk.units(energy="GHz", temperature="mK", time="us", power="aW")
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def test_the_information_of_clicks_is_per_square_of_the_unit_of_each_number() -> None:
    at = {"gap": U("5 GHz"), "rate": U.rate(1.0), "temperature": U("200 mK")}
    clicks = {"up": 1, "down": 0}
    found = tk.inference.fisher_information(tk.Family(tk.library.qubit), at, ["temperature", "rate"], channels=clicks)
    shown = U.show(found)
    data = shown.to_xarray()
    np.testing.assert_allclose(data["at"], [200.0, 1.0], rtol=1e-12)
    assert list(data["parameter_unit"].values) == ["mK", "1/us"]
    # By hand: a temperature of 1 inside is so many mK, a rate of 1 so many per us, a time of 1 so many us.
    sizes = np.array([1.0 / float(U("1 mK")), 1.0 / float(U.rate(1.0))])
    microsecond = float(U("1 us"))
    expected = found.values / np.outer(sizes, sizes) * microsecond
    np.testing.assert_allclose(data["information"], expected, rtol=1e-12)
    np.testing.assert_allclose(data["errors"], found.errors * sizes / np.sqrt(microsecond), rtol=1e-12)
    assert "temperature = 200 mK  information" in repr(shown)
    assert f"standard error {float(data['errors'][0]):.4g} mK/sqrt(time/us)" in repr(shown)
    assert "/sqrt(time)" in repr(found)


def test_the_data_of_a_front_are_in_the_units_of_its_wishes_and_numbers() -> None:
    pytest.importorskip("pymoo", reason="fronts need pymoo")
    family = tk.Family(
        tk.library.three_level_maser,
        {"hot": U("400 mK"), "cold": U("30 mK"), "gap_hot": U("7 GHz"), "gap_cold": U("2 GHz")},
    )
    ranges = {"drive": (U("0.0002 GHz"), U("0.001 GHz"))}
    front = tk.design.front(family, ranges, {"power": "max"}, points=1, samples=8, generations=1)
    plain, data = front.to_xarray(), U.show(front).to_xarray()
    for name in ("values", "cloud"):
        np.testing.assert_allclose(data[name], U.of(plain[name], "energy/time"), rtol=1e-12)
    np.testing.assert_allclose(data["numbers"], U.of(plain["numbers"], "energy"), rtol=1e-12)
    assert data["objective_unit"].values.tolist() == ["aW"]
    assert data["parameter_unit"].values.tolist() == ["GHz"]
    assert plain["objective_unit"].values.tolist() == ["energy/time"]
