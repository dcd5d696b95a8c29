"""The jumps of contacts between the momentary eigenstates of a Hamiltonian, for many times at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.model.bath import bath_entropy
from thermokin.model.contact import Contact
from thermokin.model.spectrum import Spectrum

__all__ = ["ContactNodes", "DivergingRateError", "contact_nodes", "same_contacts", "smallest_gaps"]

PRESENT = 1e-9  # of an operator's largest element: rates of what is left out are smaller by its square


class DivergingRateError(Exception):
    """A contact has a rate at frequency zero that diverges.

    Attributes:
        node: at which of the times.
        bath: name of the bath.
    """

    def __init__(self, node: int, bath: str) -> None:
        super().__init__(node, bath)
        self.node = node
        self.bath = bath


@dataclass(frozen=True, eq=False)
class ContactNodes:
    """The jumps of one contact at k times, in the user's basis.

    Args:
        jumps: L (k, c, d, d) [1/sqrt(time)].
        energy: that a jump gives to the system (k, c) [energy].
        heat: that less mu times the particles (k, c) [energy].
        entropy: that a jump puts into the bath (k, c) [nats].
        frequencies: how many different Bohr frequencies there are (k,).
    """

    jumps: ComplexArray
    energy: FloatArray
    heat: FloatArray
    entropy: FloatArray
    frequencies: IntArray


def contact_nodes(contact: Contact, energies: FloatArray, frame: ComplexArray, tolerance: float) -> ContactNodes:
    """The jumps A(w) sqrt(gamma(w)) of one contact at every time.

    A function of the Hamiltonian alone: neither the order nor the phases of its eigenvectors matter, so that levels
    may cross. Equal Bohr frequencies are one jump.

    Args:
        contact: the contact.
        energies: ascending (k, d) [energy].
        frame: eigenvectors in columns (k, d, d).
        tolerance: gaps closer than this fraction of the spectrum's width are one Bohr frequency.

    Returns:
        The jumps.

    Raises:
        DivergingRateError: if a rate at frequency zero does.

    Cost:
        Per time O(c d^3) for c different frequencies.
    """
    count, size = energies.shape
    lead = contact.bath.statistics.moves_particles
    operator = contact.operator
    if not lead:  # a multiple of the identity is no jump
        operator = operator - np.trace(operator, axis1=-2, axis2=-1)[..., None, None] / size * np.eye(size)
    turned = (frame.conj().swapaxes(-1, -2) @ operator @ frame).reshape(count, size * size)
    present = (np.abs(turned) > PRESENT * np.abs(contact.operator).max()).any(axis=0)
    gaps = (energies[:, None, :] - energies[:, :, None]).reshape(count, size * size)  # what |i><j| takes, E_j - E_i
    width = np.ptp(energies, axis=-1)
    limit = tolerance * np.where(width > 0.0, width, 1.0)[:, None]
    gaps = np.where(np.abs(gaps) > limit, gaps, 0.0)
    kept = np.flatnonzero(present)
    gaps, turned = gaps[:, kept], turned[:, kept]
    label, mean, frequencies = _clustered(gaps, limit)
    if lead:
        emitted, absorbed = _lead_factors(contact, mean)
        parts = [(turned, emitted, False, -1.0), (turned, absorbed, True, 1.0)]
    else:
        parts = [(turned, _rates(contact, mean, label, turned), False, 0.0)]
    found = []
    for elements, rates, back, particles in parts:
        jumps = np.zeros((count, mean.shape[1], size * size), dtype=np.complex128)
        jumps[np.arange(count)[:, None], label, kept] = elements
        jumps = jumps.reshape(count, -1, size, size) * np.sqrt(rates)[..., None, None]
        jumps = jumps.conj().swapaxes(-1, -2) if back else jumps
        energy = mean if back else -mean
        heat = energy - particles * contact.bath.chemical_potential[..., None]
        entropy = bath_entropy(heat, np.asarray(contact.bath.temperature)[..., None])
        found.append((frame[:, None] @ jumps @ frame.conj().swapaxes(-1, -2)[:, None], energy, heat, entropy))
    jumps, energy, heat, entropy = (np.concatenate(each, axis=1) for each in zip(*found, strict=True))
    return ContactNodes(jumps, energy, heat, entropy, frequencies)


def smallest_gaps(contact: Contact, energies: FloatArray, frame: ComplexArray) -> FloatArray:
    """The smallest gap that a contact sees at each time.

    Args:
        contact: the contact.
        energies: (k, d) [energy].
        frame: eigenvectors in columns (k, d, d).

    Returns:
        (k,) [energy]; inf where it sees none.
    """
    turned = np.abs(frame.conj().swapaxes(-1, -2) @ contact.operator @ frame)
    seen = turned > PRESENT * np.abs(contact.operator).max()
    level = np.arange(energies.shape[-1])
    seen[:, level, level] = False
    gaps = np.abs(energies[:, None, :] - energies[:, :, None])
    return np.asarray(np.where(seen, gaps, np.inf).min(axis=(-2, -1)))


def _clustered(gaps: FloatArray, limit: FloatArray) -> tuple[IntArray, FloatArray, IntArray]:
    """Labels of equal gaps (k, m), the mean of each label (k, c), and how many labels there are (k,)."""
    count = gaps.shape[0]
    order = np.argsort(gaps, axis=-1, kind="stable")
    ascending = np.take_along_axis(gaps, order, axis=-1)
    steps = np.cumsum(np.diff(ascending, axis=-1) > limit, axis=-1)
    sorted_label = np.concatenate([np.zeros((count, 1), dtype=np.int64), steps], axis=-1)
    label = np.empty_like(sorted_label)
    np.put_along_axis(label, order, sorted_label, axis=-1)
    most = int(sorted_label[:, -1].max(initial=0)) + 1
    place = (np.arange(count)[:, None] * most + label).reshape(-1)
    total = np.bincount(place, weights=gaps.reshape(-1), minlength=count * most).reshape(count, most)
    members = np.bincount(place, minlength=count * most).reshape(count, most)
    return label, total / np.maximum(members, 1), sorted_label[:, -1] + 1


def _rates(contact: Contact, frequency: FloatArray, label: IntArray, elements: ComplexArray) -> FloatArray:
    """gamma(w) (k, c) of a bath that moves no particles: emission for w > 0, absorption below, dephasing at 0."""
    bath, spectrum = contact.bath, contact.spectrum
    still = frequency == 0.0
    moving = np.abs(frequency[~still])
    # Empty places ask at a frequency that is asked for anyway: a table may say nothing elsewhere.
    asked = np.where(still, moving[0] if moving.size else 1.0, np.abs(frequency))
    fill = (asked, np.asarray(bath.temperature), np.asarray(bath.chemical_potential))
    strength = spectrum(asked) if moving.size else np.zeros_like(asked)
    factor = np.where(frequency > 0.0, bath.statistics.emission(*fill), bath.statistics.absorption(*fill))
    rates = np.asarray(strength * factor)
    if not still.any():
        return rates
    held = still[np.arange(label.shape[0])[:, None], label] & (
        np.abs(elements) > PRESENT * np.abs(contact.operator).max()
    )
    if not held.any():
        return np.where(still, 0.0, rates)
    where = int(np.argmax(held.any(axis=-1)))
    if not spectrum.reaches_zero:
        raise DivergingRateError(where, bath.name)
    at_zero = bath.statistics.dephasing_rate(spectrum.at_zero, spectrum.slope_at_zero, bath.temperature)
    if np.isinf(at_zero).any():
        raise DivergingRateError(where, bath.name)
    return np.where(still, np.asarray(at_zero)[..., None], rates)


def _lead_factors(contact: Contact, frequency: FloatArray) -> tuple[FloatArray, FloatArray]:
    """G(w)(1 - f) and G(w) f of a lead (k, c)."""
    bath = contact.bath
    fill = (frequency, np.asarray(bath.temperature), np.asarray(bath.chemical_potential))
    strength = contact.spectrum(frequency)
    return strength * bath.statistics.emission(*fill), strength * bath.statistics.absorption(*fill)


def same_contacts(first: Sequence[Contact], second: Sequence[Contact]) -> bool:
    """Whether two lists of contacts are the same.

    Args:
        first: contacts.
        second: contacts.

    Returns:
        Whether bath, operator and spectrum of each are equal.
    """
    return len(first) == len(second) and all(
        one.bath == two.bath
        and np.array_equal(one.operator, two.operator)
        and _same_spectrum(one.spectrum, two.spectrum)
        for one, two in zip(first, second, strict=True)
    )


def _same_spectrum(one: Spectrum, two: Spectrum) -> bool:
    return one is two or (
        type(one) is type(two)
        and vars(one).keys() == vars(two).keys()
        and all(np.array_equal(value, vars(two)[name]) for name, value in vars(one).items())
    )
