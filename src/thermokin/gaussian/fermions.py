"""Free fermions between leads, with or without pairing."""

from __future__ import annotations

from collections.abc import Sequence

from thermokin._typing import OperatorLike
from thermokin.gaussian.contacts import ModeContact
from thermokin.gaussian.model import GaussianModel, joined
from thermokin.gaussian.one_particle import OneParticle
from thermokin.gaussian.pairing import with_pairing
from thermokin.operators.as_operators import as_hermitian

__all__ = ["fermions"]


def fermions(
    hamiltonian: OperatorLike, contacts: Sequence[ModeContact], pairing: OperatorLike | None = None
) -> GaussianModel:
    """Free fermions H = sum_ij h_ij c_i^+ c_j + (sum_ij D_ij c_i^+ c_j^+ + its adjoint)/2 between leads.

    With pairing, as of a superconductor at chemical potential 0, the number of particles is not conserved: what leads
    give is not what they take, see `particles_from_pairing` of a state. Energy is.

    Args:
        hamiltonian: h (..., n, n), Hermitian [energy]; leading axes are a sweep.
        contacts: how leads touch them: `SiteContact`, `NormalModeContact` and `RateContact`, in any mixture; with
            pairing all or none by normal modes.
        pairing: D (..., n, n), antisymmetric [energy]; Kitaev's chain has D_(i+1, i) = -D_(i, i+1). None for none.

    Returns:
        The model, for `steady_state`, `particles`, `heat`, `cumulants`, `covariance`, `evolve` and `ledger`.

    Raises:
        ValueError: if h is not Hermitian, a mode is coupled to no bath, a bath is no lead, or leading axes do not
            broadcast.
        ArgumentError: if the pairing is not antisymmetric, or with it some contacts see normal modes and others do not.
        TypeError: if a contact is of the wrong type.

    Cost:
        One eigendecomposition of an n x n matrix; of a 2n x 2n one with pairing.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> leads = [tk.Bath(name, 1.0, mu, tk.Fermi()) for name, mu in (("left", 0.5), ("right", -0.5))]
        >>> contacts = [tk.gaussian.SiteContact(bath, site, tk.Flat(0.1)) for bath, site in zip(leads, (0, 2))]
        >>> chain = tk.gaussian.fermions(0.01 * (np.eye(3, k=1) + np.eye(3, k=-1)), contacts)
        >>> round(float(tk.cumulants(chain, tk.particles(chain, "left"), order=1).mean), 6)
        0.000471
    """
    system = OneParticle(as_hermitian(hamiltonian, "hamiltonian"), -1)
    return joined(with_pairing(system, pairing, contacts), contacts)
