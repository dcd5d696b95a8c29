"""Objects of other packages: those of QuTiP and SciPy become arrays, those that are not one operator are refused.

They are recognised by their attributes, so that neither package is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

__all__ = [
    "CHAINED",
    "Dims",
    "common_dims",
    "depends_on_time",
    "dims_of",
    "ket_elements",
    "normalised",
    "plain",
    "require_dims",
]

Dims: TypeAlias = tuple[Any, ...] | None
"""The sizes of the parts of a space, in the order of the tensor product; None where nobody has said them."""

PURE_STATE_REMEDY = "for a pure state psi pass np.outer(psi, psi.conj())"

CHAINED = (
    "a generator must be constant in time: build one model for each stretch over which it is, and start each stretch "
    "with `states[-1]` of the one before; or drive it along a tk.Leg(duration, lambda t: ...), with tk.Drive for terms"
)
"""What to do in place of time dependence."""

_INSTEAD = {
    "super": "give the Hamiltonian and the jumps that it was made from: tk.from_qutip(H, c_ops)",
    "operator-ket": "pass the operator that it holds, qutip.vector_to_operator(...)",
    "operator-bra": "pass the operator that it holds, qutip.vector_to_operator(....dag())",
    "ket": f"{PURE_STATE_REMEDY}, of a Qobj psi * psi.dag()",
    "bra": f"{PURE_STATE_REMEDY}, of a Qobj psi * psi.dag() with the ket psi",
}


def plain(value: Any, name: str) -> Any:
    """A value in which objects of QuTiP and SciPy have become arrays.

    Args:
        value: anything; a list or tuple may hold such objects, as a sweep of operators does.
        name: the argument's name, for the error.

    Returns:
        The array of such an object, the list of the arrays of several, else the value itself.

    Raises:
        ValueError: if it is a QuTiP object other than an operator.
        TypeError: if it depends on time.
    """
    if _is_qobj(value):
        if not value.isoper:
            remedy = _INSTEAD.get(_kind(value), PURE_STATE_REMEDY)
            raise ValueError(f"`{name}` must be an operator, got a Qobj of type {_kind(value)!r}; {remedy}.")
        return value.full()
    if hasattr(value, "toarray"):
        return value.toarray()
    if isinstance(value, list | tuple):
        return _listed(value, name)
    _refuse_motion(value, name)
    return value


def ket_elements(value: Any, name: str) -> Any:
    """The elements of a ket, or of several, if the value is of QuTiP's; else what `plain` makes of the value.

    Args:
        value: anything.
        name: the argument's name, for the error.

    Returns:
        A column (d, 1), a list of them, or the value of `plain`.

    Raises:
        ValueError: if it is a QuTiP object other than an operator or a ket.
        TypeError: if it depends on time.
    """
    if is_ket(value):
        return [item.full() for item in value] if isinstance(value, list | tuple) else value.full()
    if _is_qobj(value) and _kind(value) == "bra":
        raise ValueError(f"`{name}` must be a state, got a Qobj of type 'bra'; pass the ket, its `.dag()`.")
    return plain(value, name)


def dims_of(value: Any, name: str) -> Dims:
    """The parts of the space of a QuTiP operator or ket: arrays of another order of the parts have the same shape.

    Args:
        value: anything; a list or tuple may hold such objects.
        name: the argument's name, for the error.

    Returns:
        The sizes of the parts, None for anything but an object of QuTiP.

    Raises:
        ValueError: if an operator leads from one space to another, or those of a list act on different ones.
    """
    if isinstance(value, list | tuple):
        listed = {f"{name}[{position}]": item for position, item in enumerate(value) if _is_qobj(item)}
        return common_dims({each: dims_of(item, each) for each, item in listed.items()})
    dims = getattr(value, "dims", None) if _is_qobj(value) else None
    if not isinstance(dims, list | tuple) or len(dims) != 2:
        return None
    rows, columns = _nested(dims[0]), _nested(dims[1])
    if value.isoper and rows != columns:
        raise ValueError(
            f"`{name}` must be an operator on one space, got a Qobj that leads from dims {list(columns)} to "
            f"{list(rows)}; `.permute` its parts."
        )
    return rows


def common_dims(named: Mapping[str, Dims]) -> Dims:
    """The parts of the space that several arguments share.

    Args:
        named: the parts of each argument, by its name.

    Returns:
        The parts; None where no argument has said them.

    Raises:
        ValueError: if two arguments say different ones.
    """
    known = [(name, dims) for name, dims in named.items() if dims is not None]
    for name, dims in known[1:]:
        if dims != known[0][1]:
            raise ValueError(
                f"`{name}` has the dims {list(dims)} and `{known[0][0]}` {list(known[0][1])}, but all must act on one "
                "space, with its parts in one order; build them with tensor(...) in that order, or pass `.full()` of "
                "what is in it already."
            )
    return known[0][1] if known else None


def require_dims(known: Dims, value: object, name: str) -> None:
    """Refuse a QuTiP object whose space has other parts than a model's, or the same in another order.

    Args:
        known: the parts of the model's space.
        value: what was given as an operator, a ket or a state; anything but a QuTiP object passes.
        name: the argument's name, for the error.

    Raises:
        ValueError: if it has.
    """
    common_dims({"model": known, name: dims_of(value, name)})


def _nested(dims: Any) -> tuple[Any, ...]:
    return tuple(_nested(part) if isinstance(part, list | tuple) else part for part in dims)


def normalised(value: Any) -> str:
    """How to divide a ket by its norm, in the words of the package that it comes from.

    Args:
        value: the ket.

    Returns:
        The expression, for an error.
    """
    from_qutip = _is_qobj(value) or (isinstance(value, list | tuple) and any(_is_qobj(item) for item in value))
    return "psi.unit()" if from_qutip else "psi / np.linalg.norm(psi)"


def is_ket(value: Any) -> bool:
    """Whether a value is a ket of QuTiP, or a list of such.

    Args:
        value: anything.

    Returns:
        The answer.
    """
    if isinstance(value, list | tuple):
        return len(value) > 0 and all(is_ket(item) for item in value)
    return _is_qobj(value) and _kind(value) == "ket"


def depends_on_time(value: Any) -> bool:
    """Whether a value is an operator that is a function of time: a function, a QobjEvo, a list of terms or one of them.

    Args:
        value: anything.

    Returns:
        The answer.
    """
    if isinstance(value, list | tuple):
        return _is_product_in_time(value) or any(_moves(item) or _is_product_in_time(item) for item in value)
    return _moves(value)


def _is_qobj(value: Any) -> bool:
    return not isinstance(value, type) and hasattr(value, "full") and hasattr(value, "isoper")


def _kind(value: Any) -> str:
    return str(getattr(value, "type", "other"))


def _listed(value: list[Any] | tuple[Any, ...], name: str) -> Any:
    if any(_moves(item) or _is_product_in_time(item) for item in value):
        raise TypeError(f"`{name}` must be an operator, got a list with time-dependent terms; {CHAINED}.")
    if any(_is_qobj(item) or hasattr(item, "toarray") for item in value):
        return [plain(item, f"{name}[{position}]") for position, item in enumerate(value)]
    return value


def _is_product_in_time(item: object) -> bool:
    """Whether it is [operator, coefficient], with a function, a formula or numbers over time."""
    if not isinstance(item, list | tuple) or len(item) != 2:
        return False
    coefficient = item[1]
    return _moves(coefficient) or isinstance(coefficient, str) or (_is_matrix(item[0]) and _is_row(coefficient))


def _is_matrix(value: object) -> bool:
    return _is_qobj(value) or hasattr(value, "toarray") or (isinstance(value, np.ndarray) and value.ndim >= 2)


def _is_row(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == 1


def _moves(value: Any) -> bool:
    """Whether it is a function, or an operator that is one (a QobjEvo)."""
    return callable(value) and not isinstance(value, type) and not _is_qobj(value) and not hasattr(value, "toarray")


def _refuse_motion(value: Any, name: str) -> None:
    if not _moves(value):
        return
    if hasattr(value, "isoper"):
        remedy = f"pass its value at one time, such as {name}(0.0); {CHAINED}"
        raise TypeError(f"`{name}` must be an operator, got a {type(value).__name__}, a function of time; {remedy}.")
    raise TypeError(f"`{name}` must be an operator, got a function; {CHAINED}.")
