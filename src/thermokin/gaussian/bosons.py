"""Bosonic modes between baths, with or without pairing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, OperatorLike
from thermokin.gaussian.contacts import ModeContact, NormalModeContact
from thermokin.gaussian.model import GaussianModel, joined
from thermokin.gaussian.one_particle import OneParticle
from thermokin.gaussian.pairing import with_pairing
from thermokin.gaussian.quadratures import quadratic_form
from thermokin.operators.as_numbers import in_sweep
from thermokin.operators.as_operators import as_hermitian

__all__ = ["bosons"]


def bosons(
    hamiltonian: OperatorLike, contacts: Sequence[ModeContact], pairing: OperatorLike | None = None
) -> GaussianModel:
    """Coupled oscillators H = sum_ij h_ij a_i^+ a_j + (sum_ij D_ij a_i^+ a_j^+ + its adjoint)/2 between baths.

    Args:
        hamiltonian: h (..., n, n), Hermitian [energy]; leading axes are a sweep.
        contacts: how baths touch them: `SiteContact`, `NormalModeContact` and `RateContact`, in any mixture; with
            pairing all or none by normal modes.
        pairing: D (..., n, n), symmetric [energy]; a spring g (a + a^+)(b + b^+) is h_ab = D_ab = g. None for none.

    Returns:
        The model, for `steady_state`, `particles`, `heat`, `cumulants`, `covariance`, `evolve` and `ledger`.

    Raises:
        ValueError: if h is not Hermitian, a mode is coupled to no bath, gain or pairing exceed loss, a frequency that a
            bath sees is not above 0, normal modes are asked of an energy that is not bounded from below, or leading
            axes do not broadcast.
        ArgumentError: if with pairing some contacts see normal modes and others do not.
        TypeError: if a contact is of the wrong type.

    Cost:
        One eigendecomposition of an n x n matrix; of a 2n x 2n one with pairing.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> hot, cold = tk.Bath("hot", 0.5), tk.Bath("cold", 0.25)
        >>> contacts = [tk.gaussian.SiteContact(bath, site, tk.Flat(0.02)) for bath, site in ((hot, 0), (cold, 1))]
        >>> pair = tk.gaussian.bosons([[1.0, 0.02], [0.02, 1.0]], contacts)
        >>> round(float(tk.cumulants(pair, tk.heat(pair, "hot"), order=1).mean), 8)
        0.00110288
    """
    system = OneParticle(as_hermitian(hamiltonian, "hamiltonian"), 1)
    paired = with_pairing(system, pairing, contacts)
    if paired.pairing is not None and any(isinstance(contact, NormalModeContact) for contact in contacts):
        _require_bounded(paired, paired.pairing)
    return joined(paired, contacts)


def _require_bounded(system: OneParticle, pairing: ComplexArray) -> None:
    lowest = np.linalg.eigvalsh(quadratic_form(system.matrix, pairing)).min(axis=-1)
    if (lowest <= 0.0).any():
        raise ArgumentError(
            f"the energy with `pairing` is not bounded from below{in_sweep(np.asarray(lowest <= 0.0))}: its quadratic "
            f"form has an eigenvalue of {lowest.min():.3g}, so that it has no normal modes; weaken the pairing, raise "
            "the frequencies, or, in the frame of a drive, give contacts at sites or by their rates.",
            "pairing",
        )
