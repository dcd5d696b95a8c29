"""Results in units of the lab do not know which time was 1 inside: the same system, solved twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk
from thermokin.lab_units.units import Units

ASKED = tk.units(energy="GHz", temperature="mK", time="us", power="aW", entropy="zJ/K", rate="2 pi MHz")
numbers = st.floats(0.3, 3.0)


def solved(u: Units, gap: float, drive: float, hot: float, rate: float) -> list[tk.results.Result]:
    """A driven maser, all that it does."""
    model = tk.library.three_level_maser(
        drive=u.energy(0.001 * drive),
        hot=u.temperature(300.0 * hot),
        cold=u.temperature(40.0),
        gap_hot=u.energy(7.0 * gap),
        gap_cold=u.energy(2.0),
        rate_hot=u.rate(rate),
        rate_cold=u.rate(0.5),
    )
    heat = tk.heat(model, "hot")
    evolution = tk.evolve(model, tk.Gibbs(u("80 mK")), times=u.time([0.0, 0.1, 1.0]))
    return [
        evolution,
        tk.ledger(model, evolution),
        tk.steady_state(model),
        tk.figures_of_merit(model),
        tk.cumulants(model, heat, order=3),
        tk.spectrum(model, heat, u.rate(np.array([0.0, 0.2, 1.0]))),
        tk.integrated_cumulants(model, heat, tk.Gibbs(u("80 mK")), u.time([0.5, 1.0]), order=2),
        tk.cumulant_generating_function(model, tk.activity(model), np.array([-0.2, 0.0, 0.2])),
    ]


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(numbers, numbers, numbers, numbers)
def test_all_results_scale_as_their_units_say(gap: float, drive: float, hot: float, rate: float) -> None:
    other = replace(ASKED, tick=3.7e-8)
    for one, two in zip(solved(ASKED, gap, drive, hot, rate), solved(other, gap, drive, hot, rate), strict=True):
        compare(one.in_units(ASKED).to_xarray(), two.in_units(other).to_xarray())


def compare(one: xr.Dataset, two: xr.Dataset) -> None:
    for name in one.variables:
        values, others = one[name].values, two[name].values
        if values.dtype.kind not in "fc" or any(
            word in str(name) for word in ("error", "defect", "residual", "mismatch")
        ):
            continue
        if str(name) in {"condition", "initial_state", "overlaps"}:
            continue
        assert one[name].attrs.get("units") == two[name].attrs.get("units")
        size = np.abs(values[np.isfinite(values)]).max(initial=0.0)
        np.testing.assert_allclose(values, others, rtol=1e-7, atol=1e-9 * size, err_msg=str(name))
