"""An operator of many parts as a sum of terms of one part, of two, of three: each acts on its parts alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray

__all__ = ["ClusterTerms", "cluster_terms", "expectation", "on_parts", "reduced", "touched_parts"]

Parts = tuple[int, ...]
ROUNDING = 1e-13  # of the largest element: what sums and means of elements leave of a term that is not there


@dataclass(frozen=True, eq=False)
class ClusterTerms:
    """Terms A_S of an operator A = mean + sum over sets S of parts of A_S, tr over any part of S of A_S = 0.

    Args:
        dims: sizes of the parts.
        mean: tr A / d (...).
        terms: A_S (..., d_S, d_S) by S, in increasing order; those that vanish at every point are left out.
    """

    dims: Parts
    mean: FloatArray
    terms: Mapping[Parts, ComplexArray]

    @property
    def links(self) -> tuple[Parts, ...]:
        """The sets of two parts or more that a term joins."""
        return tuple(some for some in self.terms if len(some) > 1)


def cluster_terms(operator: ComplexArray, dims: Parts) -> ClusterTerms:
    """Split an operator into terms of single parts, pairs, triples; there is one way, as terms have no partial trace.

    Args:
        operator: Hermitian (..., d, d).
        dims: sizes of the parts.

    Returns:
        The terms, as many orders as it takes.

    Cost:
        d^2 numbers for each set of parts, up to the largest that a term joins.
    """
    size, every = operator.shape[-1], range(len(dims))
    lead = operator.shape[:-2]
    scale = np.abs(operator).max(initial=0.0)
    left = np.array(operator.reshape(*lead, *dims, *dims))
    mean = np.asarray(np.trace(operator, axis1=-2, axis2=-1).real / size)
    _taken_off(left, np.asarray(mean[..., None, None], dtype=np.complex128), (), dims)
    terms: dict[Parts, ComplexArray] = {}
    for order in range(1, len(dims) + 1):
        if np.abs(left).max(initial=0.0) <= ROUNDING * scale:
            break
        matrix = left.reshape(operator.shape)
        own = [(some, _centred(matrix, some, dims)) for some in combinations(every, order)]
        for some, term in own:
            if np.abs(term).max(initial=0.0) > ROUNDING * scale:
                terms[some] = term
                _taken_off(left, term, some, dims)
    return ClusterTerms(dims, mean, terms)


def _centred(left: ComplexArray, some: Parts, dims: Parts) -> ComplexArray:
    """The term of a set in what lower orders have left, Hermitian."""
    rest = left.shape[-1] // int(np.prod([dims[part] for part in some]))
    term = reduced(left, some, dims) / rest
    return np.asarray(0.5 * (term + term.conj().swapaxes(-1, -2)))


def _taken_off(left: ComplexArray, term: ComplexArray, some: Parts, dims: Parts) -> None:
    """Subtract a term from (..., d_0, d_1, ..., d_0, d_1, ...) where all other parts stay as they are."""
    count = len(dims)
    rows = list(range(count))
    columns = [count + part if part in some else part for part in range(count)]
    others = [part for part in range(count) if part not in some]
    out = [*others, *some, *(count + part for part in some)]
    view = _traced(left, [*rows, *columns], out)  # a view, as nothing is summed
    shape = [dims[part] for part in some]
    view -= term.reshape(*term.shape[:-2], *(1 for _ in others), *shape, *shape)


def reduced(operator: ComplexArray, some: Parts, dims: Parts) -> ComplexArray:
    """An operator with all parts traced out but some.

    Args:
        operator: (..., d, d), NaN where it is not known.
        some: the parts that are kept, in increasing order.
        dims: sizes of the parts.

    Returns:
        (..., d_S, d_S).
    """
    count, size = len(dims), int(np.prod([dims[part] for part in some]))
    if len(some) == count:
        return operator
    columns = [count + part if part in some else part for part in range(count)]
    apart = operator.reshape(*operator.shape[:-2], *dims, *dims)
    found = _traced(apart, [*range(count), *columns], [*some, *(count + part for part in some)])
    return np.asarray(found.reshape(*operator.shape[:-2], size, size))


def _traced(operator: ComplexArray, axes: list[int], left: list[int]) -> ComplexArray:
    """Elements with equal numbers of axes, summed where they are not left."""
    found: ComplexArray = np.einsum(operator, [..., *axes], [..., *left])  # type: ignore[arg-type]
    return found


def on_parts(term: ComplexArray, some: Parts, more: Parts, dims: Parts) -> ComplexArray:
    """A term of some parts as an operator of more parts.

    Args:
        term: (..., d_S, d_S).
        some: its parts.
        more: parts that hold those, in increasing order.
        dims: sizes of all parts.

    Returns:
        (..., d_M, d_M).
    """
    others = tuple(part for part in more if part not in some)
    if not others:
        return term
    kept, idle = [dims[part] for part in some], [dims[part] for part in others]
    one = np.eye(int(np.prod(idle)))
    wide = np.einsum("...ij,ab->...iajb", term, one).reshape(*term.shape[:-2], *kept, *idle, *kept, *idle)
    order = [(*some, *others).index(part) for part in more]
    lead = term.ndim - 2
    axes = [*range(lead), *(lead + place for place in order), *(lead + len(more) + place for place in order)]
    size = int(np.prod([dims[part] for part in more]))
    return np.asarray(wide.transpose(axes).reshape(*term.shape[:-2], size, size))


def expectation(operator: ComplexArray, state: ComplexArray) -> FloatArray:
    """Tr A rho of Hermitian operators (...)."""
    return np.asarray((operator * state.swapaxes(-1, -2)).sum(axis=(-2, -1)).real)


def touched_parts(operator: ComplexArray, dims: Parts) -> Parts:
    """The parts on which an operator acts, at any point.

    Args:
        operator: (..., d, d), Hermitian or not.
        dims: sizes of the parts.

    Returns:
        Their numbers; none of a multiple of the identity.
    """
    found, scale = [], np.abs(operator).max(initial=0.0)
    for part, own in enumerate(dims):
        before, after = int(np.prod(dims[:part])), int(np.prod(dims[part + 1 :]))
        apart = operator.reshape(*operator.shape[:-2], before, own, after, before, own, after)
        moved = np.moveaxis(apart, (-5, -2), (0, 1))
        level = np.arange(own)
        kept = moved[level, level]
        unequal = np.abs(kept - kept[:1]).max(initial=0.0)
        across = np.abs(moved[~np.eye(own, dtype=bool)]).max(initial=0.0)
        if max(unequal, across) > ROUNDING * scale:
            found.append(part)
    return tuple(found)
