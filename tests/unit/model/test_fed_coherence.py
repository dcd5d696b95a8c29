"""What `secular` counts on dots with spin: coherences that a lead feeds, against the Redfield equation."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pytest

import thermokin as tk

Array = np.ndarray
RATE, TEMPERATURE = 1e-4, 0.1
C = [each.real for each in tk.operators.annihilators(4)]  # left up, left down, right up, right down
N = [each.T @ each for each in C]


def spin(up: int, down: int) -> list[Array]:
    flip = C[up].T @ C[down]
    return [0.5 * (flip + flip.T), -0.5j * (flip - flip.T), 0.5 * (N[up] - N[down])]


def hamiltonian(
    levels: tuple[float, float], hop: float, *, field: float = 0.0, exchange: float = 0.0, repulsion: float = 2.0
) -> Array:
    """Two dots with repulsion within each and 0.5 between the two, a field along z, and exchange of the two spins."""
    found = levels[0] * (N[0] + N[1]) + levels[1] * (N[2] + N[3]) + field * (N[0] - N[1] + N[2] - N[3])
    found = found + repulsion * (N[0] @ N[1] + N[2] @ N[3]) + 0.5 * (N[0] + N[1]) @ (N[2] + N[3])
    for one in range(2):
        found = found + hop * (C[one].T @ C[2 + one] + C[2 + one].T @ C[one])
    return np.real(found + exchange * sum(a @ b for a, b in zip(spin(0, 1), spin(2, 3), strict=True)))


def contacts(polarised: float = 0.0, operators: Sequence[Array] = C) -> list[tk.Contact]:
    """The left lead on the left dot and the right one on the right; the left one polarised along z."""
    left, right = (tk.Bath(name, TEMPERATURE, mu, tk.Fermi()) for name, mu in (("L", 0.1), ("R", -0.1)))
    rates = RATE * np.array([1.0 + polarised, 1.0 - polarised, 1.0, 1.0])
    return [
        tk.Contact(lead, each, tk.Flat(rate))
        for lead, each, rate in zip((left, left, right, right), operators, rates, strict=True)
    ]


def davies(matrix: Array, touching: Sequence[tk.Contact], number: Array | None = None) -> tk.Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return tk.davies(matrix, touching, number_operator=sum(N) if number is None else number)


def figure(model: tk.Model) -> float:
    return model.validity[0].smallest


def redfield(matrix: Array, touching: Sequence[tk.Contact]) -> float:
    """Current from the left lead by the Redfield equation, no secular terms left out and no principal values."""
    unit, number = np.eye(16), sum(N)
    _, frame = np.linalg.eigh(matrix + 7.0 * np.sqrt(2.0) * number)
    levels = np.diag(frame.T @ matrix @ frame)
    gap = levels[None, :] - levels[:, None]
    whole = -1j * (np.kron(matrix, unit) - np.kron(unit, matrix.T))
    from_left = np.zeros_like(whole)
    for contact in touching:
        jump, potential = contact.operator.real, float(contact.bath.chemical_potential)
        rate = float(contact.spectrum(np.zeros(1))[0])
        full = 1.0 / (np.exp((gap - potential) / TEMPERATURE) + 1.0)
        inside = frame.T @ jump @ frame
        lose, gain = frame @ (rate * (1.0 - full) * inside) @ frame.T, (frame @ (rate * full * inside) @ frame.T).T
        for one, two in ((jump.T, lose), (jump, gain)):
            part = np.kron(one @ two, unit) - np.kron(two, one.T)
            part = part + np.kron(unit, (two.T @ one.T).T) - np.kron(one.T, two)
            whole = whole - 0.5 * part
            from_left = from_left - (0.5 * part if contact.bath.name == "L" else 0.0)
    rows = np.vstack([whole / RATE, unit.ravel()])
    state = np.linalg.lstsq(rows, np.append(np.zeros(256), 1.0), rcond=None)[0]
    return float(np.trace(number @ (from_left @ state).reshape(16, 16)).real)


@pytest.mark.parametrize("field", [0.0, 1e-6, 1e-2])
def test_a_dot_with_spin_is_never_in_doubt(field: float) -> None:
    up, down = (each.real for each in tk.operators.annihilators(2))
    n = [up.T @ up, down.T @ down]
    leads = [tk.Bath(name, 0.1, mu, tk.Fermi()) for name, mu in (("L", 0.1), ("R", -0.1))]
    touching = [tk.Contact(lead, each, tk.Flat(1e-2)) for lead in leads for each in (up, down)]
    matrix = -0.5 * (n[0] + n[1]) + n[0] @ n[1] + field * (n[0] - n[1])
    assert figure(davies(matrix, touching, n[0] + n[1])) == np.inf


@pytest.mark.parametrize(
    ("levels", "hop", "exchange"),
    [
        ((-0.3, -0.2), 0.002, 0.0),  # singlet and triplet 1.1e-5 apart by superexchange
        ((-0.3, -0.2), 0.01, 0.0),
        ((-0.3, -0.2), 0.01, -2e-4),  # levels of both orders
        ((-0.35, 0.05), 0.05, 1e-3),
        ((-0.3, -0.2), 0.05, -3.7e-3),
    ],
)
def test_singlet_and_triplet_closer_than_the_rates_are_no_matter_to_leads_that_are_not_polarised(
    levels: tuple[float, float], hop: float, exchange: float
) -> None:
    matrix, touching = hamiltonian(levels, hop, exchange=exchange), contacts()
    model = davies(matrix, touching)
    assert figure(model) > 100.0
    current = float(tk.cumulants(model, tk.particles(model, "L"), order=1).mean)
    # The bonding and the antibonding level are 1000 rates apart, and enter by the square.
    assert current == pytest.approx(redfield(matrix, touching), rel=1e-5)


def test_a_splitting_of_the_spins_or_a_polarised_lead_makes_singlet_and_triplet_matter() -> None:
    levels, hop = (-0.3, -0.2), 0.002
    split = figure(davies(hamiltonian(levels, hop), contacts(1e-2)))
    assert split == pytest.approx(figure(davies(hamiltonian(levels, hop, field=1e-3), contacts())) / 1.01, rel=0.1)
    assert 0.01 < split < 1.0
    with pytest.warns(tk.errors.ValidityWarning, match="secular"):
        tk.davies(hamiltonian(levels, hop), contacts(1e-2), number_operator=sum(N))


def test_levels_that_tunnelling_splits_by_less_than_the_rates_are_in_doubt_for_one_spin_or_two() -> None:
    matrix, touching = hamiltonian((-0.2, -0.2), 1e-5), contacts()
    model = davies(matrix, touching)
    assert figure(model) < 1.0
    current = float(tk.cumulants(model, tk.particles(model, "L"), order=1).mean)
    assert current > 3.0 * redfield(matrix, touching)


def test_no_axis_of_spin_and_no_charge_of_the_same_energy_makes_singlet_and_triplet_matter() -> None:
    # At (-0.3, -0.2) with 0.5 between the dots, the triplet has the energy of the empty dots.
    turn = np.array([[0.6, 0.8], [-0.8, 0.6]])
    turned = [*np.tensordot(turn, np.array(C[:2]), 1), *np.tensordot(turn, np.array(C[2:]), 1)]
    for levels in ((-0.3, -0.2), (-0.31, -0.17)):
        matrix = hamiltonian(levels, 0.01)
        along, across = (figure(davies(matrix, contacts(operators=each))) for each in (C, turned))
        assert min(along, across) > 1000.0


def test_a_sweep_of_dots_with_spin_has_the_figures_of_its_points() -> None:
    grid = np.array([-0.3, -0.2, 0.05])
    matrices = np.array([[hamiltonian((one, two), 0.01) for two in grid] for one in grid])
    sweep = davies(matrices, contacts()).validity[0].ratio
    alone = np.array([[figure(davies(each, contacts())) for each in row] for row in matrices])
    np.testing.assert_allclose(sweep, alone, rtol=1e-9)
    assert sweep.max() > 1000.0
