"""How the quadratic Hamiltonian of a Gaussian model moves energy or particles between groups of modes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import FloatArray
from thermokin.gaussian.majoranas import majorana_form
from thermokin.gaussian.model import GaussianModel
from thermokin.gaussian.moments import GaussianMoments
from thermokin.gaussian.quadratures import quadratic_form
from thermokin.numerics.lyapunov import Matrix

__all__ = ["GaussianFlows"]


@dataclass(frozen=True, eq=False)
class GaussianFlows:
    """Flows between groups of modes, by real second moments of quadratures or of Majorana operators.

    Bosons: H = R^T Q R/2 with [R, R^T] = i W, so that i [R^T A R/2, R^T B R/2] has the mean tr(B W A sigma). Fermions:
    H = i w^T A w/2, and i <[i w^T A w/2, i w^T B w/2]> = tr(B A y) with <w w^T> = 1/2 + i y. A part has
    P T + its (anti)symmetric partner, P its modes and T the form with shares of what joins it to others.

    Args:
        state: at rest, or over time.
        dims: how many neighbouring modes each part has.
        weights: numbers c_k (..., modes) of the quantity sum_k c_k n_k; None for the energy.
        share: of a link between parts that the first of them holds.
    """

    state: GaussianMoments
    dims: tuple[int, ...]
    weights: FloatArray | None
    share: float

    @property
    def model(self) -> GaussianModel:
        """The model."""
        return self.state.model

    @cached_property
    def form(self) -> FloatArray:
        """Q of bosons, A of fermions (..., 2n, 2n)."""
        h = self.model.hamiltonian
        pairing = np.zeros_like(h) if self.model.pairing is None else self.model.pairing
        return self.state.beside((quadratic_form if self.model.z > 0 else majorana_form)(h, pairing)).real

    @cached_property
    def shared(self) -> FloatArray:
        """T (..., 2n, 2n), the form of the quantity with what each part has of its links."""
        if self.weights is not None:
            turned = _left(np.eye(2 * self.model.modes))
            own = self._counted[..., None] * (np.eye(2 * self.model.modes) if self.model.z > 0 else turned)
            return 0.5 * own
        part = np.tile(np.repeat(np.arange(len(self.dims)), self.dims), 2)
        earlier, same = part[:, None] < part, part[:, None] == part
        return np.where(same, 0.5, np.where(earlier, self.share, 1.0 - self.share)) * self.form

    @cached_property
    def _counted(self) -> FloatArray:
        """C (..., 2n) beside moments."""
        assert self.weights is not None  # noqa: S101 - asked for where there are some
        both = np.concatenate([self.weights, self.weights], axis=-1)
        return self.state.beside(both[..., None])[..., 0]

    @cached_property
    def moments(self) -> FloatArray:
        """Sigma of bosons, y of fermions (..., 2n, 2n)."""
        return self._real(self.state)

    def _real(self, state: GaussianMoments) -> FloatArray:
        return state.covariance if self.model.z > 0 else -0.5 * state.majorana_covariance

    def changed(self, moments: Matrix) -> FloatArray:
        """What changes of the moments of the model's frame are of the real ones (..., 2n, 2n)."""
        there, none = (replace(self.state, moments=one) for one in (moments, np.zeros_like(moments)))
        return np.asarray(self._real(there) - self._real(none))

    def means(self, real: FloatArray, without: tuple[int, ...] = ()) -> FloatArray:
        """The quantity of each part by real second moments, or by what changes these.

        Args:
            real: the moments, or their changes (..., 2n, 2n).
            without: parts whose terms are left out, with all that they share with others.

        Returns:
            (..., part).
        """
        kept = np.tile(~np.isin(np.repeat(np.arange(len(self.dims)), self.dims), without), 2)
        found = np.where(kept, np.where(kept[:, None], self.shared * real, 0.0), 0.0).sum(axis=-1)
        return self.model.z * self._grouped(found[..., None], 1)[..., 0]

    @property
    def amounts(self) -> FloatArray:
        """The quantity of each part, normally ordered (..., part)."""
        diagonal = (
            np.diagonal(self.model.hamiltonian.real, axis1=-2, axis2=-1) if self.weights is None else self.weights
        )
        order = self._grouped(self.state.beside(diagonal[..., None]), 1, modes=1)[..., 0]
        return np.asarray(self.means(self.moments) - 0.5 * self.model.z * order)

    @cached_property
    def flows(self) -> tuple[FloatArray, FloatArray]:
        """From part j (row) to part k (..., part, part), antisymmetric, and what the Hamiltonian makes (..., part)."""
        if self.weights is None:
            found = self._energy()
            return found, np.zeros(found.shape[:-1])
        rates = self.model.z * self._grouped(self._counted[..., None] * _left(self.form) * self.moments)
        into = np.swapaxes(rates, -1, -2)  # from row j into column k
        return 0.5 * (into - rates), (0.5 * (into + rates)).sum(axis=-2)

    def _energy(self) -> FloatArray:
        t, moved = self.shared, self.moments
        flipped = np.swapaxes(t, -1, -2)
        if self.model.z > 0:
            direct = np.swapaxes(_right(t), -1, -2) * (t @ moved) + np.swapaxes(_left(flipped), -1, -2) * (
                moved @ flipped
            )
            leg = t * _right(moved @ t)
        else:
            direct = flipped * (t @ moved) + t * (moved @ flipped)
            leg = -t * (moved @ t)
        through = self._grouped(leg)
        found = self._grouped(direct) + through - np.swapaxes(through, -1, -2)
        return np.asarray(0.5 * (found - np.swapaxes(found, -1, -2)))

    @cached_property
    def joined(self) -> list[tuple[int, int]]:
        """The pairs of parts that the Hamiltonian joins, at any point."""
        size = self._grouped(np.abs(self.form))
        axes = tuple(range(size.ndim - 2))
        return [(int(j), int(k)) for j, k in np.argwhere(size.any(axis=axes)) if j < k]

    @cached_property
    def sizes(self) -> FloatArray:
        """What flows into each part are sums of, from above (..., part)."""
        t, moved = np.abs(self.shared), np.abs(self.moments)
        rows = self._grouped((t @ (t @ moved)) if self.weights is None else np.abs(self.form) * moved)
        return np.asarray(rows.sum(axis=-1) + rows.sum(axis=-2))

    @cached_property
    def norms(self) -> FloatArray:
        """Frobenius' norm of each part's form, from above (..., part)."""
        return np.asarray(np.sqrt(2.0 * self._grouped(np.square(self.shared)).sum(axis=-1)))

    def _grouped(self, matrix: FloatArray, axes: int = 2, modes: int = 2) -> FloatArray:
        """Elements of quadratures summed over the modes of parts, of both axes or of the rows alone."""
        begin, n = np.cumsum([0, *self.dims[:-1]]), self.model.modes
        found = matrix[..., :n, :] + matrix[..., n:, :] if modes == 2 else matrix
        found = np.add.reduceat(found, begin, axis=-2)
        if axes == 2:
            found = np.add.reduceat(found[..., :n] + found[..., n:], begin, axis=-1)
        return np.asarray(found)


def _left(matrix: FloatArray) -> FloatArray:
    """W M (..., 2n, m)."""
    n = matrix.shape[-2] // 2
    return np.concatenate([matrix[..., n:, :], -matrix[..., :n, :]], axis=-2)


def _right(matrix: FloatArray) -> FloatArray:
    """M W (..., m, 2n)."""
    n = matrix.shape[-1] // 2
    return np.concatenate([-matrix[..., n:], matrix[..., :n]], axis=-1)
