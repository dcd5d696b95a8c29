"""Cases on what precision costs in the steady state: classical networks, and machines with coherence."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thermokin.bounds import evaluate, response_bound
from thermokin.counting.counting import cumulants
from thermokin.linear_response.steady_jumps import SteadyJumps
from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.current import Current, current, entropy_flow, heat
from thermokin.model.library import three_level_maser, xxz_chain
from thermokin.model.model import Model
from thermokin.model.rates import rates
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed
from thermokin.validation.case import Case, Reference, reference

__all__ = ["chord_network", "machines_with_coherence", "two_baths_on_one_pair"]

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


def chord_network() -> list[Case]:
    """A classical network beside its bounds and the responses of its edges."""
    rest, edges = reference("chord_network_rest"), reference("chord_network_response_bounds")
    model = rates(np.array(rest.parameters["W"]))
    ends = [edge.split("->") for edge in edges.parameters["edges"]]
    pairs = [(int(one), int(other)) for one, other in ends]
    ways = list(zip(model.table.column.tolist(), model.table.row.tolist(), strict=True))
    counted = current(model, [{(0, 1): 1.0, (1, 0): -1.0}.get(way, 0.0) for way in ways])
    found = cumulants(model, counted)
    places = [(ways.index(pair), ways.index(pair[::-1])) for pair in pairs]

    def by_edge(values: Any, sign: float) -> np.ndarray:
        scores = np.zeros(len(ways))
        for value, (forward, back) in zip(values, places, strict=True):
            scores[forward], scores[back] = value, sign * value
        return scores

    single = np.eye(len(pairs))
    given = edges.parameters["b"]
    middle, kinetic = (
        response_bound(model, counted, by_edge(given, 1.0), symmetric=True),
        response_bound(model, counted, by_edge(np.array(given) / 2.0, -1.0)),
    )
    found_costs = {bound.name: bound.cost.values for bound in evaluate(model, counted) if bound.cost is not None}
    barriers = [_response(model, counted, by_edge(one, 1.0)) for one in single]
    flows = SteadyJumps(found.steady_state).rates
    there, back = (np.array([flows[place] for place in side]) for side in zip(*places, strict=True))
    best = response_bound(
        model, counted, by_edge(np.array(barriers) * (there + back) / (there - back) ** 2, 1.0), symmetric=True
    )
    ours: dict[str, ArrayLike] = {
        "dJ_dB": barriers,
        "dJ_dS": [_response(model, counted, by_edge(one / 2.0, -1.0)) for one in single],
        "r4_left": _response(model, counted, by_edge(given, 1.0)) ** 2 / found.noise,
        "r4_middle": middle.cost.values if middle.cost is not None else np.nan,
        "r4_right": np.max(np.square(given)) * found_costs["thermodynamic"],
        "r4_optimal_ratio": 1.0 / best.ratio,
        "r4_all_ones_left": _response(model, counted, by_edge(np.ones(len(pairs)), 1.0)) ** 2 / found.noise,
        "r5_left": _response(model, counted, by_edge(np.array(given) / 2.0, -1.0)) ** 2 / found.noise,
        "r5_right": kinetic.cost.values if kinetic.cost is not None else np.nan,
    }
    system = "four states, a ring and a chord"
    classical = {**_classical(model, counted), "steady": found.steady_state.populations}
    return [*rest.cases(system, classical), *edges.cases(f"{system}: responses", ours)]


def _response(model: Model, counted: Current, scores: np.ndarray) -> float:
    part = response_bound(model, counted, scores).response
    return float(part.values) if part is not None else np.nan


def two_baths_on_one_pair() -> list[Case]:
    """Three states, of which two are joined by two baths."""
    expected = reference("two_baths_on_one_pair")
    levels = np.arange(3.0)
    channels = []
    for number, pair in enumerate(zip(*[iter(expected.parameters["jumps"])] * 2, strict=True)):
        (to, source, up), (_, _, down) = pair
        gap = float(levels[to] - levels[source])
        bath = Bath(f"bath {number}", gap / np.log(down / up))
        for row, column, rate in pair:
            jump = np.zeros((3, 3))
            jump[row, column] = np.sqrt(rate)
            channels.append(Channel(jump, bath, float(levels[row] - levels[column])))
    model = Model(np.diag(levels), channels)
    counted = current(model, [0.0, 0.0, 1.0, -1.0, 0.0, 0.0, 0.0, 0.0])
    ours = _classical(model, counted)
    merged = np.zeros((3, 3))
    for to, source, rate in expected.parameters["jumps"]:
        merged[to, source] += rate
    coarse = rates(merged)
    turns = current(coarse, np.where(coarse.table.row > coarse.table.column, 1.0, -1.0))
    costs = {bound.name: bound.cost.values for bound in evaluate(coarse, turns) if bound.cost is not None}
    ours["coarse_sigma"] = 2.0 * costs["thermodynamic"]
    ours["coarse_info"] = costs["thermo-kinetic, exact information"]
    ours["coarse_activity"] = costs["kinetic"]
    return expected.cases("three states, two baths on one pair", ours)


def _classical(model: Model, counted: Current) -> dict[str, Any]:
    found, bounds = cumulants(model, counted), evaluate(model, counted)
    costs = {bound.name: bound.cost.values for bound in bounds if bound.cost is not None}
    limits = {
        "tur_limit": "thermodynamic",
        "kur_limit": "kinetic",
        "tkur_limit": "thermo-kinetic",
        "info_limit": "thermo-kinetic, exact information",
        "clock_limit": "clock",
    }
    return {
        "J": found.mean,
        "D": found.noise,
        "sigma": entropy_flow(model).mean(found.steady_state),
        "activity": costs["kinetic"],
        "info": costs["thermo-kinetic, exact information"],
        "tk_info": costs["thermo-kinetic"],
        "residual_time": 1.0 / costs["clock"],
        **{name: bounds[bound].limit for name, bound in limits.items()},
    }


def machines_with_coherence() -> list[Case]:
    """A driven qubit, a detuned maser and a short chain beside the quantum bounds."""
    return [*_driven_qubit(), *_maser(), *_chain()]


def _driven_qubit() -> list[Case]:
    expected = reference("driven_qubit_weak")
    given = expected.parameters
    gap = np.log((given["n"] + 1.0) / given["n"])
    bath, drive = Bath("bath", 1.0), LOWER + LOWER.T
    model = Model(
        0.5 * given["Omega"] * drive + np.diag([0.0, given["Delta"]]),
        [
            Channel(np.sqrt(given["gamma"] * (given["n"] + 1.0)) * LOWER, bath, -gap),
            Channel(np.sqrt(given["gamma"] * given["n"]) * LOWER.T, bath, gap),
        ],
        energy_operator=np.diag([0.0, gap]),
    )
    return _quantum(expected, "driven thermal qubit", model, current(model, given["c"]), 0.5 * drive)


def _maser() -> list[Case]:
    expected = reference("maser_upper_drive_detuned")
    given = expected.parameters
    model = three_level_maser(
        given["drive"],
        given["hot"],
        given["cold"],
        gap_hot=given["gaps"][1],
        gap_cold=given["gaps"][0],
        rate_hot=given["rates"][1],
        rate_cold=given["rates"][0],
        detuning=given["detuning"],
    )
    drive = np.zeros((3, 3))
    drive[1, 2] = drive[2, 1] = 1.0
    counted = heat(model, "hot") / given["gaps"][1]
    return _quantum(expected, "three-level maser, detuned", model, counted, drive)


def _chain() -> list[Case]:
    expected = reference("xxz_chain_three_sites")
    given = expected.parameters
    names = ("sites", "anisotropy", "rate", "left", "right")
    model = xxz_chain(*(given[name] for name in names), field=given["field"], coupling=given["coupling"])
    spins = pauli()
    flips = [[embed(axis, site, [2] * 3) for site in range(3)] for axis in (spins.x, spins.y)]
    exchange = sum(each[site] @ each[site + 1] for each in flips for site in range(2))
    return _quantum(expected, "XXZ chain of three sites", model, current(model, given["c"]), exchange)


def _quantum(expected: Reference, system: str, model: Model, counted: Current, perturbation: Any) -> list[Case]:
    found = cumulants(model, counted)
    own, bounds = evaluate(model, counted), evaluate(model, counted, perturbation=perturbation)
    limits = {
        "limit_tkur_lindblad_info": "thermo-kinetic, exact information",
        "limit_tkur_lindblad": "thermo-kinetic",
        "limit_hasegawa": "dynamical activity",
        "limit_psi": "kinetic",
        "limit_optimal_lindblad": "optimal scores",
        "limit_R8": "response to the Hamiltonian",
        "limit_optimal_with_H": "optimal scores with the Hamiltonian",
    }
    costs = {
        "activity": "kinetic",
        "info": "thermo-kinetic, exact information",
        "tk_info": "thermo-kinetic",
        "dynamical_activity": "dynamical activity",
        "f_V": "response to the Hamiltonian",
        "vanvu_saito_cost": "forces and Hamiltonian",
    }
    ours = {
        "J": found.mean,
        "D": found.noise,
        "sigma": 2.0 * bounds["thermodynamic"].cost.values,
        "one_plus_delta_lindblad": 1.0 + bounds["thermo-kinetic"].correction,
        "one_plus_psi": 1.0 + bounds["kinetic"].correction,
        "tur_product": 2.0 * bounds["bare thermodynamic"].ratio,
        "kur_product": bounds["bare kinetic"].ratio,
        "clock_product": bounds["clock"].ratio,
        "response_H": bounds["response to the Hamiltonian"].response.values,
        "limit_vanvu_saito": own["forces and Hamiltonian"].limit,
        **{name: bounds[bound].limit for name, bound in limits.items()},
        **{name: bounds[bound].cost.values for name, bound in costs.items()},
    }
    if "v_martingale" in expected.expected:
        ours |= _recorded(model, counted)
    return expected.cases(system, ours)


def _recorded(model: Model, counted: Current) -> dict[str, Any]:
    """The bounds by the record of jumps, which reset these machines."""
    names = {
        "limit_tkur_martingale": "record, thermo-kinetic",
        "limit_tkur_martingale_info": "record, exact information",
        "limit_psi_martingale": "record, kinetic",
        "limit_optimal_martingale": "record, optimal scores",
    }
    found = evaluate(model, counted, theorems=list(names.values()))
    limits: dict[str, Any] = {name: found[bound].limit for name, bound in names.items()}
    return {
        **limits,
        "one_plus_delta_martingale": 1.0 + found["record, thermo-kinetic"].correction,
        "one_plus_psi_martingale": 1.0 + found["record, kinetic"].correction,
    }
