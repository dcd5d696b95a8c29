"""How the Hamiltonian and the jump table of a model move with one parameter, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray, IntArray
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.numerics.differences import Slope

__all__ = ["NO_EXTRA", "Extra", "TableChange", "table_arrays", "table_change"]

FIXED_FRAME = 1e-13  # difference of two frames that is rounding


@dataclass(frozen=True, eq=False)
class Extra:
    """Elements that a parameter adds to jumps that lack them.

    Args:
        channel: (m,) to which jump.
        row: (m,).
        column: (m,).
        amplitude: (m,) derivative of the element [1/sqrt(time)/parameter].
    """

    channel: IntArray
    row: IntArray
    column: IntArray
    amplitude: NDArray[Any]

    @classmethod
    def joined(cls, extras: Sequence[Extra]) -> Extra:
        """Several as one."""
        if not extras:
            return NO_EXTRA
        return cls(
            np.concatenate([one.channel for one in extras]),
            np.concatenate([one.row for one in extras]),
            np.concatenate([one.column for one in extras]),
            np.concatenate([one.amplitude for one in extras]).astype(np.complex128),
        )


_NONE: IntArray = np.zeros(0, dtype=np.int64)
NO_EXTRA = Extra(_NONE, _NONE, _NONE, np.zeros(0, dtype=np.complex128))


@dataclass(frozen=True, eq=False)
class TableChange:
    """Derivatives with respect to one parameter, in the model's frame.

    Args:
        generator: of the Hamiltonian of the motion (d, d); None if it stays, or moves no population.
        amplitude: of the entries of the jump table (m,).
        energy: of the energy that the jump of each entry gives (m,).
        particles: of the particles that it gives (k,), by channel.
        temperature: of the baths (b,).
        potential: of their chemical potentials (b,).
        named: of the weights (k,) that the model carries by name.
        turning: U^+ dU (d, d) of the frame U; None if it stays.
        relative_error: of all these, as a part of the largest.
        extra: elements that jumps lack.
        scale: of the change of the levels' Hamiltonian, beside which changes of energies may be rounding.
        couplings: how the operators of the contacts move (d, d), where elements that jumps gain are told.
    """

    generator: NDArray[Any] | None
    amplitude: NDArray[Any]
    energy: FloatArray
    particles: FloatArray
    temperature: FloatArray
    potential: FloatArray
    named: Mapping[str, FloatArray] = field(default_factory=dict)
    turning: NDArray[Any] | None = None
    relative_error: float = 0.0
    extra: Extra = NO_EXTRA
    scale: float = 0.0
    couplings: tuple[NDArray[Any], ...] = ()


def table_arrays(model: Model, base: Model) -> list[NDArray[Any]]:
    """Everything of a model that may move with a parameter, as arrays.

    Args:
        model: a model of one point.
        base: that at the parameter's value, whose structure it must have.

    Returns:
        The arrays: Hamiltonian, amplitudes, energies, particles, temperatures, chemical potentials, named weights.

    Raises:
        ArgumentError: if its structure is another.
    """
    _require_alike(model, base)
    table = model.table
    return [
        model.generator.dense,
        table.amplitude,
        table.energy,
        table.particles,
        np.array([float(bath.temperature) for bath in model.baths]),
        np.array([float(bath.chemical_potential) for bath in model.baths]),
        *(model.named_weights[name] for name in base.named_weights),
    ]


def _require_alike(model: Model, base: Model) -> None:
    same = model.dimension == base.dimension and _pattern_alike(model.table, base.table)
    same = same and [bath.name for bath in model.baths] == [bath.name for bath in base.baths]
    if not same or model.named_weights.keys() != base.named_weights.keys():
        raise ArgumentError(
            "`parameters` change the structure of the model: beside the point it has other jumps, elements or baths. "
            "Its derivative is defined where the structure stays: choose another point, or build the model by `davies` "
            "or `local`, whose jumps may gain elements.",
            "parameters",
        )
    frames = model.frame, base.frame
    turned = (frames[0] is None) != (frames[1] is None)
    if not turned and frames[0] is not None and frames[1] is not None:
        turned = bool(np.abs(frames[0] - frames[1]).max() > FIXED_FRAME)
    if turned:
        raise ArgumentError(
            "`parameters` turn the frame of a model that is not made by `davies` or `local` itself; build it by one of "
            "them.",
            "parameters",
        )


def _pattern_alike(one: JumpTable, other: JumpTable) -> bool:
    names = ("channel", "row", "column", "bath", "reverse")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def table_change(slopes: Sequence[Slope], base: Model) -> TableChange:
    """The derivatives of `table_arrays`.

    Args:
        slopes: of each array.
        base: the model.

    Returns:
        The change.
    """
    arrays = table_arrays(base, base)
    found = [
        np.zeros_like(array) if slope.value is None else slope.value
        for slope, array in zip(slopes, arrays, strict=True)
    ]
    hamiltonian = None if slopes[0].value is None else np.asarray(found[0], dtype=np.complex128)
    return TableChange(
        generator=hamiltonian,
        amplitude=found[1],
        energy=found[2][base.table.channel],
        particles=found[3],
        temperature=found[4],
        potential=found[5],
        named=dict(zip(base.named_weights, found[6:], strict=True)),
        relative_error=max(relative_error(slope) for slope in slopes),
    )


def relative_error(slope: Slope) -> float:
    """The error of a slope as a part of its largest element; 0 for none."""
    if slope.value is None or not slope.value.size:
        return 0.0
    largest = float(np.abs(slope.value).max())
    return float(np.max(slope.error)) / largest if largest > 0.0 else 0.0
