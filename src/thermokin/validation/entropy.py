"""Cases of the entropy that jumps cost: without a bath, between leads by hand, from cold starts, at early times."""

from __future__ import annotations

import numpy as np

from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.library import levels, qubit
from thermokin.model.model import Model
from thermokin.model.rates import rates
from thermokin.model.statistics import Fermi, SpinBath
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Gibbs, Initial, Populations
from thermokin.motion.starts import Ket
from thermokin.motion.steady_state import steady_state
from thermokin.operators.fock import destroy
from thermokin.operators.tensor import embed
from thermokin.quench.branch import branch
from thermokin.quench.comparison import compare
from thermokin.quench.protocol import Quench, reciprocal
from thermokin.thermo.ledger import Ledger, ledger
from thermokin.validation.case import Case, table_row

__all__ = ["cold_cavity", "early_lead", "jumps_without_a_bath", "level_by_hand", "starts", "zero_of_energy"]

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


def jumps_without_a_bath() -> list[Case]:
    """Two levels that relax, and a ring that is driven round, at rest and off it."""
    pair, ring = rates([[0.0, 1.0], [0.3, 0.0]]), rates([[0.0, 1.0, 3.0], [2.0, 0.0, 0.5], [0.4, 1.5, 0.0]])
    relaxing = _ledger(pair, Populations([0.5, 0.5]), [100.0])
    driven = _ledger(ring, Populations([0.2, 0.5, 0.3]), [0.0, 1000.0])
    found = table_row(
        "two levels, rates 1 and 0.3, no bath",
        "closed form, D(p_0 || pi)",
        {"entropy produced in all": ("0.171203486071", relaxing.entropy_production[0])},
    )
    return found + table_row(
        "ring of three levels, no bath",
        "sum over pairs of jumps (Schnakenberg), by hand",
        {
            "rate at rest": ("1.7447203", driven.entropy_production_rate[1]),
            "rate at (.2, .5, .3)": ("2.9726790", driven.entropy_production_rate[0]),
            "adiabatic part there": ("2.0158284", driven.adiabatic[0]),
        },
    )


def level_by_hand() -> list[Case]:
    """A level between two leads, its jumps written by hand in the interaction picture: all forms of one rate."""
    channels = []
    for name, potential, rate in (("left", 1.0, 0.01), ("right", -1.0, 0.02)):
        lead = Bath(name, 0.5, potential, Fermi())
        filled = 1.0 / (np.exp((0.3 - potential) / 0.5) + 1.0)
        channels += [Channel(np.sqrt(rate * filled) * LOWER.T, lead, 0.3, 1.0)]
        channels += [Channel(np.sqrt(rate * (1.0 - filled)) * LOWER, lead, -0.3, -1.0)]
    model = Model(np.zeros((2, 2)), channels)
    found = _ledger(model, steady_state(model).state, [0.0, 10.0])
    return table_row(
        "level between leads, interaction picture",
        "closed form, current times bias over temperature",
        {
            "rate": ("0.019547879", found.entropy_production_rate[0]),
            "rate, by channels": ("0.019547879", found.channel_entropy_production_rates[0].sum()),
            "produced by t = 10": ("0.19547879", found.entropy_production[1]),
        },
    )


def cold_cavity() -> list[Case]:
    """Jaynes-Cummings with ten photon levels, from temperature 0.3 on a bath at 1: populations down to 3e-15."""
    photon, atom = np.kron(np.eye(2), destroy(10)), np.kron(LOWER, np.eye(10))
    bare, bath = photon.T @ photon + atom.T @ atom, Bath("bath", 1.0)
    number = 1.0 / np.expm1(1.0)
    channels = [
        Channel(np.sqrt(0.1 * (number + 1.0)) * photon, bath, -1.0),
        Channel(np.sqrt(0.1 * number) * photon.T, bath, 1.0),
    ]
    model = Model(bare + 0.05 * (photon.T @ atom + atom.T @ photon), channels, energy_operator=bare)
    found = _ledger(model, Gibbs(0.3), [0.0])
    return table_row(
        "Jaynes-Cummings from T = 0.3 to 1",
        "closed form, (1/T_i - 1/T_f) heat rate",
        {"initial entropy production rate": ("0.12716270", found.entropy_production_rate[0])},
    )


