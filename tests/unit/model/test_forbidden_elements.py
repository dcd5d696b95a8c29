"""Elements that a symmetry forbids are rounding, whatever their size; those that are there make a rate diverge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk
from oracles import Array

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

DIVERGING = [
    tk.Flat(1e-3),
    tk.Lorentzian(1e-2, 1.0, 0.5),
    tk.Ohmic(1e-3, exponent=0.5),
    tk.Tabulated([1e-3, 50.0], [1e-3, 1e-3]),  # says nothing at frequency 0
]


def hermitian(matrix: Array) -> Array:
    return (matrix + matrix.conj().T) / 2


def unitary(random: np.random.Generator, size: int) -> Array:
    return np.linalg.qr(random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)))[0]


def ising(sites: int, spectrum: tk.Flat, turn: Array | None = None, shift: float = 0.0) -> tk.Model:
    """The chain of the public case, field = coupling = 1, both ends on baths, in a basis of one's own."""
    p, d = tk.operators.pauli(), (2,) * sites
    turn = np.eye(2**sites) if turn is None else turn
    hamiltonian = shift * np.eye(2**sites) + sum(0.5 * tk.operators.embed(p.z, i, d) for i in range(sites))
    hamiltonian = hamiltonian + sum(
        tk.operators.embed(p.x, i, d) @ tk.operators.embed(p.x, i + 1, d) for i in range(sites - 1)
    )
    ends = [
        tk.Contact(tk.Bath(name, T), hermitian(turn @ tk.operators.embed(p.x, site, d) @ turn.conj().T), spectrum)
        for name, T, site in (("l", 1.0, 0), ("r", 0.5, sites - 1))
    ]
    return tk.davies(hermitian(turn @ hamiltonian @ turn.conj().T), ends)


def heat(model: tk.Model) -> float:
    return float(tk.heat(model, "l").mean(tk.steady_state(model)))


# A transverse Ising chain with white spectra at its ends (a public kind of case): 4 and 6 sites ran before; 5 sites is
# the number of the golden rule's rates between the even and the odd levels, as below.
CURRENTS = {4: 3.912e-5, 5: 3.410e-5, 6: 3.145e-5}


@pytest.mark.parametrize("sites", [4, 5, 6])
@pytest.mark.parametrize("spectrum", [DIVERGING[0], DIVERGING[3]], ids=["white", "a table from above 0"])
def test_heat_flows_through_an_ising_chain_of_any_length(sites: int, spectrum: tk.Flat) -> None:
    assert heat(ising(sites, spectrum)) == pytest.approx(CURRENTS[sites], abs=6e-9)  # half a unit of the last digit


def test_the_chain_s_current_is_that_of_the_golden_rule() -> None:
    sites, p, d = 5, tk.operators.pauli(), (2,) * 5
    hamiltonian = sum(0.5 * tk.operators.embed(p.z, i, d) for i in range(sites)) + sum(
        tk.operators.embed(p.x, i, d) @ tk.operators.embed(p.x, i + 1, d) for i in range(sites - 1)
    )
    parity = np.real(np.diagonal(np.linalg.multi_dot([tk.operators.embed(p.z, i, d) for i in range(sites)])))
    parts = [np.linalg.eigh(hamiltonian[np.ix_(parity == sign, parity == sign)]) for sign in (1, -1)]
    gaps = parts[1][0][:, None] - parts[0][0][None, :]  # odd less even
    rates, drawn = np.zeros((32, 32)), np.zeros((32, 32))
    for temperature, site in ((1.0, 0), (0.5, sites - 1)):
        x = tk.operators.embed(p.x, site, d)[np.ix_(parity == -1, parity == 1)]
        strength = 1e-3 * np.abs(parts[1][1].conj().T @ x @ parts[0][1]) ** 2
        filled = 1.0 / np.expm1(np.abs(gaps) / temperature)
        up, down = strength * (filled + (gaps < 0)), strength * (filled + (gaps > 0))
        step = np.block([[np.zeros((16, 16)), down.T], [up, np.zeros((16, 16))]])
        rates += step
        if site == 0:
            drawn = step * np.block([[np.zeros((16, 16)), -gaps.T], [gaps, np.zeros((16, 16))]])
    generator = rates - np.diag(rates.sum(axis=0))
    generator[0] = 1.0
    populations = np.linalg.solve(generator, np.eye(32)[0])
    # Degenerate gaps of free fermions share jumps, which no population notices; 1e-10: the solution's conditioning.
    assert heat(ising(5, tk.Flat(1e-3))) == pytest.approx(float((drawn @ populations).sum()), rel=1e-10)


