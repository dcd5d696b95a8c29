"""Cases of parts that are nearly decoupled: weak links and drives, dark states, slow rates beside dephasing."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.counting import covariance, cumulants, spectrum
from thermokin.counting.cumulant_generating_function import cumulant_generating_function
from thermokin.model.channel import Channel
from thermokin.model.current import activity, entropy_flow, heat
from thermokin.model.library import levels, three_level_maser
from thermokin.model.model import Model
from thermokin.model.rates import rates
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Populations
from thermokin.motion.modes import modes
from thermokin.motion.steady_state import steady_state
from thermokin.thermo.ledger import ledger
from thermokin.validation.case import Case

__all__ = [
    "atoms_that_decay_together",
    "detuned_dark_state",
    "entropy_of_weak_links",
    "hardly_driven_maser",
    "linked_pairs",
    "nearly_decoupled_parts",
    "slow_rates_beside_strong_dephasing",
]

SOURCE = "80-digit elimination on the same rates"
EXACT = 1e-10
LADDERS = "80-digit inverse iteration on the same rates"
CLOSED = "closed form"
# Link, time, gap, population of the first ladder.
LINKED = (
    (1e-6, 2.5e12, 3.9746474558059316e-14, 0.95329669886100947),
    (1e-7, 2.5e14, 3.9746474560701599e-16, 0.95329669888777534),
    (1e-8, 1e20, 3.9746474560728022e-18, 0.50624967449951022),
)
# Detuning, mean and noise of the photons that a dark state scatters.
SCATTERED = (
    (1e-1, 2.4060815475574318e-3, 4.0647142160484113e-3),
    (1e-3, 2.4324297685931187e-7, 4.1417014405524725e-7),
    (1e-6, 2.4324324324297684e-13, 4.1417092768365753e-13),
    (1e-8, 2.4324324324324323e-17, 4.1417092768444114e-17),
)
SCATTERING = "60-digit solution of the same master equation"
DARK = 1e-12
WEAK = 1e-6
DEPHASED = 1e-12
CLOSED = "closed form of the rates"


def linked_pairs() -> list[Case]:
    """The noise of two pairs of levels that a link of e joins, by four routes."""
    found: list[Case] = []
    for link, noise in ((1e-6, 1.0916152542332648e4), (1e-16, 1.0915605189e14), (1e-40, 1.0915605189e38)):
        model = rates(_two_pairs(link))
        count = activity(model)
        routes = {
            "noise of the activity": cumulants(model, count).noise,
            "its covariance with itself": covariance(model, [count]).values[0, 0],
            "its spectrum at zero frequency": spectrum(model, count, [0.0]).values[0],
            "curvature of its generating function": cumulant_generating_function(model, count, [0.0]).noise[0],
        }
        system = f"two pairs of levels, link {link:g}"
        found += [Case(system, name, noise, float(value), EXACT, SOURCE) for name, value in routes.items()]
    return found


def hardly_driven_maser() -> list[Case]:
    """A maser whose current the drive decides: heats go in the ratio of the gaps, and as the square of the drive."""
    system = "three-level maser, drive 1e-9"
    model, twice = (three_level_maser(drive=drive, hot=4.0) for drive in (1e-9, 2e-9))
    both = covariance(model, [heat(model, "hot"), heat(model, "cold")])
    more = cumulants(twice, heat(twice, "hot")).values
    numbers = {
        "heat from hot over heat from cold": (-2.5, both.mean[0] / both.mean[1]),
        "their covariance over the noise from hot": (-0.4, both.values[0, 1] / both.values[0, 0]),
        "heat from hot, twice the drive over once": (4.0, more[0] / both.mean[0]),
        "its noise, likewise": (4.0, more[1] / both.values[0, 0]),
    }
    return [Case(system, name, right, float(ours), EXACT, "closed form") for name, (right, ours) in numbers.items()]


RINGS = 1e-13


# By t = .1, 10 and 1000, for each weak link.
WEAK_RING = {
    1e-06: (0.97734157483773237, 1.0297392714662509, 1.0370421028697535),
    1e-15: (0.97733905806964548, 1.0296194171814809, 1.0296194172087214),
    1e-18: (0.97733905806963981, 1.0296194171811586, 1.0296194171811925),
}


def entropy_of_weak_links() -> list[Case]:
    """A ring of three levels two of which hardly anything joins to the third, and a ratio beyond doubles."""
    found: list[Case] = []
    source = "60-digit exponential of the same rates"
    for link, produced in WEAK_RING.items():
        flows = np.array([[0.0, link, 5.0], [2.0 * link, 0.0, 0.4 * link], [9.0, 0.3 * link, 0.0]])
        model = rates(flows)
        account = ledger(model, evolve(model, Populations([1.0, 0.0, 0.0]), [0.1, 10.0, 1e3]))
        system = f"ring of three levels, weak link {link:g}"
        for time, right, ours in zip((0.1, 10.0, 1e3), produced, account.entropy_production, strict=True):
            found.append(Case(system, f"entropy production by t = {time:g}", right, float(ours), RINGS, source))
    weights = entropy_flow(rates([[0.0, 1e-290], [1e20, 0.0]])).weights
    flow = float(np.max(weights))
    found.append(
        Case("two levels, rates 1e-290 and 1e20", "entropy of a jump", 713.80137882815416, flow, RINGS, "310 ln 10")
    )
    return found


def nearly_decoupled_parts() -> list[Case]:
    """Two ladders of 80 levels on a weak link from one of their ground states, and two pairs of states on one."""
    cases = []
    for link, time, gap, share in LINKED:
        system, model = f"two ladders of 80 levels, link {link:g}", _ladders(link)
        populations = evolve(model, np.eye(160)[0], [time]).populations[0]
        cases += [
            Case(system, f"sum of populations at {time:g}", 1.0, float(populations.sum()), 1e-13, "probability"),
            Case(system, f"first ladder at {time:g}", share, float(populations[:80].sum()), 1e-12, LADDERS),
            Case(system, "gap", gap, float(modes(model).gap), 1e-12, LADDERS),
        ]
    for link in (1e-13, 1e-16, 1e-30):
        chain = rates(_two_pairs(link))
        # Each pair is at rest within: 3 to 7 and 9 to 2 in the states away from the link.
        expected = link * (0.7 * 0.3 + 2.0 / 11.0)
        cases.append(
            Case(f"two pairs of states, rates {link:g}", "gap", expected, float(modes(chain).gap), 1e-11, CLOSED)
        )
    return cases


def _ladders(link: float) -> Model:
    rungs = np.arange(80) * 0.05
    coupling, step = np.zeros((160, 160)), np.delete(np.arange(159), 79)
    coupling[step, step + 1] = coupling[step + 1, step] = 1.0
    coupling[0, 80] = coupling[80, 0] = link
    return levels(np.concatenate([rungs, rungs + 0.025]), coupling, rate=0.01, temperature=1.0)


def _two_pairs(link: float) -> FloatArray:
    """Rates between four states, in pairs: fast within each, weak between the two.

    Args:
        link: the rate from the second pair to the first [1/time].

    Returns:
        The rates (to, from) (4, 4) [1/time].
    """
    return np.array([[0.0, 0.3, 0.0, 0.0], [0.7, 0.0, link, 0.0], [0.0, 0.3 * link, 0.0, 0.2], [0.0, 0.0, 0.9, 0.0]])


def detuned_dark_state() -> list[Case]:
    """A Lambda with Rabi frequencies 1 and 3 whose two-photon detuning is small: what its dark state scatters."""
    found: list[Case] = []
    for detuning, mean, noise in SCATTERED:
        hamiltonian, first, second = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((3, 3))
        hamiltonian[0, 2] = hamiltonian[2, 0] = 0.5
        hamiltonian[1, 2] = hamiltonian[2, 1] = 1.5
        hamiltonian[1, 1] = detuning
        first[0, 2], second[1, 2] = 2.0, 1.0
        model = Model(hamiltonian, [Channel(first, None), Channel(second, None)])
        counted = cumulants(model, activity(model))
        system = f"dark state of a Lambda, detuning {detuning:g}"
        found.append(Case(system, "scattered photons per time", mean, float(counted.mean), DARK, SCATTERING))
        found.append(Case(system, "their noise", noise, float(counted.noise), DARK, SCATTERING))
    return found


def atoms_that_decay_together() -> list[Case]:
    """Two driven atoms of opposite detuning that decay together: their dark state is |gg> beside the singlet."""
    lower, one = np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2)
    both = np.kron(lower, one) + np.kron(one, lower)
    excited = np.diag([0.0, 1.0])
    apart = np.kron(excited, one) - np.kron(one, excited)
    found: list[Case] = []
    for drive, detuning in ((0.5, 0.01), (1.0, 0.01), (0.5, 0.03)):
        model = Model(drive * (both + both.T) + detuning * apart, [Channel(both, None)])
        ground = float(steady_state(model).populations[0])
        expected = detuning**2 / (detuning**2 + 2.0 * drive**2)
        system = f"two atoms that decay together, drive {drive:g}, detuning {detuning:g}"
        found.append(Case(system, "population of the ground state", expected, ground, 1e-7, "closed form"))
    return found


def slow_rates_beside_strong_dephasing() -> list[Case]:
    """Flips at 1e-12 of a qubit beside a multiple of 1, and beside dephasing of a neighbour at 1e6.

    Returns:
        The cases.
    """
    flip, one = np.array([[0.0, 1.0], [1.0, 0.0]]), np.eye(2)
    lower, dephasing = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([1.0, -1.0])
    shifted = Channel(1e3 * one + WEAK * flip, None)
    held = steady_state(Model(np.zeros((2, 2)), [shifted, Channel(WEAK * lower, None)])).populations[1]
    found = [Case("jump 1000 + 1e-6 sigma_x, decay 1e-12", "upper population", 1 / 3, float(held), DEPHASED, CLOSED)]
    moved = evolve(Model(np.zeros((2, 2)), [shifted]), np.diag([1.0, 0.0]), [1e11]).populations[0, 1]
    right = float(-0.5 * np.expm1(-0.2))
    found.append(
        Case("jump 1000 + 1e-6 sigma_x", "upper population at t = 1e11", right, float(moved), DEPHASED, CLOSED)
    )
    jumps = [
        1e3 * np.kron(dephasing, one) + WEAK * np.kron(one, flip),
        WEAK * np.kron(lower, one),
        0.5 * WEAK * np.kron(lower.T, one),
        0.7 * WEAK * np.kron(one, lower),
    ]
    both = steady_state(Model(np.zeros((4, 4)), [Channel(jump, None) for jump in jumps])).populations[3]
    system = "flips at 1e-12 beside a qubit dephased at 1e6"
    return [*found, Case(system, "population of both upper levels", 0.2 / 2.49, float(both), DEPHASED, CLOSED)]
