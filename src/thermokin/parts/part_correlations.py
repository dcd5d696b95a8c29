"""What the parts of a system know of one another: mutual information, total correlation, entanglement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray
from thermokin.gaussian.moments import GaussianMoments
from thermokin.model.parameter import Known
from thermokin.operators.as_numbers import shown
from thermokin.parts.given_state import dims_given, given_state
from thermokin.parts.sources import GaussianParts, MatrixParts, PartSource, mode_groups

__all__ = ["PartCorrelations", "part_correlations"]


@dataclass(frozen=True, eq=False)
class PartCorrelations(Result):
    """Correlations of parts, with leading axes of a sweep and, along an evolution, times.

    Args:
        source: the states, or second moments, of the parts.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> bell = np.array([1.0, 0.0, 0.0, 1.0]) / np.sqrt(2.0)
        >>> found = tk.part_correlations(np.outer(bell, bell), (2, 2))
        >>> bool(np.isclose(found.total_correlation, 2.0 * np.log(2.0)))
        True
    """

    source: PartSource

    @property
    def dims(self) -> tuple[int, ...]:
        """Sizes of the parts; of Gaussian states how many modes each has."""
        return self.source.dims

    @property
    def times(self) -> FloatArray | None:
        """Times (..., t) [time]; None of states alone."""
        return self.source.times

    @property
    def parameters(self) -> Mapping[str, Known]:
        """What varies along the leading axes, by name."""
        return self.source.parameters

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The pairs of parts, in the order of the axis `pair`."""
        return tuple(combinations(range(len(self.dims)), 2))

    def reduced(self, keep: int | Sequence[int]) -> ComplexArray:
        """The reduced state of some parts.

        Args:
            keep: a part, or several in increasing order.

        Returns:
            (..., k, k).

        Raises:
            ArgumentError: if there is no such part, or they are in another order.
            TypeError: of a Gaussian state, which has no matrix.
        """
        if not isinstance(self.source, MatrixParts):
            raise TypeError("a Gaussian state has no matrix; `entropies` and all else are made of its second moments.")
        chosen = (keep,) if isinstance(keep, int | np.integer) else tuple(keep)
        parts = range(len(self.dims))
        known = all(isinstance(one, int | np.integer) and not isinstance(one, bool) and one in parts for one in chosen)
        if not chosen or not known or any(late <= early for early, late in pairwise(chosen)):
            raise ArgumentError(
                f"`keep` must name parts from 0 to {len(parts) - 1} in increasing order, got {shown(keep)}; "
                "tk.operators.tensor and QuTiP's permute change their order.",
                "keep",
            )
        return self.source.reduced(tuple(int(part) for part in chosen))

    @cached_property
    def entropies(self) -> FloatArray:
        """Entropy of each part (..., part) [nats]."""
        return np.stack([self.source.entropy((part,)) for part in range(len(self.dims))], axis=-1)

    @cached_property
    def entropy(self) -> FloatArray:
        """Entropy of the whole (...) [nats]."""
        return self.source.entropy(self._all)

    @property
    def total_correlation(self) -> FloatArray:
        """Sum of the entropies of all parts less that of the whole (...) [nats], D(rho || product of the parts) >= 0.

        Reference:
            groisman2005.
        """
        return np.asarray(self.entropies.sum(axis=-1) - self.entropy)

    @cached_property
    def mutual_information(self) -> FloatArray:
        """S_a + S_b - S_ab of each pair of parts, the others traced out (..., pair) [nats]."""
        return np.stack([self._shared((one,), (other,)) for one, other in self.pairs], axis=-1)

    @cached_property
    def information_with_rest(self) -> FloatArray:
        """Mutual information of each part and all others (..., part) [nats]."""
        return np.stack([self._shared((part,), self._rest(part)) for part in range(len(self.dims))], axis=-1)

    @cached_property
    def negativity(self) -> FloatArray:
        """Sum of |negative eigenvalues| of the partial transpose, of each pair, the others traced out (..., pair).

        0 for separable states; for two qubits, a qubit and a qutrit, or one Gaussian mode and others, for no others.

        Raises:
            HypothesisError: for Gaussian states of fermions.

        Reference:
            vidal2002.
        """
        return np.stack([self.source.negativity(pair, pair[0]) for pair in self.pairs], axis=-1)

    @cached_property
    def negativity_with_rest(self) -> FloatArray:
        """Negativity of each part and all others (..., part).

        Raises:
            HypothesisError: for Gaussian states of fermions.
        """
        return np.stack([self.source.negativity(self._all, part) for part in range(len(self.dims))], axis=-1)

    @property
    def logarithmic_negativity(self) -> FloatArray:
        """Logarithm of the trace norm of the partial transpose, ln(1 + 2 negativity), of each pair (..., pair) [nats].

        Raises:
            HypothesisError: for Gaussian states of fermions.
        """
        return np.asarray(np.log1p(2.0 * self.negativity))

    @cached_property
    def concurrence(self) -> FloatArray:
        """Concurrence of each pair of qubits (..., pair), 0 to 1; NaN of pairs with other parts.

        Reference:
            wootters1998.
        """
        return np.stack([self.source.concurrence(pair) for pair in self.pairs], axis=-1)

    @property
    def _all(self) -> tuple[int, ...]:
        return tuple(range(len(self.dims)))

    def _rest(self, part: int) -> tuple[int, ...]:
        return tuple(other for other in self._all if other != part)

    def _shared(self, one: tuple[int, ...], other: tuple[int, ...]) -> FloatArray:
        both = tuple(sorted((*one, *other)))
        return np.asarray(self.source.entropy(one) + self.source.entropy(other) - self.source.entropy(both))


def part_correlations(state: object, dims: Sequence[int] | None = None) -> PartCorrelations:
    """Mutual information, total correlation, negativity and concurrence of the parts of a system.

    Args:
        state: density matrix (..., d, d), QuTiP state, or what `evolve`, `steady_state` and `limit_cycle` return, those
            of Gaussian models too.
        dims: sizes of the parts, whose product is d; None for those that QuTiP's objects have said. Of Gaussian states
            how many neighbouring modes each part has; None for one each.

    Returns:
        The correlations, each made on first use.

    Raises:
        ArgumentError: if sizes do not make the dimension.
        ValueError: if a state is not Hermitian and of trace one.
        TypeError: if it holds no numbers.

    Cost:
        One Hermitian eigendecomposition for each entropy and each partial transpose.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> bell = np.array([1.0, 0.0, 0.0, 1.0]) / np.sqrt(2.0)
        >>> werner = 0.8 * np.outer(bell, bell) + 0.2 * np.eye(4) / 4.0
        >>> found = tk.part_correlations(werner, (2, 2))
        >>> found.concurrence.round(12), found.negativity.round(12)
        (array([0.7]), array([0.35]))
    """
    if isinstance(state, GaussianMoments):
        return PartCorrelations(GaussianParts(state, mode_groups(state.model.modes, dims)))
    given = given_state(state)
    return PartCorrelations(MatrixParts(given, dims_given(given, dims)))
