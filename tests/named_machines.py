"""The machines of the library by their names, with the numbers that a study file gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

import thermokin as tk

PAIRS = {
    "rates_work": [[0, 0, 0, 0], [0, 0, 0.001, 0], [0, 0.001, 0, 0], [0, 0, 0, 0]],
    "rates_hot": [[0, 0, 0.002, 0.001], [0, 0, 0, 0], [0.002, 0, 0, 0], [0.001, 0, 0, 0]],
    "rates_cold": [[0, 0.003, 0, 0], [0.003, 0, 0, 0], [0, 0, 0, 0.001], [0, 0, 0.001, 0]],
}
THREE = {"work": 6.0, "hot": 1.5, "cold": 1.0}
ENDS = {"left": 1.0, "right": 0.4}
LEADS = {**ENDS, "potential_left": 0.5, "potential_right": -0.5}
GIVEN: dict[str, Mapping[str, Any]] = {
    "boundary_driven_chain": {"sites": 3, "rate": 1.0, "bias": 0.4, "dephasing": 0.3},
    "coherent_ring_clock": {"couplings": [1.0, 0.8], "rate": 1.5, "affinity": 8.0},
    "collective_maser": {"atoms": 2, "drive": 0.02, "hot": 4.0},
    "collective_spins": {"spins": 3, "gap": 1.0, "rate_hot": 0.001, "rate_cold": 0.002, "hot": 2.0, "cold": 0.5},
    "dot_chain": {"sites": 3, "hopping": 0.01, **LEADS},
    "double_dot": {"hopping": 0.01, "energy": 0.2, **LEADS},
    "electron_pump": {"phase": 0.3, "amplitude": 2.0, "contrast": 1.0, "rate": 0.01, **LEADS},
    "exclusion_process": {"sites": 3, "enter_left": 1.0, "leave_right": 1.0, "leave_left": 0.2, "enter_right": 0.1},
    "four_level_refrigerator": {"energies": [0.0, 1.0, 2.5, 4.6], **THREE, **PAIRS},
    "heat_rectifier": {"gap": 1.0, "rate_left": 0.01, "rate_right": 0.002, **ENDS},
    "heat_valve": {"levels": 3, "frequency": 1.0, "gap": 1.01, "coupling": 0.01, "rate": 0.01, "hot": 0.4, "cold": 0.2},
    "maser_in_cavity": {"levels": 4, "coupling": 0.01, "hot": 4.0, "cold": 0.5, "cavity": 0.3, "driven_pair": "lower"},
    "quantum_dot": {"energy": -0.3, "interaction": 1.2, **LEADS},
    "ring_clock": {"states": 4, "affinity": 6.0, "rate": 0.7},
    "single_dot": {"energy": 0.4, **LEADS},
    "spin_diode": {"field_left": 2.0, "coupling": 1.0, **ENDS},
    "thermal_transistor": {"coupling": 1.0, "middle": 0.6, **ENDS, "zero_frequency": "none", "field": 0.2},
    "three_level_refrigerator": THREE,
    "three_qubit_refrigerator": {"coupling": 0.01, **THREE, "touch": "reset"},
}


def _model(name: str, given: Mapping[str, Any]) -> tk.Model:
    made = {key: np.asarray(one) if isinstance(one, list) else one for key, one in given.items()}
    return getattr(tk.library, name)(**made)  # type: ignore[no-any-return]


NAMED: dict[str, tuple[str, tk.Model]] = {
    name: ("".join(f"{key} = {json.dumps(one)}\n" for key, one in given.items()), _model(name, given))
    for name, given in GIVEN.items()
}
