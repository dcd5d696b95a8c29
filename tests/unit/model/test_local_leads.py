"""How far `local` holds at leads: against the Redfield equation, at every zero of energy and every bias."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import thermokin as tk

Array = np.ndarray
A, B = (each.real for each in tk.operators.annihilators(2))
N = [x.T @ x for x in (A, B)]
REPULSION, RATE = 1.0, 1e-3


def double_dot(
    left: Array | float, right: Array | float, bias: float, temperature: float, hop: float, shift: float = 0.0
) -> tk.Model:
    """Two dots in series between leads, by the local generator; warnings are kept for the test that asks."""
    one, two = (np.asarray(each)[..., None, None] + shift for each in (left, right))
    bare = one * N[0] + two * N[1] + REPULSION * N[0] @ N[1]
    leads = [
        tk.Bath(name, temperature, side * bias / 2 + shift, tk.Fermi()) for name, side in (("L", 1.0), ("R", -1.0))
    ]
    contacts = [tk.Contact(lead, x, tk.Flat(RATE)) for lead, x in zip(leads, (A, B), strict=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return tk.local(bare + hop * (A.T @ B + B.T @ A), contacts, bare, number_operator=N[0] + N[1])


def figure(model: tk.Model) -> Array:
    (line,) = [line for line in model.validity if line.name == "local filling"]
    return np.broadcast_to(line.ratio, model.batch_shape)


def redfield(left: float, right: float, bias: float, temperature: float, hop: float) -> float:
    """Current from the left lead by the Redfield equation, without principal values and without secular terms left."""
    hamiltonian = left * N[0] + right * N[1] + REPULSION * N[0] @ N[1] + hop * (A.T @ B + B.T @ A)
    order = np.diag(1e3 * (N[0] + N[1]))  # keeps particle numbers apart
    _, frame = np.linalg.eigh(hamiltonian + np.diag(order))
    levels = np.diag(frame.T @ hamiltonian @ frame)
    gap, unit = levels[None, :] - levels[:, None], np.eye(4)
    whole = -1j * (np.kron(hamiltonian, unit) - np.kron(unit, hamiltonian.T))
    from_left = np.zeros_like(whole)
    for jump, potential in ((A, bias / 2), (B, -bias / 2)):
        full = 1.0 / (np.exp(np.clip((gap - potential) / temperature, -700, 700)) + 1.0)
        inside = frame.T @ jump @ frame
        lose, gain = frame @ (RATE * (1.0 - full) * inside) @ frame.T, (frame @ (RATE * full * inside) @ frame.T).T
        for one, two in ((jump.T, lose), (jump, gain)):
            part = np.kron(one @ two, unit) - np.kron(two, one.T)
            part = part + np.kron(unit, (two.T @ one.T).T) - np.kron(one.T, two)
            whole = whole - 0.5 * part
            from_left = from_left - 0.5 * part if jump is A else from_left
    rows = np.vstack([whole / RATE, unit.ravel()])
    state = np.linalg.lstsq(rows, np.append(np.zeros(16), 1.0), rcond=None)[0]
    return float(np.trace((N[0] + N[1]) @ (from_left @ state).reshape(4, 4)).real)


@pytest.mark.parametrize("shift", [0.01, 1.0, 50.0, -3.0])
def test_the_zero_of_energy_does_not_enter(shift: float) -> None:
    here, there = (figure(double_dot(0.02, 0.0, 0.2, 0.05, 0.01, by)) for by in (0.0, shift))
    assert there == pytest.approx(float(here), rel=1e-9)
    assert 10.0 < here < 20.0


@pytest.mark.parametrize("shift", [0.0, 1.0, -7.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_three_dots_have_one_figure_at_every_zero_of_energy_and_in_every_basis(seed: int, shift: float) -> None:
    c = tk.operators.annihilators(3)
    n = [x.conj().T @ x for x in c]
    hop = 0.01 * (c[0].conj().T @ c[1] + c[1].conj().T @ c[2])
    random = np.random.default_rng(seed)
    basis = np.linalg.qr(random.normal(size=(8, 8)) + 1j * random.normal(size=(8, 8)))[0]

    def found(zero: float, turn: Array) -> float:
        bare = sum((energy + zero) * one for energy, one in zip((0.03, 0.0, -0.02), n, strict=True))
        bare = bare + 0.8 * n[0] @ n[1] + 0.5 * n[1] @ n[2]
        bare, whole, number, *ends = (
            turn @ each @ turn.conj().T for each in (bare, bare + hop + hop.conj().T, sum(n), c[0], c[2])
        )
        leads = [tk.Bath(name, 0.1, mu + zero, tk.Fermi()) for name, mu in (("L", 0.1), ("R", -0.1))]
        contacts = [tk.Contact(lead, end, tk.Flat(RATE)) for lead, end in zip(leads, ends, strict=True)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", tk.errors.ValidityWarning)
            return float(figure(tk.local(whole, contacts, bare, number_operator=number)))

    assert found(shift, basis) == pytest.approx(found(0.0, np.eye(8)), rel=1e-9)


def test_two_dots_detuned_by_more_than_the_temperature_are_in_doubt_however_weak_the_tunnelling() -> None:
    """Both dots stand at their leads' potentials: local jumps carry nothing, Redfield carries 1.606e-8."""
    model = double_dot(0.1, -0.1, 0.2, 0.05, 1e-3)
    assert figure(model) < 2.0
    assert abs(float(tk.particles(model, "L").mean(tk.steady_state(model)))) < 1e-15
    assert redfield(0.1, -0.1, 0.2, 0.05, 1e-3) == pytest.approx(1.606e-8, rel=1e-3)
    with pytest.warns(
        tk.errors.ValidityWarning,
        match="how far a lead's filling changes across what is mixed.*use `unified`.*or `davies`",
    ):
        tk.local(
            0.1 * (N[0] - N[1]) + 1e-3 * (A.T @ B + B.T @ A),
            [
                tk.Contact(tk.Bath(name, 0.05, mu, tk.Fermi()), x, tk.Flat(RATE))
                for name, mu, x in (("L", 0.1, A), ("R", -0.1, B))
            ],
            0.1 * (N[0] - N[1]),
        )


