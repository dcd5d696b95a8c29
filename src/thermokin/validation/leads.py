"""Cases of leads and masers: closed forms of a contact's operator, dots at zero energy, scales far apart."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.counting.counting import cumulants
from thermokin.exact.qubit import QubitQuench
from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.contact import Contact
from thermokin.model.current import entropy_flow, heat, particles
from thermokin.model.davies import davies
from thermokin.model.library import qubit, three_level_maser
from thermokin.model.local import local
from thermokin.model.model import Model
from thermokin.model.shaped_spectra import Band
from thermokin.model.spectrum import Drude, Flat, Spectrum
from thermokin.model.statistics import Fermi
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Gibbs
from thermokin.motion.steady_state import steady_state
from thermokin.operators.fock import annihilators, destroy
from thermokin.operators.particle_number import annihilation_part
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed
from thermokin.thermo.ledger import ledger
from thermokin.validation.case import Case, table_row

__all__ = [
    "blockaded_dot",
    "hardly_damped_mode",
    "heat_of_a_pair",
    "heat_of_spins",
    "level_on_leads",
    "masers_of_either_pair",
    "quantum_of_a_lead",
    "swept_dots",
]

EXACT = 1e-9  # relative deviation allowed of a closed form
WARMTH, RATE, LEVEL = 0.2, 0.01, 0.3
HOT, COLD = (2500.0, 0.1, 5.0), (1000.0, 2.0, 0.027)  # gap, rate and quanta of the baths of the maser
STRENGTH, REPULSION, TEMPERATURE = 0.5, 20.0, 0.01
LEVELS = 20


def _dot(potentials: dict[str, float]) -> Model:
    """A level on leads whose coupling is split off c + c^+."""
    (level,) = annihilators(1)
    occupied = level.T @ level
    removing = annihilation_part(level + level.T, occupied)
    leads = [Bath(name, WARMTH, potential, Fermi()) for name, potential in potentials.items()]
    contacts = [Contact(lead, removing, Flat(RATE)) for lead in leads]
    return davies(LEVEL * occupied, contacts, number_operator=occupied)


def level_on_leads() -> list[Case]:
    """The occupation of a level on a lead and the current between two."""

    def filled(potential: float) -> float:
        return float(1.0 / (np.exp((LEVEL - potential) / WARMTH) + 1.0))

    alone, between = _dot({"lead": 0.5}), _dot({"left": 1.0, "right": -1.0})
    occupation = float(steady_state(alone).populations[1])
    current = float(particles(between, "left").mean(steady_state(between)))
    expected = 0.5 * RATE * (filled(1.0) - filled(-1.0))
    system, source = "level at 0.3 on leads at temperature 0.2", "closed form, Fermi functions"
    return [
        Case(system, "occupation, chemical potential 0.5", filled(0.5), occupation, EXACT, source),
        Case(system, "current, chemical potentials 1 and -1", expected, current, EXACT, source),
    ]


def quantum_of_a_lead() -> list[Case]:
    """The relaxation rate of a qubit whose quantum is a particle of a lead: the rate of the spectrum."""
    rate, system = 0.1, "qubit of gap 1 on a Fermi bath at 0.5"
    model = qubit(1.0, rate, 0.5, statistics=Fermi())
    closed = QubitQuench(1.0, rate, 2.0, 0.5, statistics=Fermi())
    source = "closed form, f + (1 - f) = 1"
    relaxing = float(model.table.strength.sum())
    return [
        Case(system, "relaxation rate, library", rate, relaxing, EXACT, source),
        Case(system, "relaxation rate, closed form", rate, float(closed.relaxation_rate), EXACT, source),
    ]


def masers_of_either_pair() -> list[Case]:
    """Cycles of the three-level maser, their noise and uncertainty product, by which pair is driven.

    Returns:
        The cases.

    Reference:
        kalaee2021.
    """

    def cycles(drive: float, pair: str) -> tuple[float, float, float]:
        hot, cold = (gap / np.log1p(1.0 / quanta) for gap, _, quanta in (HOT, COLD))
        numbers = {"gap_hot": HOT[0], "gap_cold": COLD[0], "rate_hot": HOT[1], "rate_cold": COLD[1]}
        model = three_level_maser(drive, hot, cold, **numbers, driven_pair="lower" if pair == "lower" else "upper")
        mean, noise = cumulants(model, (1.0 / HOT[0]) * heat(model, "hot"), order=2).values
        produced = float(entropy_flow(model).mean(steady_state(model)))
        return float(mean), float(noise), float(noise * produced / mean**2)

    system = "three-level maser, rates 0.1 and 2, quanta 5 and 0.027"
    found = cycles(0.15, "lower")
    exact = "kalaee2021, closed form"
    return [
        Case(system, "cycles per time, lower pair driven at 0.15", 0.0792548131579, found[0], EXACT, exact),
        Case(system, "noise, lower pair driven at 0.15", 0.0384806936424, found[1], EXACT, exact),
        Case(system, "uncertainty product, lower pair driven at 0.15", 1.67811216282, found[2], EXACT, exact),
        Case(
            system,
            "smallest uncertainty product, upper pair driven",
            2.37507458858,
            cycles(0.893564986101, "upper")[2],
            1e-7,
            "generator and pseudo-inverse, minimum over drives",
        ),
    ]


BY_HAND = 1e-12  # relative deviation allowed of a closed form


WARM = 2.0


def heat_of_a_pair() -> list[Case]:
    """Heat that a two-level system of gap 1 gives up to a bath, down to where the absorption underflows."""
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    found = []
    for ratio in (2.0, 800.0, 1300.0):
        bath, absorbed = Bath("bath", 1.0 / ratio), float(np.exp(-ratio))
        pair = [Channel(0.1 * lower, bath, -1.0), Channel(0.1 * np.sqrt(absorbed) * lower.T, bath, 1.0)]
        model = Model(np.diag([0.0, 1.0]), pair)
        heat = ledger(model, evolve(model, Gibbs(WARM), [1e5])).heat["bath"][-1]
        expected = absorbed / (1.0 + absorbed) - 1.0 / (1.0 + np.exp(1.0 / WARM))
        system = f"pair written by hand, gap over temperature {ratio:g}"
        found.append(Case(system, "heat from Gibbs at 2", expected, float(heat), BY_HAND, "closed form, Gibbs states"))
    return found


def blockaded_dot() -> list[Case]:
    """The current through a spinful level with repulsion 2000 temperatures strong, at points of one gate sweep.

    Its particle number is a chain of births and deaths, p1/p0 = 2 in/out and so on, and the current follows without
    subtraction.

    Returns:
        The cases.
    """
    gates, bias = np.array([-25.0, -10.0, -1.02, -1.0, 0.999, 6.0]), 2.0
    c = annihilators(2)
    n = [one.conj().T @ one for one in c]
    leads = [Bath(name, TEMPERATURE, side * bias / 2, Fermi()) for name, side in (("left", 1), ("right", -1))]
    contacts = [Contact(lead, one, Flat(STRENGTH)) for lead in leads for one in c]
    hamiltonian = gates[:, None, None] * (n[0] + n[1]) + REPULSION * n[0] @ n[1]
    model = davies(hamiltonian, contacts, number_operator=n[0] + n[1])
    found = cumulants(model, particles(model, "left"), order=1).values[:, 0]
    system = "level for two spins, repulsion 2000 temperatures"
    return [
        Case(system, f"current at gate {gate:g}", _current(gate, bias), float(ours), EXACT, "closed form")
        for gate, ours in zip(gates, found, strict=True)
    ]


def _current(gate: float, bias: float) -> float:
    def filled(level: float, side: int) -> tuple[float, float]:
        x = (level - side * bias / 2) / TEMPERATURE
        return float(np.exp(-np.logaddexp(0.0, x))), float(np.exp(-np.logaddexp(0.0, -x)))

    (enter, leave), (enter_right, leave_right) = filled(gate, 1), filled(gate, -1)
    (second, first), (second_right, first_right) = filled(gate + REPULSION, 1), filled(gate + REPULSION, -1)
    out, up, down = leave + leave_right, second + second_right, first + first_right
    weights = np.array([out * down, 2.0 * (enter + enter_right) * down, (enter + enter_right) * up])
    if not weights.any():  # one particle that nothing moves
        return 0.0
    none, one, two = weights / weights.sum()
    return float(STRENGTH * (2.0 * enter * none - leave * one + second * one - 2.0 * first * two))


def hardly_damped_mode() -> list[Case]:
    """The photon number of a driven Kerr mode whose damping is 1e-6 to 1e-20 of its nonlinearity.

    Returns:
        The cases.

    Reference:
        drummond1980.
    """
    found = []
    for damping in (1e-6, 1e-11, 1e-16, 1e-20):
        a = destroy(LEVELS)
        up = a.T
        hamiltonian = 0.1 * up @ a - 0.5 * up @ up @ a @ a + 10.0 * damping * (a + up)
        state = steady_state(Model(hamiltonian, [Channel(np.sqrt(damping) * a, None)]))
        ours = float((state.populations * np.arange(LEVELS)).sum())
        expected = _photons(0.1, -1.0, 10.0 * damping, damping)
        found.append(Case("driven Kerr mode", f"photons at damping {damping:g}", expected, ours, EXACT, "drummond1980"))
    return found


def _photons(detuning: float, kerr: float, drive: float, damping: float) -> float:
    """|z|^2 F(c + 1) / (|c|^2 F(c)), F(c) = sum_n (2 |z|^2)^n / (n! |c (c + 1) .. (c + n - 1)|^2)."""
    c, z = 2.0 * (detuning - 0.5j * damping) / kerr, 2.0 * drive / kerr

    def series(start: complex) -> float:
        total, term = 1.0, 1.0
        for number in range(30):
            term *= 2.0 * z**2 / ((number + 1) * abs(start + number) ** 2)
            total += term
        return total

    return z**2 * series(c + 1.0) / (abs(c) ** 2 * series(c))


def swept_dots() -> list[Case]:
    """The current through a blockaded dot at three gates in one sweep, and the filling of a level below zero energy."""
    gates = np.array([-1.0, 0.0, 1.0])
    printed = (".0283876", ".0414510", ".0385769")
    rows = {
        f"current at gate {gate:g}": (digits, current)
        for gate, digits, current in zip(gates, printed, _through_a_dot(gates), strict=True)
    }
    cases = table_row("spinful dot, U/T = 20, bias 0.5, one sweep", "rate equation of four levels", rows)
    count, level = np.diag([0.0, 1.0]), annihilators(1)[0]
    lead = Bath("lead", 0.5, 0.1, Fermi())
    filled = steady_state(davies(-count, [Contact(lead, level, Band(0.1, -2.0, 2.0))], number_operator=count))
    exact = float(1.0 / (np.exp((-1.0 - 0.1) / 0.5) + 1.0))
    found = float(filled.populations[1])
    return [*cases, Case("level at -1 on a lead with a band", "filling", exact, found, 1e-14, "closed form")]


def _through_a_dot(gate: FloatArray) -> FloatArray:
    up, down = annihilators(2)
    n = [up.conj().T @ up, down.conj().T @ down]
    leads = [Bath(name, 1.0, potential, Fermi()) for name, potential in (("left", 0.25), ("right", -0.25))]
    model = davies(
        gate[:, None, None] * (n[0] + n[1]) + 20.0 * n[0] @ n[1],
        [Contact(lead, level, Flat(0.5)) for lead in leads for level in (up, down)],
        number_operator=n[0] + n[1],
    )
    return particles(model, "left").mean(steady_state(model))


def heat_of_spins() -> list[Case]:
    """Heat through Ising chains with white spectra at their ends, and through two qubits by three generators."""
    numbers = {
        f"{sites} sites": (digits, _through_a_chain(sites))
        for sites, digits in ((4, "3.912e-05"), (5, "3.410e-05"), (6, "3.145e-05"))
    }
    cases = table_row("Ising chain, white spectra, T = 1 and 0.5", "golden rule between parities", numbers)
    sigma = pauli()
    one, two = (embed(sigma.minus, site, (2, 2)) for site in range(2))
    apart = one.conj().T @ one + two.conj().T @ two
    joined = apart + 0.1 * (one.conj().T @ two + two.conj().T @ one)
    ends = _ends((2.02, 1.98), 2, Drude(0.1, 2.0))
    ways = {"davies": davies(joined, ends), "local": local(joined, ends, apart)}
    found = {name: heat(way, "first").mean(steady_state(way)) for name, way in ways.items()}
    return [
        *cases,
        *table_row("two resonant qubits, Drude baths", "golden rule", {"davies": ("3.838e-04", found["davies"])}),
        Case("two resonant qubits, Drude baths", "local", 1.0516e-4, float(found["local"]), 0.005, "Bloch-Redfield"),
    ]


def _through_a_chain(sites: int) -> FloatArray:
    sigma, size = pauli(), (2,) * sites
    field: ComplexArray = np.asarray(sum(0.5 * embed(sigma.z, site, size) for site in range(sites)))
    bonds = sum(embed(sigma.x, site, size) @ embed(sigma.x, site + 1, size) for site in range(sites - 1))
    model = davies(field + bonds, _ends((1.0, 0.5), sites, Flat(1e-3)))
    return heat(model, "first").mean(steady_state(model))


def _ends(temperatures: tuple[float, float], sites: int, spectrum: Spectrum) -> list[Contact]:
    """Baths that flip the first and the last spin."""
    flip, size = pauli().x, (2,) * sites
    return [
        Contact(Bath(name, temperature), embed(flip, site, size), spectrum)
        for name, temperature, site in zip(("first", "last"), temperatures, (0, sites - 1), strict=True)
    ]
