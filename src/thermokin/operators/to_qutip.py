"""Matrices of this package as objects of QuTiP, which is imported here and nowhere else."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin.operators.elements import Elements
from thermokin.operators.outside import Dims

__all__ = ["elements_to_qutip", "to_qutip"]


def to_qutip(matrices: NDArray[Any], dims: Dims) -> Any:
    """A matrix as a Qobj; of several a list, of lists where there are more leading axes.

    Args:
        matrices: (..., d, d).
        dims: the parts of the space; one part if None, or where they do not multiply to d.

    Returns:
        The Qobj, or the list.

    Raises:
        ModuleNotFoundError: if QuTiP is not installed.
    """
    qutip = _qutip()
    if matrices.ndim > 2:
        return [to_qutip(each, dims) for each in matrices]
    return qutip.Qobj(matrices, dims=_both(dims, matrices.shape[-1]))


def elements_to_qutip(operator: Elements, dims: Dims) -> Any:
    """An operator as a Qobj that holds the elements which are not zero.

    Args:
        operator: at one point.
        dims: the parts of the space; one part if None, or where they do not multiply to d.

    Returns:
        The Qobj.

    Raises:
        ModuleNotFoundError: if QuTiP is not installed.
    """
    from scipy.sparse import csr_matrix

    size = operator.dimension
    sparse = csr_matrix((operator.values, (operator.places[:, 0], operator.places[:, 1])), shape=(size, size))
    return _qutip().Qobj(sparse.astype(np.complex128), dims=_both(dims, size))


def _both(dims: Dims, size: int) -> list[Any]:
    # Parts of a space that is cut by the number of excitations do not multiply to its size, and their sizes alone do
    # not name it.
    parts = [size] if dims is None or _product(dims) != size else _listed(dims)
    return [parts, parts]


def _product(dims: tuple[Any, ...]) -> int:
    return prod(_product(part) if isinstance(part, tuple) else int(part) for part in dims)


def _listed(dims: tuple[Any, ...]) -> list[Any]:
    return [_listed(part) if isinstance(part, tuple) else part for part in dims]


def _qutip() -> Any:
    try:
        import qutip
    except ModuleNotFoundError as error:
        if error.name != "qutip":
            raise
        raise ModuleNotFoundError(
            "`to_qutip` needs QuTiP, which is not installed; install the extra: pip install 'thermokin[qutip]'.",
            name="qutip",
        ) from None
    return qutip
