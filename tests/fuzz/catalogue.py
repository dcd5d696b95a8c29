"""Every theorem of the catalogue with the families of systems in which a search tries to break it.

As a program it searches with as many evaluations each as asked for, and prints what it found:

    PYTHONPATH=tests .venv/bin/python -m fuzz.catalogue 100000             # each theorem in each of its families
    PYTHONPATH=tests .venv/bin/python -m fuzz.catalogue 100000 clock gap   # these alone
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import thermokin as tk
from thermokin.bounds import Situation, catalogue
from thermokin.design.falsify_result import Falsification

SHARE = 0.5  # of the evaluations that are spent on Sobol points, a power of two; the rest follows the best of them
STARTS = 256
FERMI, BOSE = tk.Fermi(), tk.Bose()
RATE = (1e-3, 1e3)


@dataclass(frozen=True)
class Searched:
    """A family and where a search looks.

    Args:
        family: makes a system of numbers by name.
        ranges: of the numbers.
        current: in words.
        within: whether points count alone at which the hypotheses of the theorem hold.
        most: evaluations that it is given, where each takes milliseconds.
    """

    family: Any
    ranges: Mapping[str, tuple[float, float]]
    current: str
    within: bool = True
    most: int = 10**9


def _network(size: int) -> tuple[Callable[..., tk.Model], dict[str, tuple[float, float]]]:
    """All rates between some states, and a count that changes sign with the jump."""
    pairs = [(i, j) for i in range(size) for j in range(size) if i != j]
    weights = np.triu(np.arange(1.0, size * size + 1.0).reshape(size, size) ** 0.5, 1)

    def made(**given: Any) -> tk.Model:
        matrix = np.zeros((*np.shape(given["r01"]), size, size))
        for i, j in pairs:
            matrix[..., i, j] = given[f"r{i}{j}"]
        return tk.rates(matrix, weights={"ticks": weights - weights.T})

    return made, {f"r{i}{j}": RATE for i, j in pairs}


NETWORK, NETWORK_RATES = _network(3)
LARGER, LARGER_RATES = _network(4)


def _relaxing_network(first: Any, second: Any, time: Any, **given: Any) -> tk.design.Relaxation:
    start = np.stack([np.ones_like(first), first, second], axis=-1)
    return tk.design.Relaxation(NETWORK(**given), tk.Populations(start / start.sum(-1, keepdims=True)), time)


def _relaxing_qubit(start: Any, end: Any, time: Any) -> tk.design.Relaxation:
    return tk.design.Relaxation(tk.library.qubit(gap=1.0, rate=1.0, temperature=end), tk.Gibbs(start), time)


def _relaxing_maser(time: Any, **given: Any) -> tk.design.Relaxation:
    model = tk.library.three_level_maser(rate_cold=1.0, cold=1.0, gap_hot=2.5, gap_cold=1.0, **given)
    return tk.design.Relaxation(model, tk.Populations([0.0, 0.0, 1.0]), time)


def _leads(scatterer: Any, statistics: Any, hot: Any, one: Any, two: Any) -> Any:
    return tk.transport.Junction(scatterer, [tk.Bath("l", hot, one, statistics), tk.Bath("r", 1.0, two, statistics)])


def _box(width: Any, height: Any, hot: Any, one: Any, two: Any) -> Any:
    return _leads(tk.transport.boxcar(0.0, width, height), FERMI, hot, one, two)


def _even_box(width: Any, height: Any, one: Any, two: Any) -> Any:
    return _box(width, height, 1.0, one, two)


def _light(width: Any, height: Any, hot: Any) -> Any:
    return _leads(tk.transport.boxcar(0.1, 0.1 + width, height), BOSE, hot, 0.0, 0.0)


def _level(energy: Any, left: Any, right: Any, hot: Any, one: Any) -> Any:
    return _leads(tk.transport.resonant_level(energy, left, right), FERMI, hot, one, 0.0)


def _one_way(one: Any, two: Any, three: Any, width: Any) -> Any:
    leads = [tk.Bath(f"l{place}", 1.0, mu, FERMI) for place, mu in enumerate((one, two, three))]
    return tk.transport.Junction(tk.transport.one_way_ring(3, -width, width), leads)


POTENTIALS = dict.fromkeys(("one", "two"), (-5.0, 5.0))
BOX = {"width": (1e-2, 20.0), "height": (1e-3, 1.0), "hot": (0.1, 10.0), **POTENTIALS}
MASER = tk.Family(
    tk.library.three_level_maser, {"driven_pair": "lower", "cold": 1.0, "rate_cold": 1.0, "gap_hot": 20.0}
)
DRIVEN = {"drive": (1e-3, 10.0), "hot": (0.1, 100.0), "rate_hot": (1e-4, 10.0)}
FAMILIES: Mapping[str, Searched] = {
    "maser": Searched(
        MASER,
        {"drive": (1e-3, 10.0), "hot": (10.0, 1e7), "gap_cold": (0.1, 15.0), "rate_hot": (1e-8, 10.0)},
        "heat from hot",
    ),
    "maser, its record": Searched(MASER, DRIVEN, "heat from hot", most=1000),
    "three states": Searched(NETWORK, NETWORK_RATES, "ticks"),
    "four states": Searched(LARGER, LARGER_RATES, "ticks"),
    "three states that turn": Searched(
        NETWORK,
        {**dict.fromkeys(("r10", "r21", "r02"), (1.0, 10.0)), **dict.fromkeys(("r01", "r12", "r20"), (0.1, 2.0))},
        "ticks",
    ),
    "three states, bare": Searched(NETWORK, NETWORK_RATES, "ticks", within=False),
    "qubit from a Gibbs state": Searched(
        _relaxing_qubit, {"start": (0.05, 20.0), "end": (0.05, 20.0), "time": (1e-3, 50.0)}, "heat from bath"
    ),
    "three states from any": Searched(
        _relaxing_network,
        {
            "first": (1e-3, 1e3),
            "second": (1e-3, 1e3),
            "time": (1e-3, 1e2),
            **dict.fromkeys(NETWORK_RATES, (0.03, 30.0)),
        },
        "ticks",
    ),
    "maser from its top": Searched(_relaxing_maser, {"time": (0.01, 30.0), **DRIVEN}, "heat from hot", most=2000),
    "box of fermions": Searched(_box, BOX, "particles from l"),
    "box at one temperature": Searched(
        _even_box, {name: pair for name, pair in BOX.items() if name != "hot"}, "particles from l"
    ),
    "box of bosons": Searched(
        _light, {"width": (1e-2, 20.0), "height": (1e-3, 1.0), "hot": (0.1, 10.0)}, "particles from l"
    ),
    "resonant level": Searched(
        _level,
        {"energy": (-5.0, 5.0), "left": (0.01, 5.0), "right": (0.01, 5.0), "hot": (0.1, 10.0), "one": (-5.0, 5.0)},
        "particles from l",
    ),
    "one-way ring": Searched(_one_way, {**POTENTIALS, "three": (-5.0, 5.0), "width": (0.01, 5.0)}, "particles from l0"),
}
CLASSICAL = ("three states", "four states")
REST = ("maser", *CLASSICAL)
STARTED = ("qubit from a Gibbs state", "three states from any", "maser from its top")
RECORDS = (*CLASSICAL, "maser, its record")
PLACES: Mapping[str, tuple[str, ...]] = {
    "thermo-kinetic, exact information": (*REST, "maser from its top"),
    "optimal scores with the Hamiltonian": ("maser",),
    "response to the Hamiltonian": ("maser",),
    "forces and Hamiltonian": ("maser",),
    "dynamical activity": (*REST, "maser from its top"),
    "record, thermo-kinetic": RECORDS,
    "record, exact information": RECORDS,
    "record, kinetic": RECORDS,
    "record, optimal scores": RECORDS,
    "time-weighted": ("qubit from a Gibbs state",),
    "fluctuation theorem": ("qubit from a Gibbs state",),
    "exchange": ("qubit from a Gibbs state",),
    "finite-time Landauer": ("qubit from a Gibbs state",),
    "bare thermo-kinetic": ("three states, bare",),
    "bare thermodynamic": ("three states, bare",),
    "bare kinetic": ("three states, bare",),
    "clock": CLASSICAL,
    "barrier response": CLASSICAL,
    "oscillation": ("three states that turn",),
    "coherent fermions": ("box of fermions", "resonant level"),
    "coherent fermions, any symmetry": ("one-way ring", "box of fermions", "resonant level"),
    "coherent fermions in a band": ("box of fermions",),
    "coherent bosons": ("box of bosons",),
    "thermo-kinetic, independent transfers": ("box of fermions", "resonant level", "box of bosons"),
    "largest transmission": ("box of fermions", "resonant level"),
    "bandwidth": ("box of bosons",),
    "independent transfers": ("box of fermions", "resonant level"),
    "independent transfers, one temperature": ("box at one temperature",),
}
"""Families of theorems that speak of some systems alone; the others are sought in all of their situations."""


def places_of(theorem: Any) -> tuple[str, ...]:
    """The families in which a theorem is to stand."""
    if theorem.name in PLACES:
        return PLACES[theorem.name]
    rest = REST if Situation.REST in theorem.situations else ()
    return (*rest, *(STARTED if Situation.RELAXATION in theorem.situations else ()))


def searched(theorem: str, place: str, evaluations: int, seed: int = 1) -> Falsification:
    """A search for the smallest slack of a theorem in a family."""
    where = FAMILIES[place]
    evaluations = min(evaluations, where.most)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tk.design.falsify(
            theorem,
            where.family,
            where.ranges,
            current=where.current,
            within=where.within,
            samples=2 ** int(np.log2(max(SHARE * evaluations, 2.0))),
            starts=STARTS,
            evaluations=evaluations,
            seed=seed,
        )


def say(line: str) -> None:
    """A line on stdout, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(evaluations: int, names: list[str]) -> None:
    """Print a line for each theorem and family."""
    say("| theorem | family | evaluations | smallest slack | verdict | s |")
    say("|---|---|---|---|---|---|")
    rows = [(theorem.name, place) for theorem in catalogue() for place in places_of(theorem)]
    # Those of milliseconds each come last.
    for theorem, place in sorted(rows, key=lambda row: -FAMILIES[row[1]].most):
        if not names or theorem in names:
            begin = time.process_time()
            try:
                found = searched(theorem, place, evaluations)
                said = f"{found.evaluations} | {found.slack:.3g} | {found.verdict}"
            except Exception as error:
                said = f"| | {type(error).__name__}: {error}"
            say(f"| {theorem} | {place} | {said} | {time.process_time() - begin:.0f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
