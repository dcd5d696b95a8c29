"""Second moments at time 0: of a Gibbs state, of occupations, or as they are given."""

from __future__ import annotations

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.gaussian.majoranas import imaginary_part, moments_of_majoranas, without_pairs
from thermokin.gaussian.model import GaussianModel
from thermokin.gaussian.moments import GaussianMoments
from thermokin.gaussian.quadratures import quadratic_form, symplectic_form
from thermokin.model.statistics import fermi_factor
from thermokin.motion.starts import Gibbs
from thermokin.numerics.lyapunov import Matrix, hermitian_part
from thermokin.operators.as_numbers import as_numbers, as_real, common_axes, require_finite
from thermokin.operators.as_operators import as_hermitian

__all__ = ["moments_at_start"]

ROUNDING = 1e-10  # of the largest moment: what is taken for a rounded bound of an uncertainty relation


def moments_at_start(model: GaussianModel, initial: object) -> Matrix:
    """The second moments of a start.

    Args:
        model: the model.
        initial: `Gibbs(temperature)` of the whole Hamiltonian at chemical potential 0; a state of this model;
            occupations of the sites (..., n); moments <a_j^+ a_k> in row k and column j (..., n, n), of a state without
            pairing; or, with pairing, covariances of the quadratures, of fermions those of Majorana operators as in
            `majorana_covariance` (..., 2n, 2n).

    Returns:
        (..., m, m).

    Raises:
        ArgumentError: if they are those of no state, or of another number of modes.
        TypeError: if it does not hold numbers.
    """
    if isinstance(initial, Gibbs):
        found = _thermal(model, initial.temperature)
    elif isinstance(initial, GaussianMoments):
        if initial.model.modes != model.modes or (initial.model.pairing is None) != (model.pairing is None):
            raise ArgumentError("`initial` is a state of other modes; give its `one_particle`.", "initial")
        found = initial.moments if model.pairing is not None else initial.one_particle
    else:
        found = _given(model, initial)
    common_axes({"model": model.batch_shape, "initial": found.shape[:-2]})
    if model.frame is not None:
        found = np.conj(np.swapaxes(model.frame, -1, -2)) @ found @ model.frame
    return hermitian_part(found)


def _thermal(model: GaussianModel, temperature: FloatArray) -> Matrix:
    if model.z > 0 and np.isinf(temperature).any():
        raise ArgumentError("`temperature` of bosons must be finite: their numbers diverge.", "initial")
    warmth = temperature[..., None]
    if model.pairing is None:
        values, vectors = model.system.eigen
        if model.z > 0 and not (values > 0.0).all():
            raise ArgumentError(
                f"`initial`: bosons have no Gibbs state at a frequency of {values.min():g}; it must be above 0.",
                "initial",
            )
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            exponent = np.where(values == 0.0, 0.0, values / warmth)
            filled = fermi_factor(exponent) if model.z < 0 else 1.0 / np.expm1(exponent)
        return np.asarray((vectors * filled[..., None, :]) @ np.conj(np.swapaxes(vectors, -1, -2)))
    if model.z < 0:
        values, vectors = model.system.eigen
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            exponent = np.where(values == 0.0, 0.0, values / warmth)
        tilted = -0.5 * np.tanh(0.5 * exponent)
        return imaginary_part((vectors * tilted[..., None, :]) @ np.conj(np.swapaxes(vectors, -1, -2)))
    # With Q = S S^T the moments are S^-T coth(K/2T) K S^-1 / 2, K = i S^T W S.
    form = quadratic_form(model.hamiltonian, model.pairing)
    lowest = float(np.linalg.eigvalsh(form).min())
    if lowest <= 0.0:
        raise ArgumentError(
            f"`initial`: the energy with pairing is not bounded from below (an eigenvalue of {lowest:.3g}), and has no "
            "Gibbs state; give occupations or covariances.",
            "initial",
        )
    factor = np.linalg.cholesky(form)
    values, vectors = np.linalg.eigh(1j * np.swapaxes(factor, -1, -2) @ symplectic_form(model.modes) @ factor)
    size = np.abs(values)
    with np.errstate(divide="ignore", over="ignore"):
        filled = 0.5 * size + size / np.expm1(size / warmth)
    back = np.swapaxes(np.linalg.inv(factor), -1, -2)
    turned = back @ vectors
    return np.asarray(((turned * filled[..., None, :]) @ np.conj(np.swapaxes(turned, -1, -2))).real)


def _given(model: GaussianModel, initial: object) -> Matrix:
    array = as_numbers(initial, "initial")
    require_finite(array, "initial")
    modes = model.modes
    if array.shape[-1:] == (modes,) and array.ndim > 1 and array.shape[-2] == modes:
        found: Matrix = as_hermitian(initial, "initial")
    elif array.shape[-1:] == (modes,) and not np.iscomplexobj(array):
        found = array[..., None] * np.eye(modes, dtype=np.complex128)
    elif model.pairing is not None and array.shape[-2:] == (2 * modes, 2 * modes):
        if model.z < 0:
            return _of_majoranas(as_real(initial, "initial"))
        return _physical(as_hermitian(initial, "initial").real, modes)
    else:
        wide = f", or covariances (..., {2 * modes}, {2 * modes})" if model.pairing is not None else ""
        raise ArgumentError(
            f"`initial` must be tk.Gibbs(temperature), occupations (..., {modes}), or moments (..., {modes}, {modes})"
            f"{wide}, got shape {array.shape}.",
            "initial",
        )
    values = np.linalg.eigvalsh(found)
    slack = ROUNDING * max(1.0, float(np.abs(values).max()))
    if (values < -slack).any() or (model.z < 0 and (values > 1.0 + slack).any()):
        most = "" if model.z > 0 else " and at most 1"
        raise ArgumentError(
            f"`initial` must have occupations of at least 0{most}, got {values.min():.6g} ... {values.max():.6g}.",
            "initial",
        )
    if model.pairing is None:
        return found
    return _doubled(found) if model.z > 0 else without_pairs(found)


def _doubled(found: ComplexArray) -> FloatArray:
    """Covariances of quadratures of a state without pairing."""
    real = found.real + 0.5 * np.eye(found.shape[-1])
    across = np.swapaxes(found.imag, -1, -2)
    upper = np.concatenate([real, across], axis=-1)
    return np.concatenate([upper, np.concatenate([-across, real], axis=-1)], axis=-2)


def _of_majoranas(covariance: FloatArray) -> ComplexArray:
    size = max(1.0, float(np.abs(covariance).max()))
    if (np.abs(covariance + np.swapaxes(covariance, -1, -2)) > ROUNDING * size).any():
        raise ArgumentError("`initial` must be antisymmetric, as covariances of Majorana operators are.", "initial")
    found = moments_of_majoranas(covariance)
    most = 2.0 * float(np.abs(np.linalg.eigvalsh(found)).max())
    if most > 1.0 + ROUNDING:
        raise ArgumentError(
            f"`initial` must have covariances of Majorana operators with singular values of at most 1, got {most:.6g}.",
            "initial",
        )
    return found


def _physical(moments: FloatArray, modes: int) -> FloatArray:
    lowest = float(np.linalg.eigvalsh(moments + 0.5j * symplectic_form(modes)).min())
    if lowest < -ROUNDING * float(np.abs(moments).max()):
        raise ArgumentError(
            f"`initial` breaks the uncertainty relation: covariances + i W/2 have an eigenvalue of {lowest:.3g}.",
            "initial",
        )
    return moments
