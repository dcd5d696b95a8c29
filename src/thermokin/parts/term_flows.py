"""How the terms of a Hamiltonian move a quantity between parts: commutators of terms in reduced states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.parts.cluster_terms import ClusterTerms, expectation, on_parts, reduced

__all__ = ["Flows", "LocalQuantity", "energy_flows", "energy_of_parts", "local_flows"]

Parts = tuple[int, ...]
NOTHING = 4e-16  # of the norms: a commutator so small is rounding


@dataclass(frozen=True, eq=False)
class LocalQuantity:
    """A quantity of each part, as terms that may reach beyond it.

    Args:
        dims: sizes of the parts.
        terms: of each part, terms (..., d_S, d_S) by the set S of parts that they act on, weighed with its share.
    """

    dims: Parts
    terms: tuple[Mapping[Parts, ComplexArray], ...]

    def means(self, operator: ComplexArray, without: Parts = ()) -> FloatArray:
        """Tr Q_k X of each part (..., part).

        Args:
            operator: X (..., d, d) of the whole, a state or what changes one.
            without: parts whose terms are left out, with all that they share with others.

        Returns:
            (..., part).
        """
        chosen = [{some: t for some, t in own.items() if not set(some) & set(without)} for own in self.terms]
        held = {some: reduced(operator, some, self.dims) for own in chosen for some in own}
        zero = np.zeros(operator.shape[:-2])
        columns = [sum((expectation(t, held[some]) for some, t in own.items()), zero) for own in chosen]
        return np.stack(np.broadcast_arrays(*columns), axis=-1)

    @property
    def sizes(self) -> FloatArray:
        """Frobenius' norm of Q_k in the space of the whole, from above (..., part)."""
        whole = float(np.prod(self.dims))
        return np.stack(
            np.broadcast_arrays(
                *(
                    sum((np.linalg.norm(t, axis=(-2, -1)) * np.sqrt(whole / t.shape[-1]) for t in own.values()), 0.0)
                    for own in self.terms
                )
            ),
            axis=-1,
        )


@dataclass(frozen=True, eq=False)
class Flows:
    """What flows between parts.

    Args:
        between: J_jk from part j to part k, antisymmetric, by the pair j < k (...).
        generated: what the Hamiltonian makes on each part (..., part).
        sizes: of what each flow is a sum of, by the pair (...).
        generated_size: the same of what is made (..., part).
    """

    between: Mapping[tuple[int, int], FloatArray]
    generated: FloatArray
    sizes: Mapping[tuple[int, int], FloatArray]
    generated_size: FloatArray


