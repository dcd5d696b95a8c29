"""Objects of other packages: those of QuTiP and SciPy become arrays, those that are not one operator are refused.

They are recognised by their attributes, so that neither package is imported.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["CHAINED", "ket_elements", "plain"]

PURE_STATE_REMEDY = "for a pure state psi pass np.outer(psi, psi.conj())"

CHAINED = (
    "a generator must be constant in time: build one model for each stretch over which it is, and start each stretch "
    "with `states[-1]` of the one before"
)
"""What to do in place of time dependence."""

_SUPEROPERATOR = "give the Hamiltonian and the jumps, as tk.Channel(L, bath), not the superoperator made from them"


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
            raise ValueError(f"`{name}` must be an operator, got a Qobj of type {_kind(value)!r}; {_instead(value)}.")
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
    if _is_qobj(value) and _kind(value) == "ket":
        return value.full()
    if isinstance(value, list | tuple) and all(_is_qobj(item) and _kind(item) == "ket" for item in value):
        return [item.full() for item in value]
    if _is_qobj(value) and _kind(value) == "bra":
        raise ValueError(f"`{name}` must be a state, got a Qobj of type 'bra'; pass the ket, its `.dag()`.")
    return plain(value, name)


def _is_qobj(value: Any) -> bool:
    return not isinstance(value, type) and hasattr(value, "full") and hasattr(value, "isoper")


def _kind(value: Any) -> str:
    return str(getattr(value, "type", "other"))


def _instead(value: Any) -> str:
    return _SUPEROPERATOR if _kind(value) == "super" else PURE_STATE_REMEDY


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
