"""Baths, contacts and channels: what they hold and every refusal."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import scipy.sparse

import thermokin as tk

X = np.array([[0.0, 1.0], [1.0, 0.0]])
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
BATH = tk.Bath("bath", 1.0)


class FakeQobj:
    """What the package sees of a QuTiP operator."""

    isoper = True

    def __init__(self, matrix: Any) -> None:
        self.matrix = np.asarray(matrix, complex)

    def full(self) -> Any:
        return self.matrix


def test_a_negative_temperature_is_refused() -> None:
    with pytest.raises(ValueError, match="`temperature` of a bath must be >= 0, got -1"):
        tk.Bath("bath", [1.0, -1.0])


def test_a_temperature_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="`temperature` must be a number, got NaN"):
        tk.Bath("bath", np.nan)
    with pytest.raises(TypeError, match="`temperature` must be a real number or an array of them, got 'hot'"):
        tk.Bath("bath", "hot")


def test_infinitely_hot_bosons_are_refused_but_not_two_level_systems() -> None:
    with pytest.raises(ValueError, match="`temperature` of a Bose bath must be finite: its rates diverge"):
        tk.Bath("bath", np.inf)
    assert tk.Bath("bath", np.inf, statistics=tk.SpinBath()).temperature == np.inf


@pytest.mark.parametrize("name", ["", 3])
def test_a_bath_needs_a_name(name: Any) -> None:
    with pytest.raises(TypeError, match="`name` of a bath must be a non-empty string"):
        tk.Bath(name, 1.0)


def test_statistics_are_a_value_not_a_word() -> None:
    with pytest.raises(TypeError, match=r"`statistics` must be Bose\(\), Fermi\(\) or SpinBath\(\), got 'bose'"):
        tk.Bath("bath", 1.0, statistics="bose")  # type: ignore[arg-type]


def test_only_a_lead_has_a_chemical_potential() -> None:
    with pytest.raises(ValueError, match=r"must be 0 for a Bose bath, which exchanges no particles, got 0.2; use stat"):
        tk.Bath("bath", 1.0, 0.2)
    with pytest.raises(ValueError, match="`chemical_potential` must be finite"):
        tk.Bath("bath", 1.0, np.inf, tk.Fermi())


def test_baths_are_the_same_when_all_their_numbers_are() -> None:
    assert tk.Bath("bath", 1.0) == BATH
    assert hash(tk.Bath("bath", 1.0)) == hash(BATH)
    for other in (tk.Bath("other", 1.0), tk.Bath("bath", 2.0), tk.Bath("bath", 1.0, statistics=tk.SpinBath()), "bath"):
        assert other != BATH


def test_a_bath_is_frozen() -> None:
    with pytest.raises(AttributeError, match="cannot assign to field 'temperature'"):
        BATH.temperature = np.asarray(2.0)  # type: ignore[misc]


def test_a_contact_with_a_thermal_bath_is_hermitian() -> None:
    with pytest.raises(ValueError, match=r"contact with bath 'bath' must be Hermitian, its defect is 1; use A \+ A.c"):
        tk.Contact(BATH, LOWER, tk.Flat(1.0))
    lead = tk.Bath("lead", 1.0, statistics=tk.Fermi())
    assert tk.Contact(lead, LOWER, tk.Flat(1.0)).operator.shape == (2, 2)


def test_a_contact_that_couples_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="`operator` of the contact with bath 'bath' is zero: it couples nothing"):
        tk.Contact(BATH, np.zeros((2, 2)), tk.Flat(1.0))


def test_a_contact_needs_a_bath_and_a_spectrum() -> None:
    with pytest.raises(TypeError, match=r"`bath` of a contact must be a Bath, got 1\.0"):
        tk.Contact(1.0, X, tk.Flat(1.0))  # type: ignore[arg-type]
    with pytest.raises(
        TypeError, match=r"`spectrum` must be Flat, Ohmic, Drude, Lorentzian, Band or Tabulated, got 0\.1"
    ):
        tk.Contact(BATH, X, 0.1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("spectrum", "remedy"),
    [
        (0.1, r"tk\.Flat\(kappa\)\."),
        (SimpleNamespace(power_spectrum=abs), r"S = environment\.power_spectrum, .*, G\(w\) = S\(w\) - S\(-w\)\."),
        (np.float64(0.1), r"tk\.Flat\(kappa\)\."),
        (lambda frequency: 0.1 * frequency, r"tk\.Tabulated\(frequencies, G\(frequencies\)\)"),
        (tk.Flat, "make one of it, with its parameters"),
    ],
)
def test_a_number_or_a_function_in_place_of_a_spectrum_is_told_how_to_become_one(spectrum: Any, remedy: str) -> None:
    for place in (
        lambda: tk.Contact(BATH, X, spectrum),
        lambda: tk.library.levels([0.0, 1.0], spectrum=spectrum, temperature=1.0),
    ):
        with pytest.raises(TypeError, match=f"`spectrum` must be Flat, .*{remedy}"):
            place()


def test_an_operator_of_a_contact_cannot_be_changed_afterwards() -> None:
    contact = tk.Contact(BATH, X, tk.Flat(1.0))
    with pytest.raises(ValueError, match="read-only"):
        contact.operator[0, 0] = 3.0


def test_qutip_operators_and_sparse_matrices_build_the_same_model() -> None:
    H = np.diag([0.0, 1.0])
    plain = tk.davies(H, [tk.Contact(BATH, X, tk.Flat(0.01))])
    for wrap in (FakeQobj, scipy.sparse.csr_array, scipy.sparse.coo_matrix, lambda matrix: matrix.tolist()):
        other = tk.davies(wrap(H), [tk.Contact(BATH, wrap(X), tk.Flat(0.01))])
        np.testing.assert_array_equal(other.table.amplitude, plain.table.amplitude)
        rho = tk.evolve(other, wrap(np.diag([0.5, 0.5])), [1.0]).states
        np.testing.assert_array_equal(rho, tk.evolve(plain, [0.5, 0.5], [1.0]).states)
        by_hand = tk.Model(wrap(H), [tk.Channel(wrap(c.jump), c.bath, c.energy) for c in plain.channels])
        np.testing.assert_array_equal(by_hand.table.strength, plain.table.strength)


def test_a_channel_needs_a_bath_or_none() -> None:
    with pytest.raises(TypeError, match="`bath` of a channel must be a Bath or None, got 'bath'"):
        tk.Channel(LOWER, "bath")  # type: ignore[arg-type]


def test_a_channel_has_finite_numbers() -> None:
    with pytest.raises(ValueError, match="`energy` of a channel must be finite"):
        tk.Channel(LOWER, BATH, np.inf)
    with pytest.raises(ValueError, match="`particles` of a channel must be finite"):
        tk.Channel(LOWER, BATH, 1.0, np.inf)
    with pytest.raises(ValueError, match="must be square"):
        tk.Channel(np.zeros((2, 3)), BATH)


def test_a_jump_pays_entropy_in_heat_over_temperature() -> None:
    lead = tk.Bath("lead", 0.5, 0.2, tk.Fermi())
    assert tk.Channel(LOWER, lead, -1.0, -1.0).entropy_flow == pytest.approx(1.6)  # (1 - 0.2) / 0.5
    assert tk.Channel(LOWER, None, -1.0).entropy_flow == 0.0
    frozen = tk.Bath("cold", 0.0)
    assert tk.Channel(LOWER, frozen, -1.0).entropy_flow == np.inf
    assert tk.Channel(LOWER.T, frozen, 1.0).entropy_flow == -np.inf
    assert tk.Channel(np.diag([1.0, -1.0]), frozen, 0.0).entropy_flow == 0.0
