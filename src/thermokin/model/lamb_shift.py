"""The Lamb shift: how a bath moves the levels that it damps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.bohr import BohrClusters
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import FrameOperator

__all__ = ["LambShift"]


@dataclass(frozen=True)
class LambShift:
    """Include the Lamb shift, by principal-value quadrature of the bath's rates.

    H_LS = sum over Bohr frequencies w of S(w) A(w)^+ A(w), S(w) = P int dv gamma(v) / (2 pi (w - v)), over all real v,
    gamma(v) = G(v)(n(v) + 1) for v > 0 and G(|v|) n(|v|) for v < 0 (and the like for other statistics).

    Args:
        relative: relative tolerance of the quadrature.

    Reference:
        breuer2002.
    """

    relative: float = 1e-9

    def shifted(
        self, energy: FrameOperator, couplings: Sequence[tuple[BohrClusters, ComplexArray, Contact]]
    ) -> FrameOperator:
        """The Hamiltonian with the shift of every contact added.

        Args:
            energy: the bare Hamiltonian, diagonal in the frame.
            couplings: per contact its Bohr clusters, the elements (..., m) that lower the energy, and the contact.

        Returns:
            H + H_LS in the frame.

        Raises:
            ValueError: for a sweep (take the shift point by point), for a Fermi bath, or for a spectrum without a
                cutoff, whose shift diverges.
        """
        dense = energy.dense.copy()
        for found, coupling, contact in couplings:
            self._refuse(energy, contact)
            dense += self._of_contact(found, coupling, contact, energy.dimension)
        return FrameOperator.from_matrix(dense)

    def _refuse(self, energy: FrameOperator, contact: Contact) -> None:
        if energy.diagonal.ndim > 1 or contact.bath.batch_shape:
            raise ValueError("`lamb_shift` is integrated for one point; build the models of a sweep one by one.")
        if contact.bath.statistics.moves_particles:
            raise ValueError(
                "`lamb_shift` needs both sides of a lead's band; give the shifted levels in the Hamiltonian instead."
            )
        if np.isinf(contact.spectrum.scale):
            raise ValueError(
                f"`lamb_shift` diverges for {type(contact.spectrum).__name__} without a cutoff; give the spectrum one."
            )
        statistics, temperature = contact.bath.statistics, contact.bath.temperature
        if np.isinf(statistics.dephasing_rate(contact.spectrum.at_zero, np.zeros(()), temperature)):
            raise ValueError(
                f"`lamb_shift` diverges for a spectrum that is {contact.spectrum.at_zero:g} at zero frequency "
                "in a Bose bath at a temperature above 0; use an Ohmic or a Drude spectrum."
            )

    def _of_contact(
        self, found: BohrClusters, coupling: ComplexArray, contact: Contact, dimension: int
    ) -> ComplexArray:
        shift = np.zeros((dimension, dimension), dtype=np.complex128)
        for cluster, frequency in enumerate(found.mean):
            here = found.label == cluster
            lowering = np.zeros_like(shift)
            lowering[found.row[here], found.column[here]] = coupling[here]
            if cluster == found.zero:
                shift += self.value(0.0, contact) * lowering.conj().T @ lowering
                continue
            shift += self.value(float(frequency), contact) * lowering.conj().T @ lowering
            shift += self.value(-float(frequency), contact) * lowering @ lowering.conj().T
        return shift

    def value(self, frequency: float, contact: Contact) -> float:
        """S(w) of one contact.

        The principal value is taken by folding about the pole, which leaves an integrand that is finite there:
        S(w) = 1/(2 pi) int_0^inf [gamma(w-s) - gamma(w+s)] / s ds.

        Args:
            frequency: w [energy], of either sign.
            contact: the contact.

        Returns:
            S(w) [energy].

        Raises:
            ValueError: if the quadrature does not reach its tolerance.
        """
        from scipy.integrate import quad

        scale = float(contact.spectrum.scale)
        width = max(abs(frequency), scale, float(contact.bath.temperature))
        # gamma is not smooth where its argument changes sign, at s = |w|; beyond the cutoff it decays on its scale.
        marks = sorted({0.0, abs(frequency), abs(frequency) + scale, abs(frequency) + 4.0 * width, np.inf})
        total, error = 0.0, 0.0
        for low, high in pairwise(marks):
            part, miss = quad(
                lambda s: float(self._rate(frequency - s, contact) - self._rate(frequency + s, contact)) / s,
                low,
                high,
                epsabs=0.0,
                epsrel=self.relative,
                limit=400,
            )
            total, error = total + part, error + miss
        if error > 1e-6 * max(abs(total), 1e-300):
            raise ValueError(
                f"`lamb_shift`: the quadrature at frequency {frequency:g} reached only {error:.2g} of {total:.6g}; "
                "raise `relative`."
            )
        return total / (2.0 * np.pi)

    def _rate(self, frequency: float, contact: Contact) -> FloatArray:
        """gamma(v): emission for v > 0, absorption for v < 0, 0 outside a table."""
        bath, size = contact.bath, np.array([abs(frequency)])
        factor = bath.statistics.emission if frequency > 0.0 else bath.statistics.absorption
        return np.asarray(
            (contact.spectrum.continued(size) * factor(size, bath.temperature, bath.chemical_potential))[0]
        )
