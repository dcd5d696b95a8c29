"""What flows between levels: balance at every level, heat as energy times flow, and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import thermokin as tk
from thermokin.machines.level_flows import COHERENT, level_flows
from thermokin.model.jump_table import NO_BATH

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def flip(size: int, low: int, high: int) -> np.ndarray:
    operator = np.zeros((size, size))
    operator[low, high] = operator[high, low] = 1.0
    return operator


def random_machine(seed: int, *, local: bool) -> tk.Model:
    """Four levels between three baths, with all pairs coupled; `local` adds an interaction of its own."""
    rng = np.random.default_rng(seed)
    bare = np.diag(np.sort(rng.uniform(0.0, 4.0, 4)))
    contacts = []
    for name, temperature in zip("abc", rng.uniform(0.3, 3.0, 3), strict=True):
        coupling = rng.normal(size=(4, 4))
        np.fill_diagonal(coupling, 0.0)
        contacts.append(tk.Contact(tk.Bath(name, temperature), coupling + coupling.T, tk.Flat(rng.uniform(0.001, 0.1))))
    if not local:
        return tk.davies(bare, contacts)
    between = rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4))
    return tk.local(bare + 0.02 * (between + between.conj().T), contacts, bare)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["secular", "local"]))
@example(1118, "secular")
def test_flows_leave_every_population_where_it_is_and_carry_the_heat_of_every_bath(seed: int, kind: str) -> None:
    local = kind == "local"
    model = random_machine(seed, local=local)
    flows = level_flows(tk.steady_state(model))
    gained = np.zeros(4)
    # Near equilibrium little is left of what goes to and fro, and rounding is of the latter.
    to_and_fro = float(tk.cumulants(model, tk.activity(model), order=1).mean)
    heats = dict.fromkeys(range(3), 0.0)
    for one in flows.transitions:
        gained[one.high] += one.upward
        gained[one.low] -= one.upward
        if one.bath >= 0:
            heats[one.bath] += one.upward * (flows.energies[one.high] - flows.energies[one.low])
    assert np.abs(gained).max() <= 1e-13 * to_and_fro
    found = tk.figures_of_merit(model).heats
    assert list(heats.values()) == pytest.approx(found, rel=1e-9, abs=1e-12 * np.abs(found).max())
    assert flows.populations.sum() == pytest.approx(1.0, rel=1e-12)
    assert any(one.bath == COHERENT for one in flows.transitions) is local


def test_a_drive_takes_as_many_quanta_as_the_baths_bring() -> None:
    model = tk.library.three_level_maser(drive=0.02, hot=6.0, rate_hot=0.01, rate_cold=0.02)
    flows = level_flows(tk.steady_state(model))
    power = float(tk.figures_of_merit(model).power)
    # Each quantum brings 2.5 from the hot, leaves 1 with the cold and 1.5 with the drive.
    assert [(one.bath, one.low, one.high) for one in flows.transitions] == [(0, 0, 1), (1, 0, 2), (COHERENT, 1, 2)]
    assert [one.upward for one in flows.transitions] == pytest.approx(np.array([-1, 1, -1]) * power / 1.5, rel=1e-10)


def test_flows_do_not_depend_on_the_basis_that_a_model_is_given_in() -> None:
    # Once as numbers in the eigenbasis of the energy, once turned by a random unitary.
    rng = np.random.default_rng(4)
    energy = np.diag([0.0, 1.0, 2.5])
    turn = np.linalg.qr(rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)))[0]
    drive = 0.05 * flip(3, 1, 2)
    bath = tk.Bath("bath", 1.3)

    def made(by: np.ndarray) -> tk.Model:
        channels = []
        for low, high in ((0, 1), (0, 2)):
            gap = energy[high, high] - energy[low, low]
            down = np.zeros((3, 3))
            down[low, high] = 0.1
            for jump, quantum in ((down, -gap), (down.T * np.exp(-0.5 * gap / 1.3), gap)):
                channels.append(tk.Channel(by @ jump @ by.conj().T, bath, quantum))
        turned = by @ drive @ by.conj().T
        return tk.Model(turned, channels, energy_operator=by @ energy @ by.conj().T)

    plain, turned = (level_flows(tk.steady_state(made(by))) for by in (np.eye(3), turn))
    assert turned.energies == pytest.approx(plain.energies, abs=1e-12)
    assert [one.upward for one in turned.transitions] == pytest.approx([one.upward for one in plain.transitions])


def test_levels_at_equilibrium_exchange_nothing() -> None:
    flows = level_flows(tk.steady_state(tk.library.levels([0.0, 1.0, 2.3], rate=0.01, temperature=0.8)))
    assert {one.upward for one in flows.transitions} == {0.0}


def test_jumps_without_a_bath_have_flows_of_their_own() -> None:
    ring = tk.rates([[0.0, 1.0, 0.2], [0.2, 0.0, 1.0], [1.0, 0.2, 0.0]])
    flows = level_flows(tk.steady_state(ring))
    assert {one.bath for one in flows.transitions} == {NO_BATH}
    # A symmetric ring: every third of the whole moves forward at 1 and back at 0.2.
    assert [abs(one.upward) for one in flows.transitions] == pytest.approx([0.8 / 3.0] * 3)


def test_a_sweep_is_refused() -> None:
    model = tk.library.three_level_maser(drive=0.02, hot=[2.0, 6.0])
    with pytest.raises(ValueError, match=r"flows between levels are those of one point, got leading axes \(2,\)"):
        level_flows(tk.steady_state(model))


def test_jumps_that_interfere_leave_every_population_where_it_is() -> None:
    # One jump empties two levels of one energy at once: what each gives depends on the coherence between them.
    bare = np.diag([0.0, 1.0, 1.0])
    between = np.zeros((3, 3), dtype=complex)
    between[1, 2], between[2, 1] = 0.03 + 0.02j, 0.03 - 0.02j
    contacts = [
        tk.Contact(tk.Bath("hot", 2.0), flip(3, 0, 1) + 0.6 * flip(3, 0, 2), tk.Flat(0.05)),
        tk.Contact(tk.Bath("cold", 0.5), flip(3, 0, 1), tk.Flat(0.03)),
    ]
    model = tk.local(bare + between, contacts, bare)
    state = tk.steady_state(model)
    assert abs(state.matrix[1, 2]) > 1e-3
    gained = np.zeros(3)
    for one in level_flows(state).transitions:
        gained[one.high] += one.upward
        gained[one.low] -= one.upward
    assert np.abs(gained).max() < 1e-15
