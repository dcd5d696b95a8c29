"""What a model is at several times: its Hamiltonians and jumps there, in the user's basis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.model.bath import bath_entropy
from thermokin.model.jump_entropy import heat_weights
from thermokin.model.model import Model

__all__ = ["Nodes", "mean_levels", "nodes_of_models", "operators_of_model", "stacked_nodes", "traceless"]


@dataclass(frozen=True, eq=False)
class Nodes:
    """A model at k times.

    Args:
        hamiltonian: of the motion (k, d, d) [energy].
        counted: the operator whose energy is counted (k, d, d) [energy].
        jumps: L (k, c, d, d) [1/sqrt(time)].
        energy: that a jump gives to the system (k, c) [energy].
        heat: that less mu times the particles (k, c) [energy]; 0 without a bath.
        entropy: that a jump puts into its bath (k, c) [nats]; 0 without a bath.
        bath: position of the bath of each jump (k, c), -1 for none.
    """

    hamiltonian: ComplexArray
    counted: ComplexArray
    jumps: ComplexArray
    energy: FloatArray
    heat: FloatArray
    entropy: FloatArray
    bath: IntArray

    @property
    def count(self) -> int:
        """Number of times k."""
        return int(self.hamiltonian.shape[0])

    def at(self, places: IntArray) -> Nodes:
        """The nodes at some of the times."""
        return Nodes(*(values[places] for values in vars(self).values()))


def mean_levels(model: Model) -> FloatArray:
    """Mean levels of a model's two Hamiltonians: the motion's and the counted one (2,) [energy]."""
    both = model.generator.diagonal, model.energy.diagonal
    return np.array([float(one.mean()) for one in both])


def operators_of_model(model: Model, offset: FloatArray) -> tuple[ComplexArray, ComplexArray]:
    """Hamiltonian of the motion and counted operator in the user's basis.

    Args:
        model: of leading axes (...).
        offset: from which energies of the two are counted (2,) [energy].

    Returns:
        (..., d, d) each [energy].
    """
    one = np.eye(model.dimension)
    # Taken off before the frame is turned, whose rounding would be that of the offset.
    motion = model.from_frame(model.generator.dense - offset[0] * one)
    if model.energy is model.generator and offset[0] == offset[1]:
        return motion, motion
    return motion, model.from_frame(model.energy.dense - offset[1] * one)


def traceless(operators: ComplexArray) -> ComplexArray:
    """Operators (k, d, d) less their mean level, which turns no state."""
    size = operators.shape[-1]
    mean = np.trace(operators, axis1=-2, axis2=-1)[..., None, None] / size
    return np.asarray(operators - mean * np.eye(size))


def nodes_of_models(models: Sequence[Model], names: Sequence[str], offset: FloatArray) -> Nodes:
    """Nodes of models, one at each time, or of one whose leading axis is time.

    Args:
        models: one per time, or one of a leading axis.
        names: of the baths, in the order in which they are counted.
        offset: from which energies of the two Hamiltonians are counted (2,) [energy].

    Returns:
        The nodes.
    """
    parts = [_of_model(model, names, offset) for model in models]
    return stacked_nodes(parts)


def stacked_nodes(parts: Sequence[Nodes]) -> Nodes:
    """Nodes one after the other; those of fewer jumps get jumps that do not happen.

    Args:
        parts: nodes of one space.

    Returns:
        All of them.
    """
    if len(parts) == 1:
        return parts[0]
    most = max(part.bath.shape[1] for part in parts)
    padded = [_padded(part, most - part.bath.shape[1]) for part in parts]
    fields = zip(*(vars(part).values() for part in padded), strict=True)
    return Nodes(*(np.concatenate(field) for field in fields))


def _padded(part: Nodes, more: int) -> Nodes:
    if not more:
        return part

    def wide(values: NDArray[Any]) -> NDArray[Any]:
        return np.pad(values, [(0, 0), (0, more), *[(0, 0)] * (values.ndim - 2)])

    nothing = np.pad(part.bath, [(0, 0), (0, more)], constant_values=-1)
    numbers = (wide(part.energy), wide(part.heat), wide(part.entropy))
    return Nodes(part.hamiltonian, part.counted, wide(part.jumps), *numbers, nothing)


def _of_model(model: Model, names: Sequence[str], offset: FloatArray) -> Nodes:
    lead = model.batch_shape or (1,)
    table, size = model.table, model.dimension

    def full(values: NDArray[Any], own: int) -> NDArray[Any]:
        shape = (*lead, *values.shape[values.ndim - own :])
        return values if values.shape == shape else np.broadcast_to(values, shape)

    if table.size:
        in_frame = np.stack(np.broadcast_arrays(*(table.jump(each) for each in range(table.size))), axis=-3)
    else:
        in_frame = np.zeros((0, size, size), dtype=np.complex128)
    frame = model.frame
    jumps = in_frame
    if frame is not None:
        jumps = frame[..., None, :, :] @ in_frame @ frame.conj().swapaxes(-1, -2)[..., None, :, :]
    heat = heat_weights(model)
    entropy = np.zeros(np.broadcast_shapes(heat.shape, (*model.batch_shape, table.size)))
    place = np.full(table.size, -1)
    for position, bath in enumerate(model.baths):
        here = table.bath == position
        place[here] = names.index(bath.name)
        entropy = np.where(here, bath_entropy(heat, bath.temperature[..., None]), entropy)
    numbers = (full(table.energy, 1), full(heat, 1), full(entropy, 1), full(place, 1))
    motion, counted = operators_of_model(model, offset)
    return Nodes(full(motion, 2), full(counted, 2), full(jumps, 3), *numbers)
