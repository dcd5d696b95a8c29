"""What flows between the levels of a system at rest, through its baths and through its coherences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.jump_table import NO_BATH
from thermokin.model.model import Model
from thermokin.motion.steady_state import SteadyState

__all__ = ["COHERENT", "LevelFlows", "Transition", "level_flows"]

COHERENT = -2  # in place of a bath's position: the flow that the Hamiltonian drives
ROUNDING = 1e-12  # of all that flows between the two levels: less is nothing
SLOWEST = 1e-13  # of the fastest transition: slower ones are left out


@dataclass(frozen=True)
class Transition:
    """Two levels and what takes the system from one to the other.

    Attributes:
        bath: its position in the model's baths; `NO_BATH` for jumps without one, `COHERENT` for the Hamiltonian.
        low: the level of lower energy.
        high: the other.
        upward: net flow from the lower to the higher [1/time]; 0 within rounding.
    """

    bath: int
    low: int
    high: int
    upward: float


@dataclass(frozen=True, eq=False)
class LevelFlows:
    """Levels of the counted energy, ascending, and the transitions between them.

    Args:
        energies: (d,) [energy].
        populations: (d,).
        transitions: by bath, then by levels.
    """

    energies: FloatArray
    populations: FloatArray
    transitions: tuple[Transition, ...]


def level_flows(state: SteadyState) -> LevelFlows:
    """The flows in a steady state.

    A jump L takes Re(L_ij* (L rho)_ij) from level j to level i, the Hamiltonian 2 Im(H_ij rho_ji): together they leave
    every population where it is.

    Args:
        state: of one point.

    Returns:
        Levels and flows.

    Raises:
        ValueError: if the state is a sweep.
    """
    model = state.model
    if model.batch_shape:
        raise ValueError(f"flows between levels are those of one point, got leading axes {model.batch_shape}.")
    energies, states = _levels(model)
    density = states.conj().T @ model.to_frame(state.matrix) @ states
    flows: dict[int, FloatArray] = {}
    for channel in range(model.table.size):
        jump = states.conj().T @ model.table.jump(channel) @ states
        moved = np.real(jump.conj() * (jump @ density))
        bath = int(model.table.bath[channel])
        flows[bath] = flows.get(bath, 0.0) + moved
    coherent = 2.0 * np.imag((states.conj().T @ model.generator.dense @ states) * density.T)
    flows[COHERENT] = np.maximum(coherent, 0.0)
    return LevelFlows(energies, np.real(np.diagonal(density)), _transitions(flows, model, states))


def _levels(model: Model) -> tuple[FloatArray, ComplexArray]:
    """Energies (d,), ascending, and their states (d, d) in the frame."""
    if model.energy.is_diagonal:
        energies, states = model.energy.diagonal, np.eye(model.dimension, dtype=np.complex128)
    else:
        energies, states = model.energy.eigen
    order = np.argsort(energies, kind="stable")
    return energies[order], states[:, order]


def _transitions(flows: dict[int, FloatArray], model: Model, states: ComplexArray) -> tuple[Transition, ...]:
    # A coherence that carries nothing joins two levels all the same.
    joined = np.abs(states.conj().T @ model.generator.dense @ states)
    fastest = max(float(np.abs(moved - np.diag(np.diag(moved))).max(initial=0.0)) for moved in flows.values())
    found = []
    for bath, moved in flows.items():
        for low, high in zip(*np.triu_indices(len(moved), 1), strict=True):
            up, down = float(moved[high, low]), float(moved[low, high])
            whole = abs(up) + abs(down)
            if whole <= SLOWEST * fastest and not (bath == COHERENT and joined[low, high] > ROUNDING * joined.max()):
                continue
            net = up - down
            still = abs(net) <= max(ROUNDING * whole, SLOWEST * fastest)
            found.append(Transition(bath, int(low), int(high), 0.0 if still else net))
    order = {bath: place for place, bath in enumerate([*range(len(model.baths)), COHERENT, NO_BATH])}
    return tuple(sorted(found, key=lambda one: (order[one.bath], one.low, one.high)))