@pytest.mark.parametrize("shift", [0.0, 1e3])
def test_a_symmetry_that_no_basis_state_shows_decides_as_well(shift: float) -> None:
    turn = unitary(np.random.default_rng(2), 32)
    # The shifted Hamiltonian is given with 3 digits less.
    assert heat(ising(5, tk.Flat(1e-3), turn, shift)) == pytest.approx(heat(ising(5, tk.Flat(1e-3))), rel=1e-10)


@pytest.mark.parametrize("spectrum", DIVERGING, ids=repr)
@pytest.mark.parametrize("kind", ["Jaynes-Cummings", "Rabi"])
@pytest.mark.parametrize("levels", [10, 20, 30])
def test_a_mode_with_a_two_level_system_has_no_forbidden_dephasing(levels: int, kind: str, spectrum: tk.Flat) -> None:
    p, random = tk.operators.pauli(), np.random.default_rng(levels)
    a, minus = (
        tk.operators.tensor(tk.operators.destroy(levels), np.eye(2)),
        tk.operators.tensor(np.eye(levels), p.minus),
    )
    swap = a.conj().T @ minus if kind != "Rabi" else a @ (minus + minus.conj().T)
    bare = random.uniform(0.6, 1.4) * a.conj().T @ a + random.uniform(0.3, 0.7) * tk.operators.tensor(
        np.eye(levels), p.z
    )
    hamiltonian = bare + random.uniform(0.1, 0.8) * (swap + swap.conj().T)
    for touched in (a + a.conj().T, minus + minus.conj().T):
        model = tk.davies(hamiltonian, [tk.Contact(tk.Bath("b", 0.5), touched, spectrum)])
        moving = [channel for channel in range(model.table.size) if np.any(model.table.energy[channel] != 0.0)]
        assert len(moving) == model.table.size


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    half=st.integers(2, 12),
    decades=st.floats(0.0, 7.0),
    shift=st.sampled_from([0.0, -37.5, 1e6]),
    basis_given=st.sampled_from(["of the parities", "turned"]),
)
def test_an_odd_coupling_of_nearly_degenerate_levels_of_two_parities_is_no_dephasing(
    seed: int, half: int, decades: float, shift: float, basis_given: str
) -> None:
    random = np.random.default_rng(seed)
    hamiltonian, coupling, blocks = np.zeros((2 * half, 2 * half)), np.zeros((2 * half, 2 * half)), np.arange(half)
    energies = np.sort(random.normal(size=half))
    for parity, apart in enumerate((0.0, 10.0**-decades)):
        basis = np.linalg.qr(random.normal(size=(half, half)))[0]
        hamiltonian[np.ix_(blocks + parity * half, blocks + parity * half)] = basis * (energies + apart) @ basis.T
    coupling[:half, half:] = random.normal(size=(half, half))
    coupling = coupling + coupling.T
    turn = unitary(random, 2 * half) if basis_given == "turned" else np.eye(2 * half)
    matrix = hermitian(turn @ hamiltonian @ turn.conj().T) + shift * np.eye(2 * half)
    operator = hermitian(turn @ coupling @ turn.conj().T)
    model = tk.davies(matrix, [tk.Contact(tk.Bath("b", 0.5), operator, tk.Flat(1e-6))])
    assert not (model.table.row == model.table.column).any()


