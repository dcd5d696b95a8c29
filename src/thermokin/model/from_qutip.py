"""A model from what QuTiP's solvers take: a Hamiltonian and collapse operators."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import OperatorLike
from thermokin.model.channel import Channel
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.given_baths import BathRows, given_baths
from thermokin.model.model import Model
from thermokin.model.opposed_jumps import MovedQuanta
from thermokin.model.recognised_baths import recognised_baths
from thermokin.operators.as_numbers import shown
from thermokin.operators.elements import as_elements
from thermokin.operators.outside import common_dims, depends_on_time, dims_of

__all__ = ["from_qutip"]

_DRIVEN = (
    "evolve a leg in its place: drive = tk.Drive(H), or tk.Drive(qutip.QobjEvo(H, args=..., tlist=...)) where a "
    "coefficient is a formula or an array; without collapse operators tk.Leg(duration, drive), with them tk.Leg("
    "duration, lambda t: tk.from_qutip(drive(t), c_ops, energy_operator=H0)), H0 what stands still in H; of what "
    "repeats, tk.limit_cycle(leg) of one period, or tk.floquet(H, contacts, period) where baths see sidebands; in a "
    "frame that rotates with the drive H may stand still: tk.from_qutip(H_frame, c_ops, energy_operator=H0)"
)
_JUMPS = (
    "evolve a leg in its place, whose jumps are made at each time: tk.Leg(duration, lambda t: tk.from_qutip(H, [f(t) * "
    "L for L, f in terms]))"
)


def from_qutip(
    hamiltonian: OperatorLike,
    c_ops: Sequence[OperatorLike] | OperatorLike | None = None,
    *,
    baths: BathRows | None = None,
    energy_operator: OperatorLike | None = None,
    number_operator: OperatorLike | None = None,
) -> Model:
    """The model of what goes into `qutip.mesolve(H, rho0, tlist, c_ops)`, its baths recognised where rates tell them.

    Two collapse operators are the contact of a bath where they undo one another, L_up proportional to L_down^+, give
    one quantum, [H, L_up] = w L_up, and have rates in the ratio exp(-w/T): the bath is of that T. Pairs of one
    temperature on the same parts of a tensor product are one bath. All else becomes a channel without a bath, and
    `repr` and `notes` of the model say what was made of each operator, and why.

    Args:
        hamiltonian: H (d, d) [energy]: a `Qobj`, an array or a sparse matrix; constant in time.
        c_ops: the collapse operators, the roots of their rates inside [1/sqrt(time)]; one, or a list.
        baths: which of them are of which bath, as {"hot": [0, 1], "cold": [2, 3]}, in place of recognising it. A name
            is of a bath whose temperature the rates tell, a `Bath` in place of the name is held against them; leads,
            and a temperature of 0, are given so. What is not named has no bath; {} for none.
        energy_operator: the Hamiltonian without couplings and drives (d, d) [energy], where collapse operators are
            those of its parts, as in `local`; H if None.
        number_operator: particle number (d, d), where there are leads.

    Returns:
        The model. Channel k is collapse operator k; `model.dims` are those of the objects.

    Raises:
        TypeError: if an operator depends on time (the message says what is possible), or is none.
        ValueError: if a shape, dims or Hermiticity fails, or an operator is a superoperator.
        ArgumentError: if an operator is a stack, or jumps and rates are not those of the bath to which they are given.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> a, n = np.diag(np.sqrt(np.arange(1.0, 6.0)), 1), 0.5
        >>> tk.from_qutip(1.5 * a.T @ a, [np.sqrt(0.1 * (n + 1)) * a, np.sqrt(0.1 * n) * a.T])
        Model of 6 levels, 2 channels, baths 'bath'
          c_ops 0, 1: bath 'bath' of temperature 1.36536, by their rates
    """
    whole, counted = _still(hamiltonian, "hamiltonian"), _still(energy_operator, "energy_operator")
    jumps = _listed(c_ops)
    size = FrameOperator.of(whole, "hamiltonian").dimension
    for position, jump in enumerate(jumps):
        _require_jump(jump, f"c_ops[{position}]", size)
    named = {"hamiltonian": whole, **{f"c_ops[{position}]": jump for position, jump in enumerate(jumps)}}
    common_dims({name: dims_of(value, name) for name, value in named.items()})
    bare = Model(
        whole,
        [Channel(jump, None) for jump in jumps],
        energy_operator=counted,
        number_operator=number_operator,
    )
    if bare.energy.diagonal.ndim > 1 or (bare.number is not None and bare.number.diagonal.ndim > 1):
        raise ArgumentError(
            f"`hamiltonian` must be one operator ({size}, {size}), got a stack; make a model of each, or a tk.Family.",
            "hamiltonian",
        )
    elements = tuple(channel.elements for channel in bare.channels)
    moved = MovedQuanta(elements, bare.energy, bare.number, bare.table)
    read = recognised_baths(moved, bare.dims) if baths is None else given_baths(moved, baths)
    channels = [
        Channel(jump, read.bath.get(position), *read.quanta.get(position, _own(moved, position)))
        for position, jump in enumerate(jumps)
    ]
    made = copy(Model(whole, channels, energy_operator=counted, number_operator=number_operator))
    object.__setattr__(made, "notes", tuple(read.notes))
    return made


def _own(moved: MovedQuanta, position: int) -> tuple[float, float]:
    """What a jump without a bath gives; nothing is declared of one that gives several amounts."""
    if not moved.definite[position]:
        return 0.0, 0.0
    return float(moved.quanta[position]), float(moved.particles[position])


def _still(value: Any, name: str) -> Any:
    """A Hamiltonian that is constant in time."""
    if getattr(value, "isconstant", False) and callable(value) and not hasattr(value, "full"):
        return value(0.0)  # a QobjEvo of nothing that moves
    if depends_on_time(value):
        raise TypeError(f"`{name}` depends on time, got {_kind(value)}, but a model stands still; {_DRIVEN}.")
    return value


def _listed(c_ops: Any) -> list[Any]:
    if c_ops is None:
        return []
    if isinstance(c_ops, list | tuple) or (isinstance(c_ops, np.ndarray) and c_ops.ndim != 2):
        return list(c_ops)
    if depends_on_time(c_ops) or hasattr(c_ops, "isoper") or hasattr(c_ops, "toarray") or isinstance(c_ops, np.ndarray):
        return [c_ops]
    raise TypeError(f"`c_ops` must be a list of collapse operators, got {shown(c_ops)}.")


def _kind(value: object) -> str:
    """What depends on time, in words."""
    if isinstance(value, list | tuple):
        return "a list of terms"
    return "a function" if type(value).__name__ == "function" else f"a {type(value).__name__}"


def _require_jump(jump: Any, name: str, size: int) -> None:
    if depends_on_time(jump):
        raise TypeError(f"`{name}` depends on time, got {_kind(jump)}, but a model stands still; {_JUMPS}.")
    elements = as_elements(jump, name)
    if elements.dimension != size or elements.batch_shape:
        shape = (*elements.batch_shape, elements.dimension, elements.dimension)
        raise ArgumentError(
            f"`{name}` must be one operator ({size}, {size}), as the Hamiltonian is, got {shape}.", name
        )
