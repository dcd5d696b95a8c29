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
    with pytest.warns(tk.ValidityWarning, match=r"secular assumption is in doubt: .* is 0.632, below 10"):
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
    assert [warning.category for warning in caught] == [tk.ValidityWarning] * 4
    assert {warning.filename for warning in caught} == {__file__}
    assert model.validity[0].in_doubt


def test_the_warning_can_be_silenced_and_the_figure_stays() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", tk.ValidityWarning)
        model = tk.library.qubit(1.0, 0.5, 2.0)
    assert figure(model) == pytest.approx((1 - np.exp(-0.5)) / 0.5, rel=1e-14)


def test_a_sweep_keeps_a_figure_for_every_point_and_warns_of_the_worst() -> None:
    rates = np.array([0.001, 0.01, 0.5])
    with pytest.warns(tk.ValidityWarning, match="is 1.26, below 10"):
        model = tk.library.qubit(1.0, rates, 1.0)
    np.testing.assert_allclose(model.validity[0].ratio, (1 - np.exp(-1.0)) / rates, rtol=1e-14)


def test_a_model_in_no_doubt_does_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not tk.library.qubit(1.0, 0.01, 1.0).validity[0].in_doubt
