"""Protocols over leading axes: every point is the protocol of that point alone."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from driven import SX, SZ, Array
from thermokin.errors import ValidityWarning

DURATIONS, TILTS = np.array([0.3, 1.0, 2.5]), np.array([[0.2], [0.5]])


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def hamiltonian(share: Any, tilt: Any) -> Array:
    share, tilt = np.asarray(share, dtype=float)[..., None, None], np.asarray(tilt)[..., None, None]
    return np.asarray((1.0 + share) * 0.5 * SZ + tilt * np.sin(np.pi * share) * SX)


def contacts(name: str, temperature: float) -> list[tk.Contact]:
    return [tk.Contact(tk.Bath(name, temperature), SX, tk.Ohmic(0.2))]


def engine(ramp: Any, tilt: Any) -> tk.Protocol:
    hot, cold = contacts("hot", 2.0), contacts("cold", 0.4)
    return tk.Protocol(
        [
            tk.Leg(2.0, tk.davies(hamiltonian(1.0, tilt), hot)),
            tk.Leg(ramp, lambda t: tk.davies(hamiltonian(1.0 - t / ramp, tilt), cold)),
            tk.Leg(1.0, tk.davies(hamiltonian(0.0, tilt), cold)),
            tk.Leg(ramp, lambda t: tk.Model(hamiltonian(t / ramp, tilt), [])),
        ]
    )


def test_points_of_a_sweep_are_the_single_ones() -> None:
    swept = engine(DURATIONS, TILTS)
    assert swept.batch_shape == (2, 3)
    assert repr(swept) == "Protocol of 4 legs, 2 levels, baths 'hot', 'cold', swept over (2, 3)"
    cycle, run = tk.limit_cycle(swept), tk.evolve(swept, tk.Gibbs(1.0), [0.5, 2.5])
    cumulants, slow = tk.cycle_cumulants(swept, "work", order=3), tk.ideal_cycle(swept)
    again = tk.cycle_cumulants(cycle, "work", order=3)
    assert again.values == pytest.approx(cumulants.values, abs=1e-15)
    assert cumulants.to_xarray()["order"].values.tolist() == [1, 2, 3]
    for point in np.ndindex(2, 3):
        single = engine(DURATIONS[point[1]], TILTS[point[0], 0])
        alone = tk.limit_cycle(single)
        assert cycle.state[point] == pytest.approx(alone.state, abs=1e-14)
        assert cycle.heat["hot"][point] == pytest.approx(alone.heat["hot"], abs=1e-14)
        assert cycle.power[point] == pytest.approx(alone.power, abs=1e-14)
        assert cycle.entropy_production[point] == pytest.approx(alone.entropy_production, abs=1e-13)
        assert cycle.first_law[point] < 1e-11
        assert cycle.ledger.work_on_counted[point] == pytest.approx(alone.ledger.work_on_counted, abs=1e-14)
        both = tk.cycle_cumulants(single, "work", order=3)
        assert cumulants.values[point] == pytest.approx(both.values, abs=1e-13)
        assert cumulants.per_time[point] == pytest.approx(both.per_time, abs=1e-13)
        states = tk.evolve(single, tk.Gibbs(1.0), [0.5, 2.5]).states
        assert run.states[point] == pytest.approx(states, abs=1e-14)
        assert slow.total_work[point] == pytest.approx(tk.ideal_cycle(single).total_work, abs=1e-14)


def stroke(ramp: Any, tilt: Any) -> tk.Protocol:
    """The last leg of the engine alone, without a bath."""
    return tk.Protocol([tk.Leg(ramp, lambda t: tk.Model(hamiltonian(t / ramp, tilt), []))])


@pytest.mark.parametrize("make", [engine, stroke])
def test_work_between_two_measurements_is_swept(make: Any) -> None:
    swept = tk.two_point_work(make(DURATIONS, TILTS), tk.Gibbs(0.7), order=3, dephase_first=True)
    average, free = swept.exponential_average(0.7), swept.free_energy_difference(0.7)
    assert swept.to_xarray()["cumulants"].shape == (2, 3, 3)
    for point in np.ndindex(2, 3):
        single = make(DURATIONS[point[1]], TILTS[point[0], 0])
        alone = tk.two_point_work(single, tk.Gibbs(0.7), order=3, dephase_first=True)
        assert swept.cumulants[point] == pytest.approx(alone.cumulants, abs=1e-14)
        assert swept.mean[point] == pytest.approx(alone.mean, abs=1e-14)
        assert swept.variance[point] == pytest.approx(alone.variance, abs=1e-14)
        assert average[point] == pytest.approx(alone.exponential_average(0.7), rel=1e-13)
        assert free[point] == pytest.approx(alone.free_energy_difference(0.7), abs=1e-14)
        if swept.values is not None:
            # Without merging there are d^2 values, whose moments are those of fewer.
            assert swept.values[point].size == 4
            assert swept.probabilities[point] @ swept.values[point] == pytest.approx(alone.mean, abs=1e-14)
    if make is stroke:
        assert average == pytest.approx(np.exp(-free / 0.7), rel=1e-11)  # Jarzynski, at every point


def test_baths_and_durations_sweep_together_or_alone() -> None:
    models = tk.davies(hamiltonian(1.0, 0.3), contacts("hot", np.array([1.0, 2.0, 3.0])))
    other = tk.Leg(1.0, tk.davies(hamiltonian(0.0, 0.3), contacts("cold", 0.4)))
    warm = tk.limit_cycle(tk.Protocol([tk.Leg([1.0, 2.0, 1.5], models), other], quench=True))
    for point, (lasts, temperature) in enumerate([(1.0, 1.0), (2.0, 2.0), (1.5, 3.0)]):
        model = tk.davies(hamiltonian(1.0, 0.3), contacts("hot", temperature))
        alone = tk.limit_cycle(tk.Protocol([tk.Leg(lasts, model), other], quench=True))
        assert warm.power[point] == pytest.approx(alone.power, abs=1e-15)
    assert warm.period == pytest.approx([2.0, 3.0, 2.5])


def test_what_cannot_be_swept_is_refused() -> None:
    with pytest.raises(ValueError, match=r"leading axes do not broadcast: legs\[0\] \(2,\), legs\[1\] \(3,\)"):
        tk.Protocol([tk.Leg([1.0, 2.0], tk.Model(SZ, [])), tk.Leg(DURATIONS, tk.Model(SZ, []))])
    with pytest.raises(ValueError, match=r"`protocol` must be one protocol here, got a sweep of shape \(2, 3\)"):
        tk.unravel(engine(DURATIONS, TILTS), tk.Gibbs(1.0), [1.0])
    with pytest.raises(ValueError, match="`rate_of_change` is that of one leg"):
        tk.Leg([1.0, 2.0], lambda t: tk.Model(t * SZ, []), rate_of_change=lambda _: SZ)
