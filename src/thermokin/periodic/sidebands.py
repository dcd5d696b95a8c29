"""The jumps of a contact between Floquet modes: one for each quantum that the bath gives or takes."""

from __future__ import annotations

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.model.bohr import BohrClusters
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps
from thermokin.periodic.floquet_modes import FloquetModes

__all__ = ["one_gap_each", "sidebands"]

NEGLIGIBLE = 1e-11  # elements below this fraction of the operator's largest are what the modes are not known to
FAINT = 1e-6  # elements below it may lie outside of a table: their rates are 1e-12 of the others
DIVERGES = 1e-9  # elements at frequency zero above it want a rate there


def sidebands(position: int, contact: Contact, modes: FloquetModes, tolerance: float) -> ContactJumps:
    """The jumps of one contact, from A_ab(t) = sum_k A^k_ab e^{i k Omega t} between the modes.

    |a><b| gives the bath the quantum epsilon_b - epsilon_a - k Omega; elements of one quantum make one collective jump.

    Args:
        position: which contact it is, for errors.
        contact: the contact.
        modes: the modes.
        tolerance: quanta closer than this fraction of the frequency or of the spectrum's width are one.

    Returns:
        The jumps, whose clusters are those of the quanta.

    Raises:
        ArgumentError: if elements at quantum zero meet a rate that diverges.
    """
    elements, quanta = _elements(contact, modes)
    leads = contact.bath.statistics.moves_particles
    limit = tolerance * max(modes.frequency, float(np.ptp(modes.quasienergies)))
    if not leads:
        elements = _without_identity(elements)
    size = np.abs(elements)
    lead = tuple(range(size.ndim - 3))
    present = (size > NEGLIGIBLE * np.abs(contact.operator).max()).any(axis=lead)
    if not leads:
        present &= quanta >= -limit  # the rest are the adjoints of these
    order, row, column = np.nonzero(present)
    frequency = quanta[order, row, column]
    sort = np.argsort(frequency, kind="stable")
    order, row, column, frequency = order[sort], row[sort], column[sort], frequency[sort]
    coupling = elements[..., order, row, column]
    label = np.cumsum(np.diff(frequency, prepend=frequency[:1]) > limit)
    still = np.zeros(label.size, dtype=bool) if leads else np.abs(frequency) <= limit
    zero = int(label[still][0]) if still.any() else -1
    still = still if zero < 0 else label == zero
    count = np.bincount(label)
    found = BohrClusters(
        row=row.astype(np.int32),
        column=column.astype(np.int32),
        label=label.astype(np.int64),
        frequency=frequency,
        mean=np.bincount(label, weights=frequency) / count if label.size else frequency,
        zero=zero,
    )
    emission, absorption = _amplitudes(position, contact, coupling, frequency, still)
    return ContactJumps(found, coupling, emission, absorption, float(leads))


def one_gap_each(jumps: ContactJumps, quasienergies: FloatArray, limit: float) -> bool:
    """Whether elements of a jump all change the quasi-energy alike, so that its motion may stand in the Hamiltonian.

    Args:
        jumps: of a contact.
        quasienergies: of the modes (d,) [energy].
        limit: differences that are none [energy].

    Returns:
        The answer; False where they differ by multiples of the frequency.
    """
    found = jumps.clusters
    gap = quasienergies[found.column] - quasienergies[found.row]
    top, low = (np.full(found.mean.size, end) for end in (-np.inf, np.inf))
    np.maximum.at(top, found.label, gap)
    np.minimum.at(low, found.label, gap)
    return bool((top - low <= limit).all())


def _elements(contact: Contact, modes: FloquetModes) -> tuple[ComplexArray, FloatArray]:
    """A^k_ab (..., n, d, d) and the quantum (n, d, d) that each gives the bath [energy]."""
    at = modes.at_points
    turned = at.conj().swapaxes(-1, -2) @ contact.operator[..., None, :, :] @ at
    series = np.fft.fft(turned, axis=-3) / len(at)
    orders = np.fft.fftfreq(len(at), 1.0 / len(at))
    gaps = modes.quasienergies[None, :] - modes.quasienergies[:, None]
    return series, gaps - modes.frequency * orders[:, None, None]


def _without_identity(elements: ComplexArray) -> ComplexArray:
    """The coupling less its mean trace: a multiple of the identity is no jump."""
    level = np.arange(elements.shape[-1])
    found = elements.copy()
    found[..., 0, level, level] -= found[..., 0, level, level].mean(axis=-1, keepdims=True)
    return found


def _amplitudes(
    position: int, contact: Contact, coupling: ComplexArray, frequency: FloatArray, still: BoolArray
) -> tuple[ComplexArray, ComplexArray]:
    """Of emission into the bath and of absorption from it (..., m); dephasing stands with emission."""
    bath, moving = contact.bath, np.flatnonzero(~still)
    fill = (frequency[moving], bath.temperature, bath.chemical_potential)
    size = np.abs(coupling)
    strong = (size > FAINT * size.max(initial=0.0)).any(axis=tuple(range(size.ndim - 1)))
    contact.spectrum(frequency[strong & ~still])  # refused where a table does not say; what is faint has no rate there
    strength = contact.spectrum.continued(frequency[moving])
    down = np.sqrt(strength * bath.statistics.emission(*fill))
    up = np.sqrt(strength * bath.statistics.absorption(*fill))
    quiet = _dephasing(position, contact, coupling, still)
    batch = np.broadcast_shapes(coupling.shape[:-1], down.shape[:-1], quiet.shape[:-1])
    emission = np.zeros((*batch, frequency.size), dtype=np.complex128)
    absorption = np.zeros_like(emission)
    emission[..., moving] = coupling[..., moving] * down
    absorption[..., moving] = coupling[..., moving].conj() * up
    emission[..., still] = quiet
    return emission, absorption


def _dephasing(position: int, contact: Contact, coupling: ComplexArray, still: BoolArray) -> ComplexArray:
    """Amplitudes (..., s) of the elements at quantum zero."""
    held = coupling[..., still]
    if not held.size:
        return held
    spectrum, statistics = contact.spectrum, contact.bath.statistics
    rate = np.full(contact.bath.temperature.shape, np.inf)
    if spectrum.reaches_zero:
        rate = statistics.dephasing_rate(spectrum.at_zero, spectrum.slope_at_zero, contact.bath.temperature)
    diverging = np.isinf(rate)[..., None]
    if (diverging & (np.abs(held) > DIVERGES * np.abs(contact.operator).max())).any():
        raise ArgumentError(
            f"`contacts[{position}].operator` has elements between Floquet modes at which bath {contact.bath.name!r} "
            "exchanges nothing, and the zero-frequency rate of its spectrum diverges or is not tabulated; use an Ohmic "
            "spectrum with exponent >= 1, a Drude spectrum, or a coupling without those elements.",
            f"contacts[{position}].operator",
        )
    return np.asarray(held * np.sqrt(np.where(diverging, 0.0, rate[..., None])))
