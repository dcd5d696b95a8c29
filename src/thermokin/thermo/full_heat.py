"""Heat counted with the whole Hamiltonian, where jumps count another: it may run from cold to hot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution

__all__ = ["FullHeat"]

CLEAR = 1e-9  # of the heats: less is rounding


class FullHeat:
    """What a ledger says of heat counted with the whole Hamiltonian."""

    evolution: Evolution

    @cached_property
    def full_heat_rate(self) -> Mapping[str, FloatArray]:
        """tr(H D_b rho) with the whole Hamiltonian; not the heat where another energy is counted [energy/time]."""
        return _full_heat_rates(self.evolution)

    @cached_property
    def full_heat_runs_uphill(self) -> BoolArray:
        """Whether `full_heat_rate` breaks the second law at rest: it runs from cold to hot, and nothing pays for it."""
        return _runs_uphill(self.evolution, self.full_heat_rate)


def _full_heat_rates(evolution: Evolution) -> dict[str, FloatArray]:
    """The rate tr(H D_b rho) of each bath, with H the whole Hamiltonian; of leads less mu tr(N D_b rho).

    Args:
        evolution: any evolution.

    Returns:
        (..., t) for each bath [energy/time].

    Cost:
        A product of H with each jump.
    """
    model = evolution.model
    return {bath.name: evolution.expectation(_taken_in(model, place)) for place, bath in enumerate(model.baths)}


def _taken_in(model: Model, place: int) -> FrameOperator:
    """The sum over the jumps of a bath of L^+ K L - (L^+ L K + K L^+ L)/2, K = H - mu N (..., d, d)."""
    bath = model.baths[place]
    counted = model.generator.dense
    if model.number is not None:
        counted = counted - bath.chemical_potential[..., None, None] * model.number.dense
    total = np.zeros(counted.shape, dtype=np.complex128)
    for channel in np.flatnonzero(model.table.bath == place):
        jump = model.table.jump(int(channel))
        adjoint = jump.conj().swapaxes(-1, -2)
        square = adjoint @ jump
        total = total + adjoint @ counted @ jump - 0.5 * (square @ counted + counted @ square)
    return FrameOperator.from_matrix(0.5 * (total + total.conj().swapaxes(-1, -2)))


def _runs_uphill(evolution: Evolution, rates: Mapping[str, FloatArray]) -> BoolArray:
    """Whether heat by the whole Hamiltonian would lower the entropy of a system at rest, -sum of heat/T < 0.

    Args:
        evolution: any evolution.
        rates: of each bath (..., t) [energy/time].

    Returns:
        (..., t); False where the state is not at rest.
    """
    model = evolution.model
    entropy, size, total = np.zeros(()), np.zeros(()), np.zeros(())
    for bath in model.baths:
        flow = rates[bath.name]
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.nan_to_num(flow / bath.temperature[..., None], nan=0.0, posinf=0.0, neginf=0.0)
        entropy, size, total = entropy - part, size + np.abs(part), total + np.abs(flow)
    changed = np.abs(evolution.expectation_rate(model.generator))
    return np.asarray((entropy < -CLEAR * size) & (changed <= CLEAR * total))
