"""How far a builder's assumptions hold: the figure, and the one warning that can be filtered."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import thermokin as tk

X = np.array([[0.0, 1.0], [1.0, 0.0]])


def figure(model: tk.Model, name: str = "secular") -> float:
    (found,) = (assumption for assumption in model.validity if assumption.name == name)
    return found.smallest


def test_a_qubit_must_turn_fast_beside_its_fastest_rate() -> None:
    emission = 0.01 / (1 - np.exp(-1 / 0.7))
    assert figure(tk.library.qubit(1.0, 0.01, 0.7)) == pytest.approx(1.0 / emission, rel=1e-14)


def test_two_excited_states_that_share_a_ground_state_must_be_told_apart() -> None:
    # V: levels 1 and 2 are 0.2 apart and share level 0.
    emission = max(1e-3 / (1 - np.exp(-gap / 0.5)) for gap in (1.0, 1.2))
    assert figure(tk.library.qutrit_v(1e-3, 0.5)) == pytest.approx(0.2 / emission, rel=1e-14)


def test_equal_gaps_need_not_be_told_apart() -> None:
    # The ladder's gaps are one frequency; the levels that one jump links are 1 apart.
    emission = 1e-3 / (1 - np.exp(-1 / 0.5))
    assert figure(tk.library.qutrit_ladder(1e-3, 0.5)) == pytest.approx(1.0 / emission, rel=1e-14)


def test_levels_that_only_different_baths_link_need_not_be_told_apart() -> None:
    baths = tk.Bath("one", 1.0), tk.Bath("two", 1.0)
    links = np.zeros((2, 3, 3))
    links[0, 0, 1] = links[0, 1, 0] = links[1, 0, 2] = links[1, 2, 0] = 1.0
    contacts = [tk.Contact(bath, link, tk.Flat(1e-3)) for bath, link in zip(baths, links, strict=True)]
    apart = tk.davies(np.diag([0.0, 1.0, 1.001]), contacts)
    assert figure(apart) > 500
    with pytest.warns(tk.errors.ValidityWarning, match=r"secular assumption is in doubt: .* is 0.632, below 10"):
        together = tk.davies(np.diag([0.0, 1.0, 1.001]), [tk.Contact(baths[0], links.sum(axis=0), tk.Flat(1e-3))])
    assert figure(together) < 1


def test_a_model_in_doubt_warns_once_at_the_line_that_made_it() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = tk.library.qubit(1.0, 0.5, 2.0)
        contact = tk.Contact(tk.Bath("b", 2.0), X, tk.Flat(0.5))
        tk.davies(np.diag([0.0, 1.0]), [contact])
        tk.library.levels([0.0, 1.0], rate=0.5, temperature=2.0)
        tk.local(np.diag([0.0, 1.0]), [contact], np.diag([0.0, 1.0]))
    assert [warning.category for warning in caught] == [tk.errors.ValidityWarning] * 4
    assert {warning.filename for warning in caught} == {__file__}
    assert model.validity[0].in_doubt


def test_the_warning_can_be_silenced_and_the_figure_stays() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        model = tk.library.qubit(1.0, 0.5, 2.0)
    assert figure(model) == pytest.approx((1 - np.exp(-0.5)) / 0.5, rel=1e-14)


def test_a_sweep_keeps_a_figure_for_every_point_and_warns_of_the_worst() -> None:
    rates = np.array([0.001, 0.01, 0.5])
    with pytest.warns(tk.errors.ValidityWarning, match="is 1.26, below 10"):
        model = tk.library.qubit(1.0, rates, 1.0)
    np.testing.assert_allclose(model.validity[0].ratio, (1 - np.exp(-1.0)) / rates, rtol=1e-14)


@pytest.mark.parametrize("temperature", [0.0, 0.3, 0.5, 1.0])
def test_the_truncation_of_a_mode_does_not_measure_its_validity(temperature: float) -> None:
    # Frequency over damping 200. Level k decays at k (n + 1) / 200. Levels up to 2, a quantum above the lowest that
    # decays, count in full, level 3 e^{-1} times: 2 is the largest weighed rate.
    figures = [figure(tk.library.oscillator(levels, 1.0, 1 / 200, temperature)) for levels in (3, 12, 48)]
    emission = 1.0 if temperature == 0.0 else 1.0 / (1.0 - np.exp(-1.0 / temperature))
    np.testing.assert_allclose(figures, 100.0 / emission, rtol=1e-12)


@pytest.mark.parametrize("hot", [0.1, 0.5, 1.0])
def test_the_truncation_of_two_modes_does_not_measure_their_validity(hot: float) -> None:
    # Gap over coupling 100; the truncated commutator [a, a^+] is wrong on the top level, which few states reach.
    figures = [
        tk.library.coupled_oscillators(levels, 1.0, 0.01, 1e-4, hot, 0.4).validity[0].smallest for levels in (3, 12, 24)
    ]
    assert figures[0] == pytest.approx(100.0, rel=0.12)
    np.testing.assert_allclose(figures[1:], 100.0, rtol=1e-3)


@pytest.mark.parametrize("anharmonic", [0.0, 0.1, 0.37])
def test_more_levels_of_any_mode_leave_its_validity_alone(anharmonic: float) -> None:
    def found(levels: int) -> float:
        n, a = np.arange(levels), tk.operators.destroy(levels)
        contact = tk.Contact(tk.Bath("b", 0.5), a + a.T + np.diag(n), tk.Ohmic(1e-3))
        return figure(tk.davies(np.diag(n + anharmonic * n * (n - 1) / 2), [contact]))

    np.testing.assert_allclose([found(levels) for levels in (12, 24, 48)], found(6), rtol=0.05)


def test_a_large_spin_is_judged_near_the_levels_that_it_populates() -> None:
    # From the bottom up a spin J is a mode that is damped 2 J times faster; its middle levels, J^2 times, are empty.
    emission = 1.0 / (1.0 - np.exp(-2.0))
    for length in (5.0, 20.0):
        found = figure(tk.library.spin(length, 1.0, 1e-4, 0.5))
        assert found == pytest.approx(1e4 / (2 * (2 * length - 1) * emission), rel=1e-12)


def test_a_level_that_one_jump_takes_to_the_ground_counts_however_cold_the_bath() -> None:
    links = np.array([[0.0, 1.0, 20.0], [1.0, 0.0, 0.0], [20.0, 0.0, 0.0]])
    model = tk.davies(np.diag([0.0, 1.0, 2.5]), [tk.Contact(tk.Bath("b", 0.01), links, tk.Flat(1e-4))])
    assert figure(model) == pytest.approx(1.0 / 400e-4, rel=1e-12)


def test_levels_of_different_charge_need_not_be_told_apart() -> None:
    # Gate energy 0: empty and filled have one energy, and no state is a superposition of them.
    assert figure(tk.library.fermionic_level(0.0, 0.1, 1.0)) == np.inf
    a, b = tk.operators.annihilators(2)
    n = [x.conj().T @ x for x in (a, b)]
    lead = tk.Bath("lead", 1.0, 0.0, tk.Fermi())
    model = tk.davies(
        0.3 * (n[0] + n[1]) + 0.2 * (a.conj().T @ b + b.conj().T @ a),
        [tk.Contact(lead, a, tk.Flat(1e-3))],
        number_operator=n[0] + n[1],
    )
    fastest = 0.5e-3 / (np.exp(-0.5) + 1.0)  # out of the upper level, and into the second charge at the same energy
    assert figure(model) == pytest.approx(0.4 / fastest, rel=1e-12)


def test_the_warning_of_a_sweep_names_its_points_the_worst_and_what_to_use() -> None:
    message = (
        r"is 1.26, below 10, at point \(1, 2\), and below at 4 of 6 points, \(0, 1\), \(0, 2\), \(1, 1\), "
        r"\(1, 2\); use `local` where the parts of the system couple weakly, or merge close gaps by `tolerance`"
    )
    with pytest.warns(tk.errors.ValidityWarning, match=message):
        tk.library.qubit(1.0, np.array([0.001, 0.2, 0.5]), np.array([[0.5], [1.0]]))
    with pytest.warns(
        tk.errors.ValidityWarning, match=r"below 10, at point \(1,\), and below at all 2 points; use `local`"
    ):
        tk.library.qubit(1.0, 0.5, [1.0, 2.0])


def test_a_local_model_in_doubt_points_to_the_global_one() -> None:
    with pytest.warns(
        tk.errors.ValidityWarning,
        match="local assumption is in doubt: .* below 10; use `unified`, .*; or `davies` where",
    ):
        tk.library.coupled_oscillators(3, 1.0, 0.3, 1e-4, 0.5, 0.4)


def test_a_model_in_no_doubt_does_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not tk.library.qubit(1.0, 0.01, 1.0).validity[0].in_doubt


def test_a_sweep_in_doubt_is_told_to_merge_gaps_point_by_point() -> None:
    """Two dots that hop less than they decay, swept through resonance: a tolerance merges gaps at some points only."""
    a, b = tk.operators.annihilators(2)
    one, two = (x.conj().T @ x for x in (a, b))
    leads = [tk.Bath(name, 0.1, mu, tk.Fermi()) for name, mu in (("L", 0.1), ("R", -0.1))]
    contacts = [tk.Contact(lead, x, tk.Flat(0.01)) for lead, x in zip(leads, (a, b), strict=True)]

    def built(apart: np.ndarray | float, tolerance: float) -> tk.Model:
        gate = np.asarray(apart)[..., None, None] * one + one @ two
        return tk.davies(gate + 0.005 * (a.T @ b + b.T @ a), contacts, tolerance=tolerance, number_operator=one + two)

    grid = np.array([-0.3, 0.0, 0.3])
    with pytest.warns(
        tk.errors.ValidityWarning, match="merge close gaps by `tolerance`, building the model point by point"
    ):
        built(grid, 1e-10)
    with pytest.warns(tk.errors.ValidityWarning, match=r"merge close gaps by `tolerance`\."):
        built(0.0, 1e-10)
    with pytest.raises(ValueError, match="Bohr frequencies merge or split along the sweep"):
        built(grid, 0.02)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for apart in grid:
            assert figure(built(float(apart), 0.02)) > 10.0


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_a_figure_of_ten_but_for_rounding_is_in_no_doubt_and_none_below_is_written_as_ten() -> None:
    ten, below = (
        tk.library.three_level_maser(drive=drive, hot=2.0, gap_hot=1.2, gap_cold=1.0, rate_hot=1e-4, rate_cold=1e-4)
        for drive in (0.02, 0.020001)
    )
    (line,) = (one for one in ten.validity if one.name == "local")
    assert line.smallest < 10.0  # 1.2 - 1 is a rounding below 0.2
    assert not line.in_doubt
    (line,) = (one for one in below.validity if one.name == "local")
    assert "the smallest gap over the drive is 9.9995, below 10; lower the drive" in line.said()


def test_a_sweep_of_one_point_names_no_points() -> None:
    with pytest.warns(tk.errors.ValidityWarning, match="below 10") as caught:
        tk.library.three_level_maser(np.array([0.5]), 6.0)
    assert "point" not in str(caught[0].message)
