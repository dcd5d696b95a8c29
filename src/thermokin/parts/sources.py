"""Where entropies and entanglement of parts are read: density matrices, or second moments of Gaussian states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from thermokin._errors import ArgumentError, HypothesisError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.gaussian.moments import GaussianMoments, entropy_of_occupations
from thermokin.gaussian.quadratures import symplectic_form
from thermokin.model.bath_parameters import with_bath_parameters
from thermokin.model.parameter import Known
from thermokin.operators.as_numbers import shown
from thermokin.operators.tensor import partial_trace
from thermokin.parts.entanglement import concurrence_of, negativity_of
from thermokin.parts.given_state import GivenState, whole_sizes
from thermokin.parts.resolved import entropy_of

__all__ = ["GaussianParts", "MatrixParts", "PartSource", "mode_groups"]

QUBITS = (2, 2)
SEPARABLE = 1e-12  # of 1/2: a symplectic eigenvalue that is below by less is rounding


class PartSource(Protocol):
    """States of several parts, of which entropies and entanglement can be asked."""

    @property
    def dims(self) -> tuple[int, ...]:
        """Sizes of the parts."""

    @property
    def times(self) -> FloatArray | None:
        """Times, None where there are none."""

    @property
    def parameters(self) -> Mapping[str, Known]:
        """What varies along the leading axes."""

    def entropy(self, keep: tuple[int, ...]) -> FloatArray:
        """Entropy of some parts (...) [nats]."""

    def negativity(self, keep: tuple[int, ...], part: int) -> FloatArray:
        """Negativity between one of the parts kept and the others kept (...)."""

    def concurrence(self, pair: tuple[int, int]) -> FloatArray:
        """Concurrence of two qubits (...); NaN of other parts."""


@dataclass(frozen=True, eq=False)
class MatrixParts:
    """Density matrices of several parts.

    Args:
        given: the states.
        dims: sizes of the parts.
    """

    given: GivenState
    dims: tuple[int, ...]

    @property
    def times(self) -> FloatArray | None:
        """Times, None where there are none."""
        return self.given.times

    @property
    def parameters(self) -> Mapping[str, Known]:
        """What varies along the leading axes."""
        return self.given.parameters

    def reduced(self, keep: tuple[int, ...]) -> ComplexArray:
        """The reduced state of some parts (..., k, k)."""
        return self.given.states if len(keep) == len(self.dims) else _traced(self.given.states, keep, self.dims)

    def entropy(self, keep: tuple[int, ...]) -> FloatArray:
        """Entropy of some parts (...) [nats]."""
        return entropy_of(self.reduced(keep), self.given.rounding)

    def negativity(self, keep: tuple[int, ...], part: int) -> FloatArray:
        """Negativity between one of the parts kept and the others kept (...)."""
        sizes = tuple(self.dims[one] for one in keep)
        return negativity_of(self.reduced(keep), keep.index(part), sizes, self.given.rounding)

    def concurrence(self, pair: tuple[int, int]) -> FloatArray:
        """Concurrence of two qubits (...); NaN of other parts."""
        reduced = self.reduced(pair)
        if tuple(self.dims[one] for one in pair) != QUBITS:
            return np.full(reduced.shape[:-2], np.nan)
        return concurrence_of(reduced)


def _traced(states: ComplexArray, keep: tuple[int, ...], dims: tuple[int, ...]) -> ComplexArray:
    known = np.asarray(np.isfinite(states).all(axis=(-2, -1)))
    if known.all():
        return partial_trace(states, keep, dims)
    found = partial_trace(np.where(known[..., None, None], states, 0.0), keep, dims)
    return np.asarray(np.where(known[..., None, None], found, np.nan))


@dataclass(frozen=True, eq=False)
class GaussianParts:
    """Groups of modes of a Gaussian state.

    Args:
        moments: the state, at rest or over time.
        dims: how many modes each part has; a part holds neighbouring sites.
    """

    moments: GaussianMoments
    dims: tuple[int, ...]

    @property
    def times(self) -> FloatArray | None:
        """Times, None at rest."""
        found: FloatArray | None = getattr(self.moments, "times", None)
        return found

    @property
    def parameters(self) -> Mapping[str, Known]:
        """What varies along the leading axes."""
        return with_bath_parameters({}, self.moments.model.baths)

    def entropy(self, keep: tuple[int, ...]) -> FloatArray:
        """Entropy of some parts (...) [nats], by the occupations of their normal modes."""
        z, count = self.moments.model.z, len(self.modes(keep))
        if z < 0:
            values = np.linalg.eigvalsh(1j * self._block(self.moments.majorana_covariance, keep))
            return entropy_of_occupations(np.asarray(0.5 * (1.0 + values[..., :count]), dtype=np.float64), z)
        return entropy_of_occupations(_symplectic(self._block(self.moments.covariance, keep)) - 0.5, z)

    def negativity(self, keep: tuple[int, ...], part: int) -> FloatArray:
        """Negativity between one of the parts kept and the others kept (...).

        Returns:
            Exactly 0 where no symplectic eigenvalue is below 1/2 by more than rounding.

        Raises:
            HypothesisError: for fermions, whose partial transpose is no Gaussian state.
        """
        if self.moments.model.z < 0:
            raise HypothesisError(
                "the partial transpose of a Gaussian state of fermions is not Gaussian: second moments alone do not "
                "give the negativity."
            )
        modes, mine = self.modes(keep), self.modes((part,))
        sign = np.array([-1.0 if mode in mine else 1.0 for mode in modes])
        turn = np.concatenate([np.ones(len(modes)), sign])
        covariance = turn[:, None] * self._block(self.moments.covariance, keep) * turn
        values = 2.0 * _symplectic(covariance)
        small = np.where(values < 1.0 - SEPARABLE, -np.log(values), 0.0)
        return np.asarray(0.5 * np.expm1(small.sum(axis=-1)))

    def concurrence(self, pair: tuple[int, int]) -> FloatArray:
        """Nothing that modes have: NaN (...)."""
        return np.full(self.entropy(pair).shape, np.nan)

    def modes(self, keep: tuple[int, ...]) -> list[int]:
        """The modes of some parts."""
        ends = np.cumsum(self.dims)
        return [mode for part in keep for mode in range(ends[part] - self.dims[part], ends[part])]

    def _block(self, covariance: FloatArray, keep: tuple[int, ...]) -> FloatArray:
        modes = self.modes(keep)
        rows = np.array([*modes, *(mode + self.moments.model.modes for mode in modes)])
        return np.asarray(covariance[..., rows[:, None], rows])


def _symplectic(covariance: FloatArray) -> FloatArray:
    """Symplectic eigenvalues (..., n), ascending; NaN where the covariance is."""
    size = covariance.shape[-1]
    known = np.asarray(np.isfinite(covariance).all(axis=(-2, -1)))
    factor = np.linalg.cholesky(np.where(known[..., None, None], covariance, np.eye(size)))
    values = np.linalg.eigvalsh(1j * (np.swapaxes(factor, -1, -2) @ symplectic_form(size // 2) @ factor))
    return np.where(known[..., None], values[..., size // 2 :], np.nan)


def mode_groups(modes: int, dims: Sequence[int] | None) -> tuple[int, ...]:
    """How many neighbouring modes each part has.

    Args:
        modes: of the whole.
        dims: as given, None for one each.

    Returns:
        At least two sizes that add up to the modes.

    Raises:
        ArgumentError: if they do not.
    """
    sizes = (1,) * modes if dims is None else whole_sizes(dims)
    if len(sizes) < 2 or sum(sizes) != modes:
        raise ArgumentError(
            f"`dims` of a Gaussian state must be at least two whole numbers that add up to its {modes} modes, got "
            f"{shown(dims)}.",
            "dims",
        )
    return sizes
