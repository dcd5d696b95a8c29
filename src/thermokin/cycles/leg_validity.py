"""How far a driven leg may be taken for a succession of weak-coupling models."""

from __future__ import annotations

import numpy as np

from thermokin.cycles.leg import Leg
from thermokin.model.assumption import Assumption

__all__ = ["leg_validity"]

TIMES = 65  # along a leg
EQUAL = 1e-10  # of the spectrum's width: levels that close are one


def leg_validity(leg: Leg, name: str) -> list[Assumption]:
    """What a leg assumes: what its models do, and that the drive is slow beside the gaps.

    Args:
        leg: the leg.
        name: how to call it.

    Returns:
        The assumptions. How slow a drive is matters where baths see the momentary eigenstates.
    """
    found = _of_models(leg, name)
    if leg.is_driven and leg.bath_names and leg.counts_motion:
        found.append(_slowness(leg, name))
    return found


def _of_models(leg: Leg, name: str) -> list[Assumption]:
    """The worst figure of each assumption of its models."""
    worst: dict[str, Assumption] = {}
    for model in leg.probed:
        for assumption in model.validity:
            known = worst.get(assumption.name)
            if known is None or assumption.smallest < known.smallest:
                worst[assumption.name] = assumption
    return [
        Assumption(f"{one.name} ({name})", one.statement, np.asarray(one.smallest), one.instead)
        for one in worst.values()
    ]


def _slowness(leg: Leg, name: str) -> Assumption:
    """The smallest w_mn^2 / |<m|dH/dt|n>| along the leg; and of a turning field w / (its angular frequency)."""
    times = leg.duration * (np.arange(TIMES) + 0.5) / TIMES
    energies, frame = np.linalg.eigh(leg.operators(times)[:, 0])
    motion = np.abs(frame.conj().swapaxes(-1, -2) @ leg.slopes(times)[0] @ frame)
    gaps = np.abs(energies[:, :, None] - energies[:, None, :])
    apart = gaps > EQUAL * max(float(np.ptp(energies, axis=-1).max()), 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(apart & (motion > 0.0), gaps**2 / motion, np.inf)
    return Assumption(
        name=f"slow drive ({name})",
        statement="the smallest squared gap, over the matrix element of dH/dt between its levels,",
        ratio=np.asarray(ratio.min()),
        instead="drive more slowly, or use `local` jumps of a part that the drive leaves alone",
    )
