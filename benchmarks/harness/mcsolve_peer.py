"""The same jump records from QuTiP: `mcsolve` on two processes, final state not kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import qutip
from numpy.typing import NDArray

import thermokin as tk

Array = NDArray[np.float64]

OPTIONS = {
    "map": "parallel",
    "num_cpus": 2,
    "progress_bar": "",
    "improved_sampling": False,
    "store_states": False,
    "store_final_state": False,
}
"""QuTiP's own tolerances and integrator."""


@dataclass(frozen=True)
class Records:
    """What is compared: for each run, its number of jumps and the energy that they gave.

    Args:
        jumps: (n,).
        energy: (n,).
    """

    jumps: Array
    energy: Array


def records(model: tk.Model, ket: Array, time: float, trajectories: int, seed: int) -> Records:
    """Jump records of a model of this package from a pure state.

    Args:
        model: its Hamiltonian and jump operators are handed to QuTiP.
        ket: (d,) in the user's basis.
        time: to which each run goes.
        trajectories: how many.
        seed: of QuTiP's streams.

    Returns:
        The records.
    """
    channels = list(model.channels)
    solved = qutip.mcsolve(
        qutip.Qobj(model.hamiltonian),
        qutip.Qobj(ket[:, None]),
        np.array([0.0, time]),
        c_ops=[qutip.Qobj(channel.jump) for channel in channels],
        ntraj=trajectories,
        seeds=seed,
        options=OPTIONS,
    )
    energies = np.array([float(channel.energy) for channel in channels])
    return Records(
        np.array([len(run) for run in solved.col_which], dtype=np.float64),
        np.array([energies[np.asarray(run, dtype=np.int64)].sum() for run in solved.col_which]),
    )
