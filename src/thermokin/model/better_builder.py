"""Which builder serves where the assumption of another is in doubt: at the point at which that is worst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

import numpy as np

from thermokin._typing import FloatArray, OperatorLike
from thermokin.model.assumption import SAFE_RATIO, Assumption
from thermokin.model.bath import Bath
from thermokin.model.chosen_points import ChosenPoints
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import Eigenframe
from thermokin.model.merged_sweep import merged_sweep
from thermokin.model.secular_parts import SecularSystem, secular_system
from thermokin.model.unified_parts import UnifiedParts

__all__ = ["LARGEST", "advice_wanted", "unadvised", "with_better_builder"]

LARGEST = 200  # levels up to which it is worth the time of a warning

_WANTED: ContextVar[bool] = ContextVar("wanted", default=True)


@contextmanager
def unadvised() -> Iterator[None]:
    """Builders say what is in doubt, but not what would serve better: where many models are made and none is shown."""
    token = _WANTED.set(False)
    try:
        yield
    finally:
        _WANTED.reset(token)


def advice_wanted() -> bool:
    """Whether builders say what would serve better."""
    return _WANTED.get()


def with_better_builder(
    lines: Sequence[Assumption],
    hamiltonian: OperatorLike | None,
    contacts: Sequence[Contact],
    number_operator: OperatorLike | None,
    system: SecularSystem | None = None,
) -> list[Assumption]:
    """The lines of a builder; those in doubt name `unified` where its own estimates are below a tenth.

    Args:
        lines: what a builder assumed.
        hamiltonian: H (..., d, d) [energy]; None where the system is known.
        contacts: how the baths touch it.
        number_operator: particle number (..., d, d), or None.
        system: its eigenstates, where they are known.

    Returns:
        The lines.
    """
    found = list(lines)
    doubtful = [place for place, line in enumerate(lines) if line.in_doubt]
    if not doubtful or not advice_wanted():
        return found
    try:
        if system is None:
            system = secular_system(_required(hamiltonian), contacts, number_operator, 0.0, {})
        if system.states.levels.shape[-1] > LARGEST:
            return found
        for place in doubtful:
            error = _error_of_unified(system, lines[place].ratio)
            if error < 1.0 / SAFE_RATIO:
                first = f"use `unified`, which estimates its own error as {error:.1g} here"
                rest = lines[place].instead
                found[place] = replace(
                    lines[place], instead=f"{first}; or {rest.removeprefix('use ')}" if rest else first
                )
    except ValueError:  # what merging refuses, and what conserves no number, is no better
        return found
    return found


def _required(hamiltonian: OperatorLike | None) -> OperatorLike:
    assert hamiltonian is not None  # noqa: S101 - narrows the type: it is given where the system is not
    return hamiltonian


def _error_of_unified(system: SecularSystem, ratio: FloatArray) -> float:
    """Its estimate at the point of the least ratio."""
    batch = np.broadcast_shapes(
        ratio.shape, system.states.levels.shape[:-1], *(contact.batch_shape for contact in system.contacts)
    )
    worst = int(np.argmin(np.broadcast_to(ratio, batch)))
    chosen = ChosenPoints(batch, np.array([worst]))
    contacts = [chosen.contact(contact) for contact in system.contacts]
    states: Eigenframe = chosen.states(system.states)
    baths: list[Bath] = [chosen.bath(bath) for bath in system.baths]
    one = replace(system, states=states, contacts=contacts, baths=baths, tolerance=max(system.tolerance, 1e-10))
    found = UnifiedParts(one, merged_sweep(one, None))
    smallest = min(line.smallest for line in found.assumptions(found.made()))
    return float(1.0 / max(smallest, 1e-300))
