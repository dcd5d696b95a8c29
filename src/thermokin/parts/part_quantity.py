"""What flows between parts: operators of single parts, by name or as they are given."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermokin._errors import ArgumentError, HypothesisError
from thermokin._typing import ComplexArray
from thermokin.motion.evolution import Evolution
from thermokin.motion.steady_state import SteadyState
from thermokin.operators.as_numbers import shown
from thermokin.operators.as_operators import as_hermitian
from thermokin.parts.cluster_terms import cluster_terms
from thermokin.parts.term_flows import LocalQuantity

__all__ = ["BARE", "ENERGY", "PARTICLES", "part_quantity"]

Parts = tuple[int, ...]
ENERGY, BARE, PARTICLES = "energy", "bare energy", "particles"


def part_quantity(rest: SteadyState | Evolution, sizes: Parts, quantity: Any) -> tuple[str, str, LocalQuantity | None]:
    """What flows in words, its unit, and the operators of the parts.

    Args:
        rest: states at rest or over time.
        sizes: of the parts.
        quantity: as `bond_currents` takes it.

    Returns:
        Words, unit, and the operators beside the states; None for the energy.

    Raises:
        ArgumentError: if there is no such quantity, or an operator does not fit.
        HypothesisError: if it is not a sum over parts.
    """
    model, timed = rest.model, isinstance(rest, Evolution)
    if isinstance(quantity, str):
        if quantity == ENERGY:
            return ENERGY, "energy", None
        if quantity == BARE:
            whole, unit = model.energy, "energy"
        elif quantity == PARTICLES and model.number is not None:
            whole, unit = model.number, "1"
        else:
            known = [ENERGY, BARE, *([PARTICLES] if model.number is not None else [])]
            raise ArgumentError(
                f"`quantity` must be {', '.join(map(repr, known))} or an operator, got {shown(quantity)}.", "quantity"
            )
        matrix = model.from_frame(whole.dense)
        return quantity, unit, _sum_of_parts(_beside(matrix, timed=timed), sizes)
    if isinstance(quantity, list | tuple) and not _square(quantity):
        if len(quantity) != len(sizes):
            raise ArgumentError(
                f"`quantity` must list one operator for each of {len(sizes)} parts, got {len(quantity)}; leading axes "
                "are those of an array.",
                "quantity",
            )
        each = [as_hermitian(one, f"quantity[{place}]") for place, one in enumerate(quantity)]
    else:
        matrix = as_hermitian(quantity, "quantity")
        if matrix.shape[-1] == int(np.prod(sizes)):
            return "quantity", "1", _sum_of_parts(_beside(matrix, timed=timed), sizes)
        each = [matrix] * len(sizes)
    for place, (one, size) in enumerate(zip(each, sizes, strict=True)):
        if one.shape[-1] != size:
            raise ArgumentError(
                f"`quantity` of part {place} must have shape (..., {size}, {size}), got {one.shape}.", "quantity"
            )
    terms: tuple[dict[Parts, ComplexArray], ...] = tuple(
        {(place,): _beside(one, timed=timed)} for place, one in enumerate(each)
    )
    return "quantity", "1", LocalQuantity(sizes, terms)


def _square(quantity: Any) -> bool:
    """Whether a list is one matrix."""
    return all(
        row.ndim == 1
        if isinstance(row, np.ndarray)
        else isinstance(row, list | tuple) and not any(isinstance(one, list | tuple | np.ndarray) for one in row)
        for row in quantity
    )


def _sum_of_parts(matrix: ComplexArray, sizes: Parts) -> LocalQuantity:
    """An operator of the whole as operators of parts, its mean in equal shares."""
    split = cluster_terms(matrix, sizes)
    if split.links:
        raise HypothesisError(
            f"`quantity` must be a sum of operators of single parts, but it joins parts {split.links[0]}; the energy "
            "with all links is quantity='energy'."
        )
    mean = split.mean[..., None, None] / len(sizes)
    rows: list[dict[Parts, ComplexArray]] = []
    for part, size in enumerate(sizes):
        own = split.terms.get((part,), np.zeros((size, size)))
        rows.append({(part,): np.asarray(own + mean * np.eye(size))})
    return LocalQuantity(sizes, tuple(rows))


def _beside(operator: ComplexArray, *, timed: bool) -> ComplexArray:
    """An operator beside states over time, with an axis for these where it has leading axes."""
    return operator[..., None, :, :] if timed and operator.ndim > 2 else operator
