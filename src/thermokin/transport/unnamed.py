"""Narrow features of a function of one's own that nothing names: where its samples jump."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np

from thermokin._errors import ValidityWarning, users_level
from thermokin._typing import BoolArray, FloatArray
from thermokin.model.bath import Bath
from thermokin.transport.scatterer import Scatterer

__all__ = ["with_unnamed"]

REACH = 20.0  # temperatures from a potential within which it looks
PER_TEMPERATURE, LEAST, MOST = 64.0, 512, 8192  # samples of the coldest temperature, and of the whole window
JUMP = 0.05  # of the largest sample: a change from one to the next that is none of a smooth function
WITHIN = 4  # spacings in which a narrow feature rises and falls
FINER = 4  # times closer, at a second look, where changes of a smooth function are so much smaller
MANY = 256  # samples about jumps, beyond which the function is smooth nowhere, and its panels are halved as they are

_KNOWN: WeakKeyDictionary[Scatterer, dict[tuple[float, float, int], FloatArray]] = WeakKeyDictionary()


def with_unnamed(scatterer: Scatterer, leads: Sequence[Bath], *, bosons: bool) -> FloatArray:
    """Energies about features of a function that lie between the nodes of a quadrature, as far as samples meet them.

    A feature between two samples is not met either: this finds what is as wide as a sixtieth of the coldest lead's
    temperature, where the quadrature by itself finds what is as wide as that temperature.

    Args:
        scatterer: a function of one's own.
        leads: the leads.
        bosons: whether energies are those of bosons, from 0 on.

    Returns:
        (e,) [energy]; a `ValidityWarning` tells of the first that the user has not named.
    """
    warmth = np.concatenate([np.ravel(bath.temperature) for bath in leads])
    level = np.concatenate([np.ravel(bath.chemical_potential) for bath in leads])
    low, high = float(level.min() - REACH * warmth.max()), float(level.max() + REACH * warmth.max())
    low = max(low, 0.0) if bosons else low
    if not high > low:
        return np.zeros(0)
    coldest = float(warmth[warmth > 0.0].min(initial=high - low))
    count = int(np.clip(PER_TEMPERATURE * (high - low) / coldest, LEAST, MOST))
    known = _KNOWN.setdefault(scatterer, {})
    if (low, high, count) not in known:
        known[low, high, count] = _looked(scatterer, low, high, count)
    return known[low, high, count]


def _looked(scatterer: Scatterer, low: float, high: float, count: int) -> FloatArray:
    energies = low + (high - low) * (np.arange(count) + 0.5) / count
    values = _sampled(scatterer, energies)
    largest = float(np.abs(values).max(initial=0.0))
    if largest == 0.0:
        _warn_of_nothing(scatterer, low, high, count)
    steep = _largest_change(values) > JUMP * largest
    if not steep.any():
        return np.zeros(0)
    sudden = _sudden(scatterer, low, high, values)
    pulses = _pulses(values, JUMP * largest) & sudden
    for marks in (steep, steep & sudden, pulses):  # halving panels follows an oscillation, but not a spike on it
        places = np.flatnonzero(marks)
        if places.size <= MANY:
            break
    else:
        return np.zeros(0)
    around = np.unique(np.clip(np.concatenate([places - 1, places, places + 1]), 0, count - 1))
    _warn(scatterer, energies[pulses], (high - low) / count)
    return np.asarray(energies[around])


def _sudden(scatterer: Scatterer, low: float, high: float, values: FloatArray) -> BoolArray:
    """About which samples (n,) a look from closer finds changes as large as before: no oscillation that is followed."""
    count = len(values)
    closer = low + (high - low) * (np.arange(FINER * count) + 0.5) / (FINER * count)
    near = _largest_change(_sampled(scatterer, closer)).reshape(count, FINER).max(axis=1)
    return np.asarray(_with_neighbours(near) > 2.0 / FINER * _with_neighbours(_largest_change(values)))


def _with_neighbours(values: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(values, np.maximum(np.append(values[1:], 0.0), np.append(0.0, values[:-1]))))


def _largest_change(values: FloatArray) -> FloatArray:
    """From a sample to its neighbours, of any of what is sampled (n,)."""
    change = np.abs(np.diff(values, axis=0)).max(axis=-1)
    return np.asarray(np.maximum(np.append(change, 0.0), np.append(0.0, change)))


def _sampled(scatterer: Scatterer, energies: FloatArray) -> FloatArray:
    """What passes (n, k): transmissions, or squares of scattering amplitudes."""
    point, anchor = np.zeros(1, dtype=np.int64), np.zeros(1)
    through = scatterer.transmission(())
    if through is not None:
        return np.asarray(through(point, anchor, energies[None])[0])
    matrix = scatterer.whole_matrix(())(point, anchor, energies[None])[0]
    return np.asarray(np.abs(matrix).reshape(energies.size, -1) ** 2)


def _pulses(values: FloatArray, least: float) -> BoolArray:
    """Which samples stand between a jump and one back within a few spacings (n,)."""
    change = np.diff(values, axis=0)
    big = np.where(np.abs(change) > least, np.sign(change), 0.0)
    found = np.zeros(len(values), dtype=bool)
    for apart in range(1, WITHIN + 1):
        back = ((big[:-apart] * big[apart:]) < 0.0).any(axis=-1)
        for inside in range(1, apart + 1):
            found[inside : inside + back.size] |= back
    return found


def _warn_of_nothing(scatterer: Scatterer, low: float, high: float, count: int) -> None:
    """Say that no sample met anything, where nothing is named among them: zeros would pass for a result."""
    features = scatterer.features(())
    named = np.concatenate([np.ravel(features.edges), np.ravel(features.centres)])
    if scatterer.window(()) is not None or ((named >= low) & (named <= high)).any():  # a band says where all passes
        return
    said = f"nothing passes at any of {count} energies from {low:.4g} to {high:.4g}, {(high - low) / count:.2g} apart"
    warnings.warn(
        ValidityWarning(f"{said}; what is narrower is not seen: name it by `resonances`, `edges` or `band`."),
        stacklevel=users_level(),
    )


def _warn(scatterer: Scatterer, places: FloatArray, apart: float) -> None:
    """Say of the first spike that nothing names where it is."""
    features = scatterer.features(())
    named = np.concatenate([np.ravel(features.edges), np.ravel(features.centres)])
    scale = np.concatenate([np.zeros(features.edges.size), np.ravel(features.widths)])
    for place in places:
        if (np.abs(named - place) <= WITHIN * apart + 30.0 * scale).any():
            continue
        warnings.warn(
            ValidityWarning(
                f"something narrower than {WITHIN * apart:.2g} passes near energy {place:.6g} that is not named; this "
                "is followed, and others like it may be missed: name them by `resonances` or `edges`."
            ),
            stacklevel=users_level(),
        )
        return
