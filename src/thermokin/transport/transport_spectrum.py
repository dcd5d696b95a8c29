"""Noise against frequency of what is carried between leads, where the scattering does not depend on energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import HypothesisError
from thermokin._result import ArrayResult
from thermokin._typing import FloatArray
from thermokin.model.bath import Bath
from thermokin.model.statistics import Fermi
from thermokin.motion.time_grid import checked_frequencies
from thermokin.transport.at_energies import AtEnergies, over_energies
from thermokin.transport.joined_leads import JoinedLeads
from thermokin.transport.models import constant
from thermokin.transport.spectral import operators_of
from thermokin.transport.transport_current import TransportCurrent, own_current
from thermokin.transport.windows import energy_panels

__all__ = ["TransportSpectrum", "transport_spectrum"]

VARIES = 1e-9  # of a transmission: what is no more than this is rounding, of other programs too
INSIDE = np.array([0.02, 0.5, 0.98])  # of a panel, where the scattering is looked at


@dataclass(frozen=True, eq=False)
class TransportSpectrum(ArrayResult):
    """S(w) = int dt cos(w t) <<{I(t), I(0)}>> / 2 of particles that leave the leads coherently, even in w.

    Args:
        values: (..., f) [amount^2/time].
        error: of the quadrature over energy, rounding included (..., f).
        frequencies: w (f,) [1/time].
        current: what was counted.
    """

    OWN_AXES: ClassVar[int] = 1

    values: FloatArray
    error: FloatArray
    frequencies: FloatArray
    current: TransportCurrent


def transport_spectrum(junction: JoinedLeads, current: TransportCurrent, frequencies: ArrayLike) -> TransportSpectrum:
    """Symmetrised noise of particles against frequency, see `thermokin.spectrum`.

    S(w) = 1/2 sum_lm K_lm int dE/2 pi f_l(E) [2 - f_m(E + w) - f_m(E - w)], K_lm the sum of |W_ij|^2 over channels i of
    lead l and j of lead m. At frequencies far above biases and temperatures it grows as w: zero-point motion.

    Args:
        junction: the junction.
        current: a current of particles.
        frequencies: w (f,) [1/time].

    Returns:
        The spectrum.

    Raises:
        HypothesisError: if the scattering depends on energy, energy is counted, or bosons are carried.
        ValueError: if the current belongs to another junction, or frequencies are not finite.
        TypeError: if an argument is of the wrong type.

    Cost:
        An integral for each frequency and each two leads.

    Reference:
        blanter2000.
    """
    own_current(current, junction)
    grid = checked_frequencies(frequencies)
    if junction.sign < 0.0:
        raise HypothesisError("noise against frequency is known here of fermions; for bosons ask for the covariance.")
    if (current.energy != current.energy[..., :1]).any():
        raise HypothesisError(
            f"{current.name!r} counts energy, and its noise against frequency is not known; count particles."
        )
    shares = _shares(junction, current, float(np.abs(grid).max(initial=0.0)))
    values, error = np.zeros((2, *junction.batch_shape, grid.size))
    for one, source in enumerate(junction.leads):
        for other, drain in enumerate(junction.leads):
            share = 0.5 * shares[..., one, other, None]
            for side in (1.0, -1.0):
                part, missed = _filled_and_empty(source, drain, side * grid, junction.batch_shape)
                values += share * part
                error += share * missed
    return TransportSpectrum(values, error, grid, current)


def _filled_and_empty(
    source: Bath, drain: Bath, grid: FloatArray, shape: tuple[int, ...]
) -> tuple[FloatArray, FloatArray]:
    """Integrals of f_l(E) [1 - f_m(E + w)] / 2 pi (..., f), and their errors."""
    level = np.broadcast_to(source.chemical_potential - drain.chemical_potential, shape)[..., None] + grid
    warm, cold = (np.broadcast_to(bath.temperature, shape)[..., None] for bath in (source, drain))
    leads = Bath("source", warm, level, Fermi()), Bath("drain", cold, 0.0, Fermi())

    def spectral(at: AtEnergies) -> FloatArray:
        _, left, right = at.two_fillings()
        return np.asarray((left[0] * right[1])[..., None])

    value, error = over_energies(JoinedLeads(constant(1.0), leads), spectral, 1)
    return value[..., 0], error[..., 0]


def _shares(junction: JoinedLeads, current: TransportCurrent, reach: float) -> FloatArray:
    """K_lm (..., l, l) at any energy, where it is the same at all energies within reach of the leads."""
    shape, count = junction.batch_shape, len(junction.leads)
    panels = energy_panels(junction.leads, junction.scatterer.features(shape), shape, bosons=False)
    every = np.arange(int(np.prod(shape)))
    level = np.broadcast_to(junction.stacked("chemical_potential"), (*shape, count)).reshape(-1, count)
    beyond = reach * np.linspace(-1.0, 1.0, 33)
    looks = [(panels.point, panels.anchor, panels.low[:, None] + (panels.high - panels.low)[:, None] * INSIDE)]
    looks += [(every, level[:, lead], np.tile(beyond, (every.size, 1))) for lead in range(count)]
    least, most = np.full((every.size, count, count), np.inf), np.zeros((every.size, count, count))
    for point, anchor, offset in looks:
        found = _at(junction, AtEnergies(junction, point, anchor, offset), current)
        np.minimum.at(least, point, found.min(axis=1))
        np.maximum.at(most, point, found.max(axis=1))
    scale = most.max(axis=(-2, -1), initial=0.0)
    if ((most - least).max(axis=(-2, -1)) > VARIES * scale).any():
        raise HypothesisError(
            "the scattering depends on energy, and between leads displacement currents then flow at finite frequency "
            "that it does not tell; only noise at zero frequency is known, by tk.cumulants."
        )
    return 0.5 * (least + most).reshape(*shape, count, count)


def _at(junction: JoinedLeads, at: AtEnergies, current: TransportCurrent) -> FloatArray:
    """K_lm at energies (m, q, l, l)."""
    transmission = junction.scatterer.transmission(junction.batch_shape)
    if transmission is not None:
        through = transmission(at.point, at.anchor, at.offset)
        same, across = (through**2).sum(axis=-1), (through * (1.0 - through)).sum(axis=-1)
        weight = at.weight(current, 0, 1) ** 2
        return np.asarray(
            weight[..., None, None] * np.stack([same, across, across, same], axis=-1).reshape(*same.shape, 2, 2)
        )
    matrix = junction.scatterer.whole_matrix(junction.batch_shape)(at.point, at.anchor, at.offset)
    sums = (np.arange(len(junction.leads))[:, None] == np.array(junction.scatterer.owner)).astype(np.float64)
    return np.asarray(sums @ np.abs(operators_of(matrix, at.channel_weights(current))) ** 2 @ sums.T)
