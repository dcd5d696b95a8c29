"""Systems made of parts: tensor products, operators on one part, and the partial trace."""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, pairwise
from operator import mul

import numpy as np

from thermokin._typing import ComplexArray
from thermokin.operators.as_numbers import require_room
from thermokin.operators.as_operators import as_operator, projected
from thermokin.operators.outside import dims_of


def tensor(*operators: object) -> ComplexArray:
    """The tensor product of operators, the first being the most significant part.

    Args:
        *operators: square matrices (..., d_k, d_k), at least one; leading axes broadcast.

    Returns:
        The product (..., d, d) with d = d_1 d_2 ... .

    Raises:
        TypeError: if an operator does not hold numbers.
        ValueError: if there is none, one is not square and finite, leading axes do not broadcast, or the product has
            more than 40000 rows.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> z = tk.operators.pauli().z
        >>> np.diag(tk.operators.tensor(z, z)).real  # 1 where both point the same way
        array([ 1., -1., -1.,  1.])
    """
    if not operators:
        raise ValueError("`operators` must hold at least one operator, got none.")
    parts = [as_operator(operator, f"operators[{k}]") for k, operator in enumerate(operators)]
    _require_broadcast(parts)
    require_room(math.prod(part.shape[-1] for part in parts), "operators")
    return reduce(_kron, parts)


def embed(operator: object, site: int, dimensions: Sequence[int]) -> ComplexArray:
    """The operator of one part as an operator of the whole: 1 x ... x A x ... x 1.

    Args:
        operator: A, (..., d_k, d_k) with k = `site`.
        site: index of the part, 0 to len(dimensions) - 1.
        dimensions: the parts' dimensions d_0, d_1, ... .

    Returns:
        The embedded operator (..., d, d) with d = d_0 d_1 ... .

    Raises:
        TypeError: if the operator does not hold numbers.
        ValueError: if the dimensions are not positive whole numbers, the site is none of them, or the operator does
            not have the site's dimension, or the whole has more than 40000 levels.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> x, y = (tk.operators.embed(tk.operators.pauli().x, site, dimensions=(2, 2)) for site in (0, 1))
        >>> x.shape, float(np.abs(x @ y - y @ x).max())  # operators of different parts commute
        ((4, 4), 0.0)
    """
    sizes = _as_dimensions(dimensions)
    _require_site(site, sizes, "site")
    matrix = as_operator(operator, "operator")
    if matrix.shape[-1] != sizes[site]:
        raise ValueError(f"`operator` must have shape (..., {sizes[site]}, {sizes[site]}), got {matrix.shape}.")
    require_room(math.prod(sizes), "dimensions")
    before = np.eye(math.prod(sizes[:site]), dtype=np.complex128)
    after = np.eye(math.prod(sizes[site + 1 :]), dtype=np.complex128)
    return _kron(_kron(before, matrix), after)


def partial_trace(state: object, keep: int | Sequence[int], dimensions: Sequence[int]) -> ComplexArray:
    """The reduced operator of the parts kept, the others traced out.

    Args:
        state: operator of the whole (..., d, d) with d = d_0 d_1 ... ; or a QuTiP ket.
        keep: index of the part to keep, or several in increasing order.
        dimensions: the parts' dimensions d_0, d_1, ... .

    Returns:
        The reduced operator (..., k, k), k being the product of the kept dimensions, in their order.

    Raises:
        TypeError: if the state does not hold numbers.
        ValueError: if the dimensions are not positive whole numbers, the state does not have their product as
            dimension, or `keep` does not name parts in increasing order.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> bell = np.outer([1.0, 0.0, 0.0, 1.0], [0.5, 0.0, 0.0, 0.5])
        >>> tk.operators.partial_trace(bell, keep=0, dimensions=(2, 2)).real  # of one alone nothing is known
        array([[0.5, 0. ],
               [0. , 0.5]])
    """
    sizes = _as_dimensions(dimensions)
    kept = _as_kept(keep, sizes)
    _require_order(state, sizes)
    matrix = as_operator(projected(state, "state"), "state")
    total = math.prod(sizes)
    if matrix.shape[-1] != total:
        raise ValueError(f"`state` must have shape (..., {total}, {total}) for dimensions {sizes}, got {matrix.shape}.")
    rows = list(string.ascii_letters[: len(sizes)])
    columns = [string.ascii_letters[len(sizes) + k] if k in kept else row for k, row in enumerate(rows)]
    left = [rows[k] for k in kept] + [columns[k] for k in kept]
    parts = matrix.reshape(matrix.shape[:-2] + sizes + sizes)
    reduced = np.einsum(f"...{''.join(rows + columns)}->...{''.join(left)}", parts)
    size = math.prod(sizes[k] for k in kept)
    result: ComplexArray = np.ascontiguousarray(reduced.reshape((*matrix.shape[:-2], size, size)))
    return result


def _kron(left: ComplexArray, right: ComplexArray) -> ComplexArray:
    product = left[..., :, None, :, None] * right[..., None, :, None, :]
    size = left.shape[-1] * right.shape[-1]
    return product.reshape((*product.shape[:-4], size, size))


def _require_order(state: object, sizes: tuple[int, ...]) -> None:
    """Refuse a QuTiP state whose parts, or neighbours of them taken together, are not those of `dimensions`."""
    dims = dims_of(state, "state")
    if dims is None or len(dims) == 1 or set(accumulate(sizes, mul)) <= set(accumulate(dims, mul)):
        return
    raise ValueError(
        f"`state` has the dims {list(dims)} and `dimensions` are {list(sizes)}; name the parts in the order that the "
        "state has."
    )


def _require_broadcast(parts: Sequence[ComplexArray]) -> None:
    shapes = [part.shape[:-2] for part in parts]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError as error:
        raise ValueError(f"`operators` must have leading axes that broadcast, got {shapes}.") from error


def _as_dimensions(dimensions: Sequence[int]) -> tuple[int, ...]:
    sizes = tuple(dimensions)
    if not sizes or any(isinstance(d, bool) or not isinstance(d, (int, np.integer)) or d < 1 for d in sizes):
        raise ValueError(f"`dimensions` must be whole numbers of at least 1, got {sizes}.")
    return tuple(int(d) for d in sizes)


def _as_kept(keep: int | Sequence[int], sizes: tuple[int, ...]) -> tuple[int, ...]:
    kept = (keep,) if isinstance(keep, (int, np.integer)) else tuple(keep)
    for site in kept:
        _require_site(site, sizes, "keep")
    if not kept or any(b <= a for a, b in pairwise(kept)):
        raise ValueError(f"`keep` must name parts in increasing order, got {kept}.")
    return tuple(int(site) for site in kept)


def _require_site(site: int, sizes: tuple[int, ...], name: str) -> None:
    whole = isinstance(site, (int, np.integer)) and not isinstance(site, bool)
    if not whole or not 0 <= site < len(sizes):
        raise ValueError(f"`{name}` must be a part's index, 0 to {len(sizes) - 1}, got {site!r}.")
