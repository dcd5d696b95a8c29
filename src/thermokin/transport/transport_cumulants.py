"""Cumulants of what is carried between leads, per time, by integrals over energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.mean_and_noise import MeanAndNoise
from thermokin.operators.as_numbers import as_whole
from thermokin.transport.at_energies import AtEnergies, Spectral, over_energies
from thermokin.transport.joined_leads import JoinedLeads
from thermokin.transport.spectral import through_many, through_two
from thermokin.transport.transport_current import TransportCurrent, own_current

__all__ = ["TransportCumulants", "transport_cumulants"]

HIGHEST_ORDER = 4


@dataclass(frozen=True, eq=False)
class TransportCumulants(MeanAndNoise):
    """c_1 .. c_n per time along the last axis, of an amount that leaves the leads coherently.

    Args:
        values: (..., order) [amount^n/time].
        error: of the quadrature over energy, rounding included (..., order).
        current: what was counted.
    """

    OWN_AXES: ClassVar[int] = 1

    values: FloatArray
    error: FloatArray
    current: TransportCurrent


def transport_cumulants(junction: JoinedLeads, current: TransportCurrent, order: int = 2) -> TransportCumulants:
    """Cumulants per time of what leaves the leads of a junction, see `thermokin.cumulants`.

    Args:
        junction: the junction.
        current: a current of it.
        order: largest cumulant, 1 to 4.

    Returns:
        The cumulants.

    Raises:
        NotConvergedError: if an integral over energy does not converge.
        ValueError: if the current belongs to another junction, or the order is out of range.
        TypeError: if an argument is of the wrong type.

    Cost:
        Some hundred energies a point, all points together.

    Reference:
        levitov1993, blanter2000.
    """
    own_current(current, junction)
    most = as_whole(order, "order", 1, HIGHEST_ORDER)
    spectral = _two(junction, current, most) or _many(junction, current, most)
    values, error = over_energies(junction, spectral, most)
    return TransportCumulants(values, error, current)


def _two(junction: JoinedLeads, current: TransportCurrent, order: int) -> Spectral | None:
    transmission = junction.scatterer.transmission(junction.batch_shape)
    if transmission is None:
        return None

    def terms(at: AtEnergies) -> tuple[FloatArray, FloatArray] | FloatArray:
        through = transmission(at.point, at.anchor, at.offset)
        parts, sizes = through_two(through, *at.two_fillings(), junction.sign, order)
        weight = at.weight(current, 0, 1)
        powers = np.stack([weight**n for n in range(1, order + 1)], axis=-1)
        if order <= 2:
            return np.asarray(powers * np.stack(parts, axis=-1))
        return powers * np.stack(parts, axis=-1), np.abs(powers) * np.stack(sizes, axis=-1)

    return terms


def _many(junction: JoinedLeads, current: TransportCurrent, order: int) -> Spectral:
    scattering = junction.scatterer.whole_matrix(junction.batch_shape)

    def terms(at: AtEnergies) -> tuple[FloatArray, FloatArray]:
        matrix = scattering(at.point, at.anchor, at.offset)
        parts, sizes = through_many(matrix, at.channel_weights(current), at.channels(), junction.sign, order)
        return np.stack(parts, axis=-1), np.stack(sizes, axis=-1)

    return terms
