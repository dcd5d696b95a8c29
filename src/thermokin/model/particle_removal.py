"""What a lead couples to: operators that remove one particle, by a number that is given or that exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.model.contact import Contact
from thermokin.operators.particle_number import number_changes, removes_one, require_whole

__all__ = ["gradable", "removal_flaw", "require_removal", "shown_changes"]

NEGLIGIBLE = 1e-13  # matrix elements below this fraction of the operator's largest are rounding of a basis
REMOVING = 1e-8  # defect of [N, A] = -A, and traces that it rules out, relative to |A| (Frobenius), as good as none
SETTLED = 1e-11  # residual of the normal equations below which no better N exists
STEPS = 300


def require_removal(contacts: Sequence[Contact], number: ComplexArray | None, frame: ComplexArray | None) -> None:
    """Refuse a contact with a lead whose operator does anything but remove one particle.

    Args:
        contacts: the contacts.
        number: particle number (..., d, d), or None if none was given; then it is enough that there is one.
        frame: eigenvectors of the Hamiltonian in columns (..., d, d), or None for the identity.

    Raises:
        ArgumentError: if an operator does not remove one particle, or the number does not count.
    """
    leads = {
        position: contact.operator
        for position, contact in enumerate(contacts)
        if contact.bath.statistics.moves_particles
    }
    if not leads:
        return
    if number is None:
        _require_number(leads, frame)
        return
    require_whole(number)
    for position, operator in leads.items():
        changes = removal_flaw(operator, number)
        if changes:
            raise ArgumentError(
                f"`contacts[{position}].operator` must remove one particle, [N, A] = -A with N = `number_operator`, "
                f"but it changes the number by {shown_changes(changes)}; {_remedy(changes)}.",
                f"contacts[{position}].operator",
            )


def removal_flaw(operator: ComplexArray, number: ComplexArray) -> tuple[int, ...]:
    """By how much an operator changes the particle number, if it does anything but remove one particle.

    Args:
        operator: A (..., d, d).
        number: N (..., d, d) with whole eigenvalues.

    Returns:
        The changes, ascending; empty if it removes one particle.
    """
    return () if removes_one(operator, number) else number_changes(operator, number)


def shown_changes(changes: Sequence[int]) -> str:
    """Changes of a number in words.

    Args:
        changes: ascending.

    Returns:
        For example "-1 and +1".
    """
    words = [f"{change:+d}" if change else "0" for change in changes]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _remedy(changes: Sequence[int]) -> str:
    if -1 in changes:
        return "give the annihilation part, thermokin.operators.annihilation_part(operator, number_operator)"
    if tuple(changes) == (1,):
        return "it is the creation part: give the annihilation part, operator.conj().T"
    if 1 in changes:
        return "give the annihilation part, thermokin.operators.annihilation_part(operator.conj().T, number_operator)"
    if tuple(changes) == (0,):
        return (
            "a lead needs the annihilation part of its coupling; a bath that takes no particle is Bose() or SpinBath()"
        )
    return "a lead needs the annihilation part of its coupling; jumps of pairs are channels written by hand"


def _require_number(leads: Mapping[int, ComplexArray], frame: ComplexArray | None) -> None:
    if gradable(list(leads.values()), frame):
        return
    for position, operator in leads.items():
        if not gradable([operator], frame):
            raise ArgumentError(
                f"`contacts[{position}].operator` must remove one particle, but no particle number exists of which it "
                "does, [N, A] = -A; give the annihilation part, "
                "thermokin.operators.annihilation_part(operator, number_operator).",
                f"contacts[{position}].operator",
            )
    names = ", ".join(f"`contacts[{position}].operator`" for position in leads)
    raise ValueError(
        f"{names} must all remove one particle, but no particle number exists of which they all do, [N, A] = -A: one "
        "is a creation or a pair operator beside the others; give the annihilation part of each, and pass "
        "`number_operator` to learn which is meant."
    )


def gradable(operators: Sequence[ComplexArray], frame: ComplexArray | None) -> bool:
    """Whether an N exists with [N, A] = -A for every operator.

    One that is diagonal in the basis given, or in that of the Hamiltonian, is read from which elements there are: a
    level lies one below every level from which an element leads to it. In any other basis N is the solution of a linear
    least-squares problem, and exists if nothing of that is left over.

    Args:
        operators: A (..., d, d) each, not zero.
        frame: eigenvectors of the Hamiltonian in columns (..., d, d), or None for the identity.

    Returns:
        Whether there is one, at every point.

    Cost:
        O(d^2) where the basis given shows it, else some d^3 for each step of conjugate gradients.
    """
    if _by_elements(operators):
        return True
    if frame is not None:
        adjoint = frame.conj().swapaxes(-1, -2)
        if _by_elements([np.asarray(adjoint @ operator @ frame) for operator in operators]):
            return True
    return not _unbalanced(operators).any() and bool(_by_least_squares(operators).all())


def _unbalanced(operators: Sequence[ComplexArray]) -> BoolArray:
    """Whether a product that would change N has a trace (...), which rules N out without a search."""
    random = np.random.default_rng(0)
    mixed = np.zeros((), dtype=np.complex128)
    for operator in operators:
        share = complex(*random.normal(size=2))
        mixed = mixed + share * operator / np.linalg.norm(operator, axis=(-2, -1), keepdims=True)
    one = mixed / np.linalg.norm(mixed, axis=(-2, -1), keepdims=True)
    two = one @ one
    words = [np.einsum("...ij,...ji->...", two, other) for other in (one, one.conj().swapaxes(-1, -2))]
    words += [np.trace(each, axis1=-2, axis2=-1) for each in (one, two)]
    return np.asarray((np.abs(words) > REMOVING).any(axis=0))


def _by_elements(operators: Sequence[ComplexArray]) -> bool:
    """Whether levels can be numbered so that every element leads from a level to one with a number less by one."""
    dimension = operators[0].shape[-1]
    present = np.zeros((dimension, dimension), dtype=bool)
    for operator in operators:
        size = np.abs(operator)
        above = size > NEGLIGIBLE * size.max(axis=(-2, -1), keepdims=True)
        present |= above.reshape(-1, dimension, dimension).any(axis=0)
    if (present & present.T).any():
        return False
    number = _numbered(present)
    row, column = np.nonzero(present)
    return bool((number[row] == number[column] - 1).all())


def _numbered(present: BoolArray) -> np.ndarray:
    """A number for every level, from 0 at one level of each connected part, along a tree of its elements."""
    graph = csr_array(present)
    parts, label = connected_components(graph, directed=False)
    number = np.zeros(label.size, dtype=np.int64)
    for part in range(parts):
        order, before = breadth_first_order(graph, int(np.argmax(label == part)), directed=False)
        for level in order[1:]:
            # present[level, before]: an element leads from `before` down to `level`.
            number[level] = number[before[level]] + (-1 if present[level, before[level]] else 1)
    return number


def _by_least_squares(operators: Sequence[ComplexArray]) -> BoolArray:
    """Whether the N that makes sum |[N, A] + A|^2 smallest leaves nothing of it (...)."""
    batch = np.broadcast_shapes(*(operator.shape[:-2] for operator in operators))
    scaled = [operator / np.linalg.norm(operator, axis=(-2, -1), keepdims=True) for operator in operators]
    pairs = [(each, np.asarray(each.conj().swapaxes(-1, -2))) for each in scaled]

    def normal(number: ComplexArray) -> ComplexArray:
        """Gradient of the quadratic part: the double commutators with every operator and its adjoint."""
        found = np.zeros_like(number)
        for one, two in pairs:
            found += _commutator(two, _commutator(one, number)) + _commutator(one, _commutator(two, number))
        return found

    def left(number: ComplexArray) -> FloatArray:
        misses = [np.linalg.norm(_commutator(number, one) + one, axis=(-2, -1)) for one, _ in pairs]
        return np.asarray(np.max(np.broadcast_arrays(*misses), axis=0))

    dimension = operators[0].shape[-1]
    target = np.broadcast_to(2.0 * sum(_commutator(two, one) for one, two in pairs), (*batch, dimension, dimension))
    number, rest = np.zeros_like(target), target.copy()
    along, size = rest.copy(), _square(rest)
    enough = SETTLED**2 * np.maximum(size, np.finfo(float).tiny)
    for _ in range(min(STEPS, dimension**2)):
        if ((left(number) <= REMOVING) | (size <= enough)).all():
            break
        turned = normal(along)
        slope = (along.conj() * turned).sum(axis=(-2, -1)).real
        step = np.where(slope > 0.0, size / np.where(slope > 0.0, slope, 1.0), 0.0)[..., None, None]
        number, rest = number + step * along, rest - step * turned
        before, size = size, _square(rest)
        along = rest + (size / np.where(before > 0.0, before, 1.0))[..., None, None] * along
    return np.asarray(left(number) <= REMOVING)


def _commutator(one: ComplexArray, two: ComplexArray) -> ComplexArray:
    return np.asarray(one @ two - two @ one)


def _square(matrix: ComplexArray) -> FloatArray:
    return np.asarray((matrix.real**2 + matrix.imag**2).sum(axis=(-2, -1)))