def test_an_end_field_of_a_mirrored_chain_is_odd_under_reflection() -> None:
    p, d = tk.operators.pauli(), (2,) * 5
    hamiltonian = sum(0.31 * tk.operators.embed(p.z, i, d) for i in range(5))
    for i in range(4):
        for axis, size in ((p.x, 1.0), (p.y, 1.0), (p.z, 0.7)):
            hamiltonian = hamiltonian + size * tk.operators.embed(axis, i, d) @ tk.operators.embed(axis, i + 1, d)
    contact = tk.Contact(
        tk.Bath("b", 0.5), tk.operators.embed(p.z, 0, d) - tk.operators.embed(p.z, 4, d), tk.Flat(1e-3)
    )
    assert (np.abs(tk.davies(hamiltonian, [contact]).table.energy) > 0.0).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(2, 12), part=st.sampled_from([1.0, 1e-3, 1e-6, 1e-8]))
def test_an_element_that_is_there_makes_the_rate_diverge_however_small(seed: int, size: int, part: float) -> None:
    random = np.random.default_rng(seed)
    levels = np.cumsum(random.uniform(0.05, 1.0, size))
    coupling = hermitian(random.normal(size=(size, size)))
    coupling[np.arange(size), np.arange(size)] = part * np.abs(coupling).max() * np.where(np.arange(size) == 1, 1, 0)
    turn = unitary(random, size)
    matrix, operator = (hermitian(turn @ x @ turn.conj().T) for x in (np.diag(levels), coupling))
    with pytest.raises(
        ValueError, match=r"elements between levels of equal energy, here one on level \d+, and the zero"
    ):
        tk.davies(matrix, [tk.Contact(tk.Bath("b", 0.5), operator, tk.Flat(1e-6))])


def test_degenerate_levels_that_a_coupling_links_are_named_and_so_are_the_points() -> None:
    coupling = np.zeros((3, 3))
    coupling[0, 1] = coupling[1, 0] = coupling[1, 2] = coupling[2, 1] = 1.0
    contact = tk.Contact(tk.Bath("b", [0.0, 0.5]), coupling, tk.Flat(1e-3))
    with pytest.raises(
        ValueError, match=r"equal energy at the point \(1,\) of the sweep, here one between levels 0 and 1, and the"
    ):
        tk.davies(np.diag([0.0, 0.0, 1.0]), [contact])
    with pytest.raises(
        ValueError, match="spectrum does not reach frequency 0, where they need a rate; extend the table"
    ):
        tk.davies(np.diag([0.0, 0.0, 1.0]), [tk.Contact(tk.Bath("b", 0.5), coupling, DIVERGING[3])])


def test_a_shift_of_energy_changes_no_digit_of_the_gaps() -> None:
    random = np.random.default_rng(4)
    # Elements of few bits, so that the shifted Hamiltonian is the same one exactly.
    matrix = np.round(hermitian(random.normal(size=(6, 6))) * 64) / 64
    coupling = hermitian(random.normal(size=(6, 6)))
    contact = tk.Contact(tk.Bath("b", 0.5), coupling, tk.Ohmic(1e-4))
    here, there = (tk.davies(matrix + s * np.eye(6), [contact]) for s in (0.0, 2.0**30))
    order = [np.argsort(np.abs(model.table.energy)) for model in (here, there)]
    np.testing.assert_array_equal(np.abs(here.table.energy)[order[0]], np.abs(there.table.energy)[order[1]])


@pytest.mark.parametrize("unit", [1.0, 1e-100, 1e-200, 1e-300])
def test_whether_a_rate_diverges_does_not_depend_on_the_unit_of_energy(unit: float) -> None:
    # Gaps of 1e-160 have squares that doubles do not hold.
    flip, bath = np.array([[0.0, 1.0], [1.0, 0.0]]), tk.Bath("bath", temperature=0.5)
    with pytest.raises(ValueError, match="the zero-frequency rate of its spectrum diverges"):
        tk.davies(np.full((2, 2), unit), [tk.Contact(bath, flip, tk.Flat(0.01))])
