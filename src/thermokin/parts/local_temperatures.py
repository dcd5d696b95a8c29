"""Temperatures of parts: of the Gibbs state with the same energy, and how far a part is from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.gaussian.moments import GaussianMoments
from thermokin.model.parameter import Known
from thermokin.numerics.sector_eigenvectors import eigh_in_sectors
from thermokin.parts.given_state import dims_given, given_state, hamiltonian_given
from thermokin.parts.inverse_temperature import inverse_of_energy
from thermokin.parts.local_terms import local_terms
from thermokin.parts.mode_temperatures import temperatures_of_modes
from thermokin.parts.resolved import entropy_of
from thermokin.parts.sources import GaussianParts, MatrixParts, PartSource, mode_groups

__all__ = ["LocalTemperatures", "local_temperatures"]

MIDDLE = 4.0 * float(np.finfo(np.float64).eps)  # of the width: energies so near the mean of the levels are it


@dataclass(frozen=True, eq=False)
class LocalTemperatures(Result):
    """Temperature of each part, with leading axes of a sweep and, along an evolution, times.

    Args:
        dims: sizes of the parts; of Gaussian states how many modes each has.
        times: (..., t) [time]; None of states alone.
        parameters: what varies along the leading axes, by name.
        inverse: 1/T of the Gibbs state of the part's own Hamiltonian with the same mean energy (..., part) [1/energy];
            negative where the part is inverted, inf in its ground state, NaN of a part without energies.
        energies: mean energy of each part above its lowest level (..., part) [energy].
        entropies: of the parts (..., part) [nats].
        thermal_entropies: of those Gibbs states (..., part) [nats].
    """

    dims: tuple[int, ...]
    times: FloatArray | None
    parameters: Mapping[str, Known]
    inverse: FloatArray
    energies: FloatArray
    entropies: FloatArray
    thermal_entropies: FloatArray

    @cached_property
    def temperature(self) -> FloatArray:
        """1 / `inverse` (..., part) [energy]."""
        with np.errstate(divide="ignore"):
            return np.asarray(1.0 / self.inverse)

    @property
    def athermality(self) -> FloatArray:
        """Relative entropy to that Gibbs state, the difference of the entropies (..., part) [nats], 0 if thermal."""
        return np.asarray(np.maximum(self.thermal_entropies - self.entropies, 0.0))


def local_temperatures(
    state: object, hamiltonian: OperatorLike | None = None, dims: Sequence[int] | None = None
) -> LocalTemperatures:
    """The temperature of each part, and how far its reduced state is from thermal.

    The part's own Hamiltonian is H_k = tr_others(H)/d_others; what couples parts and leaves no such term has no share.
    T is that of the Gibbs state of H_k with the energy of the reduced state; of a qubit T = gap / ln(p_0/p_1). A group
    of modes has its block of the Hamiltonian, with its pairing; chemical potentials are no part of it.

    Args:
        state: as `part_correlations` takes it.
        hamiltonian: H of the whole (..., d, d) [energy]; None for the operator whose energy the model counts. Gaussian
            states have that of their model.
        dims: sizes of the parts; None for those that QuTiP's objects have said. Of Gaussian states how many
            neighbouring modes each part has; None for one each.

    Returns:
        Inverse temperatures and temperatures (..., part).

    Raises:
        ArgumentError: if sizes do not make the dimension, or no Hamiltonian is known.
        HypothesisError: if a group of bosons has no ground state by itself.
        ValueError: if a state is not Hermitian and of trace one, or leading axes do not broadcast.
        TypeError: if an argument does not hold numbers.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> level = np.diag([0.0, 1.0])
        >>> both = tk.operators.embed(level, 0, (2, 2)) + tk.operators.embed(level, 1, (2, 2))
        >>> pair = tk.operators.tensor(tk.operators.gibbs(level, 0.5), tk.operators.gibbs(level, 2.0))
        >>> tk.local_temperatures(pair, both, (2, 2)).temperature.round(12)
        array([0.5, 2. ])
    """
    if isinstance(state, GaussianMoments):
        if hamiltonian is not None:
            raise ArgumentError("`hamiltonian` of a Gaussian state is that of its model; leave it out.", "hamiltonian")
        modes = GaussianParts(state, mode_groups(state.model.modes, dims))
        found = [temperatures_of_modes(modes, part) for part in range(len(modes.dims))]
        return _together(modes, found)
    given = given_state(state)
    sizes, beside = dims_given(given, dims), hamiltonian_given(given, hamiltonian)
    local, _ = local_terms(beside, sizes)
    source = MatrixParts(given, sizes)
    columns = [_of_part(source.reduced((part,)), local[part], given.rounding) for part in range(len(sizes))]
    return _together(source, columns)


def _together(source: PartSource, columns: list[tuple[FloatArray, ...]]) -> LocalTemperatures:
    rows = (np.stack(np.broadcast_arrays(*each), axis=-1) for each in zip(*columns, strict=True))
    return LocalTemperatures(source.dims, source.times, source.parameters, *rows)


def _of_part(states: ComplexArray, hamiltonian: ComplexArray, rounding: float) -> tuple[FloatArray, ...]:
    """Inverse temperature, energy above the lowest level, entropy, and that of the Gibbs state."""
    levels, modes = eigh_in_sectors(hamiltonian)
    order = np.argsort(levels, axis=-1)
    levels, modes = np.take_along_axis(levels, order, -1), np.take_along_axis(modes, order[..., None, :], -1)
    # By populations, which keep the digits of few excitations that a mean from far below would lose.
    populations = (modes.conj() * (states @ modes)).sum(axis=-2).real
    above = np.broadcast_to(levels - levels[..., :1], populations.shape)
    mean = (np.maximum(populations, 0.0) * above).sum(axis=-1)
    inverse = _inverse_of_levels(above, mean)
    p = _populations(above, inverse)
    thermal = -np.where(p > 0.0, p * np.log(np.where(p > 0.0, p, 1.0)), 0.0).sum(axis=-1)
    return inverse, mean, entropy_of(states, rounding), np.asarray(np.where(np.isnan(inverse), np.nan, thermal))


def _inverse_of_levels(above: FloatArray, mean: FloatArray) -> FloatArray:
    """1/T with <E> = mean; -inf and inf at the ends of the levels, NaN where there is one energy alone."""
    width = above[..., -1]
    flat = width <= 0.0
    safe = np.where(flat, 1.0, width)

    def thermal(inverse: FloatArray) -> tuple[FloatArray, FloatArray]:
        p = _populations(above, inverse)
        energy = (p * above).sum(axis=-1)
        return energy, (p * (above - energy[..., None]) ** 2).sum(axis=-1)

    found = inverse_of_energy(thermal, mean, safe, -1.0)
    found = np.where(mean <= 0.0, np.inf, np.where(mean >= width, -np.inf, found))
    # As many digits as the mean has: at infinite temperature none are left of 1/T.
    found = np.where(np.abs(above.mean(axis=-1) - mean) <= MIDDLE * width, 0.0, found)
    return np.where(flat | np.isnan(mean), np.nan, found)


def _populations(above: FloatArray, inverse: FloatArray) -> FloatArray:
    """Gibbs populations at inverse temperatures of either sign; the ends of the scale too."""
    with np.errstate(invalid="ignore", over="ignore"):
        exponent = -above * inverse[..., None]
    exponent = np.where((above == 0.0) | np.isnan(exponent), 0.0, exponent)
    largest = exponent.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        shifted = np.where(np.isposinf(largest), np.where(above == above[..., -1:], 0.0, -np.inf), exponent - largest)
    weights = np.exp(shifted)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))
