"""Cases of systems of three and four levels: rate equations solved by another script, and steady heat currents."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.counting.counting import Counting
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.current import heat
from thermokin.model.davies import davies
from thermokin.model.library import levels
from thermokin.model.model import Model
from thermokin.model.spectrum import Flat, Ohmic, Spectrum
from thermokin.motion.initial import Gibbs
from thermokin.quench.comparison import compare
from thermokin.quench.mpemba import mpemba
from thermokin.quench.protocol import reciprocal
from thermokin.validation.case import Case, Reference, reference, table_row

__all__ = ["absorption_refrigerator", "level_quenches", "shortcut_of_four_levels"]


def level_quenches() -> list[Case]:
    """The reciprocal quenches of a qutrit ladder on a flat spectrum and of four levels on an Ohmic one."""
    cases = _quench(reference("qutrit_ladder"), "qutrit ladder", Flat(1.0))
    return cases + _quench(reference("four_level_ohmic"), "four levels, Ohmic", Ohmic(0.05, cutoff=5.0))


def _quench(expected: Reference, name: str, spectrum: Spectrum) -> list[Case]:
    parameters = expected.parameters
    coupling = np.sqrt(np.array(parameters["K"]))

    def family(temperature: FloatArray) -> Model:
        return levels(parameters["E"], coupling, temperature=temperature, spectrum=spectrum)

    race = compare(reciprocal(family, parameters["T_c"], parameters["T_h"]), parameters["times"])
    numbers = {}
    for side, way, overlap in zip(
        (race.heating, race.cooling), ("heat", "cool"), race.spectral.slow_overlaps, strict=True
    ):
        numbers[f"sigma_{way}"] = side.ledger.entropy_production_rate
        numbers[f"gap_{way}"] = side.modes.gap
        numbers[f"Sigma_total_{way}"] = side.ledger.total_entropy_production
        numbers[f"heat_mean_{way}_tlast"] = side.heat.mean[-1]
        numbers[f"heat_var_{way}_tlast"] = side.heat.variance[-1]
        numbers[f"slow_overlap2_{way}"] = overlap**2
    numbers["R0"] = numbers["sigma_heat"][0] / numbers["sigma_cool"][0]
    return expected.cases(name, numbers)


def shortcut_of_four_levels() -> list[Case]:
    """A permutation that makes four levels start farther and relax faster (the Mpemba effect)."""
    parameters = reference("four_level_ohmic").parameters
    model = levels(
        parameters["E"],
        np.sqrt(np.array(parameters["K"])),
        temperature=parameters["T_h"],
        spectrum=Ohmic(0.05, cutoff=5.0),
    )
    found = mpemba(model, Gibbs(parameters["T_c"]))
    numbers: dict[str, tuple[str, ArrayLike]] = {
        "overlap with the slowest mode, after over before": (".0197", found.overlap_ratio),
        "distance at the start, before": (".4005", found.distances[0]),
        "distance at the start, after": (".9174", found.distances[1]),
        "time at which it overtakes": ("3.1970", np.nan if found.crossing is None else found.crossing),
    }
    return table_row("four levels, Ohmic, permuted", "another script, digits as printed", numbers)


def absorption_refrigerator() -> list[Case]:
    """The heat currents of three baths on three levels at rest, and the noise of the coldest."""
    expected = reference("absorption_refrigerator")
    parameters = expected.parameters
    cold, work, spectrum = parameters["wc"], parameters["ww"], Flat(parameters["g"])
    contacts = []
    for name, temperature, (low, high) in zip("chw", parameters["T"], ((0, 1), (0, 2), (1, 2)), strict=True):
        operator = np.zeros((3, 3))
        operator[low, high] = operator[high, low] = 1.0
        contacts.append(Contact(Bath(name, temperature), operator, spectrum))
    model = davies(np.diag([0.0, cold, cold + work]), contacts)
    counting = Counting(model)
    quanta = counting.cumulants((1.0 / cold) * heat(model, "c"), order=2)
    rest = counting.steady_state
    heats = {name: float(heat(model, name).mean(rest.state)) for name in "chw"}
    production = -sum(heats[name] / temperature for name, temperature in zip("chw", parameters["T"], strict=True))
    numbers = {
        "Qc": heats["c"],
        "Qh": heats["h"],
        "Qw": heats["w"],
        "COP": heats["c"] / heats["w"],
        "epr": production,
        "J_cold_quanta": float(quanta.mean),
        "noise": float(quanta.noise),
        "TUR_product": float(quanta.noise) * production / float(quanta.mean) ** 2,
    }
    return expected.cases(
        "absorption refrigerator at rest", {name: np.asarray(value) for name, value in numbers.items()}
    )