class _Sums:
    """Flows while they are added up."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.between: dict[tuple[int, int], FloatArray] = {}
        self.sizes: dict[tuple[int, int], FloatArray] = {}

    def add(self, one: int, other: int, flow: FloatArray, size: FloatArray) -> None:
        """A flow from one part to another."""
        pair, sign = ((one, other), 1.0) if one < other else ((other, one), -1.0)
        self.between[pair] = np.asarray(self.between.get(pair, 0.0) + sign * flow)
        self.sizes[pair] = np.asarray(self.sizes.get(pair, 0.0) + np.abs(size))

    def route(self, routes: Sequence[Parts], weight: float, found: tuple[FloatArray, FloatArray]) -> None:
        """A flow in equal parts along several routes."""
        flow, size = (weight / len(routes) * one for one in found)
        for route in routes:
            for one, other in pairwise(route):
                self.add(one, other, np.asarray(flow), np.asarray(size))


def energy_of_parts(split: ClusterTerms, share: float | None) -> LocalQuantity:
    """The energy of each part: its own term, and its share of the terms that it has with others.

    Args:
        split: the Hamiltonian.
        share: of a link that the first of its parts holds, the others holding the rest; None for equal shares.

    Returns:
        E_k, whose sum is H less its mean.
    """
    own: tuple[dict[Parts, ComplexArray], ...] = tuple({} for _ in split.dims)
    for some, term in split.terms.items():
        for part, weight in _weights(some, share).items():
            if weight:
                own[part][some] = weight * term
    return LocalQuantity(split.dims, own)


def _weights(some: Parts, share: float | None) -> dict[int, float]:
    if len(some) == 1 or share is None:
        return dict.fromkeys(some, 1.0 / len(some))
    return {part: share if part == some[0] else (1.0 - share) / (len(some) - 1) for part in some}


def energy_flows(split: ClusterTerms, share: float | None, state: ComplexArray) -> Flows:
    """I <[E_j, E_k]> from part j to part k, by which dE_k/dt is their sum over j: the E add up to H.

    What two links make pass between parts that neither joins goes by way of the parts that both hold.

    Args:
        split: the Hamiltonian, whose terms broadcast with the state.
        share: as `energy_of_parts` takes it.
        state: (..., d, d).

    Returns:
        The flows; nothing is made.
    """
    sums, terms = _Sums(len(split.dims)), list(split.terms.items())
    for place, (one, first) in enumerate(terms):
        for other, second in terms[place + 1 :]:
            found = _commutator(first, one, second, other, split.dims, state)
            if found is None:
                continue
            left, right = _weights(one, share), _weights(other, share)
            for j, weight in left.items():
                for k, more in right.items():
                    if j != k and weight * more:
                        sums.route(_route(j, k, one, other), weight * more, found)
    for link in split.links:
        for pair in combinations(link, 2):
            sums.add(*pair, np.zeros(()), np.zeros(()))
    nothing = np.zeros((*state.shape[:-2], len(split.dims)))
    return Flows(sums.between, nothing, sums.sizes, nothing)


def local_flows(split: ClusterTerms, quantity: LocalQuantity, state: ComplexArray) -> Flows:
    """A link puts r_k = i <[H_S, q_k]> into each of its parts: J_jk = (r_k - r_j)/m, and the mean of r is made.

    Of the m parts of a link only those count whose quantity it changes. A part's own term makes i <[h_k, q_k]>.

    Args:
        split: the Hamiltonian, whose terms broadcast with the state.
        quantity: q_k of each part, which act on it alone.
        state: (..., d, d).

    Returns:
        The flows.
    """
    dims = split.dims
    sums = _Sums(len(dims))
    made = [np.zeros(()) for _ in dims]
    made_size = [np.zeros(()) for _ in dims]
    for some, term in split.terms.items():
        rates, sizes = {}, {}
        for part in some:
            own = quantity.terms[part].get((part,))
            found = None if own is None else _commutator(term, some, own, (part,), dims, state)
            if found is not None:
                rates[part], sizes[part] = found
        if not rates:
            continue
        count = len(rates)
        mean, size = sum(rates.values()) / count, sum(sizes.values()) / count
        for part in rates:
            made[part], made_size[part] = np.asarray(made[part] + mean), np.asarray(made_size[part] + size)
        for j, k in combinations(rates, 2):
            sums.add(j, k, np.asarray((rates[k] - rates[j]) / count), np.asarray((sizes[k] + sizes[j]) / count))
    for link in split.links:
        if len(link) == 2:
            sums.add(link[0], link[1], np.zeros(()), np.zeros(()))
    lead = np.broadcast_shapes(state.shape[:-2], *(one.shape for one in made))
    return Flows(sums.between, _stacked(made, lead), sums.sizes, _stacked(made_size, lead))


def _stacked(columns: Sequence[FloatArray], lead: tuple[int, ...]) -> FloatArray:
    return np.stack([np.broadcast_to(one, lead) for one in columns], axis=-1)


def _route(start: int, end: int, one: Parts, other: Parts) -> list[Parts]:
    """The ways from a part of one set to a part of the other along the sets: directly, or by a part of both."""
    if start in other or end in one:
        return [(start, end)]
    return [(start, middle, end) for middle in one if middle in other]


def _commutator(
    first: ComplexArray, one: Parts, second: ComplexArray, other: Parts, dims: Parts, state: ComplexArray
) -> tuple[FloatArray, FloatArray] | None:
    """I <[A, B]> and the size of its terms (...); None where the two commute at every point."""
    if not set(one) & set(other):
        return None
    both = tuple(sorted({*one, *other}))
    a, b = on_parts(first, one, both, dims), on_parts(second, other, both, dims)
    product = a @ b
    twice = product - product.conj().swapaxes(-1, -2)
    size = np.linalg.norm(a, axis=(-2, -1)) * np.linalg.norm(b, axis=(-2, -1))
    if (np.abs(twice).max(axis=(-2, -1)) <= NOTHING * size).all():
        return None
    return expectation(np.asarray(1j * twice), reduced(state, both, dims)), np.asarray(2.0 * size)
