"""The same system as a model of many levels, bosons cut off at a number of quanta."""

from __future__ import annotations

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray
from thermokin.gaussian.model import NO_BATH, GaussianModel, require_gaussian
from thermokin.model.channel import Channel
from thermokin.model.model import Model
from thermokin.operators.as_numbers import as_whole, require_room
from thermokin.operators.fock import annihilators, destroy
from thermokin.operators.tensor import embed

__all__ = ["truncated"]

MOST = 100  # levels of each mode
ORTHOGONAL = 1e-9  # overlap of two modes of different energies that is taken for rounding


def truncated(model: GaussianModel, levels: int | None = None) -> Model:
    """A `Model` of all levels of a Gaussian one, for what second moments do not know: distributions, trajectories.

    Args:
        model: a Gaussian model of a single point.
        levels: kept of each bosonic mode, >= 2; fermions have two and need none.

    Returns:
        The model of dimension levels^n. Its energy is counted with the modes that contacts touch, each with the energy
        of its quanta, as in `local`. Jumps of bosons carry no particles, as always with a Bose bath.

    Raises:
        ValueError: if `levels` is not a whole number of at least 2, or makes too large an operator.
        ArgumentError: if the model is a sweep, contacts that share a mode count different energies, or
            levels are missing.
        TypeError: if the model is not Gaussian.

    Cost:
        Memory of a few numbers for each element of jumps of levels^n rows.

    Example:
        >>> import thermokin as tk
        >>> pair = tk.gaussian.oscillator_chain(2, frequency=1.0, coupling=0.02, rate=0.02, hot=0.5, cold=0.25)
        >>> small = tk.gaussian.truncated(pair, levels=6)
        >>> round(float(tk.cumulants(small, tk.heat(small, "hot"), order=1).mean), 6)
        0.001103
    """
    require_gaussian(model)
    if model.batch_shape:
        raise ArgumentError(f"`model` must be a single point, got a sweep over {model.batch_shape}.", "model")
    if model.z < 0:
        lowering = annihilators(model.modes)
    else:
        kept = as_whole(2 if levels is None else levels, "levels", 2, MOST)
        if levels is None:
            raise ArgumentError("`levels` must say how many levels of each bosonic mode are kept.", "levels")
        require_room(kept**model.modes, "levels")
        size = (kept,) * model.modes
        lowering = tuple(embed(destroy(kept), site, size) for site in range(model.modes))
    a = np.stack(lowering)
    hamiltonian = _form(model.hamiltonian, a)
    if model.pairing is not None:
        raised = np.einsum("ij,iab,jbc->ac", model.pairing, _adjoint(a), _adjoint(a))
        hamiltonian = hamiltonian + 0.5 * (raised + raised.conj().T)
    return Model(
        hamiltonian,
        _channels(model, a),
        energy_operator=_form(_counted(model), a) if model.jumps.mixed is None else None,
        number_operator=_form(np.eye(model.modes, dtype=np.complex128), a)
        if model.z < 0 and model.pairing is None
        else None,
    )


def _adjoint(operators: ComplexArray) -> ComplexArray:
    return np.asarray(np.conj(np.swapaxes(operators, -1, -2)))


def _form(matrix: ComplexArray, a: ComplexArray) -> ComplexArray:
    """sum_ij m_ij a_i^+ a_j."""
    return np.asarray(np.einsum("ij,iab,jbc->ac", matrix, _adjoint(a), a, optimize=True))


def _channels(model: GaussianModel, a: ComplexArray) -> list[Channel]:
    jumps, vectors, channels = model.jumps, model.site_vectors, []
    for place, bath in enumerate(model.bath):
        lowering = _lowering(model, vectors, place, a)
        reservoir = None if bath == NO_BATH else model.baths[int(bath)]
        energy, carried = jumps.energy[place], 1.0 if model.z < 0 else 0.0
        for rate, jump, sign in ((jumps.loss[place], lowering, -1.0), (jumps.gain[place], lowering.conj().T, 1.0)):
            if rate > 0.0 and jump.any():
                channels.append(Channel(np.sqrt(rate) * jump, reservoir, sign * energy, sign * carried))
    return channels


def _lowering(model: GaussianModel, vectors: ComplexArray, place: int, a: ComplexArray) -> ComplexArray:
    """The mode that a jump lowers, u^+ a, or c^T R = (c_x - i c_p) a / sqrt 2 + (c_x + i c_p) a^+ / sqrt 2."""
    if model.jumps.mixed is None:
        return np.asarray(np.einsum("i,iab->ab", np.conj(vectors[:, place]), a))
    x, p = np.split(model.jumps.mixed[:, place] / np.sqrt(2.0), 2)
    return np.asarray(np.einsum("i,iab->ab", x - 1j * p, a) + np.einsum("i,iab->ab", x + 1j * p, _adjoint(a)))


def _counted(model: GaussianModel) -> ComplexArray:
    """The matrix whose energy is counted: modes that are touched with the energy of their quanta, the rest as it is."""
    jumps, vectors, size = model.jumps, model.site_vectors, model.modes
    matrix, touched = np.zeros((size, size), dtype=np.complex128), np.zeros((size, 0), dtype=np.complex128)
    for energy in np.unique(jumps.energy):
        mine = (jumps.energy == energy) & (np.abs(vectors).max(axis=0) > 0.0) & (model.bath != NO_BATH)
        if not mine.any():
            continue
        left, values, _ = np.linalg.svd(vectors[:, mine])
        own = left[:, : int((values > ORTHOGONAL * values.max()).sum())]
        if np.abs(touched.conj().T @ own).max(initial=0.0) > ORTHOGONAL:
            raise ArgumentError(
                "`model` has contacts that count different energies of modes which are not orthogonal, so that no one "
                "operator's energy is counted; give them one frequency.",
                "model",
            )
        touched = np.concatenate([touched, own], axis=1)
        matrix += energy * (own @ own.conj().T)
    rest = np.eye(size) - touched @ touched.conj().T
    return np.asarray(matrix + rest @ model.hamiltonian @ rest)