def early_lead() -> list[Case]:
    """What heating has produced more than cooling, of a slow qubit on a spin bath: one part in 10^9 of either."""
    race = compare(
        reciprocal(lambda t: qubit(1.0, 1e-6, t, statistics=SpinBath()), 0.5, 2.0), np.linspace(0.0, 300.0, 21)
    )
    heating, cooling = (side.at([0.1, 300.0]).ledger.entropy_production for side in (race.heating, race.cooling))
    crosses = np.isfinite(race.crossings["entropy production"])
    return table_row(
        "qubit on a spin bath, rate 1e-6",
        "closed form in 40 digits",
        {
            "heating less cooling at 0.1": ("-1.7583e-15", heating[0] - cooling[0]),
            "heating less cooling at 300": ("-1.5814e-8", heating[1] - cooling[1]),
            "crossings of what is produced": ("0", crosses),
        },
    )


def zero_of_energy() -> list[Case]:
    """The heat of one bath with all energies shifted by 10^9."""
    model = levels([1e9, 1e9 + 1.0], [[0.0, 1.0], [1.0, 0.0]], 0.01, 2.0)
    heat = next(iter(_ledger(model, Gibbs(0.5), [1e-6, 1.0]).heat.values()))
    return table_row(
        "two levels at 10^9 and 10^9 + 1",
        "closed form, without the shift",
        {"heat by 1e-6": ("1.05478994e-8", heat[0]), "heat by 1": ("1.03354659e-2", heat[1])},
    )


def _ledger(model: Model, start: Initial, times: list[float]) -> Ledger:
    return ledger(model, evolve(model, start, times))


def starts() -> list[Case]:
    """Kets and populations in a Hamiltonian that is not diagonal, and heat beside a loss that no bath pays for."""
    return [*_photons(), *_turned(), *_leak()]


def _photons() -> list[Case]:
    """Jaynes-Cummings from five photons and the atom down: n = 5 - sin^2(g sqrt(5) t)."""
    levels, coupling, time = 8, 0.3, 1.7
    a, down = embed(destroy(levels), 0, (levels, 2)), embed(LOWER, 1, (levels, 2))
    photons = a.conj().T @ a
    exchange = coupling * a.conj().T @ down
    model = Model(photons + down.conj().T @ down + exchange + exchange.conj().T, [])
    start = np.kron(np.eye(levels)[5], [1.0, 0.0])
    ours = evolve(model, Ket(start), [time]).expectation(photons)[0].real
    expected = 5.0 - np.sin(coupling * np.sqrt(5.0) * time) ** 2
    return [Case("atom and mode from five photons", "photons", expected, float(ours), 1e-12, "closed form")]


def _turned() -> list[Case]:
    """H = 3/4 sigma_x: the first basis state is a ket, the lower eigenstate has coherence -1/2."""
    model, system = Model(0.75 * (LOWER + LOWER.T), [Channel(LOWER, None)]), "two levels, H = 3/4 sigma_x"
    lower = evolve(model, Populations([1.0, 0.0]), [0.0]).states[0]
    first = evolve(model, Ket([1.0, 0.0]), [0.0]).states[0]
    found = (
        ("coherence of the lower eigenstate", -0.5, lower[0, 1].real),
        ("population of the first basis state", 1.0, first[0, 0].real),
        ("its coherence", 0.0, abs(first[0, 1])),
    )
    return [Case(system, name, expected, float(ours), 1e-14, "closed form") for name, expected, ours in found]


def _leak() -> list[Case]:
    """Levels 0 and 1 on a bath, level 0 leaking at rate g to where nothing returns, rates r up and 1 down."""
    # With P_i the integral of the population of level i: P_1 = 1 + r P_0, so that the heat is r P_0 - P_1 = -1.
    bath, leak = Bath("bath", 0.8), np.zeros((3, 3))
    down, up = np.zeros((3, 3)), np.zeros((3, 3))
    down[0, 1], up[1, 0], leak[2, 0] = 1.0, np.exp(-0.5 / 0.8), np.sqrt(0.3)
    channels = [Channel(down, bath, -1.0), Channel(up, bath, 1.0), Channel(leak, None)]
    side = branch(Quench("leaking", Model(np.diag([0.0, 1.0, 5.0]), channels), [0.0, 1.0, 0.0]), [0.0, 1.0])
    return [
        Case("thermal pair of levels that leaks", "heat to the end", -1.0, float(side.total_heat), 1e-11, "closed form")
    ]
