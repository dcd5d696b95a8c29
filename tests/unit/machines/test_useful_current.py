"""The current that a machine is built for: its noise, and what that costs."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
HOT = np.array([0.6, 1.0, 2.0, 6.0])


def maser(hot: float | np.ndarray) -> tk.Model:
    return tk.library.three_level_maser(drive=0.02, hot=hot, rate_hot=0.01, rate_cold=0.02)


def test_each_machine_counts_what_it_is_built_for() -> None:
    found = tk.figures_of_merit(maser(HOT))
    assert found.does.tolist() == ["accelerator", "heater", "refrigerator", "engine"]
    model = maser(HOT)
    hot, cold = tk.heat(model, "hot"), tk.heat(model, "cold")
    # The baths are named after what they are at 6: below 1 the "cold" is the hotter of them.
    counted = [tk.cumulants(model, current) for current in (cold, -(hot + cold), cold, hot + cold)]
    for place, one in enumerate(counted):
        assert found.useful_current[place] == pytest.approx(one.mean[place], rel=1e-11)
        assert found.noise[place] == pytest.approx(one.noise[place], rel=1e-11)
    product = found.noise * found.entropy_production / found.useful_current**2
    assert found.uncertainty_product == pytest.approx(product, rel=1e-14)
    assert (found.noise_error < 1e-10 * found.noise).all()


def test_points_of_a_sweep_are_as_models_of_their_own() -> None:
    swept = tk.figures_of_merit(maser(HOT))
    for place, hot in enumerate(HOT):
        alone = tk.figures_of_merit(maser(float(hot)))
        for name in ("useful_current", "noise", "uncertainty_product", "entropy_production", "curzon_ahlborn"):
            own = float(getattr(alone, name))
            assert float(getattr(swept, name)[place]) == pytest.approx(own, rel=1e-10, nan_ok=True), name


def test_a_narrow_level_between_leads_has_the_noise_of_its_current() -> None:
    leads = [tk.Bath("hot", 1.0, 0.0, tk.Fermi()), tk.Bath("cold", 0.5, np.array([0.3, 0.9]), tk.Fermi())]
    junction = tk.transport.Junction(tk.transport.resonant_level(1.5, 0.01, 0.01), leads)
    found = tk.figures_of_merit(junction)
    work = tk.cumulants(junction, tk.heat(junction, "hot") + tk.heat(junction, "cold"))
    cooled = tk.cumulants(junction, tk.heat(junction, "cold"))
    assert found.does.tolist() == ["engine", "refrigerator"]
    assert found.noise == pytest.approx([work.values[0, 1], cooled.values[1, 1]], rel=1e-10)


def test_near_equal_temperatures_entropy_production_keeps_its_digits() -> None:
    # sigma = J (1/T_c - 1/T_h) of the heat J that passes; the sum of -Q/T would leave rounding alone.
    apart = 1e-10
    contacts = [
        tk.Contact(tk.Bath(name, at), [[0.0, 1.0], [1.0, 0.0]], tk.Flat(0.01))
        for name, at in (("hot", 1.0 + apart), ("cold", 1.0))
    ]
    found = tk.figures_of_merit(tk.davies(np.diag([0.0, 1.0]), contacts))
    step = (1.0 + apart) - 1.0
    expected = float(found.heat_from_hot) * step / (1.0 + apart)
    assert float(found.entropy_production) == pytest.approx(expected, rel=1e-12)
    assert float(found.entropy_production) > 0.0


def test_an_engine_has_the_efficiency_of_curzon_and_ahlborn_beside_its_own() -> None:
    found = tk.figures_of_merit(maser(np.array([4.0, 2.0])))
    assert found.curzon_ahlborn[0] == pytest.approx(0.5)
    assert np.isnan(found.curzon_ahlborn[1])  # a refrigerator


def test_heat_into_a_bath_at_zero_costs_infinitely() -> None:
    contacts = [
        tk.Contact(tk.Bath(name, at), [[0.0, 1.0], [1.0, 0.0]], tk.Flat(0.01))
        for name, at in (("hot", 1.0), ("cold", 0.0))
    ]
    found = tk.figures_of_merit(tk.davies(np.diag([0.0, 1.0]), contacts))
    assert found.entropy_production == np.inf
    assert found.uncertainty_product == np.inf


def test_where_nothing_flows_there_is_no_useful_current() -> None:
    found = tk.figures_of_merit(tk.library.qubit(1.0, 0.05, 0.7))
    assert found.useful_current == 0.0
    assert found.noise == 0.0
    assert np.isnan(found.uncertainty_product)
