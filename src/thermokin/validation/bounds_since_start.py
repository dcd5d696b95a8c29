"""Cases on what precision costs since time 0, on published rings, and between two states."""

from __future__ import annotations

import numpy as np

from thermokin.bounds import BoundAtRest, evaluate, response_bound, two_states
from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.contact import Contact
from thermokin.model.current import activity, current, heat
from thermokin.model.davies import davies
from thermokin.model.library import qubit
from thermokin.model.model import Model
from thermokin.model.rates import rates
from thermokin.model.spectrum import Ohmic
from thermokin.motion.starts import Gibbs, Populations
from thermokin.operators.gibbs import gibbs
from thermokin.validation.case import Case, reference, table_row

__all__ = [
    "exchanges",
    "fluorescence_from_a_coherent_start",
    "network_from_a_start",
    "qubit_from_a_coherent_start",
    "rings",
]

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
RING = np.array([[0.0, 2.0, 0.5], [0.3, 0.0, 1.5], [1.1, 0.4, 0.0]])


def network_from_a_start() -> list[Case]:
    """A classical network with one state empty at first."""
    expected = reference("finite_time_chord_long")
    given = expected.parameters
    model, start, times = rates(np.array(given["W"])), Populations(given["p0"]), [given["tau"]]
    ways = list(zip(model.table.column.tolist(), model.table.row.tolist(), strict=True))
    counted = current(model, [{(0, 1): 1.0, (1, 0): -1.0}.get(way, 0.0) for way in ways])
    found, jumps = evaluate(model, counted, start, times), evaluate(model, activity(model), start, times)
    costs = {bound.name: bound.cost.values[-1] for bound in found if bound.cost is not None}
    ours = {
        "mean": found[0].mean[-1],
        "var": found[0].value[-1],
        "numerator": found["kinetic"].response.values[-1],
        "activity": costs["kinetic"],
        "Sigma": found["speed limit"].value[-1],
        "tk_info": costs["thermo-kinetic"],
        "tur_limit": found["thermodynamic"].limit[-1],
        "kur_limit": found["kinetic"].limit[-1],
        "tkur_limit": found["thermo-kinetic"].limit[-1],
        "speed_limit_on_Sigma": found["speed limit"].limit[-1],
        "jumps_mean": jumps[0].mean[-1],
        "jumps_var": jumps[0].value[-1],
        "survival_limit_relvar": jumps["survival"].relative_limit[-1],
    }
    return expected.cases("four states from a start with one empty", ours)


def qubit_from_a_coherent_start() -> list[Case]:
    """A driven qubit that starts with coherence."""
    expected = reference("driven_qubit_coherent_start")
    given = expected.parameters
    gap, bath = np.log((given["n"] + 1.0) / given["n"]), Bath("bath", 1.0)
    channels = [
        Channel(np.sqrt(given["gamma"] * (given["n"] + 1.0)) * LOWER, bath, -gap),
        Channel(np.sqrt(given["gamma"] * given["n"]) * LOWER.T, bath, gap),
    ]
    model = Model(0.5 * given["Omega"] * (LOWER + LOWER.T), channels, energy_operator=np.diag([0.0, gap]))
    start, times = np.array([[0.5, 0.4], [0.4, 0.5]]), [given["tau"]]
    found, jumps = (evaluate(model, one, start, times) for one in (current(model, given["c"]), activity(model)))
    ours = {
        "mean": found[0].mean[-1],
        "var": found[0].value[-1],
        "activity": found["kinetic"].cost.values[-1],
        "kur_numerator": found["kinetic"].response.values[-1],
        "kur_limit": found["kinetic"].limit[-1],
        "dynamical_activity": found["dynamical activity"].cost.values[-1],
        "hasegawa_numerator": found["dynamical activity"].response.values[-1],
        "hasegawa_limit": found["dynamical activity"].limit[-1],
        "jumps_mean": jumps[0].mean[-1],
        "jumps_var": jumps[0].value[-1],
        "jumps_kur_numerator": jumps["kinetic"].response.values[-1],
        "jumps_kur_limit": jumps["kinetic"].limit[-1],
        "survival_limit_relvar": jumps["survival"].relative_limit[-1],
        "Sigma": found["speed limit"].value[-1],
        "info": found["thermo-kinetic, exact information"].cost.values[-1],
        "tk_info": found["thermo-kinetic"].cost.values[-1],
        "numerator": found["thermo-kinetic"].response.values[-1],
        "limit_info": found["thermo-kinetic, exact information"].limit[-1],
        "limit_tkur": found["thermo-kinetic"].limit[-1],
        "speed_limit_on_Sigma": found["speed limit"].limit[-1],
        "naive_tur_product": found[0].value[-1] * found["speed limit"].value[-1] / found[0].mean[-1] ** 2,
    }
    return expected.cases("driven qubit from a coherent start", ours)


