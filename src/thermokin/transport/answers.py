"""What the words and verbs of models answer for a junction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin._verbs import answers
from thermokin.model.bath import Bath
from thermokin.operators.as_numbers import shown
from thermokin.transport.junction import Junction
from thermokin.transport.transport_covariance import TransportCovariance, transport_covariance
from thermokin.transport.transport_cumulants import TransportCumulants, transport_cumulants
from thermokin.transport.transport_current import TransportCurrent
from thermokin.transport.transport_onsager import TransportOnsager, transport_onsager
from thermokin.transport.transport_spectrum import TransportSpectrum, transport_spectrum

__all__ = ["Junction", "covariance", "cumulants", "energy", "entropy_flow", "heat", "onsager", "particles", "spectrum"]


def _leads(junction: Junction, bath: str | Bath | None) -> FloatArray:
    """One for each lead that is meant, all of them if none is named."""
    if bath is None:
        return np.ones(len(junction.leads))
    if not isinstance(bath, str | Bath):
        raise TypeError(f"`bath` must be the name of a lead or None, got {shown(bath)}.")
    return np.asarray(np.eye(len(junction.leads))[junction.place(bath)])


def _named(word: str, bath: str | Bath | None) -> str:
    return word if bath is None else f"{word} from {bath.name if isinstance(bath, Bath) else bath}"


@answers(Junction, "particles")
def particles(junction: Junction, bath: str | None = None) -> TransportCurrent:
    """Particles that leave a lead for the junction; see `thermokin.particles`.

    Args:
        junction: the junction.
        bath: the lead; all if None, which sum to nothing.

    Returns:
        The current.

    Raises:
        ValueError: if there is no lead of that name.
        TypeError: if it is no name.
    """
    chosen = _leads(junction, bath)
    return TransportCurrent(_named("particles", bath), chosen, np.zeros_like(chosen), junction)


@answers(Junction, "energy")
def energy(junction: Junction, bath: str | None = None) -> TransportCurrent:
    """Energy that leaves a lead; see `thermokin.energy`.

    Args:
        junction: the junction.
        bath: the lead; all if None, which sum to nothing.

    Returns:
        The current [energy].

    Raises:
        ValueError, TypeError: as `particles`.
    """
    chosen = _leads(junction, bath)
    return TransportCurrent(_named("energy", bath), np.zeros_like(chosen), chosen, junction)


@answers(Junction, "heat")
def heat(junction: Junction, bath: str | None = None) -> TransportCurrent:
    """Heat that leaves a lead, E - mu for each particle; see `thermokin.heat`.

    Args:
        junction: the junction.
        bath: the lead; all if None, which lose what the potentials do not give.

    Returns:
        The current [energy].

    Raises:
        ValueError, TypeError: as `particles`.
    """
    chosen = _leads(junction, bath)
    return TransportCurrent(_named("heat", bath), -junction.stacked("chemical_potential") * chosen, chosen, junction)


@answers(Junction, "entropy_flow")
def entropy_flow(junction: Junction, bath: str | None = None) -> TransportCurrent:
    """Entropy that a lead takes up, -(E - mu) / T for what leaves it; see `thermokin.entropy_flow`.

    Args:
        junction: the junction.
        bath: the lead; all if None, whose mean is the entropy production.

    Returns:
        The current [nats].

    Raises:
        ValueError: if there is no lead of that name, or one at temperature 0 is meant.
        TypeError: if it is no name.
    """
    chosen, warmth = _leads(junction, bath), junction.stacked("temperature")
    if ((warmth == 0.0) & (chosen > 0.0)).any():
        raise ValueError("the entropy flow into a lead of temperature 0 is infinite; count its heat instead.")
    share = chosen / np.where(warmth > 0.0, warmth, 1.0)
    potential = junction.stacked("chemical_potential")
    return TransportCurrent(_named("entropy flow", bath), potential * share, -share, junction)


@answers(Junction, "cumulants")
def cumulants(junction: Junction, current: TransportCurrent, *, order: int = 2) -> TransportCumulants:
    """Cumulants per time, see `thermokin.cumulants`; to order 4.

    Args:
        junction: the junction.
        current: a current of it.
        order: largest cumulant.

    Returns:
        The cumulants.

    Raises:
        NotConvergedError: if an integral over energy does not converge.
        ValueError: if the current belongs to another junction, or the order is out of range.
        TypeError: if an argument is of the wrong type.
    """
    return transport_cumulants(junction, current, order)


@answers(Junction, "covariance")
def covariance(junction: Junction, currents: Sequence[TransportCurrent]) -> TransportCovariance:
    """Covariances per time, see `thermokin.covariance`.

    Args:
        junction: the junction.
        currents: currents of it.

    Returns:
        The covariances.

    Raises:
        NotConvergedError: if an integral over energy does not converge.
        ValueError: if there is no current, or one belongs to another junction.
        TypeError: if one is no current.
    """
    return transport_covariance(junction, currents)


@answers(Junction, "onsager")
def onsager(junction: Junction) -> TransportOnsager:
    """The Onsager matrix of leads that are alike, see `thermokin.onsager`.

    Args:
        junction: the junction.

    Returns:
        The matrix, with conductances, and Seebeck, Peltier and ZT between two leads.

    Raises:
        HypothesisError: if the leads differ.
        ValueError: if they have temperature 0.
        NotConvergedError: if an integral over energy does not converge.
    """
    words = (particles, heat) if junction.sign > 0.0 else (heat,)
    return transport_onsager(junction, tuple(word(junction, lead.name) for lead in junction.leads for word in words))


@answers(Junction, "spectrum")
def spectrum(junction: Junction, current: TransportCurrent, frequencies: ArrayLike) -> TransportSpectrum:
    """Symmetrised noise against frequency, see `thermokin.spectrum`; where the scattering does not depend on energy.

    Args:
        junction: the junction.
        current: a current of particles of it.
        frequencies: w (f,) [1/time].

    Returns:
        The spectrum.

    Raises:
        HypothesisError: if the scattering depends on energy, energy is counted, or bosons are carried.
        ValueError: if the current belongs to another junction, or frequencies are not finite.
        TypeError: if an argument is of the wrong type.
    """
    return transport_spectrum(junction, current, frequencies)
