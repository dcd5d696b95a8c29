"""What passes between leads at which energy, and how full the leads are there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.operators.as_numbers import as_real, require_finite, shown
from thermokin.transport.at_energies import AtEnergies
from thermokin.transport.joined_leads import JoinedLeads
from thermokin.transport.occupation import filled
from thermokin.transport.transport_onsager import outgoing_shares

__all__ = ["TransmissionSpectrum", "energies_that_count", "transmission_spectrum"]

WIDE = 9.0  # temperatures about the potentials beyond which leads are full or empty to the eye
WIDTHS = np.concatenate([-np.geomspace(30.0, 0.02, 60), [0.0], np.geomspace(0.02, 30.0, 60)])
EVEN = 401


@dataclass(frozen=True, eq=False)
class TransmissionSpectrum(Result):
    """Transmission between every two leads, and their fillings, against energy.

    Args:
        junction: the junction.
        energies: (e,) [energy].
        values: sum of transmissions from lead m to lead l over channels (..., e, l, m); 0 for l = m.
        fillings: of the leads (..., e, l).
    """

    junction: JoinedLeads
    energies: FloatArray
    values: FloatArray
    fillings: FloatArray


def transmission_spectrum(junction: JoinedLeads, energies: ArrayLike | None = None) -> TransmissionSpectrum:
    """T_lm(E), what passes from lead m to lead l at an energy, and how full the leads are.

    Args:
        junction: the junction.
        energies: (e,) [energy]; about the potentials and resonances if None.

    Returns:
        Transmissions and fillings.

    Raises:
        ValueError: if energies are not finite, not one row, or not positive where bosons are carried; or if there are
            none and the junction is a sweep.
        TypeError: if it is no junction.

    Example:
        >>> import thermokin as tk
        >>> leads = [tk.Bath(name, 0.1, 0.0, tk.Fermi()) for name in ("left", "right")]
        >>> level = tk.transport.Junction(tk.transport.resonant_level(0.5, 0.2, 0.2), leads)
        >>> tk.transport.transmission_spectrum(level, [0.3, 0.5]).values[:, 0, 1].round(6)
        array([0.5, 1. ])
    """
    if not isinstance(junction, JoinedLeads):
        raise TypeError(f"`junction` must be a junction of leads, got {shown(junction)}.")
    if energies is None:
        energies = energies_that_count(junction)
    grid = as_real(energies, "energies")
    require_finite(grid, "energies")
    if grid.ndim != 1:
        raise ValueError(f"`energies` must be one row (e,), got shape {grid.shape}.")
    if junction.sign < 0.0 and (grid <= 0.0).any():
        raise ValueError("`energies` of bosons must be positive.")
    shape = junction.batch_shape
    count = int(np.prod(shape))
    point = np.arange(count)
    at = AtEnergies(junction, point, np.zeros(count), np.broadcast_to(grid, (count, grid.size)))
    with np.errstate(over="ignore", under="ignore"):
        shares = -outgoing_shares(junction)(at)
        fillings = [filled(at.exponent(lead), junction.sign)[0] for lead in range(len(junction.leads))]
    place = np.arange(len(junction.leads))
    shares[..., place, place] = 0.0
    return TransmissionSpectrum(
        junction,
        grid,
        shares.reshape(*shape, grid.size, place.size, place.size) + 0.0,
        np.stack(fillings, axis=-1).reshape(*shape, grid.size, place.size),
    )


def energies_that_count(junction: JoinedLeads) -> FloatArray:
    """A grid for a figure: some temperatures about the potentials, finer about resonances and edges.

    Args:
        junction: one junction.

    Returns:
        Energies (e,), ascending.

    Raises:
        ValueError: if it is a sweep.
    """
    if junction.batch_shape:
        raise ValueError(f"`energies` must be given for a sweep of shape {junction.batch_shape}.")
    level, warmth = junction.stacked("chemical_potential"), junction.stacked("temperature")
    low, high = float((level - WIDE * warmth).min()), float((level + WIDE * warmth).max())
    found = junction.scatterer.features(())
    marks = np.concatenate([found.centres - 2.0 * found.widths, found.centres + 2.0 * found.widths, found.edges])
    if marks.size:
        low, high = min(low, float(marks.min())), max(high, float(marks.max()))
    if high == low:
        low, high = low - 1.0, high + 1.0
    if junction.sign < 0.0:
        low = 1e-3 * high
    near = (found.centres[:, None] + found.widths[:, None] * WIDTHS).ravel()
    beside = (found.edges[:, None] + (high - low) * np.array([-1e-9, 1e-9])).ravel()
    grid = np.concatenate([np.linspace(low, high, EVEN), near, beside])
    return np.unique(grid[(grid >= low) & (grid <= high)])
