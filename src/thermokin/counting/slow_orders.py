"""The slow modes of a tilted rate matrix, order by order in the field, with what rounding does to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.numerics.eliminated_generator import EliminatedGenerator

__all__ = ["ROUNDING", "FastInverse", "SlowOrders", "slow_orders"]

Array: TypeAlias = NDArray[Any]

DIGITS = 37.0  # natural logarithm of what is left of a fast mode that is gone, below rounding
MOST_STEPS = 1000
ROUNDING = 4.0 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class FastInverse:
    """The inverse of W - value on the fast modes alone, by steps with one shifted inverse that subtracts nothing.

    Args:
        eliminated: s - W.
        shift: s (p, 1, 1).
        ratio: of what a step leaves (p, 1, 1).
        transposed: whether it is for row vectors.
    """

    eliminated: EliminatedGenerator
    shift: FloatArray
    ratio: FloatArray
    transposed: bool

    def ahead(self, vectors: Array) -> Array:
        """(s - W)^-1 of vectors (p, n, k)."""
        solve = self.eliminated.solve_transposed if self.transposed else self.eliminated.solve
        return -solve(vectors)

    @property
    def steps(self) -> int:
        """How many leave nothing."""
        return min(MOST_STEPS, int(np.ceil(DIGITS / -np.log(self.ratio.max()))))

    def cleared(self, vectors: Array, dual: Array, values: Array) -> Array:
        """Slow modes (p, n, k) without the fast ones that an eigensolver leaves in them, where few populations are."""
        for _ in range(self.steps):
            vectors = self.ahead((self.shift - values[..., None, :]) * vectors)
            vectors = vectors @ np.linalg.inv(dual.swapaxes(-1, -2) @ vectors)
        return vectors

    def solved(self, right: Array, base: Array, dual: Array, values: Array) -> Array:
        """The y with (W - value_j) y_j = b_j on the fast modes (p, n, k)."""
        found = np.zeros_like(right)
        for _ in range(self.steps):
            found = self.ahead((self.shift - values[..., None, :]) * found - right)
            found = found - base @ (dual.swapaxes(-1, -2) @ found)
        return found

    def spread(self, sizes: FloatArray) -> FloatArray:
        """From above, what errors of these sizes become (p, n, k)."""
        return np.asarray(self.ahead(sizes) / (1.0 - self.ratio))


@dataclass(frozen=True, eq=False)
class SlowOrders:
    """Vectors that span the slow modes of the tilted generator, order by order, with what rounding does to them.

    L_x R(x) = R(x) M(x) with (dual) R(x) = 1.

    Args:
        vectors: R_0, R_1, ... (p, n, k).
        blur: of each.
        within: M_0, M_1, ... (p, k, k).
        doubt: of each.
    """

    vectors: list[Array]
    blur: list[FloatArray]
    within: list[Array]
    doubt: list[FloatArray]


def slow_orders(
    gains: Sequence[FloatArray],
    sizes: Sequence[FloatArray],
    base: Array,
    dual: Array,
    values: Array,
    fast: FastInverse | None,
) -> SlowOrders:
    """The orders of one side; of row vectors with all matrices transposed."""
    count = base.shape[-2]
    across, level = dual.swapaxes(-1, -2), np.arange(values.shape[-1])
    within = np.zeros((*values.shape, values.shape[-1]), dtype=values.dtype)
    within[..., level, level] = values
    made = SlowOrders([base], [ROUNDING * count * np.abs(base)], [within], [ROUNDING * count * np.abs(within)])
    for order in range(1, len(gains) + 1):
        parts = [(comb(order, part), part, order - part) for part in range(1, order + 1)]
        flow: Array = np.asarray(sum(c * (gains[part - 1] @ made.vectors[rest]) for c, part, rest in parts))
        size = sum(c * (sizes[part - 1] @ np.abs(made.vectors[rest])) for c, part, rest in parts)
        blur = ROUNDING * size + sum(c * (sizes[part - 1] @ made.blur[rest]) for c, part, rest in parts)
        made.within.append(across @ flow)
        made.doubt.append(np.abs(across) @ (blur + ROUNDING * count * size))
        if fast is None:
            made.vectors.append(np.zeros_like(base))
            made.blur.append(np.zeros(base.shape))
            continue
        held = sum(c * (made.vectors[rest] @ made.within[part]) for c, part, rest in parts)
        kept = sum(c * (np.abs(made.vectors[rest]) @ np.abs(made.within[part])) for c, part, rest in parts)
        blur = blur + ROUNDING * kept
        blur = blur + sum(
            c * (made.blur[rest] @ np.abs(made.within[part]) + np.abs(made.vectors[rest]) @ made.doubt[part])
            for c, part, rest in parts
        )
        found = fast.solved(held - flow, base, dual, values)
        moved = np.abs(held - flow) + np.abs(fast.shift - values[..., None, :]) * np.abs(found)
        made.vectors.append(found)
        made.blur.append(fast.spread(blur + ROUNDING * count * moved))
    return made
