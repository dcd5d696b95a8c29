"""The line of validity of a heat valve that says what the cut of its resonators takes away."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

W, G, RATE = 5.39, 0.025, 0.05


def valve(levels: int, hot: float, cold: float = 0.3, middle: str = "resonator") -> tk.Model:
    return tk.library.heat_valve(levels, W, W, G, RATE, hot, cold, middle=middle)  # type: ignore[arg-type]


def test_the_figure_is_the_quanta_over_those_that_are_missing() -> None:
    for levels, hot in ((3, 1.5), (5, 3.0), (8, 7.3)):
        weights = np.exp(-W / hot * np.arange(levels))
        kept = float((np.arange(levels) * weights).sum() / weights.sum())
        quanta = 1.0 / np.expm1(W / hot)
        line = valve(levels, hot, middle="qubit").validity[-1]
        assert line.name == "truncation"
        assert line.smallest == pytest.approx(quanta / (quanta - kept), rel=1e-9)


@pytest.mark.parametrize("hot", [0.7, 1.5, 2.5])
def test_a_current_is_off_by_about_what_the_figure_says(hot: float) -> None:
    contacts = [
        tk.gaussian.SiteContact(tk.Bath(name, warmth), site, tk.Flat(RATE))
        for name, warmth, site in (("hot", hot, 0), ("cold", 0.3, 2))
    ]
    whole = tk.gaussian.bosons([[W, G, 0.0], [G, W, G], [0.0, G, W]], contacts)
    exact = float(tk.cumulants(whole, tk.heat(whole, "hot"), order=1).mean)
    model = valve(3, hot)
    lacking = 1.0 - float(tk.cumulants(model, tk.heat(model, "hot"), order=1).mean) / exact
    assert 0.5 < lacking * model.validity[-1].smallest < 2.0


def test_few_levels_at_many_quanta_warn_with_the_remedy_and_cold_baths_do_not() -> None:
    with pytest.warns(tk.errors.ValidityWarning, match="truncation assumption is in doubt.* raise `levels`"):
        valve(4, 7.3)
    assert np.isinf(valve(3, 0.0, 0.0).validity[-1].smallest)
    assert valve(3, 1e-3, 1e-3).validity[-1].ratio > 1e300


def test_library_models_of_cut_modes_say_where_too_few_levels_are_kept() -> None:
    few = {
        "oscillator": tk.library.oscillator(4, 1.0, 0.001, 3.0),
        "coupled_oscillators": tk.library.coupled_oscillators(4, 1.0, 0.001, 0.001, 3.0, 1.0),
        "maser_in_cavity": tk.library.maser_in_cavity(4, 0.01, hot=5.0, cold=0.5, cavity=4.5),
    }
    # Of a thermal mode at w/T = 1/3, from the sums themselves.
    weights = np.exp(-np.arange(4) / 3.0)
    last = weights[-1] / weights.sum()
    for name, model in few.items():
        (line,) = (one for one in model.validity if one.name == "truncation")
        assert line.in_doubt, name
        assert f"populated by up to {last:.2g}" in line.statement
    enough = tk.library.oscillator(40, 1.0, 0.001, 0.5), tk.library.coupled_oscillators(9, 1.0, 0.001, 0.001, 0.5, 0.4)
    assert not [one for model in enough for one in model.validity if one.name == "truncation"]
