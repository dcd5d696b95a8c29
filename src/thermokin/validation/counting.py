"""Cases of counting statistics in the steady state: closed forms, and published numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import quad

from thermokin.counting.counting import Counting, cumulants
from thermokin.counting.cumulant_generating_function import cumulant_generating_function
from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.contact import Contact
from thermokin.model.current import activity, current, entropy_flow, heat
from thermokin.model.davies import davies
from thermokin.model.library import coupled_oscillators
from thermokin.model.model import Model
from thermokin.model.rates import rates
from thermokin.model.spectrum import Flat
from thermokin.operators.fock import annihilators, destroy
from thermokin.operators.spins import pauli
from thermokin.validation.case import Case, reference

__all__ = [
    "driven_cavity",
    "heat_of_a_qubit",
    "level_between_leads",
    "oscillators_between_baths",
    "poisson_process",
    "qubit_between_baths",
    "resonance_fluorescence",
    "single_electron_transistor",
]

EXACT = 1e-9  # relative deviation allowed of a closed form
OSCILLATOR_LEVELS = 20  # of each mode; the cumulants still move by 6e-8 towards those of all levels
CAVITY_LEVELS = 16  # the amplitude is 0.5: the first level left out holds 1e-22


def _cases(system: str, source: str, numbers: Mapping[str, tuple[ArrayLike, ArrayLike]], allowed: float) -> list[Case]:
    """One case for each quantity: expected number and this package's."""
    return [
        Case(system, quantity, float(np.asarray(expected)), float(np.asarray(ours)), allowed, source)
        for quantity, (expected, ours) in numbers.items()
    ]


def _numbered(expected: ArrayLike, ours: ArrayLike) -> dict[str, tuple[ArrayLike, ArrayLike]]:
    """Cumulants by their number."""
    pairs = zip(np.asarray(expected), np.asarray(ours), strict=True)
    return {f"c{number}": pair for number, pair in enumerate(pairs, start=1)}


def _two_state(up: float, down: float, forward: float, backward: float) -> list[float]:
    """c1, c2, c3 of the number counted in a process of two states that is left at the rates `up` and `down` in all.

    lambda = [-K + sqrt(K^2 + 4 f)]/2 with K = up + down and f = forward (e^s - 1) + backward (e^-s - 1), where
    `forward` is the product of the two rates of a cycle that counts +1, `backward` that of one that counts -1.

    Returns:
        The three.
    """
    total, odd, even = up + down, forward - backward, forward + backward
    return [
        odd / total,
        even / total - 2.0 * odd**2 / total**3,
        odd / total - 6.0 * odd * even / total**3 + 12.0 * odd**3 / total**5,
    ]


def _level(entrance: float, exit_: float) -> Model:
    """A level that electrons enter from the left and leave to the right only."""
    (level,) = annihilators(1)
    jumps = [
        Channel(np.sqrt(entrance) * level.conj().T, None, particles=1.0),
        Channel(np.sqrt(exit_) * level, None, particles=-1.0),
    ]
    return Model(np.zeros((2, 2)), jumps, number_operator=level.conj().T @ level)


def level_between_leads() -> list[Case]:
    """The current through a level, 0.5 in and 0.1 out."""
    entrance, exit_ = 0.5, 0.1
    model = _level(entrance, exit_)
    number = current(model, (model.table.particles > 0.0).astype(np.float64))
    expected = _two_state(entrance, exit_, entrance * exit_, 0.0)
    source = "closed form, largest eigenvalue of two states"
    # The fourth from the same eigenvalue, for the published rates.
    expected = [*expected, 0.0102451989026]
    return _cases(
        "level between leads, 0.5 in and 0.1 out", source, _numbered(expected, cumulants(model, number, order=4)), EXACT
    )


def single_electron_transistor() -> list[Case]:
    """A level at other rates, with its uncertainty relations."""
    expected = reference("single_electron_transistor")
    entrance, exit_ = expected.parameters["GL"], expected.parameters["GR"]
    model = _level(entrance, exit_)
    counting = Counting(model)
    found = counting.cumulants(current(model, (model.table.particles > 0.0).astype(np.float64)), order=3).values
    jumps = float(counting.cumulants(activity(model), order=1).mean)
    empty, full = np.diagonal(counting.steady_state.state).real
    residual = empty / entrance + full / exit_
    numbers = {
        "I": found[0],
        "D": found[1],
        "c3": found[2],
        "residual_time": residual,
        "clock_ratio": found[1] / found[0] ** 2 / residual,
        "kur_ratio": found[1] * jumps / found[0] ** 2,
    }
    return expected.cases("single-electron transistor, 1 in and 0.4 out", numbers)


def _qubit(gap: float, hot: tuple[float, float], cold: tuple[float, float]) -> Model:
    """A qubit between two Bose baths, each given by temperature and rate."""
    contacts = [
        Contact(Bath(name, temperature), pauli().x, Flat(rate))
        for name, (temperature, rate) in (("hot", hot), ("cold", cold))
    ]
    return davies(np.diag([0.0, gap]), contacts)


def qubit_between_baths() -> list[Case]:
    """The quanta that a qubit takes from the hotter of two baths, to fourth order."""
    expected = reference("qubit_two_baths_cumulants")
    given = expected.parameters
    gap, affinity = given["w"], 1.0 / given["T_c"] - 1.0 / given["T_h"]
    model = _qubit(gap, (given["T_h"], given["g_h"]), (given["T_c"], given["g_c"]))
    quanta = (1.0 / gap) * heat(model, "hot")
    counting = Counting(model)
    found = counting.cumulants(quanta, order=4).values
    production = float(counting.cumulants(entropy_flow(model), order=1).mean)
    fields = [-affinity - 0.3, 0.3]
    image, value = cumulant_generating_function(model, quanta, fields).values
    numbers: dict[str, ArrayLike] = {f"c{number}": found[number - 1] for number in range(1, 5)}
    numbers |= {"epr": production, "TUR_product": found[1] * production / found[0] ** 2}
    numbers |= {"lam_03": value, "lam_GC": image}
    return expected.cases("qubit between baths at 2 and 0.5", numbers)


