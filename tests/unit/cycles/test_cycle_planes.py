"""A cycle in the planes of entropy and temperature, energy and frequency."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from oracles import Array

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

X = np.array([[0.0, 1.0], [1.0, 0.0]])


def levels(gap: float | Array) -> Array:
    return np.asarray(gap)[..., None, None] * np.diag([0.0, 1.0])


def touching(gap: float | Array, name: str, warmth: float, rate: float = 0.2) -> tk.Model:
    return tk.davies(levels(gap), [tk.Contact(tk.Bath(name, warmth), X, tk.Flat(rate))])


def ramp(first: float, last: float, name: str = "", warmth: float = 0.0, duration: float = 10.0) -> tk.Leg:
    """A stroke, isolated unless a bath is named."""

    def model(time: float | Array) -> tk.Model:
        gap = first + (last - first) * np.asarray(time) / duration
        return touching(gap, name, warmth) if name else tk.Model(levels(gap), [])

    return tk.Leg(duration, model)


def carnot(duration: float) -> tk.Protocol:
    """Isotherms at 1 and 0.5, joined by strokes that keep gap over temperature."""
    return tk.Protocol(
        [
            ramp(2.0, 1.0, "hot", 1.0, duration),
            ramp(1.0, 0.5, duration=1.0),
            ramp(0.5, 1.0, "cold", 0.5, duration),
            ramp(1.0, 2.0, duration=1.0),
        ]
    )


def enclosed(x: Array, y: Array) -> float:
    return float(0.5 * np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))


def test_the_slow_cycle_encloses_its_work_in_the_entropy_temperature_plane() -> None:
    planes = tk.cycle_planes(carnot(20.0), points=201)
    assert planes.slow is not None
    area = -enclosed(planes.slow.entropy, planes.slow.temperature)
    ideal = tk.ideal_cycle(carnot(20.0))
    assert area == pytest.approx(-ideal.total_work, rel=1e-4)  # the trapezium's error of 201 points
    assert set(np.round(planes.slow.temperature[planes.slow.leg == 0], 9)) == {1.0}
    assert set(np.round(planes.slow.temperature[planes.slow.leg == 2], 9)) == {0.5}


def test_a_cycle_comes_nearer_to_the_slow_one_the_longer_it_takes() -> None:
    lag = []
    for duration in (20.0, 80.0, 320.0):
        curve = tk.cycle_planes(carnot(duration), points=31).curve
        lag.append(float(np.nanmax(np.abs(curve.temperature[curve.leg == 0][15:] - 1.0))))
    assert lag[2] < lag[1] < lag[0]
    assert lag[2] < 0.35 * lag[1]


def test_the_numbers_along_the_curve_are_those_of_the_evolution() -> None:
    protocol = tk.Protocol(
        [tk.Leg(3.0, touching(2.0, "hot", 2.0)), tk.Leg(4.0, touching(1.0, "cold", 0.5))], quench=True
    )
    cycle = tk.limit_cycle(protocol)
    curve = tk.cycle_planes(cycle, points=5).curve
    run = tk.evolve(protocol, cycle.state, np.linspace(0.0, 3.0, 5))
    excited = np.real(run.states[:4, 1, 1])
    np.testing.assert_allclose(curve.energy[:4], 2.0 * excited, rtol=1e-9)
    np.testing.assert_allclose(curve.temperature[:4], 2.0 / np.log((1.0 - excited) / excited), rtol=1e-9)
    np.testing.assert_allclose(curve.entropy[:4], run.entropy[:4], rtol=1e-9)
    assert set(curve.frequency) == {2.0, 1.0}


def test_a_state_that_is_inverted_has_no_temperature() -> None:
    flip = tk.Leg(1.0, tk.Model(0.5 * np.pi * X, []))
    protocol = tk.Protocol([tk.Leg(100.0, touching(1.0, "cold", 0.2)), flip], quench=True)
    curve = tk.cycle_planes(tk.Protocol([*protocol.legs, tk.Leg(0.1, touching(1.0, "cold", 0.2))], quench=True)).curve
    assert np.isnan(curve.temperature).any()
    assert np.isfinite(curve.entropy).all()


def test_a_cycle_without_a_slow_one_says_why() -> None:
    two = tk.davies(
        np.diag([0.0, 1.0]),
        [tk.Contact(tk.Bath(name, warmth), X, tk.Flat(0.1)) for name, warmth in (("hot", 2.0), ("cold", 0.5))],
    )
    planes = tk.cycle_planes(tk.Leg(5.0, two))
    assert planes.slow is None
    assert planes.why
    _, axes = planes.plot()
    assert all(ax.has_data() for ax in axes.ravel())
    assert "slow_entropy" not in planes.to_xarray()


def test_planes_are_a_result_that_draws_itself() -> None:
    planes = tk.cycle_planes(carnot(20.0), points=11)
    assert isinstance(planes, tk.results.CyclePlanes)
    assert len(repr(planes).splitlines()) <= 15
    data = planes.to_xarray()
    assert data["temperature"].attrs["units"] == "energy"
    assert data["slow_entropy"].dims == ("slow_point",)
    figure, axes = planes.plot()
    assert figure is axes.ravel()[0].figure
    ledger, (ax,) = planes.cycle.ledger.plot()[0], planes.cycle.ledger.plot()[1].ravel()
    assert ax.has_data()
    assert ledger is not figure


def test_fewer_than_two_points_are_refused() -> None:
    with pytest.raises(ValueError, match="`points`"):
        tk.cycle_planes(carnot(20.0), points=1)
    with pytest.raises(TypeError, match="Protocol or a Leg"):
        tk.cycle_planes(3)  # type: ignore[arg-type]


def test_a_state_too_hot_for_the_plane_says_so_in_the_empty_frame() -> None:
    still, across = np.diag([0.5, -0.5]), np.array([[0.0, 1.0], [1.0, 0.0]])
    bath = tk.Contact(tk.Bath("bath", 0.4), across, tk.Ohmic(1e-4))
    field = tk.Drive([still, [0.2 * across, np.sin]])
    resonant = tk.Leg(2.0 * np.pi, lambda t: tk.local(field(t), [bath], still))
    figure = tk.cycle_planes(tk.limit_cycle(resonant), points=9).plot()[0].figure
    assert ["too hot" in words.get_text() for words in figure.axes[0].texts].count(True) == 1
    assert not any("too hot" in words.get_text() for words in figure.axes[1].texts)
