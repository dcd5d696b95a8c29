"""The same work in qthermo, as far as it goes.

`davies_bath` builds the jump operators (one each, since no two gaps are equal) and `transient` gives states, heat
current and heat. qthermo has no entropy production rate over time; its terms, dS/dt and the heat current, are formed
here. It has no variance of heat at finite time either: `cycle_counting` counts +-1 for every jump of a bath,
`current_statistics` is for steady states. So its row does less work than the others.
"""

from __future__ import annotations

import numpy as np
import qthermo
from numpy.typing import NDArray

from harness.rate_equation import Levels

Array = NDArray[np.float64]


def bath(system: Levels) -> qthermo.Bath:
    """The bath with all its jump operators."""
    return qthermo.davies_bath(
        np.diag(system.energies), system.coupling, system.temperature, gamma=system.rate, tol=1e-12
    )


def everything(system: Levels, reservoir: qthermo.Bath, start: Array, times: Array) -> tuple[Array, Array]:
    """Populations (t, N) and entropy production rate (t,), on a uniform grid of times that starts at 0."""
    hamiltonian = np.diag(system.energies)
    found = qthermo.transient(
        hamiltonian, np.diag(start).astype(complex), float(times[-1]), times.size - 1, baths=[reservoir]
    )
    path = np.stack([np.diagonal(state).real for state in found.states])
    entropy_rate = [
        -float(np.real(np.diagonal(reservoir.dissipator(state))) @ np.log(now))
        for state, now in zip(found.states, path, strict=True)
    ]
    return path, np.asarray(entropy_rate) - found.currents[reservoir.name] / system.temperature
