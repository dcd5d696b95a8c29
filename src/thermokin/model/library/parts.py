"""Systems of the library without their bath, for studies that put several baths on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from thermokin._typing import OperatorLike
from thermokin.operators.bosons import create, destroy, number
from thermokin.operators.fermions import annihilators
from thermokin.operators.spins import spin

__all__ = ["PARTS", "Parts"]

Value: TypeAlias = Callable[[str], Any]
"""The value of an argument of the library function, by its name."""
Parts: TypeAlias = tuple[OperatorLike, OperatorLike | None, OperatorLike | None]
"""Hamiltonian, what a bath couples to unless it says so, and number of particles."""


def _levels(get: Value) -> Parts:
    energies = np.asarray(get("energies"))
    every = np.ones((energies.shape[-1],) * 2) - np.eye(energies.shape[-1])
    return energies[..., None] * np.eye(energies.shape[-1]), every, None


def _fermionic_level(get: Value) -> Parts:
    (level,) = annihilators(1)
    occupied = level.conj().T @ level
    return np.asarray(get("energy"))[..., None, None] * np.asarray(occupied), level, occupied


def _mode(get: Value) -> Parts:
    kept = get("levels")
    return np.asarray(get("frequency"))[..., None, None] * number(kept), destroy(kept) + create(kept), None


def _spin(get: Value) -> Parts:
    operators = spin(get("J"))
    return np.asarray(get("gap"))[..., None, None] * operators.z, 2.0 * operators.x, None


PARTS: Mapping[str, Callable[[Value], Parts]] = {
    "qubit": lambda get: (np.asarray(get("gap"))[..., None, None] * np.diag([0.0, 1.0]), np.eye(2)[::-1], None),
    "oscillator": _mode,
    "spin": _spin,
    "levels": _levels,
    "fermionic_level": _fermionic_level,
}
"""By the name of the library function."""
