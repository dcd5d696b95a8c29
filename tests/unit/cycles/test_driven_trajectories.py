"""Single runs of driven systems against averages, cumulants and waiting times that other routes give."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import kstest

import thermokin as tk
from driven import DOWN, SX, SZ, Array
from thermokin.errors import ValidityWarning

PERIOD = 2.0 * np.pi


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def turning(times: Any) -> Array:
    angle = np.asarray(times, dtype=float)[..., None, None]
    return np.asarray((1.0 + 0.3 * np.cos(angle)) * 0.5 * SZ + 0.4 * np.sin(angle) * SX)


def driven() -> tk.Leg:
    contacts = [
        tk.Contact(tk.Bath("warm", 1.0), SX, tk.Ohmic(0.3)),
        tk.Contact(tk.Bath("cold", 0.4), SZ + 0.5 * SX, tk.Ohmic(0.3)),
    ]
    return tk.Leg(PERIOD, lambda t: tk.davies(turning(t), contacts))


@pytest.mark.slow
def test_heat_and_states_of_runs_are_those_of_averages_and_of_cumulants() -> None:
    leg, cycles = driven(), 12
    cycle = tk.limit_cycle(leg)
    whole = tk.Protocol([leg] * cycles)
    times = PERIOD * np.array([0.3, 1.0, cycles - 1.0, cycles * (1.0 - 1e-14)])
    runs = tk.unravel(whole, cycle.state, times, trajectories=1500, seed=11)
    path = tk.evolve(whole, cycle.state, times)
    for bath in ("warm", "cold"):
        found = runs.cumulants(bath)
        assert (np.abs(found.mean - path.heat[bath]) < 3.0 * found.mean_error).all()
        # Between two numbers of cycles what the ends add to the variance drops out.
        grown = (found.values[3, 1] - found.values[1, 1]) / (cycles - 1.0)
        slack = 3.0 * np.hypot(found.errors[3, 1], found.errors[1, 1]) / (cycles - 1.0)
        assert abs(grown - tk.cycle_cumulants(cycle, bath).values[1]) < slack
    states = np.einsum("na,nb->ab", runs.kets, runs.kets.conj()) / len(runs)
    assert np.abs(states - path.states[-1]).max() < 4.0 / np.sqrt(len(runs))
    assert (np.diff(runs.jump_times)[np.diff(runs.trajectory) == 0] > 0.0).all()


def test_the_same_seed_gives_the_same_records_and_another_does_not() -> None:
    first, same, other = (tk.unravel(driven(), tk.Gibbs(1.0), [1.0], trajectories=50, seed=s) for s in (4, 4, 5))
    assert np.array_equal(first.jump_times, same.jump_times)
    assert np.array_equal(first.heat, same.heat)
    assert not np.array_equal(first.jump_times, other.jump_times)


def test_the_first_jump_comes_when_the_integrated_rate_says() -> None:
    # An excited level decays at a rate that follows its gap; its survival is exp(-int rate), by quadrature.
    def gap(time: Any) -> Any:
        return 1.0 + 0.8 * np.sin(0.7 * time)

    bath = tk.Contact(tk.Bath("cold", 0.0), SX, tk.Ohmic(0.2))

    def model(times: Any) -> tk.Model:
        return tk.davies(np.asarray(gap(np.asarray(times)))[..., None, None] * np.diag([0.0, 1.0]), [bath])

    runs = tk.unravel(tk.Leg(60.0, model), tk.Populations([0.0, 1.0]), [60.0], trajectories=4000, seed=2)
    assert runs.heat.size <= 4000
    assert runs.heat == pytest.approx(-gap(runs.jump_times), abs=1e-12)

    def chance(times: Array) -> Array:
        passed = [quad(lambda s: 0.2 * gap(s), 0.0, time, epsabs=1e-12)[0] for time in times]
        return np.asarray(1.0 - np.exp(-np.array(passed)))

    every = np.sort(runs.jump_times)[::8]
    level = (np.arange(runs.jump_times.size)[::8] + 0.5) / 4000.0
    assert np.abs(chance(every) - level).max() < 1.63 / np.sqrt(4000.0)  # Kolmogorov, 1 %


def test_jumps_of_a_coherent_drive_wait_as_its_no_jump_propagator_says() -> None:
    # A resonantly driven emitter at rest: waits between jumps by the closed form of a damped oscillation.
    rabi, decay = 1.3, 0.8
    bath = tk.Bath("vacuum", 0.0)
    model = tk.Model(0.5 * rabi * SX, [tk.Channel(np.sqrt(decay) * DOWN, bath, -1.0)], energy_operator=0.5 * SZ)
    legs = [tk.Leg(7.0, model), tk.Leg(9.0, lambda t: model)]
    runs = tk.unravel(tk.Protocol(legs * 5), tk.Populations([0.0, 1.0]), [80.0], trajectories=200, seed=8)
    same = np.diff(runs.trajectory) == 0
    waits = np.diff(runs.jump_times)[same]
    early = runs.jump_times[:-1][same] < 45.0  # a wait that the end would cut off is not one

    def chance(time: Array) -> Array:
        # int_0^t decay |c_e|^2, c_e = exp(-decay t/4) (rabi/w) sin(w t/2), w^2 = rabi^2 - decay^2/4
        w = np.sqrt(rabi**2 - decay**2 / 4.0)
        steps = np.linspace(0.0, 1.0, 4001)
        grid = steps * 40.0
        density = decay * np.exp(-0.5 * decay * grid) * (rabi / w) ** 2 * np.sin(0.5 * w * grid) ** 2
        total = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(grid))])
        return np.asarray(np.interp(time, grid, total))

    assert kstest(waits[early], chance).pvalue > 0.01


def test_names_and_numbers_that_are_none_are_refused() -> None:
    runs = tk.unravel(driven(), tk.Gibbs(1.0), [1.0], trajectories=5)
    with pytest.raises(ValueError, match="`bath` must be one of 'warm', 'cold', got 'hot'"):
        runs.amounts("hot")
    with pytest.raises(ValueError, match="`trajectories`"):
        tk.unravel(driven(), tk.Gibbs(1.0), [1.0], trajectories=0)
    with pytest.raises(ValueError, match="`times` must lie within the protocol"):
        tk.unravel(driven(), tk.Gibbs(1.0), [100.0])
    with pytest.raises(ValueError, match="single runs are followed through 65,536 at most"):
        tk.unravel(tk.Leg(1e6, driven().first), tk.Gibbs(1.0), [1.0])
