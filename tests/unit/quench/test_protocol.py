"""Quenches and their pairs: what is put on which bath, and what is refused."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import oracles
import systems
import thermokin as tk
from thermokin.motion.initial import initial_state


def qubit(temperature: Any) -> tk.Model:
    return tk.library.qubit(1.0, 0.01, temperature)


def test_a_reciprocal_pair_exchanges_two_temperatures() -> None:
    pair = tk.reciprocal(qubit, 0.5, 2.0)
    assert pair.protocol == "reciprocal"
    assert pair.heating.name == "heating"
    assert pair.cooling.name == "cooling"
    assert pair.temperatures == {"cold": 0.5, "hot": 2.0}
    for quench, start, bath in ((pair.heating, 0.5, 2.0), (pair.cooling, 2.0, 0.5)):
        assert quench.model.baths[0].temperature == bath
        populations = initial_state(quench.model, quench.initial).populations
        np.testing.assert_allclose(populations, oracles.gibbs_populations([0.0, 1.0], start), rtol=1e-15)


def test_an_equidistant_pair_puts_both_starts_on_one_bath() -> None:
    pair = tk.equidistant(qubit, 1.0, 0.5)
    assert pair.protocol == "equidistant"
    assert pair.heating.model is pair.cooling.model
    assert pair.heating.model.baths[0].temperature == 1.0
    assert set(pair.temperatures) == {"cold", "hot", "target"}
    hot, distance = systems.two_state_partner(1.0, 1.0, 0.5)
    # A root in 1/T to a few roundings.
    assert float(pair.temperatures["hot"]) == pytest.approx(hot, rel=1e-12)
    states = [initial_state(quench.model, quench.initial).populations for quench in (pair.heating, pair.cooling)]
    final = oracles.gibbs_populations([0.0, 1.0], 1.0)
    for state in states:
        assert oracles.classical_divergence(state, final) == pytest.approx(distance, rel=1e-12)


def test_a_partner_in_another_distance_is_another_partner() -> None:
    """For a qubit the trace distance is the difference of excited populations: p_h = 2 p_w - p_c, solved by hand."""
    cold, target = 0.8, 1.0
    excited = {t: float(oracles.gibbs_populations([0.0, 1.0], t)[1]) for t in (cold, target)}
    wanted = 2.0 * excited[target] - excited[cold]
    hot = 1.0 / np.log((1.0 - wanted) / wanted)
    pair = tk.equidistant(qubit, target, cold, distance=tk.distances.Trace())
    assert float(pair.temperatures["hot"]) == pytest.approx(hot, rel=1e-12)
    assert float(tk.equidistant(qubit, target, cold).temperatures["hot"]) != pytest.approx(hot, rel=1e-3)


def test_a_pair_starts_from_absolute_zero_if_asked() -> None:
    pair = tk.reciprocal(qubit, 0.0, 2.0)
    start = initial_state(pair.heating.model, pair.heating.initial)
    np.testing.assert_array_equal(start.populations, [1.0, 0.0])
    # D(ground || target) = ln(1 + e^(-1/T)) must be within reach of infinite temperature: only for a warm target.
    far = tk.equidistant(qubit, 0.3, 0.0)
    assert float(far.temperatures["hot"]) > 0.3
    final = oracles.gibbs_populations([0.0, 1.0], 0.3)
    hot = oracles.gibbs_populations([0.0, 1.0], float(far.temperatures["hot"]))
    assert oracles.classical_divergence(hot, final) == pytest.approx(-np.log(final[0]), rel=1e-11)


def test_leading_axes_of_temperatures_broadcast() -> None:
    pair = tk.reciprocal(qubit, np.array([[0.3], [0.5]]), np.array([0.8, 1.0, 2.0]))
    comparison = tk.compare(pair, [0.0, 1.0])
    assert comparison.heating.ledger.entropy_production_rate.shape == (2, 3, 2)
    partners = tk.equidistant(qubit, np.array([1.0, 1.2]), np.array([[0.6], [0.7]])).temperatures["hot"]
    assert partners.shape == (2, 2)
    for row, cold in enumerate((0.6, 0.7)):
        for column, target in enumerate((1.0, 1.2)):
            expected = systems.two_state_partner(1.0, target, cold)[0]
            assert partners[row, column] == pytest.approx(expected, rel=1e-11)


def test_the_partner_of_levels_at_a_chemical_potential_weighs_particles() -> None:
    """E - mu N, not E, sets the Gibbs weights: a level at -0.3 on baths at mu = 0.2 has the gap 0.5 downwards."""
    pair = tk.equidistant(lambda t: tk.library.fermionic_level(-0.3, 0.01, t, 0.2), 1.0, 0.6)
    assert float(pair.temperatures["hot"]) == pytest.approx(systems.two_state_partner(0.5, 1.0, 0.6)[0], rel=1e-11)


@pytest.mark.parametrize(
    ("cold", "hot", "message"),
    [
        (2.0, 0.5, "`cold` must be below `hot`, got cold 2 and hot 0.5."),
        (1.0, 1.0, "`cold` must be below `hot`, got cold 1 and hot 1."),
        (-1.0, 1.0, "`cold` must be >= 0, got -1."),
        (0.5, np.inf, "`hot` must be finite."),
        ([0.3, 0.9], 0.8, "`cold` must be below `hot`, got cold 0.9 and hot 0.8."),
        (0.3, [0.8, 0.2], "`cold` must be below `hot`, got cold 0.3 and hot 0.2."),
    ],
)
def test_temperatures_out_of_order_are_named(cold: Any, hot: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        tk.reciprocal(qubit, cold, hot)


@pytest.mark.parametrize(
    "measure", [tk.distances.RelativeEntropy(), tk.distances.Trace(), tk.distances.Bures()], ids=lambda one: one.name
)
@pytest.mark.parametrize(("target", "cold"), [(1e-3, 5e-4), (1e-3, 0.0), (1.0, 1.0 - 1e-16)])
def test_a_cold_start_that_is_the_frozen_target_itself_has_no_partner(
    target: float, cold: float, measure: tk.Distance
) -> None:
    with pytest.raises(ValueError, match="`cold` must be told from `target` by the"):
        tk.equidistant(lambda t: tk.library.qubit(1.0, 0.01, t), target, cold, distance=measure)


@pytest.mark.parametrize(
    ("target", "cold", "message"),
    [
        (0.5, 0.5, "`cold` must be below `target`, got cold 0.5 and target 0.5."),
        (np.inf, 0.5, "`target` must be finite."),
        (0.5, -0.1, "`cold` must be >= 0, got -0.1."),
    ],
)
def test_an_equidistant_cold_start_must_be_colder_than_its_target(target: float, cold: float, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        tk.equidistant(qubit, target, cold)


@pytest.mark.parametrize("text", ["warm", np.nan, 1j])
def test_a_temperature_must_be_a_number(text: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="cold"):
        tk.reciprocal(qubit, text, 2.0)


def test_a_family_that_returns_no_model_is_refused() -> None:
    with pytest.raises(TypeError, match="the family of models must return a Model, got 3"):
        tk.reciprocal(lambda t: 3, 0.5, 2.0)  # type: ignore[arg-type,return-value]


def test_a_family_that_ignores_its_temperature_is_refused() -> None:
    with pytest.raises(ValueError, match=r"bath 'bath' has 0\.7 at `hot` = 2"):
        tk.reciprocal(lambda t: qubit(0.7), 0.5, 2.0)


def test_an_error_in_the_family_says_at_which_temperature_it_happened() -> None:
    def broken(temperature: Any) -> tk.Model:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine") as failure:
        tk.reciprocal(broken, 0.5, 2.0)
    assert failure.value.__notes__ == ["raised by the family of models at `hot` = 2"]
    with pytest.raises(ZeroDivisionError, match="mine") as failure:
        tk.reciprocal(broken, [0.5, 0.7], [2.0, 3.0])
    assert failure.value.__notes__ == ["raised by the family of models at `hot` = 2 ... 3"]


def test_a_partner_out_of_reach_is_refused_with_the_largest_distance() -> None:
    """Infinite temperature is the farthest hot start: D = ln Z_w - ln 2 + <E>/T_w at p = 1/2."""
    final = oracles.gibbs_populations([0.0, 1.0], 1.0)
    largest = oracles.classical_divergence([0.5, 0.5], final)
    wanted = oracles.classical_divergence(oracles.gibbs_populations([0.0, 1.0], 0.2), final)
    assert wanted > largest
    message = (
        f"no start hotter than target 1 is as far from it as cold 0.2: the relative entropy is {wanted:.6g}, and the "
        f"largest that can be reached, at infinite temperature, is {largest:.6g}; raise `cold` or lower `target`."
    )
    with pytest.raises(tk.errors.UnreachableDistanceError, match=re.escape(message)) as failure:
        tk.equidistant(qubit, 1.0, 0.2)
    assert failure.value.largest == pytest.approx(largest, rel=1e-14)
    # In a sweep the first point that fails is named.
    with pytest.raises(tk.errors.UnreachableDistanceError, match=r"cold 0\.2"):
        tk.equidistant(qubit, 1.0, [0.5, 0.2])


def test_the_distance_decides_what_is_in_reach() -> None:
    cold = 0.3
    with pytest.raises(tk.errors.UnreachableDistanceError, match="the trace distance is"):
        tk.equidistant(qubit, 1.0, cold, distance=tk.distances.Trace())
    assert float(tk.equidistant(qubit, 1.0, 0.5, distance=tk.distances.Bures()).temperatures["hot"]) > 1.0
