"""Every public constructor and verb with arguments that are sound; the fuzzer exchanges some of them for junk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import thermokin as tk

Call = tuple[Callable[..., Any], dict[str, Any]]

FLIP = np.array([[0.0, 1.0], [1.0, 0.0]])
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
GAP = np.diag([0.0, 1.0])
RATES = np.array([[0.0, 0.3, 1.1], [0.7, 0.0, 0.2], [0.4, 0.5, 0.0]])
BATH = tk.Bath("bath", 0.5)
SWEPT = tk.Bath("bath", [0.5, 1.0, 2.0])
LEAD = tk.Bath("bath", 0.5, 0.2, tk.Fermi())
CONTACT = tk.Contact(BATH, FLIP, tk.Flat(0.01))
OHMIC = tk.Contact(tk.Bath("cold", 0.2), FLIP, tk.Ohmic(0.1, cutoff=3.0))
LEAD_CONTACT = tk.Contact(LEAD, LOWER, tk.Lorentzian(0.1, 1.0, 2.0))
DOWN = tk.Channel(LOWER, BATH, -1.0)
UP = tk.Channel(np.exp(-1.0) * LOWER.T, BATH, 1.0)
LOSS = tk.Channel(LOWER, None)
SWEEP_LOSS = tk.Channel(np.array([1.0, 2.0])[:, None, None] * LOWER, None, [1.0, 2.0])
DRIVE = np.array([[0.0, 0.3], [0.3, 1.0]])

THERMAL = tk.library.qubit(1.0, 0.01, 0.5)
COHERENT = tk.Model(DRIVE, [LOSS])
CLASSICAL = tk.rates(RATES, weights={"charge": np.ones((3, 3))})
SWEEP = tk.library.qubit(1.0, 0.01, [0.5, 1.0, 2.0])
MODELS = [THERMAL, COHERENT, CLASSICAL, SWEEP]

TABLE = tk.Tabulated([0.0, 4.0], [0.1, 0.2])
SPECTRA = [
    tk.Flat(0.1),
    tk.Ohmic(0.1),
    tk.Drude(0.1, 2.0),
    tk.Lorentzian(0.1, 1.0, 0.3),
    tk.Brownian(0.1, 1.0, 0.3),
    TABLE,
    tk.Band(0.1, -1.0, 3.0),
]
STATISTICS = [tk.Bose(), tk.Fermi(), tk.SpinBath()]
BATHS = [BATH, SWEPT, LEAD, tk.Bath("cold", 0.0), tk.Bath("spin", np.inf, statistics=tk.SpinBath())]
CONTACTS = [[CONTACT], [CONTACT, OHMIC], [LEAD_CONTACT], (CONTACT,), [tk.Contact(SWEPT, FLIP, tk.Flat([[0.1], [0.2]]))]]
CHANNELS = [[DOWN, UP], [LOSS], [], [LOSS, LOSS], [DOWN], [DOWN, UP, DOWN], [SWEEP_LOSS], [LOSS, DOWN, UP], [CONTACT]]
METHODS = [tk.Auto(), tk.Dense(), tk.Sparse(), tk.Krylov(), None]
INITIAL = [
    *(tk.Gibbs(0.3), tk.Gibbs(0.0), tk.Gibbs(np.inf), tk.Gibbs([0.5, 1.0]), tk.Populations([0.2, 0.8]), [1.0, 0.0]),
    *(np.full((2, 2), 0.5), np.eye(3) / 3.0, tk.Populations([1.0, 0.0, 0.0]), np.eye(2)[None] / 2.0),
    *(tk.Populations(np.eye(3)), tk.Ket([0.6, 0.8]), tk.Ket(np.eye(3)), [0.6, 0.8j], [[1.0], [0.0]], [0.5, 0.5]),
]
TIMES = [[0.5, 1.0], [0.0], [1e-300], [1e300], np.ones((3, 1)), np.ones((2, 1)), [0.0, 1e-12, 1e12]]
CURRENTS = [current for model in MODELS for current in (tk.heat(model), tk.activity(model), 2.0 * tk.energy(model))]

# What else may stand in the place of a sound argument besides junk, by the argument's name.
KINDRED: dict[str, list[Any]] = {
    "bath": [*BATHS, "bath", "hot", None],
    "spectrum": SPECTRA,
    "statistics": STATISTICS,
    "contacts": [*CONTACTS, [], [CONTACT, None], CONTACT, [BATH]],
    "channels": CHANNELS,
    "method": METHODS,
    "initial": INITIAL,
    "times": TIMES,
    "model": MODELS,
    "current": CURRENTS,
    "currents": [CURRENTS[:2], CURRENTS, CURRENTS[6:8], [None]],
    "order": [1, 2, 5, 0, -1, True, 2.0, np.int8(2), 40],
    "hamiltonian": [GAP, DRIVE, np.diag([0.0, 1e-14]), np.array([1.0, 2.0])[:, None, None] * GAP, np.eye(3)],
    "weights": [np.ones(2), np.ones(1), np.ones((3, 2)), np.ones(6), {"a": np.ones((3, 3))}, {1: 2}, {"a": None}],
    "evolution": [tk.evolve(model, tk.Gibbs(1.0), [1.0]) for model in MODELS],
    "sites": [1, 2, 3, 2.0],
    "levels": [1, 2, 3, 2.0],
    "J": [0.5, 1.0, 0.7, 0],
    "trajectories": [1, 3, 0, 2.0],
    "frequencies": [[0.0, 1.0], 0.5, [1e300], [-1e-300]],
}

LIBRARY: dict[str, dict[str, Any]] = {
    "qubit": {"gap": 1.0, "rate": 0.1, "temperature": 0.5, "statistics": None},
    "oscillator": {"levels": 3, "frequency": 1.0, "rate": 0.1, "temperature": 0.5, "statistics": None},
    "spin": {"J": 1.0, "gap": 1.0, "rate": 0.1, "temperature": 0.5, "statistics": None},
    "levels": {
        "energies": [0.0, 1.0, 2.5],
        "coupling": None,
        "rate": 0.1,
        "temperature": 0.5,
        "statistics": None,
        "spectrum": None,
    },
    "random_levels": {"count": 3, "seed": 1, "rate": 0.1, "temperature": 0.5, "width": 4.0},
    "fermionic_level": {"energy": 1.0, "rate": 0.1, "temperature": 0.5, "chemical_potential": 0.2},
    "qutrit_v": {"rate": 0.1, "temperature": 0.5, "energies": (0.0, 1.0, 1.2), "couplings": (1.0, 1.0)},
    "qutrit_lambda": {"rate": 0.1, "temperature": 0.5, "energies": (0.0, 0.2, 1.0), "couplings": (1.0, 1.0)},
    "qutrit_ladder": {"rate": 0.1, "temperature": 0.5, "energies": (0.0, 1.0, 2.0), "couplings": (1.0, 1.0)},
    "ising_chain": {"sites": 2, "field": 1.0, "coupling": 0.3, "rate": 0.01, "left": 1.0, "right": 0.5},
    "xxz_chain": {"sites": 2, "anisotropy": 0.5, "rate": 0.01, "left": 1.0, "right": 0.5, "coupling": 0.04},
    "coupled_qubits": {"gaps": (1.0, 1.5), "coupling": 0.1, "rate": 0.01, "hot": 1.0, "cold": 0.5},
    "three_level_maser": {
        "drive": 0.01,
        "hot": 5.0,
        "cold": 1.0,
        "gap_hot": 2.5,
        "gap_cold": 1.0,
        "rate_hot": 0.1,
        "rate_cold": 0.1,
        "detuning": 0.0,
        "driven_pair": "lower",
    },
    "coupled_oscillators": {"levels": 2, "frequency": 1.0, "coupling": 0.1, "rate": 0.01, "hot": 1.0, "cold": 0.5},
}

CONSTRUCTORS: dict[str, Call] = {
    "Bath": (tk.Bath, {"name": "bath", "temperature": 0.5, "chemical_potential": 0.0, "statistics": None}),
    "Lead": (tk.Bath, {"name": "bath", "temperature": 0.5, "chemical_potential": 0.3, "statistics": tk.Fermi()}),
    "Flat": (tk.Flat, {"rate": 0.1}),
    "Ohmic": (tk.Ohmic, {"strength": 0.1, "cutoff": 3.0, "exponent": 1.0}),
    "Drude": (tk.Drude, {"strength": 0.1, "cutoff": 3.0}),
    "Lorentzian": (tk.Lorentzian, {"rate": 0.1, "centre": 1.0, "width": 0.5}),
    "Brownian": (tk.Brownian, {"coupling": 0.1, "frequency": 1.0, "width": 0.5}),
    "Band": (tk.Band, {"rate": 0.1, "lower": -1.0, "upper": 4.0, "edge": 0.1}),
    "Tabulated": (tk.Tabulated, {"frequencies": [0.0, 4.0], "rates": [0.1, 0.2]}),
    "Contact": (tk.Contact, {"bath": BATH, "operator": FLIP, "spectrum": tk.Flat(0.1)}),
    "Channel": (tk.Channel, {"jump": LOWER, "bath": None, "energy": 0.0, "particles": 0.0}),
    "Model": (
        tk.Model,
        {"hamiltonian": GAP, "channels": [DOWN, UP], "energy_operator": None, "number_operator": None},
    ),
    "davies": (tk.davies, {"hamiltonian": GAP, "contacts": [CONTACT], "number_operator": None, "tolerance": 1e-8}),
    "local": (tk.local, {"hamiltonian": DRIVE, "contacts": [CONTACT], "bare": GAP, "number_operator": None}),
    "rates": (tk.rates, {"matrix": RATES, "weights": {"a": RATES}}),
    "current": (tk.current, {"model": THERMAL, "weights": [1.0, -1.0], "name": None}),
    "heat": (tk.heat, {"model": THERMAL, "bath": "bath"}),
    "energy": (tk.energy, {"model": THERMAL, "bath": None}),
    "particles": (tk.particles, {"model": THERMAL, "bath": None}),
    "entropy_flow": (tk.entropy_flow, {"model": THERMAL, "bath": None}),
    "activity": (tk.activity, {"model": THERMAL, "bath": None}),
    "Gibbs": (tk.Gibbs, {"temperature": 0.5}),
    "Populations": (tk.Populations, {"values": [0.5, 0.5]}),
    "Krylov": (tk.Krylov, {"tolerance": 1e-10, "iterations": 100}),
    "annihilation_part": (tk.operators.annihilation_part, {"operator": FLIP, "number_operator": GAP}),
    "gibbs": (tk.operators.gibbs, {"hamiltonian": GAP, "temperature": 0.5}),
    **{f"library.{name}": (getattr(tk.library, name), given) for name, given in LIBRARY.items()},
}

VERBS: dict[str, Call] = {
    "steady_state": (tk.steady_state, {"model": THERMAL, "initial": None, "method": None}),
    "evolve": (tk.evolve, {"model": THERMAL, "initial": tk.Gibbs(2.0), "times": [0.5, 1.0]}),
    "ledger": (tk.ledger, {"model": THERMAL, "evolution": KINDRED["evolution"][0]}),
    "modes": (tk.modes, {"model": THERMAL, "initial": None}),
    "cumulants": (
        tk.cumulants,
        {"model": THERMAL, "current": tk.heat(THERMAL), "order": 2, "method": None, "initial": None},
    ),
    "covariance": (
        tk.covariance,
        {"model": THERMAL, "currents": [tk.heat(THERMAL), tk.activity(THERMAL)], "method": None, "initial": None},
    ),
    "spectrum": (
        tk.spectrum,
        {"model": THERMAL, "current": tk.heat(THERMAL), "frequencies": [0.0, 1.0], "method": None, "initial": None},
    ),
    "integrated_cumulants": (
        tk.integrated_cumulants,
        {"model": THERMAL, "current": tk.heat(THERMAL), "initial": tk.Gibbs(2.0), "times": [0.5, 1.0], "order": 2},
    ),
    "integrated_covariance": (
        tk.integrated_covariance,
        {
            "model": THERMAL,
            "currents": [tk.heat(THERMAL), tk.activity(THERMAL)],
            "initial": tk.Gibbs(2.0),
            "times": [0.5, 1.0],
        },
    ),
    "unravel": (
        tk.unravel,
        {"model": THERMAL, "initial": tk.Gibbs(2.0), "times": [0.5, 1.0], "trajectories": 3, "seed": 1},
    ),
}
# The current of each model, so that a model in exchange is met by a current of its own.
OWN = {id(model): tk.activity(model) for model in MODELS}
