"""Bounds between leads: published numbers, equality cases, laws over random junctions, and what is outside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import thermokin as tk
from thermokin.bounds import Situation, catalogue, evaluate

FEW = settings(max_examples=30, deadline=None)
FERMI = tk.Fermi()
TWO_FERMIONS = (
    "coherent fermions",
    "coherent fermions, any symmetry",
    "thermo-kinetic, independent transfers",
    "largest transmission",
    "independent transfers",
)


def between(scatterer: Any, left: tuple[float, float], right: tuple[float, float], statistics: Any = FERMI) -> Any:
    return tk.transport.Junction(scatterer, [tk.Bath("l", *left, statistics), tk.Bath("r", *right, statistics)])


def bounds(junction: Any, lead: str = "l", **asked: Any) -> Any:
    return evaluate(junction, tk.particles(junction, lead), **asked)


def test_a_narrow_window_saturates_the_bound_of_coherent_fermions() -> None:
    # 2502.07917: D/J = 1/sinh(sigma/2J); a symmetric bias of 6 T about it. Independent energy integrals.
    narrow = between(tk.transport.boxcar(-1e-7, 1e-7), (1.0, 3.0), (1.0, -3.0))
    found = bounds(narrow)["coherent fermions"]
    assert found.ratio == pytest.approx(1.0, abs=1e-12)
    assert found.value / found.mean == pytest.approx(0.0998215696688, abs=1e-10)
    assert found.value * found.cost.values / found.mean**2 == pytest.approx(0.598929418013, abs=1e-9)


def test_a_boxcar_leaves_the_slack_of_an_independent_evaluation() -> None:
    junction = between(tk.transport.boxcar(-0.4, 1.1), (0.5, 0.7), (0.25, -0.3))
    found = bounds(junction)["coherent fermions"]
    flow, noise, produced = float(found.mean), float(found.value), float(found.cost.values)
    assert produced - 2.0 * flow * np.arcsinh(flow / noise) == pytest.approx(0.08137121732026836, rel=1e-9)
    assert found.holds
    assert noise * produced / flow**2 == pytest.approx(1.9554279723610846, rel=1e-10)  # below the classical two


def test_a_serial_double_dot_goes_below_the_classical_relation() -> None:
    # Noninteracting double dot (1805.11301 studies it); minimum by an independent quadrature and simplex.
    dot = tk.transport.chain([0.0, 0.0], 1.06713501178, 1.73546083304, 1.73546083304)
    found = bounds(between(dot, (1.0, 2.619387325835), (1.0, -2.619387325835)))
    product = found[0].value * found["coherent fermions"].cost.values / found[0].mean ** 2
    assert product == pytest.approx(1.73369761828, rel=1e-9)


def test_one_way_rings_break_the_bound_of_symmetric_transmissions_and_reach_their_own() -> None:
    tight = []
    for terminals in (10, 30):
        ring = tk.transport.one_way_ring(terminals, -1e-6, 1e-6)
        # From f_0 = .921410583278 to nothing in equal angles, the steps that lose least.
        filled = np.sin(np.linspace(np.arcsin(np.sqrt(0.921410583278)), 1e-4, terminals)) ** 2
        leads = [tk.Bath(f"{n}", 1.0, float(np.log(f / (1.0 - f))), FERMI) for n, f in enumerate(filled)]
        junction = tk.transport.Junction(ring, leads)
        found = evaluate(junction, tk.particles(junction, "0"))
        assert not found["coherent fermions"].applies
        assert found["coherent fermions"].hypotheses[-1].shortfall == 1.0
        own = found["coherent fermions, any symmetry"]
        assert own.applies
        assert own.holds
        tight.append(own.cost.values / (2.0 * np.abs(own.mean) * np.arcsinh(np.abs(own.mean) / own.value)))
    # Below one: the bound of symmetric transmissions is broken.
    assert 0.426233 <= tight[1] < tight[0] < 0.7
    with pytest.raises(tk.HypothesisError, match="transmissions are the same both ways"):
        evaluate(junction, tk.particles(junction, "0"), theorems="coherent fermions")


fillings = st.tuples(st.floats(0.05, 3.0), st.floats(-3.0, 3.0))


@FEW
@given(st.integers(0, 10**6), st.integers(1, 4), fillings, fillings)
def test_bounds_hold_for_fermions_between_two_leads(seed: int, size: int, left: Any, right: Any) -> None:
    draw = np.random.default_rng(seed)
    matrix = draw.normal(size=(size, size)) + 1j * draw.normal(size=(size, size))
    rates = np.exp(draw.normal(size=(2, size)))
    junction = between(tk.transport.dots(matrix + matrix.conj().T, list(rates)), left, right)
    for word in (tk.particles, tk.heat):
        found = evaluate(junction, word(junction, "l"))
        for bound in found:
            assert bound.holds.all() or not bound.applies, bound.name
    assert {bound.name for bound in bounds(junction) if bound.applies} >= set(TWO_FERMIONS)


@FEW
@given(st.integers(0, 10**6), st.integers(3, 5), st.lists(fillings, min_size=5, max_size=5))
def test_bounds_hold_for_fermions_between_many_leads(seed: int, size: int, numbers: Any) -> None:
    draw = np.random.default_rng(seed)
    for field in (False, True):
        matrix = draw.normal(size=(size, size)) + 1j * field * draw.normal(size=(size, size))
        scatterer = tk.transport.dots(matrix + matrix.conj().T, list(np.diag(np.exp(draw.normal(size=size)))))
        leads = [tk.Bath(f"{n}", *pair, FERMI) for n, pair in enumerate(numbers[:size])]
        junction = tk.transport.Junction(scatterer, leads)
        found = evaluate(junction, tk.particles(junction, "0"))
        for bound in found:
            assert bound.holds.all() or not bound.applies, bound.name
        assert found["coherent fermions"].applies is not field
        assert found["coherent fermions, any symmetry"].applies


@FEW
@given(st.floats(0.05, 3.0), st.floats(0.05, 3.0), st.floats(0.1, 5.0), st.floats(0.01, 5.0), st.floats(0.05, 1.0))
def test_bounds_hold_for_bosons(hot: float, cold: float, low: float, width: float, height: float) -> None:
    window = tk.transport.boxcar(low, low + width, height)
    junction = between(window, (hot, 0.0), (cold, 0.0), tk.Bose())
    for found in (bounds(junction), evaluate(junction, tk.heat(junction, "l"))):
        for bound in found:
            assert bound.holds.all() or not bound.applies, bound.name
    quanta = bounds(junction)
    assert {bound.name for bound in quanta if bound.applies} == {
        "coherent bosons",
        "thermo-kinetic, independent transfers",
        "bandwidth",
    }


@FEW
@example(2405, (3.0, 0.0), (3.0, 0.0), 0.0, 1.0)  # an oscillation of fifteen samples is no spike
@given(st.integers(0, 10**6), fillings, fillings, st.floats(-2.0, 2.0), st.floats(0.01, 4.0))
def test_weighted_currents_of_fermions_in_a_band_have_a_bound(
    seed: int, left: Any, right: Any, low: float, width: float
) -> None:
    draw = np.random.default_rng(seed)
    slope, shift = draw.normal(size=2)

    def share(energy: Any) -> Any:
        inside = (energy > low) & (energy < low + width)
        return np.where(inside, 0.5 + 0.49 * np.sin(shift + 3.0 * slope * energy), 0.0)

    junction = between(tk.transport.Transmission(share, band=(low, low + width)), left, right)
    for current in (tk.heat(junction, "l"), tk.energy(junction, "l"), tk.particles(junction, "r")):
        found = evaluate(junction, current)["coherent fermions in a band"]
        assert found.applies
        assert found.holds
    narrow = between(tk.transport.boxcar(1.0 - 1e-7, 1.0 + 1e-7), (1.0, 4.0), (1.0, -2.0))
    assert evaluate(narrow, tk.energy(narrow, "l"))["coherent fermions in a band"].ratio == pytest.approx(1.0, abs=1e-6)


def test_what_passes_outside_a_stated_band_is_refused() -> None:
    leaky = tk.transport.Transmission(lambda energy: 0.3 * np.ones_like(energy), band=(-1.0, 1.0))
    with pytest.raises(ValueError, match="nothing may pass outside `band`"):
        bounds(between(leaky, (0.5, 0.3), (0.5, 0.0)))


def test_bosons_in_a_narrow_faint_band_saturate_their_bounds() -> None:
    junction = between(tk.transport.boxcar(1.0, 1.0 + 1e-6, 1e-6), (1.3, 0.0), (0.4, 0.0), tk.Bose())
    found = bounds(junction)
    assert found["coherent bosons"].ratio == pytest.approx(1.0, rel=1e-5)
    assert found["bandwidth"].ratio == pytest.approx(1.0, rel=1e-6)
    assert found["thermo-kinetic, independent transfers"].ratio == pytest.approx(1.0, rel=1e-5)


def test_tunnel_junctions_reach_the_noise_of_independent_transfers() -> None:
    junction = between(tk.transport.constant(1e-7), (0.5, 0.4), (0.5, -0.3))
    found = bounds(junction)
    for name in ("independent transfers", "independent transfers, one temperature", "largest transmission"):
        assert found[name].ratio == pytest.approx(1.0, rel=1e-6), name
    assert found["thermo-kinetic, independent transfers"].ratio == pytest.approx(1.0, rel=1e-6)
    hotter = bounds(between(tk.transport.constant(1e-7), (0.5, 0.4), (0.6, -0.3)))
    assert not hotter["independent transfers, one temperature"].applies


def test_counts_that_differ_from_quantum_to_quantum_are_outside() -> None:
    junction = between(tk.transport.resonant_level(0.3, 0.4, 0.2), (0.3, 0.5), (0.6, -0.5))
    with pytest.raises(tk.HypothesisError, match="each quantum that enters or leaves one lead counts the same"):
        evaluate(junction, tk.heat(junction, "l"), theorems="coherent fermions")
    twice = evaluate(junction, 2.0 * tk.particles(junction, "l"))["coherent fermions"]
    once = evaluate(junction, tk.particles(junction, "l"))["coherent fermions"]
    assert twice.limit == pytest.approx(4.0 * once.limit, rel=1e-12)
    with pytest.raises(tk.HypothesisError, match="says nothing here"):
        evaluate(junction, tk.particles(junction, "l"), theorems="kinetic")


def test_the_largest_transmission_is_found_between_nodes() -> None:
    level = between(tk.transport.resonant_level(0.3, 1e-9, 3e-9), (0.3, 0.5), (0.6, -0.5))
    case = tk.bounds.TransportCase(level, tk.particles(level, "l"))
    assert case.largest_transmission == pytest.approx(0.75, rel=1e-12)
    swept = between(tk.transport.resonant_level(np.array([0.0, 0.3]), 0.1, [[0.1], [0.3]]), (0.3, 0.5), (0.6, -0.5))
    case = tk.bounds.TransportCase(swept, tk.particles(swept, "l"))
    np.testing.assert_allclose(case.largest_transmission, [[1.0, 1.0], [0.75, 0.75]], rtol=1e-12)


def test_the_catalogue_of_transport_is_shown_as_that_at_rest() -> None:
    swept = between(tk.transport.resonant_level(np.linspace(-1.0, 1.0, 7), 0.4, 0.2), (0.3, 0.5), (0.6, -0.5))
    found = bounds(swept)
    assert len(found) == len(catalogue(Situation.TRANSPORT)) - 3  # no bosons, and no band
    data = found.to_xarray()
    assert data["ratio"].dims == ("energy", "bound")
    assert "coherent fermions" in repr(found)
    assert "theorem here" in found.to_latex()
    assert found.tightest.applies


def test_each_channel_has_a_band_of_its_own() -> None:
    # Two alike channels carry twice the current and twice its noise; the bound of one is that of both, halved.
    def both(energy: Any) -> Any:
        inside = 0.7 * ((energy > 1.0) & (energy < 1.001))
        return np.stack([inside, inside], axis=-1)

    twice = between(tk.transport.Transmission(both, band=(1.0, 1.001)), (2.0, 0.0), (0.5, 0.0), tk.Bose())
    once = between(tk.transport.boxcar(1.0, 1.001, 0.7), (2.0, 0.0), (0.5, 0.0), tk.Bose())
    found, alone = bounds(twice)["bandwidth"], bounds(once)["bandwidth"]
    assert found.holds
    assert found.limit == pytest.approx(2.0 * float(alone.limit), rel=1e-12)
    assert found.ratio == pytest.approx(float(alone.ratio), rel=1e-12)


def test_entropy_production_keeps_its_digits_at_a_bias_close_to_the_rounding_of_the_potentials() -> None:
    # sigma = J V / T between leads of one temperature, V the difference of the two numbers as they are given.
    above = 1.0 + 1e-12
    window = between(tk.transport.boxcar(0.999, 1.001), (0.3, above), (0.3, 1.0))
    found = bounds(window)["coherent fermions"]
    assert found.cost.values == pytest.approx(float(found.mean) * (above - 1.0) / 0.3, rel=1e-12, abs=0.0)
    assert found.holds
