"""Searches from several places, and numbers that the records push to the end of their range."""

from __future__ import annotations

import re
from typing import Annotated, Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.inference import Clicks, Detector
from thermokin.model.parameter import Parameter

PHOTON = {"channels": {"photon": 0}, "initial": tk.Ket([1, 0])}


def atom(drive: float) -> tk.Model:
    return tk.Model([[0.0, drive / 2], [drive / 2, 0.0]], [tk.Channel([[0.0, 1.0], [0.0, 0.0]], None)])


def photons() -> Clicks:
    """A strong drive: waits have nodes, and ln p a maximum between any two drives that put a wait on one."""
    runs = tk.unravel(atom(4.7), tk.Ket([1, 0]), [0.0, 40.0], trajectories=1, seed=1)
    return Clicks.of_trajectories(runs, {"photon": 0})


@pytest.mark.slow
def test_the_largest_of_several_maxima_is_found_and_the_others_are_told() -> None:
    clicks, family = photons(), tk.Family(atom)
    one = tk.infer(clicks, family, {"drive": 2.0}, ["drive"], **PHOTON)
    assert abs(one["drive"] - 4.7) > 10.0 * one.errors[0]
    assert one.starts.begun.tolist() == [[2.0]]
    found = tk.infer(clicks, family, {"drive": 2.0}, ["drive"], starts=8, **PHOTON)
    assert abs(abs(found["drive"]) - 4.7) < 4.0 * found.errors[0]
    assert found.starts.begun.shape == found.starts.reached.shape == (8, 1)
    assert found.starts.log_likelihood[0] == pytest.approx(one.log_likelihood)
    assert np.nanmax(found.starts.log_likelihood) == found.log_likelihood > one.log_likelihood + 1.0
    assert re.search(r"searches +\d+ of 8 reached this maximum, \d+ another, of ln p lower by", repr(found))
    assert found.to_xarray().reached_log_likelihood.size == 8
    # Nowhere on a grid is ln p higher.
    grid = np.linspace(0.3, 20.0, 200)
    assert max(found.problem.at(np.array([place])).value for place in grid) <= found.log_likelihood


def test_the_same_seed_makes_the_same_searches() -> None:
    clicks = photons()
    both = [tk.infer(clicks, atom, {"drive": 4.6}, ["drive"], starts=2, seed=seed, **PHOTON) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(both[0].starts.begun, both[1].starts.begun)
    assert (both[0].starts.begun != both[2].starts.begun).any()


def bounded(
    rate: Annotated[float, Parameter("1/time", above=0.0)],
    share: Annotated[float, Parameter(least=0.2, most=0.8)] = 0.5,
) -> tk.Model:
    return tk.rates([[0.0, rate], [rate * share, 0.0]])


@pytest.mark.parametrize(("pause", "end", "said"), [(4.0, 0.2, "lowest end, 0.2,"), (0.25, 0.8, "highest end, 0.8,")])
def test_a_number_that_records_push_to_an_end_of_its_range_is_told(pause: float, end: float, said: str) -> None:
    """Waits to be filled are longer or shorter than any share allows."""
    random = np.random.default_rng(2)
    waits = random.exponential(1.0, (200, 2)) * [3.0 * pause, 1.0]
    clicks = Clicks(np.cumsum(waits.ravel()), ["in", "out"] * 200, begin=0.0)
    model = tk.Family(bounded).at({"rate": 1.0})
    jumps = [np.argwhere(channel.jump)[0].tolist() for channel in model.channels]
    channels = {"in": jumps.index([1, 0]), "out": jumps.index([0, 1])}
    fit = tk.infer(clicks, tk.Family(bounded), {"rate": 1.0}, ["rate", "share"], channels=channels, starts=4)
    assert fit.at_end.tolist() == [False, True]
    assert fit["share"] == pytest.approx(end, abs=1e-5)
    assert f"(at the {said} of its range)" in repr(fit)
    assert (fit.starts.begun[:, 1] >= 0.2).all()
    assert (fit.starts.begun[:, 1] <= 0.8).all()
    assert np.isnan(fit.errors[1])
    assert fit.intervals[0, 0] < fit["rate"] < fit.intervals[0, 1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"starts": 0}, "`starts` must be a whole number >= 1, got 0"),
        ({"starts": True}, "`starts` must be a whole number >= 1"),
        ({"seed": -1}, "`seed` must be a whole number >= 0, got -1"),
    ],
)
def test_searches_that_begin_nowhere_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        tk.infer(photons(), atom, {"drive": 2.0}, ["drive"], **PHOTON, **given)


@pytest.mark.slow
def test_bath_clicks_of_a_tilted_qubit_tell_its_temperature() -> None:
    """Populations of its eigenstates make a closed form: the likelihood of rates whose jumps are all seen."""

    def tilted(left: float = 2.0, tunnel: float = 0.4) -> tk.Model:
        levels = np.array([[0.25, tunnel / 2], [tunnel / 2, -0.25]])
        flip = np.array([[0.0, 1.0], [1.0, 0.0]])
        baths = [(tk.Bath("left", left), flip), (tk.Bath("right", 0.5), np.diag([1.0, -1.0]))]
        return tk.davies(levels, [tk.Contact(bath, operator, tk.Ohmic(0.02)) for bath, operator in baths])

    model = tilted()
    seen = {"left": [0, 1, 2]}  # its channels come first
    runs = tk.unravel(model, tk.Ket([1, 0]), [0.0, 5000.0], trajectories=1, seed=1)
    clicks = Clicks.of_trajectories(runs, seen)
    fit = tk.infer(clicks, tilted, {"left": 1.5}, ["left"], channels={"left": "left"})
    assert abs(fit["left"] - 2.0) < 4.0 * fit.errors[0]
    again = tk.infer(clicks, tilted, {"left": 1.5}, ["left"], channels=seen, detector=Detector())
    assert again["left"] == pytest.approx(fit["left"], rel=1e-9)
