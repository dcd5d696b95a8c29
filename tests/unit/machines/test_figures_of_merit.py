"""What machines do, and how well: closed forms, and the second law over random machines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

FEW = settings(max_examples=30, deadline=None)


def maser(hot: Any) -> tk.Model:
    """Gaps 2.5 and 1 of the baths; the efficiency is 1 - 1 / 2.5 at any load."""
    return tk.library.three_level_maser(drive=0.02, hot=hot, rate_hot=0.01, rate_cold=0.02)


def three_baths(hot: float, room: float, cold: float) -> tk.Model:
    """Three levels at 0, 1 and 3: the cold bath on the gap 1, the hot one on 2, the room on 3."""
    pairs = {"cold": (0, 1, cold), "hot": (1, 2, hot), "room": (0, 2, room)}
    contacts = []
    for name, (low, high, temperature) in pairs.items():
        coupling = np.zeros((3, 3))
        coupling[low, high] = coupling[high, low] = 1.0
        contacts.append(tk.Contact(tk.Bath(name, temperature), coupling, tk.Flat(0.01)))
    return tk.davies(np.diag([0.0, 1.0, 3.0]), contacts)


def test_a_maser_is_an_engine_of_the_efficiency_of_its_gaps_and_a_refrigerator_backwards() -> None:
    engine = tk.figures_of_merit(maser(6.0))
    assert engine.does == "engine"
    assert engine.efficiency == pytest.approx(0.6, rel=1e-12)
    assert engine.carnot == pytest.approx(1.0 - 1.0 / 6.0, rel=1e-15)
    assert engine.power == pytest.approx(0.6 * engine.heat_from_hot, rel=1e-12)
    assert np.isnan(engine.coefficient_of_performance)
    backwards = tk.figures_of_merit(maser(2.0))
    assert backwards.does == "refrigerator"
    assert backwards.coefficient_of_performance == pytest.approx(1.0 / 1.5, rel=1e-12)
    assert backwards.carnot == pytest.approx(1.0, rel=1e-15)
    assert np.isnan(backwards.efficiency)


def test_near_the_point_where_it_stalls_an_engine_comes_close_to_carnot() -> None:
    # The populations of the driven pair agree where 2.5 / T_h = 1 / T_c.
    found = tk.figures_of_merit(maser(np.array([2.5 - 1e-3, 2.5 + 1e-3])))
    assert found.does.tolist() == ["refrigerator", "engine"]
    assert (found.share_of_carnot < 1.0).all()
    assert found.share_of_carnot == pytest.approx([1.0, 1.0], abs=2e-3)


def test_three_levels_and_three_baths_cool_without_work() -> None:
    # Every cycle takes 1 from the cold and 2 from the hot, and gives 3 to the room.
    found = tk.figures_of_merit(three_baths(hot=8.0, room=1.0, cold=0.6))
    assert found.does == "absorption refrigerator"
    assert found.power == 0.0
    assert found.coefficient_of_performance == pytest.approx(0.5, rel=1e-11)
    assert found.carnot == pytest.approx((1.0 - 1.0 / 8.0) * 0.6 / 0.4, rel=1e-14)
    # Colder still it runs backwards, and lifts two of three from the room to the hot.
    backwards = tk.figures_of_merit(three_baths(hot=8.0, room=1.0, cold=0.2))
    assert backwards.does == "heat transformer"
    assert backwards.efficiency == pytest.approx(2.0 / 3.0, rel=1e-11)
    assert backwards.carnot == pytest.approx(0.8 * 8.0 / (7.8 * 1.0), rel=1e-14)
    assert tk.figures_of_merit(three_baths(hot=1.2, room=1.3, cold=0.9)).does == "conductor"


def test_a_level_between_leads_works_against_its_bias() -> None:
    # A narrow level carries 1.5 - mu with each electron: efficiency bias / 1.5 of the hot lead's heat.
    leads = [tk.Bath("hot", 1.0, 0.0, tk.Fermi()), tk.Bath("cold", 0.5, np.array([0.0, 0.3, 0.9, 1.2]), tk.Fermi())]
    found = tk.figures_of_merit(tk.transport.Junction(tk.transport.resonant_level(1.5, 1e-7, 1e-7), leads))
    assert found.does.tolist() == ["conductor", "engine", "refrigerator", "refrigerator"]
    assert found.efficiency[1] == pytest.approx(0.3 / 1.5, rel=1e-5)
    assert found.coefficient_of_performance[2:] == pytest.approx([0.6 / 0.9, 0.3 / 1.2], rel=1e-5)
    assert found.carnot[1:] == pytest.approx([0.5, 1.0, 1.0])


def test_equal_baths_with_a_drive_make_a_heater_and_without_one_nothing() -> None:
    assert tk.figures_of_merit(maser(1.0)).does == "heater"
    assert tk.figures_of_merit(three_baths(1.0, 1.0, 1.0)).does == "nothing"


temperatures = st.floats(0.2, 5.0)


@FEW
@given(st.floats(0.01, 0.3), temperatures, temperatures, st.floats(1.2, 4.0))
def test_no_machine_beats_carnot(drive: float, hot: float, cold: float, gap: float) -> None:
    model = tk.library.three_level_maser(
        drive=drive, hot=hot, cold=cold, gap_hot=gap, gap_cold=1.0, rate_hot=0.01, rate_cold=0.02
    )
    found = tk.figures_of_merit(model)
    assert found.entropy_production >= -1e-15
    if str(found.does) in {"engine", "refrigerator"}:
        assert found.share_of_carnot <= 1.0 + 1e-9
    assert found.power == pytest.approx(found.heats.sum(), abs=1e-14)


@FEW
@given(temperatures, temperatures, temperatures)
def test_no_machine_between_three_baths_beats_carnot(hot: float, room: float, cold: float) -> None:
    found = tk.figures_of_merit(three_baths(hot, room, cold))
    if str(found.does) in {"absorption refrigerator", "heat transformer"}:
        assert found.share_of_carnot <= 1.0 + 1e-9


def test_it_is_shown_with_what_it_does_first() -> None:
    found = tk.figures_of_merit(maser(np.linspace(1.5, 6.0, 7)))
    assert "engine at 5" in repr(found)
    data = found.to_xarray()
    assert data["power"].dims == ("hot",)
    assert data["heats"].dims == ("hot", "bath")


def test_systems_without_baths_are_refused() -> None:
    with pytest.raises(ValueError, match="figures of merit are of systems with baths"):
        tk.figures_of_merit(tk.rates([[0.0, 1.0], [0.3, 0.0]]))
    with pytest.raises(TypeError, match="`system` must be a model, a junction or a Gaussian model, got 3"):
        tk.figures_of_merit(3)