@pytest.mark.parametrize("bias", [0.2, 0.02])
@pytest.mark.parametrize(("hop", "temperature"), [(0.05, 0.1), (0.01, 0.1), (1e-3, 0.05), (0.05, 0.03)])
def test_where_the_figure_is_large_local_is_redfield_and_where_it_is_small_mostly_not(
    hop: float, temperature: float, bias: float
) -> None:
    grid = np.linspace(-1.5, 0.5, 9)
    grid = np.concatenate([grid, grid + 0.01, [-1.0, 0.0]])
    left, right = (each.ravel() for each in np.meshgrid(grid, grid))
    model = double_dot(left, right, bias, temperature, hop)
    found = tk.particles(model, "L").mean(tk.steady_state(model))
    right_one = np.array([redfield(*pair, bias, temperature, hop) for pair in zip(left, right, strict=True)])
    size = np.abs(right_one).max()
    away = np.abs(found - right_one) / np.abs(right_one)
    carries = np.abs(right_one) > 1e-3 * size
    safe = figure(model) >= 10.0
    # Where tunnelling is more than the temperature, filling across it is far from linear, in the tails by a factor.
    assert safe.any() == (hop < temperature)
    assert (away[safe & carries] < 0.2).all()
    assert (away[safe & (np.abs(right_one) > 1e-12)] < 0.15).all()
    assert np.median(away[~safe]) > 0.5


def test_a_lead_that_fills_all_alike_puts_no_bound_on_the_tunnelling() -> None:
    for hop in (0.001, 0.05, 0.5):
        model = double_dot(0.1, -0.1, 40.0, 0.5, hop)
        assert figure(model) > 1e3
        current = float(tk.particles(model, "L").mean(tk.steady_state(model)))
        assert current == pytest.approx(redfield(0.1, -0.1, 40.0, 0.5, hop), rel=1e-3)


def test_uncoupled_dots_are_no_assumption_and_a_sweep_is_its_points() -> None:
    grid = np.array([-0.5, 0.0, 0.02])
    assert (figure(double_dot(grid, 0.0, 0.2, 0.05, 0.0)) == np.inf).all()
    sweep = figure(double_dot(grid[:, None], grid, 0.2, 0.05, 0.01))
    for point in np.ndindex(3, 3):
        alone = figure(double_dot(grid[point[0]], grid[point[1]], 0.2, 0.05, 0.01))
        assert sweep[point] == pytest.approx(float(alone), rel=1e-9)


def test_one_lead_is_held_to_the_occupation_that_it_gives_a_second_dot() -> None:
    lead = tk.Bath("L", 0.05, 0.0, tk.Fermi())
    for apart, safe in ((0.01, True), (0.2, False)):
        bare = apart * N[1]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", tk.errors.ValidityWarning)
            model = tk.local(bare + 0.005 * (A.T @ B + B.T @ A), [tk.Contact(lead, A, tk.Flat(RATE))], bare)
        filled = float(np.real(np.trace(N[1] @ np.asarray(tk.steady_state(model)))))
        assert (figure(model) >= 10.0) == safe
        assert (abs(filled - 1.0 / (np.exp(apart / 0.05) + 1.0)) < 0.1) == safe


@pytest.mark.parametrize(
    "spectrum",
    [tk.Ohmic(1e-3, 2.0), tk.Drude(1e-3, 2.0), tk.Tabulated([0.1, 0.3], [1e-3, 2e-3]), tk.Band(1e-3, 0.1, 1.0)],
)
def test_a_spectrum_that_ends_near_a_level_is_no_obstacle(spectrum: tk.Drude) -> None:
    bare = 0.1 * N[0] + 0.3 * N[1]
    lead = tk.Bath("L", 0.1, 0.2, tk.Fermi())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        model = tk.local(bare + 0.2 * (A.T @ B + B.T @ A), [tk.Contact(lead, A, spectrum)], bare)
    assert figure(model) < 10.0


def test_a_bath_without_particles_beside_leads_has_a_line_of_its_own() -> None:
    bare = 0.1 * N[0] + 0.1 * N[1]
    contacts = [
        tk.Contact(tk.Bath("L", 1.0, 0.0, tk.Fermi()), A, tk.Flat(RATE)),
        tk.Contact(tk.Bath("light", 1.0), A.T @ B + B.T @ A + N[0], tk.Ohmic(RATE)),
    ]
    model = tk.local(bare + 1e-3 * N[1], contacts, bare, number_operator=N[0] + N[1])
    assert [line.name for line in model.validity] == ["local", "local filling", "secular"]