def fluorescence_from_a_coherent_start() -> list[Case]:
    """A driven atom whose only jump nothing undoes, from a pure state with coherence."""
    expected = reference("fluorescence_coherent_start")
    given = expected.parameters
    model = Model(0.5 * given["Omega"] * (LOWER + LOWER.T), [Channel(np.sqrt(given["gamma"]) * LOWER, None)])
    start, times = np.array([[0.5, 0.5j], [-0.5j, 0.5]]), [given["tau"]]
    found = evaluate(model, activity(model), start, times)
    ours = {
        "mean": found[0].mean[-1],
        "var": found[0].value[-1],
        "activity": found["kinetic"].cost.values[-1],
        "kur_numerator": found["kinetic"].response.values[-1],
        "kur_limit": found["kinetic"].limit[-1],
        "dynamical_activity": found["dynamical activity"].cost.values[-1],
        "hasegawa_numerator": found["dynamical activity"].response.values[-1],
        "hasegawa_limit": found["dynamical activity"].limit[-1],
        "survival_limit_relvar": found["survival"].relative_limit[-1],
    }
    return expected.cases("resonance fluorescence from a coherent start", ours)


def rings() -> list[Case]:
    """Rings of published relations: fluctuation-response, tightened response, clocks, oscillations, fluorescence."""
    model = rates(RING)
    along = np.where((model.table.row - model.table.column) % 3 == 1, 1.0, -1.0)
    counted = current(model, along)
    found = evaluate(model, counted)
    stays = 1.0 / RING.sum(axis=0)
    best = evaluate(model, current(model, stays[model.table.column]))["clock"]
    pairs = {"1-0": (1, 0), "2-0": (2, 0), "2-1": (2, 1)}
    edges = {name: response_bound(model, counted, _both(model, pair), symmetric=True) for name, pair in pairs.items()}
    printed = {"1-0": "-0.262411272268", "2-0": "-0.409086568558", "2-1": "-0.383876752008"}
    tight = response_bound(model, counted, np.ones(6), symmetric=True)
    fluctuation = {
        "current": ("-1.05537459283", found[0].mean),
        "noise": ("1.88053635593", found[0].value),
        "noise, sum over edges": ("1.88053635593", found["optimal scores"].limit),
        **{f"dJ/dB of edge {name}": (printed[name], _response(edges[name])) for name in pairs},
    }
    tightened = {
        "left": ("0.592286093108", _response(tight) ** 2 / found[0].value),
        "middle": ("0.614001861331", tight.cost.values if tight.cost is not None else np.nan),
        "right": ("0.704872938119", found["thermodynamic"].cost.values),
    }
    clocks = {
        "mean residual time": ("0.577361563518", 1.0 / found["clock"].cost.values),
        "D/J^2 of the optimal count": ("0.577361563518", best.value / best.mean**2),
        "D/J^2 of the cycle count": ("1.68837325684", found[0].value / found[0].mean ** 2),
    }
    system = "ring of three states"
    return [
        *table_row(system, "arXiv:2410.17140, identity between fluctuations and responses", fluctuation),
        *table_row(f"{system}, all barriers together", "arXiv:2410.17140, tightened response bound", tightened),
        *table_row(f"{system}, as a clock", "arXiv:2406.19450 and 2407.09839, clock relation", clocks),
        *_uniform_rings(),
        *_fluorescence(),
    ]


