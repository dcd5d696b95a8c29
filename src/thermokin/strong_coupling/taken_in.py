"""Which baths are strong, and what of them becomes part of the system."""

from __future__ import annotations

from collections.abc import Sequence

from thermokin._errors import ArgumentError
from thermokin.model.brownian import Brownian
from thermokin.model.contact import Contact
from thermokin.model.spectrum import Lorentzian
from thermokin.operators.as_numbers import shown
from thermokin.strong_coupling.coordinate import Coordinate, LeadSite, TakenIn

__all__ = ["taken_in"]


def taken_in(contacts: Sequence[Contact], strong: Sequence[str] | None) -> dict[int, TakenIn]:
    """What of the baths becomes part of the system.

    Args:
        contacts: checked.
        strong: names of baths, or None for those whose spectra say so.

    Returns:
        By the position of a contact, in their order.

    Raises:
        ArgumentError: if a name is that of no bath, or nothing is taken in.
    """
    names = {contact.bath.name for contact in contacts}
    listed = strong is None or (isinstance(strong, Sequence | set | frozenset) and not isinstance(strong, str))
    if not listed or any(name not in tuple(names) for name in strong or ()):
        raise ArgumentError(
            f"`strong` must list names of baths, among {', '.join(map(repr, sorted(names)))}, got {shown(strong)}.",
            "strong",
        )
    found: dict[int, TakenIn] = {}
    for position, contact in enumerate(contacts):
        lead = contact.bath.statistics.moves_particles
        own = isinstance(contact.spectrum, Lorentzian if lead else Brownian)
        if own if strong is None else contact.bath.name in strong:
            found[position] = LeadSite.of(contact.spectrum) if lead else Coordinate.of(contact.spectrum)
    if strong is not None and not found:
        raise ArgumentError("`strong` names no bath; leave it out to take those whose spectra have a mode.", "strong")
    if not found:
        raise ArgumentError(
            "no contact is strong: none has a Brownian spectrum, or a Lorentzian one with a lead; name the baths in "
            "`strong`, or use tk.davies.",
            "strong",
        )
    return found
