"""Covariances of what is carried between leads, per time: the zero-frequency noise with its cross-correlations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from thermokin._result import ArrayResult
from thermokin._typing import FloatArray
from thermokin.transport.at_energies import AtEnergies, over_energies
from thermokin.transport.joined_leads import JoinedLeads
from thermokin.transport.spectral import operators_of, through_two
from thermokin.transport.transport_current import TransportCurrent, own_current

__all__ = ["TransportCovariance", "transport_covariance"]


Matrices = Callable[[AtEnergies], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True, eq=False)
class TransportCovariance(ArrayResult):
    """lim <<N_a N_b>> / t of amounts that leave the leads coherently, the noise of each on the diagonal.

    Args:
        values: (..., c, c) [amount_a amount_b/time].
        error: of the quadrature over energy, rounding included (..., c, c).
        currents: what was counted.
    """

    OWN_AXES: ClassVar[int] = 2

    values: FloatArray
    error: FloatArray
    currents: tuple[TransportCurrent, ...]


def transport_covariance(junction: JoinedLeads, currents: Sequence[Any]) -> TransportCovariance:
    """Covariances per time of what leaves the leads of a junction, see `thermokin.covariance`.

    Args:
        junction: the junction.
        currents: currents of it.

    Returns:
        The covariances.

    Raises:
        NotConvergedError: if an integral over energy does not converge.
        ValueError: if there is no current, or one belongs to another junction.
        TypeError: if one is no current.

    Reference:
        blanter2000.
    """
    listed = tuple(own_current(current, junction) for current in currents)
    if not listed:
        raise ValueError("`currents` must hold at least one current.")
    count = len(listed)
    upper = np.triu_indices(count)
    spectral = _two(junction, listed) or _many(junction, listed)

    def above_diagonal(at: AtEnergies) -> tuple[FloatArray, FloatArray]:
        values, terms = spectral(at)
        return values[..., upper[0], upper[1]], terms[..., upper[0], upper[1]]

    values, error = over_energies(junction, above_diagonal, upper[0].size)
    square = np.zeros((2, *values.shape[:-1], count, count))
    for place, numbers in enumerate((values, error)):
        square[place][..., upper[0], upper[1]] = numbers
        square[place][..., upper[1], upper[0]] = numbers
    return TransportCovariance(square[0], square[1], listed)


def _two(junction: JoinedLeads, currents: Sequence[TransportCurrent]) -> Matrices | None:
    transmission = junction.scatterer.transmission(junction.batch_shape)
    if transmission is None:
        return None

    def matrix(at: AtEnergies) -> tuple[FloatArray, FloatArray]:
        through = transmission(at.point, at.anchor, at.offset)
        less, left, right = at.two_fillings()
        noise, size = (part[1][..., None, None] for part in through_two(through, less, left, right, junction.sign, 2))
        weights = np.stack([at.weight(current, 0, 1) for current in currents], axis=-1)
        both = weights[..., :, None] * weights[..., None, :]
        return noise * both, size * np.abs(both)

    return matrix


def _many(junction: JoinedLeads, currents: Sequence[TransportCurrent]) -> Matrices:
    scattering = junction.scatterer.whole_matrix(junction.batch_shape)

    def matrix(at: AtEnergies) -> tuple[FloatArray, FloatArray]:
        channels = at.channels()
        amplitudes = scattering(at.point, at.anchor, at.offset)
        operators = [operators_of(amplitudes, at.channel_weights(current)) for current in currents]
        both = channels.filling[..., :, None] * channels.empty[..., None, :]
        listed = np.stack(operators, axis=-3)
        found, sizes = (
            np.einsum("...aij,...bij,...ij->...ab", one, one.conj(), both, optimize=True)
            for one in (listed, np.abs(listed))
        )
        return found.real, sizes

    return matrix
