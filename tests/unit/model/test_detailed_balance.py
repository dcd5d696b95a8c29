"""Hand-written channels: which undoes which, and which rates a bath's temperature allows."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike

import thermokin as tk
from library_models import NAMES, example

H = np.diag([0.0, 1.0])
DOWN = np.array([[0.0, 1.0], [0.0, 0.0]])
BATH = tk.Bath("bath", 0.5)
NO_PARTNER = r"`channels\[0\]` \(bath 'bath', energy -1\) has no channel that undoes it at the rate local detailed"


def pair(bath: tk.Bath, ratio: ArrayLike, phase: complex = 1.0) -> list[tk.Channel]:
    """Emission at rate 0.1 and absorption at `ratio` times that."""
    weight = np.sqrt(np.asarray(ratio))[..., None, None]
    return [
        tk.Channel(np.sqrt(0.1) * DOWN, bath, -1.0),
        tk.Channel(phase * np.sqrt(0.1) * weight * DOWN.T, bath, 1.0),
    ]


def test_a_pair_at_the_boltzmann_ratio_is_accepted() -> None:
    model = tk.Model(H, pair(BATH, np.exp(-2.0)))
    np.testing.assert_array_equal(model.table.reverse, [1, 0])
    np.testing.assert_allclose(tk.steady_state(model).populations[1], 1 / (1 + np.exp(2.0)), rtol=1e-15)


def test_the_phase_of_a_jump_has_no_meaning() -> None:
    assert list(tk.Model(H, pair(BATH, np.exp(-2.0), phase=np.exp(0.7j))).table.reverse) == [1, 0]


def test_the_order_of_channels_has_no_meaning() -> None:
    assert list(tk.Model(H, pair(BATH, np.exp(-2.0))[::-1]).table.reverse) == [1, 0]


@pytest.mark.parametrize("ratio", [np.exp(-2.0) * (1 + 1e-8), 0.5, 0.0])
def test_another_ratio_is_refused(ratio: float) -> None:
    with pytest.raises(ValueError, match=NO_PARTNER):
        tk.Model(H, pair(BATH, ratio))


def test_a_jump_alone_is_refused_unless_no_bath_pays_for_it() -> None:
    with pytest.raises(ValueError, match=NO_PARTNER + r".*; add that channel, or pass bath=None"):
        tk.Model(H, [tk.Channel(DOWN, BATH, -1.0)])
    assert list(tk.Model(H, [tk.Channel(DOWN, None, -1.0)]).table.reverse) == [-1]


@pytest.mark.parametrize(
    ("first", "second", "hint"),
    [
        (
            1.0,
            -1.0,
            r"`channels\[1\]` undoes it with energy=-1 here and energy=1 there, the signs of `energy` exchanged",
        ),
        (0.0, 0.0, r"its `energy` was not given \(0\): declare what one jump gives"),
        (0.0, 1.0, r"energy=-1 here and energy=1 there, but the `energy` of `channels\[0\]` was not given \(0\)"),
        (-1.0, 0.0, r"energy=-1 here and energy=1 there, but the `energy` of `channels\[1\]` was not given \(0\)"),
        (-1.0, -1.0, r"energy=-1 here and energy=1 there, but they have -1 and -1"),
        (1.0, 1.0, r"energy=-1 here and energy=1 there, but they have 1 and 1"),
        (-1.0, 0.7, r"energy=-1 here and energy=1 there, but they have -1 and 0\.7"),
    ],
)
def test_a_pair_with_wrong_energies_is_told_the_right_ones(first: float, second: float, hint: str) -> None:
    down, up = pair(BATH, np.exp(-2.0))
    channels = [tk.Channel(down.jump, BATH, first), tk.Channel(up.jump, BATH, second)]
    with pytest.raises(ValueError, match=rf"has no channel that undoes it.*; .*{hint}.*; else add that channel"):
        tk.Model(H, channels)


def test_a_jump_is_not_undone_by_another_bath() -> None:
    down, _ = pair(BATH, np.exp(-2.0))
    _, up = pair(tk.Bath("other", 0.5), np.exp(-2.0))
    with pytest.raises(ValueError, match=NO_PARTNER):
        tk.Model(H, [down, up])


def test_a_jump_of_another_operator_does_not_undo_it() -> None:
    tilted = np.array([[0.1, 0.0], [1.0, 0.0]])
    channels = [tk.Channel(DOWN, BATH, -1.0), tk.Channel(np.exp(-1.0) * tilted, BATH, 1.0)]
    with pytest.raises(ValueError, match=NO_PARTNER):
        tk.Model(H, channels)


def test_dephasing_undoes_itself() -> None:
    model = tk.Model(H, [tk.Channel(0.1j * np.diag([1.0, -1.0]), BATH)])
    assert list(model.table.reverse) == [0]


def test_a_jump_between_equal_energies_needs_its_reverse_at_the_same_rate() -> None:
    flat = np.zeros((2, 2))
    forth, back = tk.Channel(DOWN, BATH), tk.Channel(DOWN.T, BATH)
    assert list(tk.Model(flat, [forth, back]).table.reverse) == [1, 0]
    with pytest.raises(ValueError, match=r"`channels\[0\]` \(bath 'bath', energy 0\) has no channel that undoes it"):
        tk.Model(flat, [forth, tk.Channel(1.1 * DOWN.T, BATH)])


def test_a_lead_weighs_energy_less_chemical_potential() -> None:
    lead = tk.Bath("lead", 0.5, 0.4, tk.Fermi())
    weight = np.exp(-0.6)  # exp(-(1 - 0.4) / 0.5 / 2)
    out, into = tk.Channel(DOWN, lead, -1.0, -1.0), tk.Channel(weight * DOWN.T, lead, 1.0, 1.0)
    assert list(tk.Model(H, [out, into], number_operator=H).table.reverse) == [1, 0]
    with pytest.raises(ValueError, match="has no channel that undoes it"):
        tk.Model(H, [out, tk.Channel(weight * DOWN.T, lead, 1.0)])


def test_a_frozen_bath_needs_no_way_back_and_allows_none() -> None:
    frozen = tk.Bath("bath", 0.0)
    assert list(tk.Model(H, pair(frozen, 0.0)[:1]).table.reverse) == [-1]
    assert list(tk.Model(H, pair(frozen, 0.0)).table.reverse) == [1, 0]
    with pytest.raises(ValueError, match="has no channel that undoes it"):
        tk.Model(H, pair(frozen, 0.1))
    with pytest.raises(ValueError, match=r"energy 1\) has no channel that undoes it"):
        tk.Model(H, pair(frozen, 0.1)[1:])


def test_a_bath_so_cold_that_the_way_back_underflows_is_frozen() -> None:
    assert list(tk.Model(H, pair(tk.Bath("bath", 1e-4), 0.0)).table.reverse) == [1, 0]


def computed(rate: float, warmth: float) -> float:
    """The absorption at gap 1 as a user computes it, in doubles."""
    with np.errstate(over="ignore"):
        return float(rate / np.expm1(1.0 / warmth))


@pytest.mark.parametrize("rise", [690.5, 700.0, 709.0, 710.0, 740.0, 745.0, 746.0, 1000.0, 1399.0, 1401.0, 1450.0, 1e5])
def test_a_way_back_whose_rate_underflows_is_what_detailed_balance_asks_for(rise: float) -> None:
    bath = tk.Bath("bath", 1.0 / rise)
    for back in (0.0, computed(1.0, 1.0 / rise), float(np.exp(-rise)), float(np.exp(-0.5 * rise)) ** 2):
        model = tk.Model(H, pair(bath, back))
        np.testing.assert_array_equal(model.table.reverse, [1, 0])
        assert tk.steady_state(model).populations[0] == 1.0
    for amplitude in (0.0, np.exp(-0.5 * rise)):  # given as an amplitude it is held down to a flow of 1490
        channels = [tk.Channel(DOWN, bath, -1.0), tk.Channel(amplitude * DOWN.T, bath, 1.0)]
        np.testing.assert_array_equal(tk.Model(H, channels).table.reverse, [1, 0])
    for wrong in (1e-280, 0.1):
        with pytest.raises(ValueError, match=NO_PARTNER):
            tk.Model(H, pair(bath, wrong))


def test_every_gap_over_temperature_has_its_computed_pair() -> None:
    random = np.random.default_rng(11)
    for rise in [*np.exp(random.uniform(-3.0, 8.0, 200)), *random.uniform(600.0, 1500.0, 300)]:
        scale, bath = np.exp(random.normal(0.0, 5.0)), tk.Bath("bath", 1.0 / rise)
        out = scale * (1.0 + computed(1.0, 1.0 / rise))
        channels = [
            tk.Channel(np.sqrt(out) * DOWN, bath, -1.0),
            tk.Channel(np.sqrt(computed(scale, 1.0 / rise)) * DOWN.T, bath, 1.0),
        ]
        np.testing.assert_array_equal(tk.Model(H, channels[:: random.choice([1, -1])]).table.reverse, [1, 0])


def test_a_sweep_into_the_cold_holds_pairs_that_underflow_beside_pairs_that_do_not() -> None:
    rises = np.array([1.0, 500.0, 800.0, 2000.0])
    ratio = np.array([computed(1.0, 1.0 / rise) / (1.0 + computed(1.0, 1.0 / rise)) for rise in rises])
    model = tk.Model(H, pair(tk.Bath("bath", 1.0 / rises), ratio))
    np.testing.assert_array_equal(model.table.reverse, [1, 0])


def test_a_ratio_far_below_rounding_is_still_checked() -> None:
    cold = tk.Bath("bath", 0.01)
    assert list(tk.Model(H, pair(cold, np.exp(-100.0))).table.reverse) == [1, 0]
    with pytest.raises(ValueError, match=NO_PARTNER):
        tk.Model(H, pair(cold, 2 * np.exp(-100.0)))


def test_a_sweep_is_checked_at_every_temperature_zero_included() -> None:
    temperatures = np.array([0.0, 0.5, 2.0])
    ratio = np.array([0.0, np.exp(-2.0), np.exp(-0.5)])
    model = tk.Model(H, pair(tk.Bath("bath", temperatures), ratio))
    np.testing.assert_allclose(tk.steady_state(model).populations[:, 1], ratio / (1 + ratio), rtol=1e-14)
    with pytest.raises(ValueError, match=NO_PARTNER):
        tk.Model(H, pair(tk.Bath("bath", temperatures), ratio * [1.0, 1.0, 1.001]))


@pytest.mark.parametrize("name", NAMES)
def test_the_channels_of_every_builder_pass_as_hand_written(name: str) -> None:
    model = example(name)
    energy = model.from_frame(model.energy.dense)
    again = tk.Model(model.hamiltonian, list(model.channels), energy_operator=energy)
    np.testing.assert_array_equal(again.table.reverse, model.table.reverse)


def test_what_is_no_channel_is_named() -> None:
    with pytest.raises(TypeError, match=r"`channels\[0\]` must be a Channel, got 1"):
        tk.Model(H, [1])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"`channels\[0\].jump` must have shape \(..., 2, 2\), got \(3, 3\)"):
        tk.Model(H, [tk.Channel(np.eye(3), None)])
    with pytest.raises(
        ValueError, match=r"`channels\[2\]` names a second, different bath 'bath'; give it its own name"
    ):
        tk.Model(H, [*pair(BATH, np.exp(-2.0)), *pair(tk.Bath("bath", 1.0), np.exp(-1.0))])
    with pytest.raises(ValueError, match=r"`energy_operator` must have shape \(..., 2, 2\), got \(3, 3\)"):
        tk.Model(H, [], energy_operator=np.eye(3))
    with pytest.raises(ValueError, match=r"`number_operator` must have shape \(..., 2, 2\), got \(3, 3\)"):
        tk.Model(H, [], number_operator=np.eye(3))
