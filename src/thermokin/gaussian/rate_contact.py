"""A contact by matrices of rates that are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.gaussian.contacts import EMPTY, ROUNDING, Jumps, ModeContact, require_bath
from thermokin.gaussian.one_particle import OneParticle
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath, finite_numbers
from thermokin.operators.as_operators import as_hermitian

__all__ = ["RateContact"]

UNBALANCED = 1e-9  # of a rate: mismatch with local detailed balance that is taken for rounding


@dataclass(frozen=True, eq=False, init=False)
class RateContact(ModeContact):
    """Rates that are given: sum_ij loss_ij D[.] takes quanta out and gain puts them in.

    d<a_j^+ a_k>/dt has -(loss G + G loss)/2 + z (gain G + G gain)/2 + gain with G_kj = <a_j^+ a_k>.

    Args:
        bath: the bath behind them, whose local detailed balance they must obey, or None.
        loss: (..., n, n) [1/time], Hermitian and >= 0.
        gain: (..., n, n) [1/time], Hermitian and >= 0.
        energy: that a quantum brings (...) [energy].

    Raises:
        TypeError: if the bath is of the wrong type.
        ValueError: if a matrix is not Hermitian or has a negative eigenvalue.

    Example:
        >>> import thermokin as tk
        >>> contact = tk.gaussian.RateContact(None, loss=[[0.03]], gain=[[0.01]])
        >>> mode = tk.gaussian.bosons([[1.0]], [contact])
        >>> tk.steady_state(mode).occupations.round(8)  # gain / (loss - gain)
        array([0.5])
    """

    bath: Bath | None
    loss: ComplexArray
    gain: ComplexArray
    energy: FloatArray

    def __init__(self, bath: Bath | None, loss: OperatorLike, gain: OperatorLike, energy: ArrayLike = 0.0) -> None:
        if bath is not None:
            require_bath(bath)
        object.__setattr__(self, "bath", bath)
        for name, value in (("loss", loss), ("gain", gain)):
            object.__setattr__(self, name, as_hermitian(value, name))
        object.__setattr__(self, "energy", finite_numbers(energy, "energy"))

    def jumps(self, system: OneParticle, name: str) -> Jumps:
        """A pair for each eigenvector of the loss where the gain is proportional to it; else single jumps."""
        for word, matrix in (("loss", self.loss), ("gain", self.gain)):
            if matrix.shape[-1] != system.modes:
                raise ArgumentError(
                    f"`{name}.{word}` must have shape (..., {system.modes}, {system.modes}), got {matrix.shape}.", name
                )
        if self.bath is not None:
            self._require_balance(name)
        losing, out = _positive(self.loss, f"{name}.loss")
        lost, gained = _size(self.loss), _size(self.gain)
        ratio = (gained / np.maximum(lost, EMPTY))[..., None, None]
        if (_size(self.gain - ratio * self.loss) <= ROUNDING * gained).all():
            kept = (losing > 0.0).reshape(-1, system.modes).any(axis=0)
            found = losing[..., kept]
            return Jumps(out[..., kept], found, found * ratio[..., 0], self._energies(found), self.bath)
        gaining, into = _positive(self.gain, f"{name}.gain")
        lead = np.broadcast_shapes(losing.shape, gaining.shape)
        losing, gaining = np.broadcast_to(losing, lead), np.broadcast_to(gaining, lead)
        vectors = np.concatenate(np.broadcast_arrays(out, into), axis=-1)
        loss = np.concatenate([losing, np.zeros(lead)], axis=-1)
        gain = np.concatenate([np.zeros(lead), gaining], axis=-1)
        kept = ((loss > 0.0) | (gain > 0.0)).reshape(-1, 2 * system.modes).any(axis=0)
        return Jumps(vectors[..., kept], loss[..., kept], gain[..., kept], self._energies(loss[..., kept]), self.bath)

    def _energies(self, rates: FloatArray) -> FloatArray:
        return np.broadcast_to(self.energy[..., None], np.broadcast_shapes((*self.energy.shape, 1), rates.shape))

    def _require_balance(self, name: str) -> None:
        assert self.bath is not None  # noqa: S101 - asked for baths alone
        bath, own = self.bath, self.energy[..., None]
        emission, absorption = bath.statistics.factors(own, bath.temperature, bath.chemical_potential)
        wrong = _size(self.gain * emission[..., None] - self.loss * absorption[..., None])
        right = _size(self.gain * emission[..., None]) + _size(self.loss * absorption[..., None])
        if not (wrong <= UNBALANCED * right).all():
            raise ArgumentError(
                f"`{name}`: gain and loss must have the ratio {float((absorption / emission).ravel()[0]):.6g} of bath "
                f"{bath.name!r} at energy {float(own.ravel()[0]):g}; give another energy, or bath=None for rates that "
                "no thermal bath has.",
                name,
            )

    def assumptions(self, system: OneParticle, jumps: Jumps, others: Sequence[Bath]) -> tuple[Assumption, ...]:
        """Nothing: the rates are given."""
        return ()


def _size(matrix: ComplexArray) -> FloatArray:
    return np.asarray(np.abs(matrix).max(axis=(-2, -1)))


def _positive(matrix: ComplexArray, name: str) -> tuple[FloatArray, ComplexArray]:
    """Eigenvalues, rounded zeros as zeros, and eigenvectors."""
    values, vectors = np.linalg.eigh(matrix)
    floor = ROUNDING * np.abs(values).max(axis=-1, keepdims=True)
    if (values < -floor).any():
        raise ArgumentError(f"`{name}` must be >= 0, got an eigenvalue of {values.min():.3g}.", name)
    return np.where(values > floor, values, 0.0), vectors
