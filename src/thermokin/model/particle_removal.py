"""What a lead couples to: operators that remove one particle, by a number that is given or that exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray
from thermokin.model.contact import Contact
from thermokin.model.number_grading import gradable
from thermokin.operators.particle_number import number_changes, removes_one, require_whole

__all__ = ["removal_flaw", "require_removal", "shown_changes"]


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
