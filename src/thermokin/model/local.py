"""The local generator: jumps of the uncoupled parts, energy counted with the bare Hamiltonian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray, OperatorLike
from thermokin.model.assumption import Assumption
from thermokin.model.better_builder import with_better_builder
from thermokin.model.bohr import DEFAULT_TOLERANCE, smallest_gap
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.local_leads import weak_links_of_leads
from thermokin.model.model import Model
from thermokin.model.origin import SecularInputs
from thermokin.model.populated_levels import boltzmann, hottest
from thermokin.model.secular_parts import SecularParts, secular_parts, secular_system
from thermokin.model.single_quanta import heat_of_single_quanta, with_heat
from thermokin.model.turning import without_turning
from thermokin.numerics.level_sums import over_levels
from thermokin.operators.as_numbers import common_axes
from thermokin.operators.as_operators import as_hermitian
from thermokin.operators.outside import dims_of

__all__ = ["local"]

LOST = 1e-13  # of the largest element: what turning a Hamiltonian into another basis leaves of a coupling
WEAKER = "its contacts are too strong for the gaps of the parts: lower their rates"


def local(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    bare: OperatorLike,
    *,
    number_operator: OperatorLike | None = None,
    tolerance: float = DEFAULT_TOLERANCE,
) -> Model:
    """The model whose jumps are those of the uncoupled parts, while the whole Hamiltonian drives the motion.

    Energy, heat and entropy are counted with the bare Hamiltonian, [L_k, H_bare] = w_k L_k, for which the second law
    always holds; counted with the whole Hamiltonian it can fail.

    Args:
        hamiltonian: H (..., d, d) [energy], parts and their coupling.
        contacts: how the baths touch the parts.
        bare: the Hamiltonian of the uncoupled parts (..., d, d) [energy].
        number_operator: particle number (..., d, d), where a bath has a chemical potential; commutes with `bare`.
        tolerance: gaps closer than this fraction of the bare spectrum's width are one Bohr frequency.

    Returns:
        The model, in the eigenbasis of the bare Hamiltonian. Its `validity` holds, besides the secular figure of the
        parts, the ratio of the smallest bare gap that a bath sees to |[H - H_bare, A]| / |A| of the operator A it
        touches (Frobenius norms, each level weighed by its population in the hottest bath; what a rotating frame takes
        off the levels left out), named "local"; of baths
        that create quanta from the ground state, named "local heat", the heat that these carry one at a time over how
        far it is off; and for leads, named "local filling", the difference of their fillings over how far a lead's
        filling changes across the energies that the coupling mixes.

    Raises:
        ValueError: as `davies`, or if the two Hamiltonians differ in shape.
        TypeError: if a contact is not a `Contact`.

    Reference:
        levy2014.

    Example:
        >>> import thermokin as tk
        >>> a, b = (tk.operators.embed(tk.operators.destroy(2), site, (2, 2)) for site in (0, 1))
        >>> bare, hot, cold = a.T @ a + b.T @ b, tk.Bath("hot", 1.0), tk.Bath("cold", 0.5)
        >>> contacts = [tk.Contact(bath, part + part.T, tk.Flat(0.001)) for bath, part in ((hot, a), (cold, b))]
        >>> pair = tk.local(bare + 0.01 * (a.T @ b + b.T @ a), contacts, bare)
        >>> rest, heat, flow = tk.steady_state(pair), tk.heat(pair, "hot"), tk.entropy_flow(pair)
        >>> round(float(flow.mean(rest) / heat.mean(rest)), 8)  # 1 / 0.5 - 1 / 1.0: the second law holds
        1.0
    """
    inputs = SecularInputs(bare, contacts, hamiltonian).told()
    whole = as_hermitian(hamiltonian, "hamiltonian")
    separate = as_hermitian(bare, "bare")
    if whole.shape[-1] != separate.shape[-1]:
        raise ValueError(f"`bare` must have shape (..., {whole.shape[-1]}, {whole.shape[-1]}), got {separate.shape}.")
    common_axes({"hamiltonian": whole.shape[:-2], "bare": separate.shape[:-2]})
    said = {"hamiltonian": dims_of(hamiltonian, "hamiltonian"), "bare": dims_of(bare, "bare")}
    parts = secular_parts(secular_system(separate, contacts, number_operator, tolerance, said))
    common_axes(
        {
            "hamiltonian": whole.shape[:-2],
            **{f"contacts[{position}]": contact.batch_shape for position, contact in enumerate(contacts)},
        }
    )
    frame = parts.frame
    return Model.from_table(
        FrameOperator.from_matrix(_turned(whole, frame)),
        parts.energy,
        parts.table,
        parts.baths,
        number=parts.number,
        frame=frame,
        validity=[
            *_heat_told(
                with_better_builder(
                    _weak_links(whole, separate, contacts, parts), hamiltonian, contacts, number_operator
                )
            ),
            replace(parts.assumption, instead=WEAKER),
        ],
        dims=parts.dims,
        origin=inputs.origin(parts.jumps, tolerance),
        contacts=contacts,
    )


def _turned(operator: ComplexArray, frame: ComplexArray | None) -> ComplexArray:
    return operator if frame is None else np.asarray(frame.conj().swapaxes(-1, -2) @ operator @ frame)


def _weak_links(
    whole: ComplexArray, separate: ComplexArray, contacts: Sequence[Contact], parts: SecularParts
) -> list[Assumption]:
    """The local assumption, a line for the baths that take energy alone and one for the leads."""
    coupling = whole - separate
    leads = [contact.bath.statistics.moves_particles for contact in contacts]
    lines = []
    if not all(leads):
        touched = [_turned(contact.operator, parts.frame) for contact in contacts]
        between, rotates = without_turning(_turned(coupling, parts.frame), parts.states.levels, touched)
        lines.append(_weak_links_of_baths(between, rotates, contacts, parts))
        heat = _single_quanta(between, contacts, parts)
        lines.extend([] if heat is None else [heat])
    if any(leads):
        turned = _turned(coupling, parts.frame)
        if parts.frame is not None:
            largest = np.abs(separate).max(axis=(-2, -1), keepdims=True)
            turned = np.where(np.abs(turned) > LOST * largest, turned, 0.0)
        lines.append(weak_links_of_leads(turned, parts.states.levels, contacts, parts.jumps))
    return lines


def _heat_told(lines: list[Assumption]) -> list[Assumption]:
    """The lines; that of the gaps says what heat is off by, instead of another warning."""
    named = {line.name: place for place, line in enumerate(lines)}
    if "local heat" not in named or not lines[named["local"]].in_doubt:
        return lines
    gaps, heat = lines[named["local"]], lines[named["local heat"]]
    told = {"local": with_heat(gaps, heat), "local heat": replace(heat, told=True)}
    return [told.get(line.name, line) for line in lines]


def _single_quanta(coupling: ComplexArray, contacts: Sequence[Contact], parts: SecularParts) -> Assumption | None:
    """How far heat is off, where single quanta tell."""
    baths = [
        (contact, jumps)
        for contact, jumps in zip(contacts, parts.jumps, strict=True)
        if not contact.bath.statistics.moves_particles
    ]
    return heat_of_single_quanta(coupling, parts.states.levels, *(list(each) for each in zip(*baths, strict=True)))


def _weak_links_of_baths(
    coupling: ComplexArray, rotates: BoolArray, contacts: Sequence[Contact], parts: SecularParts
) -> Assumption:
    """The local assumption: smallest bare gap over the rate at which the coupling turns what a bath touches."""
    levels = parts.states.levels
    floor = smallest_gap(levels, DEFAULT_TOLERANCE)
    above = levels - over_levels(np.minimum, levels)[..., None]
    thermal = boltzmann(above, np.maximum(hottest(contacts), floor)[..., None])
    turning = np.zeros(coupling.shape[:-2])
    baths = [contact for contact in contacts if not contact.bath.statistics.moves_particles]
    # In a rotating frame what lowers turns against what raises: a drive by the bath's own operator commutes with both.
    seen = ~rotates[..., None, None] | (levels[..., :, None] < levels[..., None, :])
    for touched in (np.where(seen, _turned(contact.operator, parts.frame), 0.0) for contact in baths):
        turned = _norm(coupling @ touched - touched @ coupling, thermal)
        # Over the norm of the operator itself, so that neither a longer chain nor more levels change the figure.
        turning = np.maximum(turning, turned / _norm(touched, thermal))
    gaps = np.abs(np.where(parts.table.particles == 0.0, parts.table.energy, 0.0))
    smallest = np.where(gaps > 0.0, gaps, np.inf).min(axis=-1, initial=np.inf)
    return Assumption(
        name="local",
        statement="the smallest gap that a bath sees, over the rate at which the coupling turns what it touches,",
        ratio=np.where(turning > 0.0, smallest / np.where(turning > 0.0, turning, 1.0), np.inf),
        instead="use `davies` where the coupling splits the levels by more than the rates",
    )


def _norm(operator: ComplexArray, weight: FloatArray) -> FloatArray:
    """Norm (...) of an operator between levels that are populated; where all are alike, Frobenius'."""
    square = np.abs(operator) ** 2
    both = (square + square.swapaxes(-1, -2)) @ weight[..., None]
    return np.asarray(np.sqrt(both[..., 0].sum(axis=-1) / 2.0))
