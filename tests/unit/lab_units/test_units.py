"""Numbers with units in, results with units out, against conversions by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import constants as si

import thermokin as tk
from thermokin.errors import ArgumentError
from thermokin.lab_units.units import Units


def lab(**more: str) -> Units:
    return tk.units(energy="GHz", temperature="mK", time="us", power="aW", **more)


def rectifier() -> tk.Model:
    u = lab()
    warm = {"left": u.temperature(250.0), "right": u.temperature(50.0)}
    return tk.library.heat_rectifier(u("5 GHz"), u.rate(2.0), u.rate(1.0), **warm)


def heat_by_hand() -> float:
    """The steady heat current of a qubit between two baths [W], from rates in 1/s."""
    energy = si.h * 5e9
    out = [rate * (1.0 + 1.0 / np.expm1(energy / (si.k * at))) for rate, at in ((2e6, 0.25), (1e6, 0.05))]
    into = [rate / np.expm1(energy / (si.k * at)) for rate, at in ((2e6, 0.25), (1e6, 0.05))]
    excited = sum(into) / (sum(into) + sum(out))
    return float(energy * (into[0] * (1.0 - excited) - out[0] * excited))


def test_natural_numbers_are_those_of_hbar_and_boltzmann() -> None:
    u = tk.units(energy="GHz", temperature="mK", time="ns", power="aW")
    np.testing.assert_allclose(u("5 GHz"), 5.0 * 2.0 * np.pi, rtol=1e-15)
    np.testing.assert_allclose(u("50 mK"), 0.05 * si.k / si.hbar * 1e-9, rtol=1e-14)
    np.testing.assert_allclose(u.of(1.0, "energy/time"), si.hbar * 1e18 * 1e18, rtol=1e-14)
    np.testing.assert_allclose(u("3 rad/ns"), 3.0, rtol=1e-15)
    np.testing.assert_allclose(u("2 1/ns"), 2.0, rtol=1e-15)
    np.testing.assert_allclose(u.rate("1 2 pi MHz"), 2e-3 * np.pi, rtol=1e-15)
    np.testing.assert_allclose(u.voltage("20.67833848461929 uV"), u("5 GHz"), rtol=1e-13)
    np.testing.assert_allclose(u.given(u.of([0.3, 2.0], "energy^2/time"), "energy^2/time"), [0.3, 2.0], rtol=1e-14)


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("energy", "GHz"),
        ("temperature", "mK"),
        ("energy/time", "aW"),
        ("energy^2/time", "aW^2 us"),
        ("energy/time^2", "aW/us"),
        ("energy^2", "GHz^2"),
        ("1/time", "1/us"),
        ("nats/time", "nats/us"),
        ("(energy/time)/(energy)", "aW/GHz"),
        ("(energy/time)/(temperature)", "aW/mK"),
        ("(1/time)/(1/time)", "1/us/(1/us)"),
        ("charge/time", "1/us"),
        ("conductance", "e^2/hbar"),
        ("1", "1"),
        ("radians", "radians"),
        ("amount/time", "amount/time, natural"),
    ],
)
def test_a_dimension_in_words_has_a_label(words: str, label: str) -> None:
    assert lab().label(words) == label


def test_charges_voltages_conductances_and_entropies_come_in_what_was_asked() -> None:
    u = lab(current="pA", voltage="uV", conductance="e^2/h", entropy="zJ/K", rate="2 pi MHz")
    np.testing.assert_allclose(u.of(1.0, "charge/time"), si.e * 1e9 / 1e-12, rtol=1e-14)
    np.testing.assert_allclose(u.of(u("1 GHz"), "voltage"), si.h * 1e9 / si.e / 1e-6, rtol=1e-14)
    np.testing.assert_allclose(u.of(1.0, "conductance"), 2.0 * np.pi, rtol=1e-14)
    np.testing.assert_allclose(u.of(1.0, "nats/time"), si.k / 1e-21 * 1e3, rtol=1e-14)
    np.testing.assert_allclose(u.of(2.0 * np.pi, "1/time"), 1000.0, rtol=1e-14)
    assert (u.label("charge^2/time"), u.label("1/time"), u.label("nats/time")) == ("pA^2 us", "2 pi MHz", "zJ/K/us")


def test_electrons_through_a_dot_come_in_picoamperes_and_count_without() -> None:
    u, plain = lab(current="pA"), lab()
    leads = [tk.Bath(name, u("100 mK"), u(mu), tk.Fermi()) for name, mu in (("left", "20 GHz"), ("right", "-20 GHz"))]
    dot = tk.transport.Junction(tk.transport.resonant_level(0.0, u("1 GHz"), u("1 GHz")), leads)
    counted, rest = tk.cumulants(dot, tk.particles(dot, "left"), order=2), tk.ledger(dot)
    expected = si.e * counted.mean / 1e-9 / 1e-12  # inside, a time of 1 is a nanosecond
    for result, name in ((counted, "cumulants"), (rest, "particles")):
        shown = u.show(result).to_xarray()[name]
        np.testing.assert_allclose(shown.values[0], expected, rtol=1e-12)
    assert u.show(counted).to_xarray().cumulants.attrs["units"] == "(pA us)^order/us"
    assert u.show(rest).to_xarray().particles.attrs["units"] == "pA"
    assert plain.show(counted).to_xarray().cumulants.attrs["units"] == "1/us"
    assert plain.show(rest).to_xarray().particles.attrs["units"] == "1/us"


def test_what_is_no_number_with_a_unit_is_refused() -> None:
    u = lab()
    for said in ("5", "GHz", "five GHz", 5.0):
        with pytest.raises(ArgumentError, match='must be a number and a unit, as "5 GHz"'):
            u(said)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r'"1/us" is so many per us'):
        u.rate("0.5 MHz")
    with pytest.raises(ArgumentError, match="must be a unit of power"):
        tk.units(energy="GHz", time="us", power="GHz")


def test_heat_comes_out_in_attowatts() -> None:
    """By rates in SI units, and by the steady state of the model in natural ones."""
    model, u = rectifier(), lab()
    expected = heat_by_hand() * 1e18
    counted = tk.cumulants(model, tk.heat(model, "left"), order=3)
    shown = u.show(counted).to_xarray()
    np.testing.assert_allclose(shown.cumulants.values[0], expected, rtol=1e-12)
    assert shown.cumulants.attrs["units"] == "(aW us)^order/us"
    assert f"{expected:.6g}" in repr(counted.in_units(u))
    found = tk.figures_of_merit(model).in_units(u).to_xarray()
    np.testing.assert_allclose(found.heats.sel(bath="left"), expected, rtol=1e-12)
    assert found.heats.attrs["units"] == "aW"
    at_rest = tk.bounds.evaluate(model, tk.heat(model, "left"))
    bounds = u.show(at_rest, amount="energy").to_xarray()
    np.testing.assert_allclose(bounds.value.sel(bound="kinetic"), shown.cumulants.values[1], rtol=1e-12)
    assert bounds.value.attrs["units"] == "aW^2 us"
    assert u.show(at_rest).to_xarray().value.attrs["units"] == "amount^2/time, natural"


def test_cumulants_of_growing_truncations_come_in_attowatts() -> None:
    u = tk.units(energy="GHz", temperature="mK", time="us", power="aW")

    def current(levels: int) -> tk.Current:
        model = tk.library.oscillator(levels, u("5 GHz"), u.rate(1.0), u("40 mK"))
        return tk.heat(model)

    shown = tk.truncated_cumulants(current, order=2, levels=[4, 6], tolerance=1.0).in_units(u).to_xarray()
    assert shown.cumulants.attrs["units"] == "(aW us)^order/us"


def test_an_account_over_time_comes_in_its_units() -> None:
    model, u = rectifier(), lab()
    ledger = tk.ledger(model, tk.evolve(model, tk.Gibbs(u("50 mK")), times=u.time([0.0, 1.0, 8.0])))
    data = ledger.in_units(u).to_xarray()
    np.testing.assert_allclose(data.time, [0.0, 1.0, 8.0])
    np.testing.assert_allclose(data.heat_rate.sel(bath="left")[-1], heat_by_hand() * 1e18, rtol=1e-9)
    wanted = {"heat_rate": "aW", "energy": "GHz", "entropy_production_rate": "nats/us", "time": "us"}
    assert {name: data[name].attrs["units"] for name in wanted} == wanted
    assert data.attrs["conventions"].startswith("units GHz, mK, us, 1/us, aW, nats;")


def test_a_sweep_has_temperatures_in_kelvin_and_gaps_in_hertz() -> None:
    u = lab()
    warm = {"left": u.temperature([100.0, 200.0, 300.0]), "right": u("50 mK")}
    model = tk.library.heat_rectifier(u.energy([[5.0], [6.0]]), 1.0, 1.0, **warm)
    data = tk.steady_state(model).in_units(u).to_xarray()
    np.testing.assert_allclose(data["left"], [100.0, 200.0, 300.0])
    np.testing.assert_allclose(data["gap"], [5.0, 6.0])
    assert (data["left"].attrs["units"], data["gap"].attrs["units"]) == ("mK", "GHz")


@pytest.mark.slow
def test_figures_lines_and_pages_bear_the_units(tmp_path: Path) -> None:
    model, u = rectifier(), lab()
    shown = tk.evolve(model, tk.Gibbs(u("50 mK")), times=u.time([0.0, 1.0, 8.0])).in_units(u)
    figure, axes = shown.plot()
    assert axes.ravel()[0].get_xlabel() == "time [us]"
    figure.clear()
    assert "from 0 to 8 us" in repr(shown)
    assert "us" in shown._repr_html_()
    machine = tk.figures_of_merit(model).in_units(u)
    page = (machine.report(tmp_path / "machine") / "report.html").read_text(encoding="utf-8")
    assert "aW of heat from left (T = 250 mK)" in page
    assert "heat from it [aW]" in page
    assert "energy/time" not in page


def test_other_units_of_a_shown_result_replace_the_first() -> None:
    model = rectifier()
    kelvin = tk.units(energy="mK", time="ns")
    shown = tk.figures_of_merit(model).in_units(lab()).in_units(kelvin).to_xarray()
    np.testing.assert_allclose(shown.heats.sel(bath="left"), heat_by_hand() / si.k * 1e3 * 1e-9, rtol=1e-12)
    assert shown.heats.attrs["units"] == "mK/ns"


@pytest.mark.parametrize(
    ("tight", "loose"), [("350mK", "350 mK"), ("5e-2GHz", "5e-2 GHz"), ("2eV", "2 eV"), (".5GHz", "0.5 GHz")]
)
def test_a_unit_may_follow_its_number_at_once(tight: str, loose: str) -> None:
    assert lab()(tight) == lab()(loose) > 0.0


@pytest.mark.parametrize("said", ["350", "5e3", "1.5.2 GHz", "GHz"])
def test_a_number_without_a_unit_is_refused(said: str) -> None:
    with pytest.raises(ArgumentError, match="must be a number and a unit"):
        lab()(said)


def test_a_sweep_shows_itself_and_says_its_units() -> None:
    u = lab()
    gaps = u.energy([4.0, 6.0])
    data = tk.sweep(lambda gap: tk.library.qubit(gap, u.rate(1.0), u("100 mK")), {"gap": gaps}, ["activity"])
    filling = 1.0 / np.expm1(si.h * np.array([4e9, 6e9]) / (si.k * 0.1))
    expected = 2.0 * filling * (filling + 1.0) / (2.0 * filling + 1.0)  # per us, up and down
    np.testing.assert_allclose(u.of(data["activity"]), expected, rtol=1e-9)
    shown = u.show(data).to_xarray()["activity"]
    np.testing.assert_allclose(shown, expected, rtol=1e-9)
    assert shown.attrs["units"] == "1/us"


def test_what_is_no_result_and_numbers_of_no_unit_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"`result` must be what a verb returns, .* got Model"):
        lab().show(rectifier())
    with pytest.raises(ArgumentError, match="`dimension` must be their unit in words"):
        lab().of([1.0])
