"""What records alone say: cumulants, waits, spectrum and entropy production, against the models that made them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from click_records import network_records, renewal_records
from thermokin.inference import (
    Amounts,
    Clicks,
    entropy_production,
    read_amounts,
    read_clicks,
    record_spectrum,
    statistics,
    waiting_times,
)
from thermokin.inference.findings import record_findings

REVERSES = {"01": "10", "12": "21", "20": "02"}
AROUND = {"01": 1.0, "12": 1.0, "20": 1.0, "10": -1.0, "21": -1.0, "02": -1.0}


def ring(forth: float = 2.0, back: float = 0.5) -> tk.Model:
    """Three states in a ring."""
    rates = np.zeros((3, 3))
    for i in range(3):
        rates[(i + 1) % 3, i] = forth * (1 + 0.3 * i)
        rates[i, (i + 1) % 3] = back * (1 + 0.2 * i)
    return tk.rates(rates)


def rates_of_ring() -> np.ndarray:
    """To the row from the column."""
    return sum(abs(channel.jump) ** 2 for channel in ring().channels)


def jumps(model: tk.Model) -> dict[str, int]:
    """Channels by "from to"."""
    places = [np.argwhere(channel.jump)[0].tolist() for channel in model.channels]
    return {f"{column}{row}": number for number, (row, column) in enumerate(places)}


def around() -> tuple[tk.Model, tk.Current]:
    """The ring and the current around it."""
    model = ring()
    known = jumps(model)
    return model, tk.current(model, [AROUND[name] for name in sorted(known, key=lambda name: known[name])])


def populations(model: tk.Model) -> np.ndarray:
    return np.real(np.diagonal(np.asarray(tk.steady_state(model))))


def record(seed: int, time: float, detectors: tuple[str, ...] = tuple(AROUND)) -> Clicks:
    model = ring()
    runs = tk.unravel(model, tk.Populations(populations(model)), [0.0, time], trajectories=1, seed=seed)
    return Clicks.of_trajectories(runs, {name: jumps(model)[name] for name in detectors})


def produced() -> float:
    model = ring()
    rates = {name: abs(model.channels[place].jump).max() ** 2 for name, place in jumps(model).items()}
    held = populations(model)
    flow = {name: rate * held[int(name[0])] for name, rate in rates.items()}
    return sum((flow[one] - flow[other]) * np.log(flow[one] / flow[other]) for one, other in REVERSES.items())


RING = (lambda count, time: network_records(rates_of_ring(), count, time, 2), AROUND)
BUNCHED = (lambda count, time: renewal_records(lambda random, size: random.gamma(0.5, 2.0, size), count, time, 3), None)
REGULAR = (
    lambda count, time: renewal_records(lambda random, size: random.gamma(3.0, 1.0 / 3.0, size), count, time, 4),
    None,
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made", "time"), [(RING, 100.0), (RING, 400.0), (BUNCHED, 2000.0), (REGULAR, 300.0), (REGULAR, 60.0)]
)
def test_intervals_hold_the_cumulants_as_often_as_they_say(made: Any, time: float) -> None:
    # Waits of the gamma distribution of shape k and mean 1: k (exp(s/k) - 1) generates the cumulants.
    draw, weights = made
    shape = 0.5 if made is BUNCHED else 3.0
    wanted = np.asarray(tk.cumulants(*around(), order=3)) if made is RING else shape ** np.array([0.0, -1.0, -2.0])
    held = np.zeros((200, 3), dtype=bool)
    for number, clicks in enumerate(draw(200, time)):
        found = statistics(clicks, weights, order=3, resamples=200)
        held[number] = (found.intervals[:, 0] <= wanted) & (wanted <= found.intervals[:, 1])
    # 95 are wanted; three standard deviations are 4.6, and a percent or two is what short records lack. Third cumulants
    # of waits that vary much are made of few windows.
    assert (held.mean(axis=0) >= [0.89, 0.89, 0.84]).all()
    assert (held[:, :2].mean(axis=0) <= 0.99).all()


@pytest.mark.slow
@pytest.mark.parametrize("time", [50.0, 150.0])
def test_intervals_hold_the_entropy_production_as_often_as_they_say(time: float) -> None:
    cumulants = np.asarray(tk.cumulants(*around(), order=2))
    wanted = {"account": produced(), "uncertainty": 2.0 * cumulants[0] ** 2 / cumulants[1]}
    held = dict.fromkeys(wanted, 0)
    for clicks in network_records(rates_of_ring(), 100, time, 5):
        for one in entropy_production(clicks, reverses=REVERSES, resolved=True, resamples=100).estimates:
            if one.name in wanted:
                held[one.name] += one.interval[0] <= wanted[one.name] <= one.interval[1]
    assert held["account"] >= 89
    assert held["uncertainty"] >= 86


@pytest.mark.slow
def test_intervals_hold_the_moments_of_waits_as_often_as_they_say() -> None:
    held = np.zeros((200, 3), dtype=bool)
    for number, clicks in enumerate(REGULAR[0](200, 300.0)):
        found = waiting_times(clicks, resamples=200)
        wanted = [1.0, 1.0 / 3.0, 0.0]
        held[number] = (found.intervals[:, 0] <= wanted) & (wanted <= found.intervals[:, 1])
    assert (np.abs(held.mean(axis=0) - 0.95) <= 0.06).all()


@pytest.mark.slow
def test_few_records_are_refused_for_a_memory_that_they_do_not_have() -> None:
    refused = 0
    for clicks in RING[0](200, 60.0):
        try:
            statistics(clicks, AROUND, resamples=100)
        except ValueError:
            refused += 1
    assert refused <= 5  # of the half that chance makes


def test_short_records_are_cut_into_windows_enough() -> None:
    clicks = renewal_records(lambda random, size: random.exponential(1.0, size), 1, 60.0, 1)[0]
    assert 40 <= len(statistics(clicks).amounts) <= 41
    with pytest.raises(ValueError, match="runs too short to be cut"):
        statistics(Clicks.joined([clicks.part(t, t + 1.5) for t in np.arange(0.0, 57.0, 1.5)]))


def test_long_records_give_the_numbers_of_their_model() -> None:
    clicks = network_records(rates_of_ring(), 1, 8000.0, 3)[0]
    wanted = np.asarray(tk.cumulants(*around(), order=2))
    found = statistics(clicks, AROUND, resamples=200)
    assert (np.abs(found.values - wanted) < 4.0 * found.errors).all()
    assert (found.errors < 0.08 * wanted).all()
    assert found.fano == pytest.approx(found.noise / found.mean)
    frequencies = [0.0, 0.7, 3.0, 30.0]
    spectrum = record_spectrum(clicks, frequencies, AROUND, pieces=256)
    exact = np.asarray(tk.spectrum(*around(), frequencies))
    assert (np.abs(spectrum.values / exact - 1.0) < 4.0 * np.sqrt([2, 1, 1, 1]) / np.sqrt(spectrum.pieces)).all()


def test_all_estimates_of_entropy_production_meet_it() -> None:
    clicks = network_records(rates_of_ring(), 1, 8000.0, 7)[0]
    found = entropy_production(clicks, reverses=REVERSES, resolved=True, resamples=100)
    assert found["account"].value == pytest.approx(produced(), rel=0.08)
    assert found["order and waits"].value == pytest.approx(produced(), rel=0.08)
    cumulants = np.asarray(tk.cumulants(*around(), order=2))
    assert found["uncertainty"].value == pytest.approx(2.0 * cumulants[0] ** 2 / cumulants[1], rel=0.1)
    assert found["uncertainty"].value < produced()
    # One link of a ring tells all of it by the order of its clicks.
    one = entropy_production(
        network_records(rates_of_ring(), 1, 20000.0, 7, seen={"01": "01", "10": "10"})[0],
        reverses={"01": "10"},
        resamples=100,
    )
    assert one["order and waits"].value == pytest.approx(produced(), rel=0.1)


def test_weights_of_no_current_bound_nothing() -> None:
    """Clicks of one way are a count; where all jumps are seen twice, up and down, signs of pairs cancel in time."""
    clicks = network_records(rates_of_ring(), 1, 500.0, 7)[0]
    one_way = entropy_production(clicks, reverses=REVERSES, weights={"01": 1.0}, resamples=100)
    assert "opposite `weights`" in one_way.left_out["uncertainty"]
    there = record_of_two_ways()
    still = entropy_production(there, reverses={"up 0": "down 0", "up 1": "down 1"}, resamples=100)
    assert "does not grow" in still.left_out["uncertainty"]
    assert [one.name for one in still.estimates] == ["order and waits"]


def test_findings_hand_the_current_to_the_uncertainty() -> None:
    family = tk.Family(lambda first=1.0: two_ways(first))
    clicks, names = record_of_two_ways(), ("up 0", "down 0", "up 1", "down 1")
    weights = {"up 0": 1.0, "down 0": -1.0}
    fit = tk.infer(clicks, family, {}, ["first"], channels={name: place for place, name in enumerate(names)})
    found = record_findings(fit, weights=weights, reverses={"up 0": "down 0", "up 1": "down 1"})
    current = found.statistics
    assert current is not None
    assert found.entropy is not None
    bound = 2.0 * current.values[0] ** 2 / current.values[1]
    assert found.entropy["uncertainty"].value == pytest.approx(bound, rel=0.02)
    assert bound > 0.1


def two_ways(first: float = 1.0) -> tk.Model:
    """Two levels, joined by two baths, each of which tells its jumps."""
    up, down = np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 0.0]])
    rates = [(up, first), (down, 0.5), (up, 0.3), (down, 1.0)]
    return tk.Model(np.zeros((2, 2)), [tk.Channel(np.sqrt(rate) * jump, None) for jump, rate in rates])


def record_of_two_ways() -> Clicks:
    runs = tk.unravel(two_ways(), tk.Populations([0.5, 0.5]), [0.0, 600.0], trajectories=1, seed=2)
    return Clicks.of_trajectories(runs, {"up 0": 0, "down 0": 1, "up 1": 2, "down 1": 3})


def test_nothing_is_produced_at_equilibrium() -> None:
    rates = np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 0.7], [2.0, 0.7, 0.0]])
    model = tk.rates(rates)
    runs = tk.unravel(model, tk.Populations(np.ones(3) / 3), [0.0, 3000.0], trajectories=1, seed=1)
    clicks = Clicks.of_trajectories(runs, jumps(model))
    found = entropy_production(clicks, reverses=REVERSES, resolved=True, resamples=200)
    for one in found.estimates:
        assert abs(one.value) < 4.0 * one.error + 0.01


def test_estimates_scatter_about_nothing_where_nothing_is_produced() -> None:
    """Links of a ring share one current: independent counts would scatter three times as much as they do."""
    rates = np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 0.7], [2.0, 0.7, 0.0]])
    found: dict[str, list[float]] = {"account": [], "order and waits": []}
    for clicks in network_records(rates, 40, 60.0, 3):
        estimates = entropy_production(clicks, reverses=REVERSES, resolved=True, resamples=100)
        for name, values in found.items():
            values.append(estimates[name].value)
            low, high = estimates[name].interval
            assert low == 0.0 < high
    for values in found.values():
        assert abs(np.mean(values)) < 4.0 * np.std(values) / np.sqrt(40)


@pytest.mark.slow
@pytest.mark.parametrize("time", [60.0, 300.0])
def test_intervals_hold_a_small_entropy_production(time: float) -> None:
    rates = np.array([[0.0, 0.9, 2.4], [1.2, 0.0, 0.6], [1.8, 0.8, 0.0]])
    held_long = np.linalg.svd(rates - np.diag(rates.sum(axis=0)))[2][-1]
    flow = rates * held_long / held_long.sum()
    wanted = (flow * np.log(np.where(flow > 0.0, flow, 1.0) / np.where(flow > 0.0, flow.T, 1.0))).sum()
    held = 0
    for clicks in network_records(rates, 40, time, 4):
        low, high = entropy_production(clicks, reverses=REVERSES, resolved=True, resamples=100)["account"].interval
        held += low <= wanted <= high
    assert held >= 38 - 4  # three standard deviations


def test_what_was_never_seen_reversed_is_told() -> None:
    """Of one link of a driven ring that was watched for a short time."""
    clicks = network_records(rates_of_ring(), 1, 60.0, 2, seen={"01": "01", "10": "10"})[0]
    found = entropy_production(clicks, reverses={"01": "10"}, resamples=100)
    assert 0.05 < found["order and waits"].unseen < 1.0
    assert "of the clicks were never seen to be reversed: it is too small" in repr(found)
    assert found["order and waits"].interval[0] < produced()
    whole = entropy_production(record(3, 300.0), reverses=REVERSES, resolved=True, resamples=100)
    assert whole["account"].unseen == 0.0
    assert "never seen" not in repr(whole)


def test_clicks_and_their_reverse_in_one_detector_say_nothing() -> None:
    times = np.cumsum(np.random.default_rng(1).exponential(1.0, 500))
    found = entropy_production(Clicks(times), reverses={"clicks": "clicks"}, resolved=True, resamples=100)
    assert [one.value for one in found.estimates] == [0.0, 0.0]


def test_waits_are_those_of_the_model() -> None:
    clicks = network_records(rates_of_ring(), 1, 8000.0, 5)[0]
    found = waiting_times(clicks, resamples=100)
    assert found.mean == pytest.approx(clicks.duration / len(clicks), rel=1e-3)
    assert (found.density * np.diff(found.edges)).sum() == pytest.approx(1.0)
    model = ring()
    held = populations(model)
    leave = [sum(abs(c.jump[:, level]).max() ** 2 for c in model.channels) for level in range(3)]
    entered = held * np.array(leave) / (held @ leave)  # levels are entered as often as they are left
    second = 2.0 * (entered / np.array(leave) ** 2).sum()
    first = (entered / np.array(leave)).sum()
    assert found.randomness == pytest.approx(second / first**2 - 1.0, abs=4 * found.errors[1])
    # Leaving 0 is fast or slow as the level that follows: what was told of one wait tells little of the next.
    one = waiting_times(clicks, first="01", then="12", resamples=100)
    assert one.waits.size < found.waits.size
    assert one.mean == pytest.approx(1.0 / leave[1], rel=0.1)


def test_amounts_and_clicks_of_one_record_agree() -> None:
    clicks = record(2, 4000.0)
    window = 10.0
    signs = np.array([AROUND[name] for name in clicks.names])
    sums = np.histogram(clicks.times, np.arange(0.0, 4000.1, window), weights=signs[clicks.labels])[0]
    found = statistics(Amounts(sums, window), resamples=100)
    again = statistics(clicks, AROUND, window=window, resamples=100)
    np.testing.assert_allclose(found.values, again.values, rtol=1e-12)
    two = Amounts([sums[:100], sums[100:]], window)
    assert len(two) == len(sums)
    assert two.mean == pytest.approx(clicks.duration and sums.sum() / 4000.0)


def test_tables_are_read(tmp_path: Path) -> None:
    clicks = record(1, 50.0)
    lines = [
        f"{time!r},{clicks.names[label]}" for time, label in zip(clicks.times.tolist(), clicks.labels, strict=True)
    ]
    file = tmp_path / "clicks.csv"
    file.write_text("\n".join(["# a comment", "time,channel", *lines]) + "\n")
    found = read_clicks(file, begin=0.0, end=50.0, names=clicks.names)
    np.testing.assert_array_equal(found.times, clicks.times)
    np.testing.assert_array_equal(found.labels, clicks.labels)
    file.write_text("shot;t;d\n1;0.5;7\n1;0.9;8\n2;0.1;7\n")
    runs = read_clicks(file, time="t", channel="d", run="shot", begin=0.0, end=1.0, separator=";")
    assert (runs.runs, runs.names, runs.duration) == (2, ("7", "8"), 2.0)
    file.write_text("amount\n1\n2.5\n3\n")
    assert read_amounts(file, 2.0).values.tolist() == [1.0, 2.5, 3.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time,channel\n1,a\nx,b\n", "'x' for 'time' in row 2"),
        ("time,channel\n2,a\n1,b\n", "must not descend"),
        ("tim,channel\n2,a\n", "Did you mean 'tim'?"),
        ("time,channel\n2,a\n3,\n", "has no 'channel' in row 2"),
        ("time,channel\n1,a,4\n1,a,4,5\n", "is no table"),
        ("", "is no table"),
        ("\x00\x01", "has no column"),
        ("time,channel\n", "`begin` must be given"),
    ],
)
def test_tables_that_are_none_are_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "clicks.csv"
    file.write_text(text)
    with pytest.raises(ValueError, match=re.escape(message)):
        read_clicks(file)


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is none at"):
        read_clicks(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"weights": {"x": 1.0}}, "`weights` hold 'x'"),
        ({"weights": {"01": 0.0}}, "not all of them zero"),
        ({"order": 5}, "`order` must be from 1 to 4"),
        ({"confidence": 1.0}, "`confidence` must be between"),
        ({"resamples": 3}, "`resamples` must be a whole number from 100"),
        ({"window": 10.0}, "fewer than 40"),
    ],
)
def test_what_cannot_be_asked_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        statistics(record(1, 60.0), **given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "must say what clicks stand for"),
        ({"reverses": {"01": "x"}}, "hold 'x'"),
        ({"reverses": {"01": "10"}}, "but not '12'"),
        ({"reverses": REVERSES | {"10": "02"}}, "two reversed jumps"),
    ],
)
def test_pairs_that_are_none_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        entropy_production(record(1, 60.0), **given)


def test_amounts_of_a_clock_have_intervals_of_their_size() -> None:
    """Blocks of nearly equal windows are drawn whose own spread is rounding; they widened intervals to 1e13."""
    found = statistics(Amounts(np.diff(np.floor(2.475 * np.arange(41.0))), 2.475), resamples=100)
    assert found.intervals[0, 0] < 1.0 < found.intervals[0, 1]
    assert np.diff(found.intervals[0])[0] < 0.1


@pytest.mark.parametrize("period", [1.0, 0.7371])
@pytest.mark.parametrize("window", [None, 10.4])
def test_regular_clicks_have_no_noise(period: float, window: float | None) -> None:
    """Sharp windows hold one click more or less, and their variance does not grow: -0.083 where they fit badly."""
    clicks = Clicks(period * (np.arange(1000) + 0.3), begin=0.0, end=1000.0 * period)
    found = statistics(clicks, window=window, order=3, resamples=100)
    np.testing.assert_allclose(found.values, [1.0 / period, 0.0, 0.0], atol=1e-12)


def test_noise_of_nearly_regular_clicks_is_that_of_their_waits() -> None:
    clicks = renewal_records(lambda random, size: random.gamma(400.0, 1.0 / 400.0, size), 1, 3000.0, 7)[0]
    found = statistics(clicks, resamples=100)
    assert found.noise == pytest.approx(1.0 / 400.0, rel=0.3)
    assert found.intervals[1, 0] < 1.0 / 400.0 < found.intervals[1, 1]
