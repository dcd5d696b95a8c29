"""What a change of the Hamiltonian and of the jumps makes of any operator, in both pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.linear_response.jump_algebra import Entries
from thermokin.numerics.level_sums import scatter

__all__ = ["GeneratorChange"]


@dataclass(frozen=True, eq=False)
class GeneratorChange:
    """DL, the derivative of the generator with respect to one parameter, in the frame of the entries.

    Args:
        entries: of the jumps.
        amplitude: their derivatives (m,).
        hamiltonian: that of the Hamiltonian (d, d); None if it stays.
    """

    entries: Entries
    amplitude: NDArray[Any]
    hamiltonian: NDArray[Any] | None

    def of(self, state: ComplexArray) -> ComplexArray:
        """DL X, in the picture of states.

        Args:
            state: X (d, d), Hermitian or not.

        Returns:
            (d, d) [1/time/parameter].
        """
        entries, (one, two) = self.entries, self.entries.pairs
        weights = self._crossed
        found = self._at(weights * state[entries.column[one], entries.column[two]], entries.row)
        found = found - 0.5 * (self._decay @ state + state @ self._decay)
        return found if self.hamiltonian is None else found - 1j * self._commutator(state)

    def adjoint(self, observable: ComplexArray) -> ComplexArray:
        """DL^+ X, in the picture of observables.

        Args:
            observable: X (d, d), Hermitian or not.

        Returns:
            (d, d) [1/time/parameter].
        """
        entries, (one, two) = self.entries, self.entries.pairs
        weights = np.conj(self._crossed)
        found = self._at(weights * observable[entries.row[one], entries.row[two]], entries.column)
        found = found - 0.5 * (self._decay @ observable + observable @ self._decay)
        return found if self.hamiltonian is None else found + 1j * self._commutator(observable)

    def size(self, operator: ComplexArray) -> FloatArray:
        """The sizes of all that is added in `of` (d, d)."""
        entries, (one, two) = self.entries, self.entries.pairs
        state, decay = np.abs(operator), np.abs(self._decay)
        terms = np.abs(self._crossed) * state[entries.column[one], entries.column[two]]
        found = self._at(terms, entries.row).real + 0.5 * (decay @ state + state @ decay)
        if self.hamiltonian is None:
            return np.asarray(found)
        whole = np.abs(self.hamiltonian)
        return np.asarray(found + whole @ state + state @ whole)

    @cached_property
    def _crossed(self) -> NDArray[Any]:
        """DL_one L_two^* + L_one DL_two^* of pairs of entries of one channel."""
        one, two = self.entries.pairs
        own = self.entries.amplitude
        return np.asarray(self.amplitude[one] * np.conj(own[two]) + own[one] * np.conj(self.amplitude[two]))

    @cached_property
    def _decay(self) -> ComplexArray:
        """D sum_k L_k^+ L_k (d, d)."""
        entries, (one, two) = self.entries, self.entries.pairs
        same = np.flatnonzero(entries.row[one] == entries.row[two])
        place = entries.column[two[same]].astype(np.int64) * entries.dimension + entries.column[one[same]]
        return self._placed(self._crossed[same], place)

    def _at(self, terms: NDArray[Any], levels: IntArray) -> ComplexArray:
        one, two = self.entries.pairs
        return self._placed(terms, levels[one].astype(np.int64) * self.entries.dimension + levels[two])

    def _placed(self, terms: NDArray[Any], place: IntArray) -> ComplexArray:
        size = self.entries.dimension
        return np.asarray(scatter(np.asarray(terms, dtype=np.complex128), place, size * size).reshape(size, size))

    def _commutator(self, operator: ComplexArray) -> ComplexArray:
        assert self.hamiltonian is not None  # noqa: S101 - asked by the caller
        return np.asarray(self.hamiltonian @ operator - operator @ self.hamiltonian)
