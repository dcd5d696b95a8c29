"""Sweeps whose points need different jumps: what is refused, with the levels, the gaps, the points and the remedy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, FloatArray
from thermokin.model.bohr import BohrClusters, smallest_gap
from thermokin.model.shared_jumps import Change
from thermokin.operators.as_numbers import point_list

__all__ = ["refuse_changes", "refuse_crossings", "refuse_interference"]


def refuse_interference(position: int, found: BohrClusters, energies: FloatArray) -> None:
    """Refuse a sweep of a lead in which jumps that share a level merge or split.

    Merged, they feed the coherence of two levels from populations, or populations from it; apart, they do not. Other
    jumps of a lead may merge and split as they like: none of them touches a population then.

    Args:
        position: which contact it is.
        found: its clusters.
        energies: (..., d) [energy].

    Raises:
        ValueError: if there are such jumps.
    """
    if found.shared is not None:
        place = _places(found)
        interfering = [
            change
            for change in found.shared.changes
            if found.row[place[change.first]] == found.row[place[change.second]]
            or found.column[place[change.first]] == found.column[place[change.second]]
        ]
        _refuse(
            position,
            found,
            energies,
            interfering,
            "; near these points the secular approximation is in doubt, and `local` with a `bare` Hamiltonian whose "
            "two gaps are one holds on both sides",
        )


def refuse_changes(position: int, found: BohrClusters, energies: FloatArray) -> None:
    """Refuse a sweep in which gaps merge or split.

    Args:
        position: which contact it is.
        found: its clusters.
        energies: (..., d) [energy].

    Raises:
        ValueError: if any do: coherences that are there feed one another at some points and not at others.
    """
    if found.shared is not None:
        _refuse(position, found, energies, found.shared.changes)


def refuse_crossings(position: int, found: BohrClusters, energies: FloatArray, tolerance: float) -> None:
    """Refuse a sweep along which a gap vanishes or changes sign.

    Args:
        position: which contact it is.
        found: clusters of elements that lower the energy, or leave it, at the first point.
        energies: (..., d) [energy].
        tolerance: as in `clusters`.

    Raises:
        ArgumentError: if levels that are apart somewhere have one energy elsewhere, or another order.
    """
    limit = smallest_gap(energies, tolerance)[..., None]
    live = np.ones(found.frequency.shape, dtype=bool) if found.live is None else found.live
    meeting = live & (np.abs(found.frequency) <= limit)
    sometimes = meeting.any(axis=tuple(range(meeting.ndim - 1))) & (live & ~meeting).any(
        axis=tuple(range(meeting.ndim - 1))
    )
    raising = live & (found.frequency < -limit)
    if not sometimes.any() and not raising.any():
        return
    if raising.any():
        points, element = (
            np.asarray(raising.any(axis=-1)),
            int(np.argmax(raising.reshape(-1, raising.shape[-1]).any(axis=0))),
        )
        worst = _first(raising[..., element])
        raise ArgumentError(
            f"levels that a contact links change order along the sweep: at points {point_list(points)} against the "
            f"first point; split the sweep there. `contacts[{position}].operator` links levels {found.row[element]} "
            f"and {found.column[element]}, whose gap is {_gap(found, element, live[..., element]):.6g} at the first "
            f"point and {found.frequency[worst][element]:.6g} at point {worst}; build the points of each order as a "
            "model of their own.",
            f"contacts[{position}].operator",
        )
    element = int(np.argmax(sometimes))
    raise ArgumentError(
        f"levels that a contact links meet along the sweep: `contacts[{position}].operator` links levels "
        f"{found.row[element]} and {found.column[element]}, which have one energy at points "
        f"{point_list(meeting[..., element])} and two elsewhere; build the points of one energy as a model of their "
        "own, or move them off the grid.",
        f"contacts[{position}].operator",
    )


def _refuse(
    position: int, found: BohrClusters, energies: FloatArray, changes: Sequence[Change], further: str = ""
) -> None:
    if not changes:
        return
    assert found.shared is not None  # noqa: S101 - narrows the type: only shared jumps change
    kind, lead = found.shared.kind, found.frequency.shape[:-1]
    differs = np.zeros(len(kind), dtype=bool)
    for change in changes:
        known = (change.joined | change.apart)[kind]
        differs |= (change.apart if change.joined[kind[np.argmax(known)]] else change.joined)[kind]
    change, place = changes[0], _places(found)
    pairs = [(found.column[at], found.row[at]) for at in (place[change.first], place[change.second])]
    levels = np.broadcast_to(energies, (*lead, energies.shape[-1]))
    gaps = [np.asarray(levels[..., high] - levels[..., low]) for high, low in pairs]
    joined, apart = (_first(points[kind].reshape(lead)) for points in (change.joined, change.apart))
    between = " and ".join(f"{high} to {low}" for high, low in pairs)
    raise ArgumentError(
        f"Bohr frequencies merge or split along the sweep: the pattern at points {point_list(differs.reshape(lead))} "
        f"differs from the first point's; split the sweep there. By `contacts[{position}].operator`, the transitions "
        f"from levels {between} have one gap, {gaps[0][joined]:.6g}, at point {joined}, and two, "
        f"{gaps[0][apart]:.6g} and {gaps[1][apart]:.6g}, at point {apart}; build the points of one gap as a model of "
        f"their own, or move them off the grid{further}.",
        f"contacts[{position}].operator",
    )


def _places(found: BohrClusters) -> dict[int, int]:
    """For each element a place in the clusters."""
    assert found.shared is not None  # noqa: S101 - narrows the type: only shared jumps change
    return {int(element): place for place, element in enumerate(found.shared.element)}


def _first(points: BoolArray) -> tuple[int, ...]:
    return tuple(int(index) for index in np.argwhere(points)[0])


def _gap(found: BohrClusters, element: int, live: BoolArray) -> float:
    return float(found.frequency[_first(live)][element])
