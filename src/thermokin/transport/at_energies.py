"""Leads and scatterer at the energies of a quadrature, and the integrals over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray, IntArray
from thermokin.numerics.panel_quadrature import integrate
from thermokin.transport.joined_leads import JoinedLeads
from thermokin.transport.occupation import filled, filled_less
from thermokin.transport.scatterer import Features
from thermokin.transport.transport_current import TransportCurrent
from thermokin.transport.unnamed import with_unnamed
from thermokin.transport.windows import energy_panels

__all__ = ["AtEnergies", "Channels", "Filling", "Spectral", "over_energies"]

CELLS = 160_000  # numbers of scattering matrices held at once, times the fifteen nodes of a panel
LOST = 1e-6  # of the integral of the size: what is known no better is no answer


Filling = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class Channels:
    """How full the channels are.

    Args:
        filling: n_i (m, q, c).
        empty: 1 -+ n_i (m, q, c).
        less: n_i less that of the first channel (m, q, c).
    """

    filling: FloatArray
    empty: FloatArray
    less: FloatArray


@dataclass(frozen=True, eq=False)
class AtEnergies:
    """Leads and scatterer of a junction at the nodes of the quadrature.

    Args:
        junction: the junction.
        point: which point of the sweep (m,).
        anchor: (m,) [energy].
        offset: energies less the anchor (m, q).
    """

    junction: JoinedLeads
    point: IntArray
    anchor: FloatArray
    offset: FloatArray

    def own(self, value: FloatArray) -> FloatArray:
        """A number of each point (m, 1)."""
        return np.asarray(np.broadcast_to(value, self.junction.batch_shape).reshape(-1)[self.point][:, None])

    def exponent(self, lead: int) -> FloatArray:
        """(E - mu) / T of a lead (m, q)."""
        bath = self.junction.leads[lead]
        above = (self.anchor[:, None] - self.own(bath.chemical_potential)) + self.offset
        warmth = self.own(bath.temperature)
        if (warmth > 0.0).all():
            return np.asarray(above / warmth)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(warmth > 0.0, above / warmth, np.where(above == 0.0, 0.0, np.inf * np.sign(above)))

    def apart(self, one: int, other: int) -> FloatArray:
        """(E - mu) / T of one lead less that of another, to all digits (m, q)."""
        first, second = self.junction.leads[one], self.junction.leads[other]
        warm, cold = self.own(first.temperature), self.own(second.temperature)
        level = self.own(first.chemical_potential)
        above = (self.anchor[:, None] - level) + self.offset
        shift = self.own(second.chemical_potential) - level
        with np.errstate(divide="ignore", invalid="ignore"):
            close = (above * (cold - warm) + shift * warm) / (warm * cold)
        if (warm > 0.0).all() and (cold > 0.0).all():
            return np.asarray(close)
        with np.errstate(invalid="ignore"):
            far = self.exponent(one) - self.exponent(other)
        return np.where((warm > 0.0) & (cold > 0.0), close, np.where(np.isnan(far), 0.0, far))

    def two_fillings(self) -> tuple[FloatArray, Filling, Filling]:
        """n_L - n_R of two leads, and n and 1 -+ n of each (m, q)."""
        left, right = (filled(self.exponent(lead), self.junction.sign) for lead in (0, 1))
        return filled_less(left, right, self.apart(0, 1)), left, right

    def channels(self) -> Channels:
        """The fillings of all channels."""
        owner = self.junction.scatterer.owner
        fillings = [filled(self.exponent(lead), self.junction.sign) for lead in range(len(self.junction.leads))]
        first = owner[0]
        less = [filled_less(own, fillings[first], self.apart(lead, first)) for lead, own in enumerate(fillings)]
        return Channels(
            np.stack([fillings[lead][0] for lead in owner], axis=-1),
            np.stack([fillings[lead][1] for lead in owner], axis=-1),
            np.stack([less[lead] for lead in owner], axis=-1),
        )

    def channel_weights(self, current: TransportCurrent) -> FloatArray:
        """What a quantum counts that leaves by each channel, less what one counts in the first (m, q, c)."""
        owner = self.junction.scatterer.owner
        by_lead = [self.weight(current, lead, owner[0]) for lead in range(len(self.junction.leads))]
        return np.stack([by_lead[lead] for lead in owner], axis=-1)

    def lead_weight(self, current: TransportCurrent, lead: int) -> FloatArray:
        """What a quantum counts that leaves a lead (m, q)."""
        by_energy = self.own(current.energy[..., lead])
        return np.asarray(
            (self.own(current.particles[..., lead]) + by_energy * self.anchor[:, None]) + by_energy * self.offset
        )

    def weight(self, current: TransportCurrent, one: int, other: int) -> FloatArray:
        """What a quantum counts that goes from one lead to another (m, q)."""
        particles = current.particles[..., one] - current.particles[..., other]
        energy = current.energy[..., one] - current.energy[..., other]
        by_energy = self.own(energy)
        return np.asarray((self.own(particles) + by_energy * self.anchor[:, None]) + by_energy * self.offset)


Spectral = Callable[[AtEnergies], tuple[FloatArray, FloatArray] | FloatArray]
"""What is integrated over energy, per 2 pi (m, q, k), and the size of its terms where they cancel."""


def over_energies(junction: JoinedLeads, spectral: Spectral, count: int) -> tuple[FloatArray, FloatArray]:
    """Integrals over energy of functions of scatterer and leads.

    Args:
        junction: the junction.
        spectral: the functions, per 2 pi.
        count: k.

    Returns:
        Integrals and errors (..., k).

    Raises:
        NotConvergedError: if an integral diverges or does not converge.
    """
    shape = junction.batch_shape
    panels = energy_panels(junction.leads, _features(junction), shape, bosons=junction.sign < 0.0)
    points = int(np.prod(shape))
    if not panels.point.size:  # all leads are at temperature 0, and at one potential
        return np.zeros((*shape, count)), np.zeros((*shape, count))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        found = integrate(
            lambda point, anchor, offset: spectral(AtEnergies(junction, point, anchor, offset)),
            panels,
            points,
            tolerance=junction.scatterer.tolerance,
            together=max(1, CELLS // junction.scatterer.cells),
            seams=junction.scatterer.unknown,
        )
    lost = ~(found.error <= LOST * np.maximum(found.size, np.finfo(float).tiny))
    if lost.any():
        raise NotConvergedError(
            "an integral over energy did not converge:",
            float(np.nanmax(np.where(lost, found.error, 0.0))),
            "name narrow features by `resonances` and jumps by `edges`; for bosons the transmission must vanish "
            "towards energy 0 where their number diverges.",
        )
    whole = 2.0 * np.pi
    return found.value.reshape(*shape, count) / whole, found.error.reshape(*shape, count) / whole


def _features(junction: JoinedLeads) -> Features:
    """Of the scatterer, and of a function of one's own what its samples show besides."""
    features = junction.scatterer.features(junction.batch_shape)
    if not junction.scatterer.unknown:
        return features
    found = with_unnamed(junction.scatterer, junction.leads, bosons=junction.sign < 0.0)
    if not found.size:
        return features
    more = np.broadcast_to(found, (*features.edges.shape[:-1], found.size))
    return replace(features, edges=np.concatenate([features.edges, more], axis=-1))
