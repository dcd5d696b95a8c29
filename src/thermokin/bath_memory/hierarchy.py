"""The hierarchical equations of motion of a system on baths, at any coupling, by QuTiP."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import OperatorLike
from thermokin.bath_memory import hierarchy_answers  # what answers for it
from thermokin.bath_memory.convergence import Wanted
from thermokin.bath_memory.correlation_expansion import expansion_of
from thermokin.bath_memory.hierarchy_system import HierarchySystem
from thermokin.bath_memory.qutip_baths import require_qutip
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.model.secular_parts import secular_system
from thermokin.operators.as_numbers import as_real, shown
from thermokin.operators.as_operators import as_hermitian
from thermokin.operators.outside import dims_of

__all__ = ["hierarchy", "hierarchy_answers"]


def hierarchy(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    *,
    depth: int | None = None,
    terms: int | Sequence[int] | None = None,
    tolerance: float = 1e-4,
) -> HierarchySystem:
    """The hierarchy of a system on baths: exact at any coupling, up to its depth and its terms.

    Each exponential of a bath's correlation function makes a tower of auxiliary matrices, of which the state is the
    lowest. Memory, correlations with the baths and the shifts of levels are all there; how much a tier and a pole of
    the occupation still change is measured and told. The first tier knows heat: that which leaves the bath, and that
    which enters the system; between them is the energy of the interaction.

    Args:
        hamiltonian: H (d, d) [energy], of the system alone.
        contacts: how the baths touch the system: Bose baths of finite temperature with Drude or Brownian spectra, leads
            with Lorentzian ones. Nothing is added to H: a coupling A lowers it by A^2 int G dw/(2 pi w), which a
            counter-term gives back (`reorganisation` of the result).
        depth: tiers; as many as the tolerance needs if None.
        terms: poles of the occupation, one number or one for each contact; as many as the tolerance needs if None.
        tolerance: by how much the last tier and the last pole may change states (a trace distance) and heats (a
            fraction); beyond it there is a warning, or without `depth` an error.

    Returns:
        The system, which `steady_state` and `evolve` take. Nothing is solved before.

    Raises:
        ModuleNotFoundError: if QuTiP is not installed.
        ArgumentError: if shapes differ, a bath has no sum of exponentials, or there are leading axes.
        TypeError: if an argument is of the wrong kind.

    Cost:
        (depth + K)! / (depth! K!) matrices of d x d for K exponentials, and a sparse factorisation at rest.

    Reference:
        tanimura2020, katotanimura2016, lambert2023, hu2011.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> spin = tk.operators.pauli()
        >>> baths = tk.Bath("hot", 1.0), tk.Bath("cold", 0.5)
        >>> ends = [tk.Contact(bath, spin.x, tk.Drude(0.05, 3.0)) for bath in baths]
        >>> rest = tk.steady_state(tk.hierarchy(0.5 * spin.z, ends, depth=3, terms=3, tolerance=1e-2))
        >>> rest.heat.round(5), bool(rest.depth_error < 1e-2)
        (array([ 0.00508, -0.00508]), True)
    """
    require_qutip()
    matrix = as_hermitian(hamiltonian, "hamiltonian")
    if matrix.ndim > 2:
        raise ArgumentError(
            f"`hamiltonian` must be one matrix for a hierarchy, got shape {matrix.shape}; build one at each point, or "
            "give `tk.sweep` a function that does.",
            "hamiltonian",
        )
    system = secular_system(hamiltonian, contacts, None, 0.0, {"hamiltonian": dims_of(hamiltonian, "hamiltonian")})
    for place, contact in enumerate(contacts):
        expansion_of(contact, 0, f"contacts[{place}]")
    allowed = as_real(tolerance, "tolerance")
    if allowed.ndim or not 0.0 < allowed < 1.0:
        raise ArgumentError(f"`tolerance` must be one number between 0 and 1, got {shown(tolerance)}.", "tolerance")
    each = None if terms is None else _each(terms, len(contacts))
    wanted = Wanted(None if depth is None else _whole(depth, "depth", 1), each, float(allowed))
    states, none = system.states, np.zeros(0, dtype=np.int32)
    empty = JumpTable(matrix.shape[-1], none, none, none, np.zeros(0), none, np.zeros(0), np.zeros(0), none)
    energy = FrameOperator(states.energies)
    carrier = Model.from_table(energy, energy, empty, system.baths, frame=states.frame, dims=system.dims)
    return HierarchySystem(carrier, matrix, tuple(contacts), wanted)


def _each(terms: int | Sequence[int], count: int) -> tuple[int, ...]:
    if not isinstance(terms, Sequence):
        return (_whole(terms, "terms", 0),) * count
    found = tuple(_whole(one, "terms", 0) for one in terms)
    if len(found) != count:
        raise ArgumentError(f"`terms` must be one number, or {count}, one for each contact, got {len(found)}.", "terms")
    return found


def _whole(value: object, name: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ArgumentError(f"`{name}` must be a whole number >= {least}, got {shown(value)}.", name)
    return int(value)