def heat_of_a_qubit() -> list[Case]:
    """The energy that a qubit takes from the hotter of two baths, which counts its gap at each jump."""
    gap, hot, cold = 2.5, (2.0, 0.3), (0.5, 0.7)
    model = _qubit(gap, hot, cold)
    occupations = [1.0 / np.expm1(gap / temperature) for temperature, _ in (hot, cold)]
    up = [rate * n for (_, rate), n in zip((hot, cold), occupations, strict=True)]
    down = [rate * (n + 1.0) for (_, rate), n in zip((hot, cold), occupations, strict=True)]
    number = _two_state(sum(up), sum(down), up[0] * down[1], up[1] * down[0])
    expected = [value * gap**order for order, value in enumerate(number, start=1)]
    source = "closed form, largest eigenvalue of two states"
    found = cumulants(model, heat(model, "hot"), order=3)
    return _cases("heat of a qubit of gap 2.5 between baths at 2 and 0.5", source, _numbered(expected, found), EXACT)


def oscillators_between_baths() -> list[Case]:
    """Quanta that a mode exchanges with its cold bath, coupled to a mode on a hot one; the limit of all levels."""
    hopping, damping, hot, cold = 0.35, 1.0, 0.5, 0.05

    def transmission(frequency: float) -> float:
        return float(
            (damping * hopping) ** 2 / abs((0.5 * damping - 1j * frequency) ** 2 + hopping**2) ** 2 / (2.0 * np.pi)
        )

    def noise(frequency: float) -> float:
        through = transmission(frequency)
        both = hot * (1.0 + cold) + cold * (1.0 + hot)
        return through * both + 2.0 * np.pi * through**2 * (hot - cold) ** 2

    temperatures = [1.0 / np.log1p(1.0 / occupation) for occupation in (hot, cold)]
    model = coupled_oscillators(OSCILLATOR_LEVELS, 1.0, hopping, damping, *temperatures)
    integrals = [quad(part, -np.inf, np.inf, epsabs=1e-13)[0] for part in (transmission, noise)]
    expected = [(cold - hot) * integrals[0], integrals[1]]
    system = f"coupled oscillators, {OSCILLATOR_LEVELS} levels each, n = 0.5 and 0.05"
    source = "integral over the transmission of Gaussian modes, all levels"
    # Closer to the limit only with more levels.
    return _cases(system, source, _numbered(expected, cumulants(model, heat(model, "cold"), order=2)), 1e-7)


def driven_cavity() -> list[Case]:
    """Photons that leave a driven cavity, which is in a coherent state."""
    frequency, damping, drive = 1.0, 0.1, 0.5
    lower = destroy(CAVITY_LEVELS)
    hamiltonian = frequency * lower.T @ lower + drive * (lower + lower.T)
    model = Model(hamiltonian, [Channel(np.sqrt(damping) * lower, None)])
    rate = damping * drive**2 / (frequency**2 + 0.25 * damping**2)
    found = cumulants(model, activity(model), order=4)
    source = "closed form, damping |alpha|^2 of a coherent state"
    return _cases("driven cavity, Poissonian", source, _numbered([rate] * 4, found), EXACT)


def resonance_fluorescence() -> list[Case]:
    """Mandel's Q of the photons of a driven qubit over long times, on resonance and beside it.

    Returns:
        The cases.

    Reference:
        mandel1979.
    """
    found: dict[str, tuple[ArrayLike, ArrayLike]] = {}
    for rabi, decay, detuning in ((1.0, 1.0, 0.0), (np.sqrt(0.5), 1.0, 0.0), (0.5, 1.0, 0.7)):
        sigma = pauli()
        hamiltonian = 0.5 * detuning * sigma.z + 0.5 * rabi * sigma.x
        model = Model(hamiltonian, [Channel(np.sqrt(decay) * sigma.minus, None)])
        mean, noise = cumulants(model, activity(model), order=2).values
        width = decay**2 + 2.0 * rabi**2 + 4.0 * detuning**2
        expected = -2.0 * rabi**2 * (3.0 * decay**2 - 4.0 * detuning**2) / width**2
        found[f"Q at Rabi frequency {rabi:.4g}, detuning {detuning:g}"] = (expected, noise / mean - 1.0)
    least = Model(np.sqrt(0.125) * pauli().x, [Channel(pauli().minus, None)])
    quietest = _numbered([0.25, 0.0625, 0.015625], cumulants(least, activity(least), order=3))
    return _cases("resonance fluorescence", "mandel1979, closed form", found | quietest, EXACT)


def poisson_process() -> list[Case]:
    """Jumps to and fro at one rate: each cumulant is the rate, and only the first factorial cumulant is not zero."""
    rate = 0.3
    model = rates([[0.0, rate], [rate, 0.0]])
    found = cumulants(model, activity(model), order=4)
    numbers = _numbered([rate] * 4, found)
    for order, value in enumerate(found.factorial, start=1):
        numbers[f"factorial c{order}"] = (rate if order == 1 else 0.0, value)
    return _cases("jumps to and fro at rate 0.3", "closed form, Poisson process", numbers, EXACT)
