"""The Davies generator: weak coupling, jumps between the eigenstates of the whole Hamiltonian; its Lamb shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.assumption import Assumption
from thermokin.model.better_builder import LARGEST, advice_wanted, with_better_builder
from thermokin.model.bohr import DEFAULT_TOLERANCE, BohrClusters
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.model.origin import SecularInputs
from thermokin.model.secular_parts import SecularParts, SecularSystem, secular_parts, secular_system
from thermokin.model.single_quanta import heat_of_single_quanta, with_heat
from thermokin.operators.outside import dims_of

__all__ = ["LambShift", "davies"]

CONVERGED = 1e-6  # of a shift: what its quadrature may lack
TINY = 1e-300  # stands for a shift of 0, of which everything is too much


def davies(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    *,
    number_operator: OperatorLike | None = None,
    tolerance: float = DEFAULT_TOLERANCE,
    lamb_shift: LambShift | None = None,
) -> Model:
    """The weak-coupling (secular) model of a system that touches thermal baths.

    d rho/dt = -i[H, rho] + sum over contacts and Bohr frequencies w of gamma(w) D[A(w)] rho, where A(w) collects the
    elements of the coupling that lower the energy by w. Gaps that are equal within the tolerance make one collective
    jump, so coherences between them couple; local detailed balance holds element by element.

    Args:
        hamiltonian: H (..., d, d) [energy].
        contacts: how the baths touch the system.
        number_operator: particle number (..., d, d), for baths with a chemical potential; must commute with H.
        tolerance: gaps closer than this fraction of the spectrum's width are one Bohr frequency.
        lamb_shift: how to integrate the shift of the levels by the baths; left out if None.

    Returns:
        The model, in the eigenbasis of H. Its `validity` holds the ratio of the smallest energy difference that the
        secular approximation must resolve to the largest rate, on the levels that states populate. A sweep is the loop
        over its points.

    Raises:
        ValueError: if shapes or the dims of QuTiP objects differ, a zero-frequency rate diverges, levels cross along a
            sweep so that populations move otherwise there, or the spectrum is asked for outside its domain.
        TypeError: if a contact is not a `Contact`.

    Cost:
        One eigendecomposition and one sort of the gaps; memory of a few numbers per coupled pair of levels.

    Reference:
        davies1974, breuer2002.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> a, b = (tk.operators.embed(tk.operators.destroy(2), site, (2, 2)) for site in (0, 1))
        >>> H = a.T @ a + b.T @ b + 0.2 * (a.T @ b + b.T @ a)
        >>> pair = tk.davies(H, [tk.Contact(tk.Bath("bath", 0.5), a + a.T, tk.Flat(0.001))])
        >>> bool(np.allclose(tk.steady_state(pair).state, tk.operators.gibbs(H, 0.5), atol=1e-13))
        True
    """
    inputs = SecularInputs(hamiltonian, contacts).told()
    said = {"hamiltonian": dims_of(hamiltonian, "hamiltonian")}
    parts = secular_parts(secular_system(hamiltonian, contacts, number_operator, tolerance, said))
    generator = parts.energy
    if lamb_shift is not None:
        couplings = [(jumps.clusters, jumps.coupling) for jumps in parts.jumps]
        generator = lamb_shift.shifted(
            parts.energy, [(*found, contact) for found, contact in zip(couplings, contacts, strict=True)]
        )
    return Model.from_table(
        generator,
        parts.energy,
        parts.table,
        parts.baths,
        number=parts.number,
        frame=parts.frame,
        validity=_judged(parts, contacts),
        dims=parts.dims,
        origin=inputs.origin(parts.jumps, tolerance, shifted=lamb_shift is not None),
        contacts=contacts,
    )


def _judged(parts: SecularParts, contacts: Sequence[Contact]) -> list[Assumption]:
    """The secular line, which names where it is in doubt a builder that serves better, and what it costs of heat."""
    system = SecularSystem(parts.states, contacts, parts.baths, 0.0, parts.dims)
    found = with_better_builder([parts.assumption], None, contacts, None, system)
    levels = parts.states.levels
    leads = any(contact.bath.statistics.moves_particles for contact in contacts)
    if not found[0].in_doubt or leads or levels.shape[-1] > LARGEST or not advice_wanted():
        return found
    heat = heat_of_single_quanta(np.zeros((levels.shape[-1],) * 2, np.complex128), levels, contacts, parts.jumps)
    return [with_heat(found[0], heat)]


@dataclass(frozen=True)
class LambShift:
    """Include the Lamb shift, by principal-value quadrature of the bath's rates.

    H_LS = sum over Bohr frequencies w of S(w) A(w)^+ A(w), S(w) = P int dv gamma(v) / (2 pi (w - v)), over all real v,
    gamma(v) = G(v)(n(v) + 1) for v > 0 and G(|v|) n(|v|) for v < 0 (and the like for other statistics).

    Args:
        relative: relative tolerance of the quadrature.

    Reference:
        breuer2002.

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> contact = tk.Contact(tk.Bath("bath", 0.0), tk.operators.pauli().x, tk.Drude(0.02, cutoff=2.0))
        >>> shifted = tk.davies(np.diag([0.0, 1.0]), [contact], lamb_shift=tk.LambShift())
        >>> round(float(np.ptp(np.diag(shifted.hamiltonian).real)), 8)  # of a gap 1.0
        0.99646983
        >>> round(1.0 + 0.02 * 2.0**2 * math.log(1.0 / 2.0) / (math.pi * (1.0 + 2.0**2)), 8)
        0.99646983
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
            self.require(contact, energy.diagonal.shape[:-1])
            dense += self._of_contact(found, coupling, contact, energy.dimension)
        return FrameOperator.from_matrix(dense)

    def require(self, contact: Contact, leading: tuple[int, ...] = ()) -> None:
        """Refuse a contact whose shift cannot be integrated.

        Args:
            contact: the contact.
            leading: leading axes of the levels.

        Raises:
            ValueError: for a sweep, a Fermi bath, or a spectrum whose shift diverges.
        """
        if leading or contact.bath.batch_shape:
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
        if error > CONVERGED * max(abs(total), TINY):
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
