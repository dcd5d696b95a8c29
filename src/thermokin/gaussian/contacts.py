"""How baths touch modes: at a site, or through normal modes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.gaussian.local_figure import cluster_assumption, local_assumption
from thermokin.gaussian.one_particle import OneParticle
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath, finite_numbers
from thermokin.model.contact import require_spectrum
from thermokin.model.spectrum import Spectrum

__all__ = ["EMPTY", "ROUNDING", "Jumps", "ModeContact", "NormalModeContact", "SiteContact", "require_bath"]

ROUNDING = 1e-12  # of the largest number: what is taken for a rounded zero
UNSEEN = 1e-9  # amplitude of a mode on a site of which rounding of eigenvectors leaves fewer than six digits
EMPTY = 1e-300  # keeps ratios of rates that vanish


@dataclass(frozen=True, eq=False)
class Jumps:
    """Pairs of jumps of one contact, u_k^+ a at rate loss_k and a^+ u_k at rate gain_k.

    Args:
        vectors: u_k as columns (..., n, r).
        loss: rates of u^+ a (..., r) [1/time].
        gain: rates of a^+ u (..., r) [1/time].
        energy: that a quantum brings (..., r) [energy].
        bath: the bath behind them, or None.
        mixed: of modes that mix a and a^+ columns c_k (..., 2n, r), c_k^T R standing in place of u_k^+ a, with
            R = (x, p) and a = (x + i p)/sqrt 2; else None.
    """

    vectors: ComplexArray
    loss: FloatArray
    gain: FloatArray
    energy: FloatArray
    bath: Bath | None
    mixed: ComplexArray | None = None


class ModeContact(ABC):
    """How one bath, or none, touches modes.

    Example:
        >>> import thermokin as tk
        >>> bath, pair = tk.Bath("bath", 4.0), [[1.0, 0.01], [0.01, 1.0]]
        >>> kinds = tk.gaussian.SiteContact, tk.gaussian.NormalModeContact
        >>> models = [tk.gaussian.bosons(pair, [kind(bath, 0, tk.Flat(2e-4))]) for kind in kinds]
        >>> [tk.steady_state(model).normal_occupations.round(4).tolist() for model in models]  # the second knows modes
        [[3.5208, 3.5208], [3.4814, 3.561]]
    """

    bath: Bath | None

    @abstractmethod
    def jumps(self, system: OneParticle, name: str) -> Jumps:
        """What it does to modes.

        Args:
            system: the Hamiltonian of one particle.
            name: of the contact, for errors.

        Returns:
            The jumps.
        """

    @abstractmethod
    def assumptions(self, system: OneParticle, jumps: Jumps, others: Sequence[Bath]) -> tuple[Assumption, ...]:
        """What it assumes of the system and all baths, with figures; nothing where rates are given."""


def require_bath(bath: object) -> None:
    """Refuse what is no bath.

    Args:
        bath: what was given as one.

    Raises:
        TypeError: if it is not a `Bath`.
    """
    if not isinstance(bath, Bath):
        raise TypeError(f"`bath` of a contact must be a Bath, got {bath!r}.")


def _thermal_rates(
    contact: SiteContact | NormalModeContact, system: OneParticle, frequency: FloatArray, name: str
) -> tuple[FloatArray, FloatArray]:
    """Loss and gain (..., r) of modes of some frequencies (..., r) in a bath, for a coupling of one."""
    bath = contact.bath
    if bath.statistics.moves_particles != (system.z < 0):
        need = (
            "fermions come from leads: use statistics=tk.Fermi()"
            if system.z < 0
            else "a lead has no bosons: leave out statistics=tk.Fermi()"
        )
        raise ArgumentError(
            f"`{name}` has bath {bath.name!r} of {type(bath.statistics).__name__} statistics; {need}.", name
        )
    if system.z > 0 and not (frequency > 0.0).all():
        raise ArgumentError(
            f"`{name}`: bath {bath.name!r} has chemical potential 0, which must lie below all frequencies of the "
            f"bosons that it exchanges, got a frequency of {frequency.min():g}; measure energies from further below, "
            "or give the rates by a RateContact.",
            name,
        )
    strength = contact.spectrum(frequency)
    emission, absorption = bath.statistics.factors(frequency, bath.temperature, bath.chemical_potential)
    return np.asarray(strength * emission), np.asarray(strength * absorption)


@dataclass(frozen=True, eq=False, init=False)
class SiteContact(ModeContact):
    """A bath on one site: u^+ a at the frequency that the site has without the others.

    Rates are G(w)(n(w)+1) and G(w) n(w) for bosons, G(w)(1-f(w)) and G(w) f(w) for fermions. Right where the coupling
    of the site to the others is weak beside what the rates change with frequency; energy is counted in quanta w.

    Args:
        bath: the bath.
        site: number of the site, or amplitudes u (..., n).
        spectrum: G(w), the emission rate at temperature 0.
        frequency: w (...) [energy]; u^+ h u / u^+ u if None.

    Raises:
        TypeError: if the bath or the spectrum is of the wrong type.
        ValueError: if a number is not finite.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> contact = tk.gaussian.SiteContact(tk.Bath("bath", 0.5), 0, tk.Flat(0.02))
        >>> mode = tk.gaussian.bosons([[1.0]], [contact])
        >>> tk.steady_state(mode).occupations.round(8), round(1.0 / math.expm1(2.0), 8)
        (array([0.15651764]), 0.15651764)
    """

    bath: Bath
    site: object
    spectrum: Spectrum
    frequency: FloatArray | None

    def __init__(self, bath: Bath, site: object, spectrum: Spectrum, frequency: ArrayLike | None = None) -> None:
        require_bath(bath)
        require_spectrum(spectrum)
        object.__setattr__(self, "bath", bath)
        object.__setattr__(self, "site", site)
        object.__setattr__(self, "spectrum", spectrum)
        given = None if frequency is None else finite_numbers(frequency, "frequency")
        object.__setattr__(self, "frequency", given)

    def jumps(self, system: OneParticle, name: str) -> Jumps:
        """One pair."""
        touched = system.amplitudes(self.site, f"{name}.site")
        own = (system.mean(touched) if self.frequency is None else self.frequency)[..., None]
        loss, gain = _thermal_rates(self, system, own, name)
        return Jumps(touched[..., None], loss, gain, own, self.bath)

    def assumptions(self, system: OneParticle, jumps: Jumps, others: Sequence[Bath]) -> tuple[Assumption, ...]:
        """That rates change little over the energies with which other sites mix this one."""
        vector, own = jumps.vectors[..., 0], jumps.energy[..., 0]
        return (local_assumption(system, vector, own, self.bath, self.spectrum, others),)


@dataclass(frozen=True, eq=False, init=False)
class NormalModeContact(ModeContact):
    """A bath on one site that sees the normal modes of the whole system: the Davies generator.

    With u_k the normal modes and u the site, mode k is damped with the rate G(w_k) |u_k^+ u|^2 at its own frequency.
    Modes that are equal, or closer than `width`, share one jump at their mean frequency, as in a cluster of Bohr
    frequencies. With pairing modes b_k mix a and a^+, and the bath touches u^+ a + a^+ u.

    Args:
        bath: the bath.
        site: number of the site, or amplitudes u (..., n).
        spectrum: G(w), the emission rate at temperature 0.
        width: frequencies whose neighbours are closer than this are one (...) [energy]; None for those that are equal
            up to rounding.

    Raises:
        TypeError: if the bath or the spectrum is of the wrong type.
        ValueError: if the width is negative or not finite.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> contact = tk.gaussian.NormalModeContact(tk.Bath("bath", 0.5), 0, tk.Flat(0.01))
        >>> pair = tk.gaussian.bosons([[1.0, 0.2], [0.2, 1.0]], [contact])
        >>> tk.steady_state(pair).normal_occupations.round(8)  # of frequencies 1.2 and 0.8
        array([0.09976877, 0.25297035])
        >>> [round(1.0 / math.expm1(frequency / 0.5), 8) for frequency in (1.2, 0.8)]
        [0.09976877, 0.25297035]
    """

    bath: Bath
    site: object
    spectrum: Spectrum
    width: FloatArray | None

    def __init__(self, bath: Bath, site: object, spectrum: Spectrum, width: ArrayLike | None = None) -> None:
        require_bath(bath)
        require_spectrum(spectrum)
        object.__setattr__(self, "bath", bath)
        object.__setattr__(self, "site", site)
        object.__setattr__(self, "spectrum", spectrum)
        given = None if width is None else finite_numbers(width, "width")
        if given is not None and (given < 0.0).any():
            raise ArgumentError(f"`width` must be >= 0, got {given.min():g}.", "width")
        object.__setattr__(self, "width", given)

    def jumps(self, system: OneParticle, name: str) -> Jumps:
        """A pair for each cluster of frequencies; the other columns of a cluster are empty."""
        found = self.of_modes(system, name)
        if system.pairing is not None:
            return replace(found, mixed=np.asarray(system.eigen[1] @ found.vectors))
        return replace(found, vectors=np.asarray(system.eigen[1] @ found.vectors))

    def of_modes(self, system: OneParticle, name: str) -> Jumps:
        """The same, with vectors in the basis of the normal modes.

        Args:
            system: the Hamiltonian of one particle.
            name: of the contact, for errors.

        Returns:
            The jumps.
        """
        touched = system.amplitudes(self.site, f"{name}.site")
        values, share = system.eigen[0], system.shares(touched)
        share = np.where(np.abs(share) > UNSEEN * np.linalg.norm(touched, axis=-1, keepdims=True), share, 0.0)
        label, first = self._clusters(values)
        columns, mean = np.eye(values.shape[-1]), values
        if not first.all():
            same = (label[..., :, None] == label[..., None, :]).astype(np.float64)
            mean = (same @ values[..., None])[..., 0] / same.sum(axis=-1)
            columns = same * first[..., None, :]
        loss, gain = _thermal_rates(self, system, mean, name)
        return Jumps(np.asarray(share[..., :, None] * columns), loss, gain, mean, self.bath)

    def _clusters(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The cluster of each frequency (..., n), and whether it is the first of it."""
        span = values[..., -1:] - values[..., :1]
        width = ROUNDING * values.shape[-1] * np.maximum(span, np.abs(values).max(axis=-1, keepdims=True))
        if self.width is not None:
            width = np.maximum(width, self.width[..., None])
        apart = np.diff(values, axis=-1) > width
        first = np.concatenate([np.ones((*apart.shape[:-1], 1)), apart], axis=-1)
        return np.cumsum(first, axis=-1), first

    def assumptions(self, system: OneParticle, jumps: Jumps, others: Sequence[Bath]) -> tuple[Assumption, ...]:
        """That modes which do not share a jump are further apart than the rates."""
        values = system.eigen[0]
        _, first = self._clusters(values)
        gaps = np.where(first[..., 1:] > 0.0, np.diff(values, axis=-1), np.inf)
        size = (np.abs(jumps.vectors) ** 2).sum(axis=-2)
        rate = (np.maximum(jumps.loss, jumps.gain) * size).max(axis=-1)
        lines = (self._of_clusters(system.z, values, jumps.energy, others),) if not first.all() else ()
        return (
            *lines,
            Assumption(
                name="secular",
                statement="the smallest difference of two frequencies, over the largest rate of a mode,",
                ratio=np.asarray(gaps.min(axis=-1, initial=np.inf) / np.maximum(rate, EMPTY)),
                instead="give a `width` that holds such modes together, or use `SiteContact`",
            ),
        )

    def _of_clusters(self, z: int, values: FloatArray, mean: FloatArray, others: Sequence[Bath]) -> Assumption:
        label, _ = self._clusters(values)
        same = label[..., :, None] == label[..., None, :]
        top = np.where(same, values[..., None, :], -np.inf).max(axis=-1)
        bottom = np.where(same, values[..., None, :], np.inf).min(axis=-1)
        return cluster_assumption(mean, 0.5 * (top - bottom), self.bath, self.spectrum, others, z)
