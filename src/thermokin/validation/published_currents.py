"""Published currents and noises at rest, of set-ups in which uncertainty relations are broken or reached."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.bounds import evaluate
from thermokin.counting.counting import cumulants
from thermokin.linear_response.response import response
from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.contact import Contact
from thermokin.model.current import activity, current, entropy_flow, heat
from thermokin.model.davies import davies
from thermokin.model.model import Model
from thermokin.model.rates import rates
from thermokin.model.spectrum import Ohmic
from thermokin.operators.spins import pauli
from thermokin.validation.case import Case, table_row

__all__ = ["chains_between_two_ends", "dots_and_masers", "machines_between_baths", "networks_of_states"]


def _product(*parts: ComplexArray | FloatArray) -> ComplexArray:
    whole = np.ones((1, 1), dtype=np.complex128)
    for part in parts:
        whole = np.asarray(np.kron(whole, part), dtype=np.complex128)
    return whole


def _on_site(operator: ComplexArray, site: int, sites: int) -> ComplexArray:
    return _product(*(operator if place == site else np.eye(2) for place in range(sites)))


def _chain(sites: int, rate: float, bias: float, dephasing: float, anisotropy: float) -> tuple[float, float, float]:
    """Current and noise of what the left end takes in, and the entropy produced, per time."""
    spin = pauli()
    terms = ((spin.x, 1.0), (spin.y, 1.0), (spin.z, anisotropy))
    hamiltonian = sum(
        size * _on_site(one, site, sites) @ _on_site(one, site + 1, sites)
        for site in range(sites - 1)
        for one, size in terms
    )
    ends = [
        (np.sqrt(rate * (1.0 + sign * share)) * _on_site(flip, site, sites), count)
        for site, share in ((0, bias), (sites - 1, -bias))
        for flip, sign, count in ((spin.minus.T, 1.0, 1.0), (spin.minus, -1.0, -1.0))
        if 1.0 + sign * share > 0.0
    ]
    jumps = [jump for jump, _ in ends]
    taken = [count if place < len(ends) // 2 else 0.0 for place, (_, count) in enumerate(ends)]
    if dephasing:
        jumps += [np.sqrt(0.5 * dephasing) * _on_site(spin.z, site, sites) for site in range(sites)]
    model = Model(np.asarray(hamiltonian), [Channel(jump, None) for jump in jumps])
    found = cumulants(model, current(model, np.pad(taken, (0, len(jumps) - len(taken)))))
    produced = float(cumulants(model, entropy_flow(model), order=1).mean) if bias < 1.0 else np.inf
    return float(found.mean), float(found.noise), produced


def chains_between_two_ends() -> list[Case]:
    """Chains of spins whose ends are pumped up and down: ballistic, dephased, interacting."""
    dephased, ballistic = _chain(4, 1.7, 0.6, 0.7, 0.0), _chain(3, 1.0, 0.3, 0.0, 0.0)
    found = table_row(
        "XX chain of four spins, dephased",
        "arXiv:1005.1271 and 1011.0998, closed form",
        {
            "magnetisation per time": ("0.780114722753", 2.0 * dephased[0]),
            "noise of the left count": ("0.27804142622", dephased[1]),
        },
    )
    found += table_row(
        "XX chain of three spins, ballistic",
        "arXiv:1310.3670, closed form",
        {"current": ("0.2400000000", ballistic[0]), "noise": ("0.3827200000", ballistic[1])},
    )
    driven = _chain(5, 1.0, 1.0, 4.0, 0.0)
    found += table_row(
        "XX chain of five spins, dephased, driven in one sense",
        "arXiv:1401.7341, generator and pseudo-inverse",
        {"Fano factor": ("0.393023876217", driven[1] / driven[0])},
    )
    printed = {
        0.5: ("0.22595008975", "0.359629888429", "1.97056794001"),
        1.5: ("0.147966422588", "0.241033741362", "2.01679994478"),
    }
    for anisotropy, numbers in printed.items():
        mean, noise, produced = _chain(4, 1.0, 0.3, 0.0, anisotropy)
        ours = (mean, noise, noise * produced / mean**2)
        names = ("current", "noise", "uncertainty product")
        found += table_row(
            f"XXZ chain of four spins, anisotropy {anisotropy:g}",
            "arXiv:2411.19546, generator and pseudo-inverse",
            dict(zip(names, zip(numbers, ours, strict=True), strict=True)),
        )
    return found


def _jump(size: int, to: int, start: int, rate: float) -> FloatArray:
    jump = np.zeros((size, size))
    jump[to, start] = np.sqrt(rate)
    return jump


def dots_and_masers() -> list[Case]:
    """A double dot at infinite bias, and the maser of the least uncertainty product along its drive."""
    hamiltonian = np.diag([0.0, 0.0, 0.5])
    hamiltonian[1, 2] = hamiltonian[2, 1] = 0.6
    dots = Model(hamiltonian, [Channel(_jump(3, to, start, 0.0075), None) for to, start in ((1, 0), (0, 2))])
    through = cumulants(dots, current(dots, [0.0, 1.0]))
    drive, occupations = 0.169252804971, ((0, 0.1, 5.0), (1, 2.0, 0.027))
    hamiltonian = np.zeros((3, 3))
    hamiltonian[0, 1] = hamiltonian[1, 0] = drive
    jumps = [
        _jump(3, to, start, rate * strength)
        for level, rate, number in occupations
        for to, start, strength in ((level, 2, number + 1.0), (2, level, number))
    ]
    maser = Model(hamiltonian, [Channel(jump, None) for jump in jumps])
    cycles = evaluate(maser, current(maser, [-1.0, 1.0, 0.0, 0.0]))
    return [
        *table_row(
            "double dot, infinite bias",
            "Stoof and Nazarov 1996, closed form",
            {
                "current": ("0.00203005372359", through.mean),
                "Fano factor": ("0.70691981632", through.noise / through.mean),
            },
        ),
        *table_row(
            "three-level maser, lower pair driven at 0.1693",
            "arXiv:2103.07791, least along the drive",
            {"uncertainty product": ("1.65157558433", 2.0 * cycles["bare thermodynamic"].ratio)},
        ),
    ]


def _thermal_jumps(levels: list[float], baths: dict[str, tuple[float, dict[tuple[int, int], float]]]) -> Model:
    """Jumps g n up and g (n + 1) down of pairs of levels."""
    channels = []
    for name, (inverse, pairs) in baths.items():
        bath = Bath(name, 1.0 / inverse)
        for (upper, lower), strength in pairs.items():
            gap = levels[upper] - levels[lower]
            number = 1.0 / np.expm1(gap * inverse)
            down, up = strength * (number + 1.0), strength * number
            channels.append(Channel(_jump(len(levels), lower, upper, down), bath, -gap))
            channels.append(Channel(_jump(len(levels), upper, lower, up), bath, gap))
    return Model(np.diag(levels), channels)


def machines_between_baths() -> list[Case]:
    """Two refrigerators, a diode and a transistor of heat."""
    baths = {"cold": (1.0, {(1, 0): 1.0}), "work": (0.05, {(2, 1): 1.0}), "hot": (0.5, {(2, 0): 1.0})}
    chiller, idle = (_thermal_jumps([0.0, middle, 2.5], baths) for middle in (1.0, 2.5 * 0.45 / 0.95))
    cooled, stalled = (cumulants(model, heat(model, "cold")) for model in (chiller, idle))
    spent = cumulants(chiller, heat(chiller, "work"), order=1).mean
    produced = cumulants(chiller, entropy_flow(chiller), order=1).mean
    four = _thermal_jumps(
        [0.0, 0.21, 0.413, 4.787],
        {
            "cold": (5.697, {(2, 1): 14.3}),
            "hot": (5.616, {(2, 0): 17.3, (3, 0): 14.1, (3, 1): 0.0964, (3, 2): 0.0403}),
            "work": (1.186, {(1, 0): 0.877, (3, 0): 17.2}),
        },
    )
    cold, work = (cumulants(four, heat(four, name)) for name in ("cold", "work"))
    return [
        *table_row(
            "three-level refrigerator",
            "arXiv:1803.03713, closed form",
            {
                "cooling current": ("0.0240890461217", cooled.mean),
                "its noise": ("0.275496047073", cooled.noise),
                "affinity": ("0.175000000000", produced / cooled.mean),
                "uncertainty product": ("2.00139964008", cooled.noise * produced / cooled.mean**2),
                "coefficient of performance": ("0.666666666667", cooled.mean / spent),
                "cooling current at the edge of the window, 0.473684210526": ("0.000000000", stalled.mean),
            },
        ),
        *table_row(
            "four-level refrigerator far from equilibrium",
            "arXiv:2103.13513, where its lower bound is broken; 40 digits",
            {
                "heat from cold": ("0.0969975265436", cold.mean),
                "heat from work": ("0.17478854943", work.mean),
                "squared ratio of heats over that of noises": (
                    "2.82230873231",
                    (cold.mean / work.mean) ** 2 * work.noise / cold.noise,
                ),
            },
        ),
        *_spins_between_baths(),
    ]


def _transistor(middle: float) -> Model:
    spin, one = pauli(), np.eye(2)
    hamiltonian = 0.5 * (_product(spin.z, spin.z, one) + _product(one, spin.z, spin.z))
    temperatures = {"left": 0.2, "middle": middle, "right": 0.02}
    contacts = [
        Contact(Bath(name, temperature), _on_site(spin.x, site, 3), Ohmic(1.0))
        for site, (name, temperature) in enumerate(temperatures.items())
    ]
    return davies(hamiltonian, contacts)


def _spins_between_baths() -> list[Case]:
    spin = pauli()
    hamiltonian = _on_site(spin.z, 0, 2) + 0.5 * _product(spin.z, spin.z)
    heats = []
    for temperatures in ((1.0, 0.1), (0.1, 1.0)):
        contacts = [
            Contact(Bath(name, temperature), _on_site(spin.x, site, 2), Ohmic(1.0))
            for site, (name, temperature) in enumerate(zip(("one", "other"), temperatures, strict=True))
        ]
        diode = davies(hamiltonian, contacts)
        heats.append(cumulants(diode, heat(diode, "one"), order=1).mean)
    names = ("left", "middle", "right")
    moved = response(_transistor, {"middle": 0.1}, ["middle"], [f"heat from {name}" for name in names])
    printed = ("0.000560241573737", "-3.75812231419e-06", "-0.000556483451422")
    currents = zip(printed, moved.numbers, strict=True)
    amplified = ("151.89", moved.of("heat from right", "middle") / moved.of("heat from middle", "middle"))
    return [
        *table_row(
            "two spins, one without a splitting, as a diode",
            "arXiv:1404.0348, rate matrix",
            {"heat forward": ("0.067914105497", heats[0]), "heat backward": ("-6.737646884e-06", heats[1])},
        ),
        *table_row(
            "three spins as a transistor, flips at frequency zero at rate T",
            "arXiv:1602.04175, rate matrix",
            {
                **{f"heat from {name}": pair for name, pair in zip(names, currents, strict=True)},
                "amplification": amplified,
            },
        ),
    ]


def networks_of_states() -> list[Case]:
    """Symmetric exclusion of eight sites between full and empty, and a ring that reaches the bound on its responses."""
    sites = 8
    moves, entering = np.zeros((2, 2**sites, 2**sites))
    last = 1 << (sites - 1)
    for state in range(2**sites):
        if not state & 1:
            moves[state | 1, state] = entering[state | 1, state] = 1.0
        if state & last:
            moves[state ^ last, state] = 1.0
        for site in range(sites - 1):
            if (state >> site & 1) != (state >> (site + 1) & 1):
                moves[state ^ (3 << site), state] = 1.0
    exclusion = rates(moves, weights={"entering": entering})
    through = cumulants(exclusion, current(exclusion, "entering"))
    logarithms = np.array([[0.0, 9.0, -13.0], [-11.0, 0.0, 6.0], [-6.0, -5.0, 0.0]])
    ring = rates(np.exp(logarithms) * (1.0 - np.eye(3)))
    owen = evaluate(ring, activity(ring), theorems="barrier response")
    return [
        *table_row(
            "symmetric exclusion, eight sites",
            "Derrida, Doucot and Roche 2004, exact fractions",
            {
                "current": ("0.111111111111", through.mean),
                "Fano factor": ("0.37037037037", through.noise / through.mean),
            },
        ),
        *table_row(
            "ring of three states, rates far apart",
            "owen2020, the equality case",
            {"response over its bound": ("1.00000", 1.0 / owen[0].ratio)},
        ),
    ]