def _both(model: Model, pair: tuple[int, int]) -> np.ndarray:
    ends = np.sort(np.stack([model.table.row, model.table.column]), axis=0)
    return np.where((ends[0] == min(pair)) & (ends[1] == max(pair)), 1.0, 0.0)


def _response(bound: BoundAtRest) -> float:
    return float(bound.response.values) if bound.response is not None else np.nan


def _uniform_rings() -> list[Case]:
    size, affinity = 6, 12.0
    forward = np.exp(affinity / size)
    matrix = np.zeros((size, size))
    for state in range(size):
        matrix[(state + 1) % size, state], matrix[state, (state + 1) % size] = forward, 1.0
    model = rates(matrix)
    turns = current(model, np.where((model.table.row - model.table.column) % size == 1, 1.0, -1.0) / size)
    found = evaluate(model, turns)
    clock = {
        "Fano factor per turn": ("0.21883921425", found[0].value / abs(found[0].mean)),
        "D sigma / J^2": ("2.626070571", 2.0 * found["thermodynamic"].ratio),
    }
    oscillation = {"ratio to the bound": ("1.0", found["oscillation"].ratio)}
    return [
        *table_row("uniform ring of six states", "Barato and Seifert 2016, closed form", clock),
        *table_row("uniform ring of six states", "arXiv:2303.13116, equality case", oscillation),
    ]


def _fluorescence() -> list[Case]:
    drive = LOWER + LOWER.T
    numbers = {}
    for strength in (0.3, 1.0, 3.0):
        model = Model(0.5 * strength * drive, [Channel(LOWER, None)])
        found = evaluate(model, activity(model), perturbation=0.5 * drive, theorems=["response to the Hamiltonian"])
        numbers[f"information on the drive at {strength:g}"] = ("4.0000000", found[0].cost.values)
    return table_row("resonance fluorescence", "gammelmark2014, 4 / gamma", numbers)


def exchanges() -> list[Case]:
    """Two qubits that swap their states, and two Gibbs states of three levels."""
    expected = reference("qreur_thermalization")
    levels = np.diag(expected.parameters["E"])
    one, other = (gibbs(levels, expected.parameters[name]) for name in ("T_i", "T_f"))
    relation = two_states(one, other, levels)
    bath = Contact(Bath("bath", expected.parameters["T_f"]), np.ones(levels.shape), Ohmic(0.05, cutoff=20.0))
    model = davies(levels, [bath])
    found = evaluate(model, heat(model), Gibbs(expected.parameters["T_i"]), 3000.0)
    ours = {
        "relvar": relation.value / 2.0,
        "qreur_limit": relation.limit / 2.0,
        "fttur_limit": found["fluctuation theorem"].relative_limit[0],
        "hvv_limit": found["exchange"].relative_limit[0],
    }
    return [*expected.cases("two Gibbs states of three levels", ours), *_swap()]


def _swap() -> list[Case]:
    # A qubit that relaxes to the end exchanges what a full swap with a qubit of the bath's temperature does.
    model = qubit(1.0, 0.01, 2.0)
    bound = evaluate(model, heat(model), Gibbs(0.5), [1e4])["fluctuation theorem"]
    produced = (1.0 / 0.5 - 1.0 / 2.0) * float(bound.mean[-1])  # by both qubits: heat over the difference of 1/T
    numbers = {
        "Var Q / Q^2": ("5.09447846173", bound.relative_value[-1]),
        "csch^2 limit": ("4.51240075453", bound.relative_limit[-1]),
        "2 over the entropy produced, which is above": ("5.16120214708", 2.0 / produced),
    }
    return table_row("full swap of two qubits at 0.5 and 2", "arXiv:1912.08391, closed form", numbers)
