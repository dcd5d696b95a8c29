"""The unified generator: jumps of close Bohr frequencies are one, at their mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.bohr import DEFAULT_TOLERANCE
from thermokin.model.contact import Contact
from thermokin.model.davies import LambShift
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.model.origin import SecularInputs
from thermokin.model.secular_parts import SecularParts
from thermokin.model.unified_parts import unified_parts

__all__ = ["unified"]


def unified(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    *,
    number_operator: OperatorLike | None = None,
    width: ArrayLike | None = None,
    tolerance: float = DEFAULT_TOLERANCE,
    lamb_shift: LambShift | None = None,
) -> Model:
    """The model between `davies` and `local`: Bohr frequencies that lie close share one jump at their mean.

    d rho/dt = -i[H, rho] + sum over contacts and clusters F of gamma(w_F) D[sum of A(w) over w in F] rho. A cluster is
    what single linkage makes of the frequencies of a contact: neighbours closer than `width`. Frequencies of different
    sign stay apart. Energy is counted with H_TD, the Hamiltonian whose energies are merged: it has the eigenstates of
    H and levels, nearest to those of H, of which all elements of a cluster have the one difference w_F. With it local
    detailed balance, the second law and rest at equal temperatures hold exactly, while H itself drives the motion.

    Args:
        hamiltonian: H (..., d, d) [energy].
        contacts: how the baths touch the system.
        number_operator: particle number (..., d, d), for baths with a chemical potential; must commute with H.
        width: closer than this frequencies share a jump (...) [energy]; with 0 the model is that of `davies`. If None,
            2 sqrt(gamma T), with gamma the largest rate of the contacts at zero temperature and T the lowest
            temperature, or the frequency on which a spectrum changes where that is less.
        tolerance: gaps closer than this fraction of the spectrum's width are one Bohr frequency in any case.
        lamb_shift: how to integrate the shift of the levels by the baths; left out if None.

    Returns:
        The model, in the eigenbasis of H. Its `validity` holds two lines, each the inverse of an estimate of the
        relative error of currents: "secular", the square of the smallest gap between clusters over the largest rate,
        and, where frequencies merge, "cluster", the heat that passes at a mean over what that at the ends differs.
        Along a sweep each point has clusters of its own.

    Raises:
        ValueError: as `davies`, if the width is negative or not finite, or if it joins frequencies that no levels have
            in common.
        TypeError: if a contact is not a `Contact`.

    Cost:
        That of `davies`, and a sort of the gaps at each point of a sweep.

    Reference:
        trushechkin2021.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> a, b = (tk.operators.embed(tk.operators.pauli().minus, site, (2, 2)) for site in (0, 1))
        >>> H = a.T @ a + b.T @ b + 0.004 * (a.T @ b + b.T @ a)
        >>> hot, cold = tk.Bath("hot", 0.5), tk.Bath("cold", 0.25)
        >>> contacts = [tk.Contact(hot, a + a.T, tk.Flat(0.02)), tk.Contact(cold, b + b.T, tk.Flat(0.02))]
        >>> model = tk.unified(H, contacts)
        >>> round(float(tk.heat(model, "hot").mean(tk.steady_state(model))), 7)
        0.0001233
    """
    found = unified_parts(hamiltonian, contacts, number_operator, width, tolerance)
    system, sweep = found.system, found.sweep
    generator = FrameOperator(system.states.energies)
    energy = FrameOperator(sweep.energies) if sweep.merging else generator
    counted = hamiltonian if not sweep.merging else _in_users_basis(sweep.energies, system.states.frame)
    inputs = SecularInputs(counted, contacts, hamiltonian if sweep.merging else None).told()
    parts = found.made()
    table = found.table(parts)
    if lamb_shift is not None:
        _require_one_point(parts)
        couplings = [(jumps.clusters, jumps.coupling) for jumps in parts[0].jumps]
        shifting = [(*pair, contact) for pair, contact in zip(couplings, contacts, strict=True)]
        generator = lamb_shift.shifted(generator, shifting)
    particles = system.states.particles
    return Model.from_table(
        generator,
        energy,
        table,
        system.baths,
        number=None if particles is None else FrameOperator(particles),
        frame=system.states.frame,
        validity=found.assumptions(parts),
        dims=system.dims,
        origin=inputs.origin(parts[0].jumps, tolerance, shifted=lamb_shift is not None) if len(parts) == 1 else None,
        contacts=contacts,
    )


def _in_users_basis(energies: FloatArray, frame: ComplexArray | None) -> ComplexArray:
    if frame is None:
        return np.asarray(energies[..., None] * np.eye(energies.shape[-1]), dtype=np.complex128)
    return np.asarray((frame * energies[..., None, :]) @ frame.conj().swapaxes(-1, -2))


def _require_one_point(parts: Sequence[SecularParts]) -> None:
    if len(parts) > 1:
        raise ValueError("`lamb_shift` is integrated for one point; build the models of a sweep one by one.")
