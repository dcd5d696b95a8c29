"""The steady states of all points of a sweep of a small machine at once."""

from __future__ import annotations

from functools import partial

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import PopulationBlock
from thermokin.model.chosen_points import ChosenPoints
from thermokin.motion.stationary_resolvent import stationary_resolvent
from thermokin.solvers.bulk import BulkMachine, completed
from thermokin.solvers.method import Dense
from thermokin.solvers.resolvent import Resolvent

__all__ = ["bulk_state", "state_of"]


def bulk_state(machine: BulkMachine) -> tuple[FloatArray | ComplexArray, FloatArray] | None:
    """The states, those of doubtful points from resolvents.

    Args:
        machine: the sweep.

    Returns:
        In the frame, populations (..., d) where they are closed, else density matrices (..., d, d), and the residual
        of each (...); None where resolvents have to find all of them.
    """
    found = completed(machine.state(), partial(_by_resolvent, machine))
    return None if found is None else (machine.frame_state(found[..., :-1]), found[..., -1])


def _by_resolvent(machine: BulkMachine, chosen: ChosenPoints) -> FloatArray:
    liouvillian = Liouvillian(chosen.model(machine.liouvillian.model))
    resolvent = stationary_resolvent(liouvillian, Dense(), None)
    vector = machine.vector(state_of(liouvillian, resolvent))
    residual = np.broadcast_to(resolvent.residual, vector.shape[:-1])
    return np.concatenate([vector, residual[..., None]], axis=-1)


def state_of(liouvillian: Liouvillian, resolvent: Resolvent) -> FloatArray | ComplexArray:
    """The stationary state in the frame of a generator.

    Args:
        liouvillian: the generator.
        resolvent: of it, which may have been solved in another frame.

    Returns:
        Populations (..., d) where they are closed, else the density matrix (..., d, d).
    """
    found = resolvent.block.frame_state(resolvent.stationary)
    inner = resolvent.block.liouvillian.model
    if inner is liouvillian.model:
        return found
    if isinstance(resolvent.block, PopulationBlock):
        found = found[..., None] * np.eye(found.shape[-1])
    return liouvillian.model.to_frame(inner.from_frame(found.astype(np.complex128)))
