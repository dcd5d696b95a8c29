"""Machines at an optimum, and what a partly seen ring tells: by independent evaluations with 30 to 40 digits."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk


def engine(drive: float, cold: float, hot: float) -> tk.Model:
    return tk.library.three_level_maser(drive, 5.0, 1.0, gap_hot=hot, gap_cold=cold, rate_hot=0.05, rate_cold=0.05)


def power(drive: float, cold: float, hot: float) -> float:
    model = engine(drive, cold, hot)
    return float(tk.cumulants(model, tk.heat(model, "hot"), order=1).mean) * (1.0 - cold / hot)


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_a_three_level_engine_at_its_largest_power() -> None:
    # Source: differential evolution, then Newton with 40 digits.
    drive, cold, hot = 0.1, 3.2694147208217066, 7.739437889657075
    assert power(drive, cold, hot) == pytest.approx(0.016273373370238438, rel=1e-9)
    model = engine(drive, cold, hot)
    counted = tk.cumulants(model, (1.0 / hot) * tk.heat(model, "hot"))
    np.testing.assert_allclose(counted, [0.0036405568283616628, 0.004793215679026431], rtol=1e-9)
    produced = float(tk.cumulants(model, tk.entropy_flow(model), order=1).mean)
    assert counted.noise * produced / counted.mean**2 == pytest.approx(2.266590327305716, rel=1e-9)
    step = 1e-4
    for gaps in ((step, 0.0), (0.0, step)):
        slope = (power(drive, cold + gaps[0], hot + gaps[1]) - power(drive, cold - gaps[0], hot - gaps[1])) / (2 * step)
        assert abs(slope) < 1e-9
    rise = (power(drive + 1e-5, cold, hot) - power(drive - 1e-5, cold, hot)) / 2e-5
    assert rise == pytest.approx(0.02449557157862858, rel=1e-7)


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_a_maser_of_the_least_uncertainty() -> None:
    # Source: simplex from three starts, Newton with 40 digits; drive on the lower pair, rates .1 and 2, n_h = 5.
    drive, quanta = 0.17146827856365848, 0.03157608312750857
    hot, cold = (gap / np.log1p(1.0 / n) for gap, n in ((2.0, 5.0), (1.0, quanta)))
    model = tk.library.three_level_maser(
        drive, hot, cold, gap_hot=2.0, gap_cold=1.0, rate_hot=0.1, rate_cold=2.0, driven_pair="lower"
    )
    counted = tk.cumulants(model, 0.5 * tk.heat(model, "hot"))
    np.testing.assert_allclose(counted, [0.08902559702641756, 0.04444428156899479], rtol=1e-9)
    produced = float(tk.cumulants(model, tk.entropy_flow(model), order=1).mean)
    assert produced == pytest.approx(0.2941513946800173, rel=1e-9)
    assert counted.noise * produced / counted.mean**2 == pytest.approx(1.6495178233257088, rel=1e-9)


def test_what_a_partly_seen_ring_tells_of_its_entropy() -> None:
    # Five states of which one edge is seen: the order of its jumps tells the affinity. Source: 30 digits.
    rates = np.array(
        [[0, 0.7, 0, 0, 1.3], [1.9, 0, 0.5, 0, 0], [0, 1.2, 0, 0.8, 0], [0, 0, 2.2, 0, 0.4], [0.6, 0, 0, 1.5, 0]]
    )
    forward, backward = np.zeros((2, 5, 5))
    forward[1, 0], backward[0, 1] = 1.0, 1.0
    model = tk.rates(rates, weights={"forward": forward, "backward": backward})
    plus, minus = (tk.current(model, name).weights.astype(bool) for name in ("forward", "backward"))
    seen = plus | minus
    again = {
        name: tk.waiting_times(
            model, np.flatnonzero(one), np.flatnonzero(one), [0.3, 2.0], monitored=np.flatnonzero(seen)
        )
        for name, one in (("+", plus), ("-", minus))
    }
    shares = [float(again[name].probability) for name in "+-"]
    np.testing.assert_allclose(shares, [0.550890581658946, 0.0037847960462398444], rtol=1e-11)
    density = np.log(again["+"].values / again["-"].values)
    np.testing.assert_allclose(density, 4.9805442073593085, rtol=1e-11)
    often = [float(tk.cumulants(model, tk.current(model, name), order=1).mean) for name in ("forward", "backward")]
    np.testing.assert_allclose(often, [0.35378930314425155, 0.15949375950076006], rtol=1e-11)
    affinity = float(np.log(shares[0] / shares[1]))
    told = (often[0] * shares[0] - often[1] * shares[1]) * affinity
    produced = float(tk.cumulants(model, tk.entropy_flow(model), order=1).mean)
    assert produced == pytest.approx(0.9676975444093191, rel=1e-11)
    assert told == pytest.approx(produced, rel=1e-11)


def test_two_leads_on_a_ring_with_a_flux_transmit_differently_both_ways() -> None:
    hopping = 0.5 * np.exp(0.7j / 3.0)
    h = np.zeros((3, 3), dtype=complex)
    for one, other in ((0, 1), (1, 2), (2, 0)):
        h[one, other], h[other, one] = hopping, hopping.conjugate()
    scatterer = tk.transport.dots(h, [[0.6, 0.0, 0.0], [0.0, 0.4, 0.0], [0.0, 0.0, 0.5]])
    matrix = scatterer.scattering(())(np.array([0]), np.array([0.2]), np.array([[0.0]]))[0, 0]
    np.testing.assert_allclose(
        [abs(matrix[0, 1]) ** 2, abs(matrix[1, 0]) ** 2], [0.12388094787791235, 0.23973903452501216], rtol=1e-11
    )
