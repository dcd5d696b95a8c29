"""A model as its detectors see it: the generator, and the part of it that makes each of them click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.counting.monitored_channels import ChannelChoice, monitored_channels
from thermokin.inference.detector import Detectors
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.model import Model

__all__ = ["ObservedGenerator", "Seen", "coordinates", "flat_motion", "observed_generator", "seen_channels"]

LARGEST = 24  # levels, with coherence: matrices of 576 x 576 for every click
RESET = 1e-13  # second singular value, relative to the first, of a click that leaves one state behind
FAINT = 1e-14  # of the largest element of the generator: rounding

Seen = Mapping[str, ChannelChoice]


@dataclass(frozen=True, eq=False)
class ObservedGenerator:
    """The generator in real coordinates of Hermitian matrices, and the clicks.

    Args:
        generator: L (n, n) [1/time].
        clicks: (l, n, n) what each detector clicks at while it is not dead, dark counts included [1/time].
        dead_time: (l,) of the detectors [time].
        trace: (n,) the row that takes the trace.
        kept: (n,) which coordinates of all d^2 these are; of d populations where no coherence takes part.
    """

    generator: FloatArray
    clicks: FloatArray
    dead_time: FloatArray
    trace: FloatArray
    kept: IntArray

    def quiet(self, live: BoolArray) -> FloatArray:
        """The generator while no detector that is live clicks, L - sum of their clicks (n, n) [1/time].

        Args:
            live: (l,) which detectors are.

        Returns:
            The matrix.
        """
        return np.asarray(self.generator - self.clicks[live].sum(axis=0))

    @cached_property
    def stationary(self) -> FloatArray:
        """(n,) the steady state."""
        size = self.trace.size
        bordered = np.concatenate([self.generator, self.trace[None, :]])
        scale = max(float(np.abs(self.generator).max(initial=0.0)), np.finfo(float).tiny)
        bordered[:size] /= scale
        state, _, rank, _ = np.linalg.lstsq(bordered, np.concatenate([np.zeros(size), [1.0]]), rcond=1e-13)
        if rank < size:
            raise ArgumentError(
                "`family` makes a model with several steady states, so that it is not known in which one a run began: "
                "give `initial`.",
                "initial",
            )
        return np.asarray(state)

    def stationary_slope(self, row: FloatArray, changes: FloatArray) -> FloatArray:
        """How the product of a row with the steady state moves.

        Args:
            row: (n,).
            changes: dL (p, n, n).

        Returns:
            (p,).
        """
        # The steady state's own direction is made regular; what it adds is nothing, since all changes are traceless.
        shifted = self.generator - np.abs(self.generator).max() * np.outer(self.stationary, self.trace)
        return np.asarray(-(changes @ self.stationary) @ np.linalg.solve(shifted.T, row))

    @cached_property
    def resets(self) -> tuple[FloatArray | None, ...]:
        """The state of trace one that each detector's click leaves behind (n,); None where there is not one."""
        return tuple(self._reset(click) for click in self.clicks)

    def _reset(self, click: FloatArray) -> FloatArray | None:
        left, values, _ = np.linalg.svd(click)
        if values.size > 1 and values[1] > RESET * values[0]:
            return None
        weight = float(self.trace @ left[:, 0])
        return np.asarray(left[:, 0] / weight) if weight else None


def seen_channels(model: Model, names: Sequence[str], channels: Seen | None) -> FloatArray:
    """Which jumps each detector clicks at.

    Args:
        model: the model.
        names: of the detectors.
        channels: by name, positions of channels, the name of a bath, or a current; None where the names are those of
            baths or positions themselves.

    Returns:
        (l, k) of 0 and 1.

    Raises:
        ArgumentError: if a detector has no jumps, is not known, or shares a jump with another.
    """
    chosen = _by_own_names(model, names) if channels is None else channels
    strange = [name for name in chosen if name not in names]
    missing = [name for name in names if name not in chosen]
    if strange or missing:
        which = f"have no clicks of {strange[0]!r}" if strange else f"hold clicks of {missing[0]!r}"
        raise ArgumentError(
            f"`channels` must say for each detector at which jumps it clicks, but the records {which} "
            f"(they are of {', '.join(names)}). A detector that could have clicked and did not belongs among the "
            "`names` of the clicks.",
            "channels",
        )
    table = np.stack([monitored_channels(model, chosen[name], f"channels[{name!r}]") for name in names])
    shared = np.flatnonzero(table.sum(axis=0) > 1)
    if shared.size:
        both = [name for name, row in zip(names, table, strict=True) if row[shared[0]]]
        raise ArgumentError(
            f"`channels` let {both[0]!r} and {both[1]!r} click at one jump, that of channel {shared[0]}.", "channels"
        )
    return table.astype(np.float64)


def _by_own_names(model: Model, names: Sequence[str]) -> Seen:
    baths = {bath.name for bath in model.baths}
    if all(name in baths for name in names):
        return {name: name for name in names}
    if all(name.isdigit() and int(name) < model.table.size for name in names):
        return {name: int(name) for name in names}
    known = ", ".join(sorted(baths)) or "none"
    raise ArgumentError(
        f"`channels` must say at which jumps {', '.join(names)} click: a position in `model.channels` or several, the "
        f"name of a bath ({known}), or a current.",
        "channels",
    )


def flat_motion(model: Model) -> bool:
    """Whether populations of the user's levels tell all, so that coherences need not be carried.

    Args:
        model: the model.

    Returns:
        Whether they do, at this point of a family.
    """
    return Liouvillian(model).populations_closed and (model.frame is None or model.dimension > LARGEST)


def observed_generator(
    model: Model, seen: FloatArray, detectors: Detectors, *, flat: bool, kept: IntArray | None = None
) -> ObservedGenerator:
    """A model as its detectors see it.

    Args:
        model: without leading axes.
        seen: (l, k) which jumps each detector clicks at.
        detectors: what they miss and add.
        flat: whether populations tell all.
        kept: the coordinates to use; None for those that populations and clicks reach.

    Returns:
        The generator and the clicks.

    Raises:
        ArgumentError: if there are too many levels with coherence, or populations do not tell all.
    """
    if flat:
        liouvillian = Liouvillian(model)
        if not liouvillian.populations_closed:
            raise ArgumentError("`family` makes coherence beside a point at which it makes none.", "family")
        whole, jumps = _rates(liouvillian, seen)
    else:
        if model.dimension > LARGEST:
            raise ArgumentError(
                f"`family` makes a model of {model.dimension} levels with coherence; likelihoods take up to {LARGEST}.",
                "family",
            )
        whole, jumps = _superoperators(model, seen)
    size = len(whole)
    trace = np.ones(size) if flat else (np.arange(size) < model.dimension).astype(np.float64)
    clicks = detectors.efficiency[:, None, None] * jumps
    clicks = clicks + detectors.dark_rate[:, None, None] * np.eye(size)
    if kept is None:
        kept = np.arange(size) if flat else _reached(whole, clicks, model.dimension)
    cut = np.ix_(kept, kept)
    return ObservedGenerator(
        whole[cut], np.stack([click[cut] for click in clicks]), detectors.dead_time, trace[kept], kept
    )


def _rates(liouvillian: Liouvillian, seen: FloatArray) -> tuple[FloatArray, FloatArray]:
    """L and the clicks on populations of the frame."""
    table = liouvillian.table
    rates = np.abs(table.amplitude) ** 2
    size = table.dimension
    place = table.row.astype(np.int64) * size + table.column
    each = [np.bincount(place, rates * row[table.channel], size * size).reshape(size, size) for row in seen]
    whole = np.bincount(place, rates, size * size).reshape(size, size)
    return np.asarray(whole - np.diag(whole.sum(axis=0)), dtype=np.float64), np.asarray(each, dtype=np.float64)


def _superoperators(model: Model, seen: FloatArray) -> tuple[FloatArray, FloatArray]:
    """L and the clicks (d^2, d^2) on the user's basis in real coordinates: populations first, then coherences."""
    hamiltonian = model.from_frame(model.generator.dense)
    jumps = np.stack([channel.jump for channel in model.channels])
    one = np.eye(model.dimension)
    basis = _hermitian_basis(model.dimension)
    effective = hamiltonian - 0.5j * np.einsum("kji,kjl->il", jumps.conj(), jumps)
    drift = -1j * np.kron(effective, one) + 1j * np.kron(one, effective.conj())
    gains = np.einsum("kij,kml->kimjl", jumps, jumps.conj()).reshape(len(jumps), *drift.shape)
    clicks = np.stack([_real(np.tensordot(row, gains, 1), basis) for row in seen])
    return _real(drift + gains.sum(axis=0), basis), clicks


def _real(matrix: ComplexArray, basis: ComplexArray) -> FloatArray:
    return np.asarray((basis.conj().T @ matrix @ basis).real)


def coordinates(observed: ObservedGenerator, state: ComplexArray) -> FloatArray:
    """A state in the coordinates of the generator.

    Args:
        observed: the generator.
        state: (d, d) in the user's basis.

    Returns:
        (n,).
    """
    size = len(state)
    if (observed.kept < size).all() and observed.kept.size == size:
        return np.asarray(np.diagonal(state).real)
    every = (_hermitian_basis(size).conj().T @ state.ravel()).real
    return np.asarray(every[observed.kept])


def _hermitian_basis(size: int) -> ComplexArray:
    """(d^2, d^2) columns: |i><i|, then (|i><j| + |j><i|)/sqrt 2 and i(|i><j| - |j><i|)/sqrt 2 in turn."""
    columns = [np.outer(row, row).ravel() for row in np.eye(size, dtype=np.complex128)]
    for i in range(size):
        for j in range(i + 1, size):
            pair = np.zeros((size, size), dtype=np.complex128)
            pair[i, j] = 1.0 / np.sqrt(2.0)
            columns += [(pair + pair.T).ravel(), (1j * pair - 1j * pair.T).ravel()]
    return np.stack(columns, axis=1)


def _reached(whole: FloatArray, clicks: FloatArray, dimension: int) -> IntArray:
    """Coordinates that are linked with a population by the motion or a click."""
    size = np.abs(whole) + np.abs(clicks).sum(axis=0)
    linked = csr_array(size > FAINT * size.max(initial=0.0))
    label = connected_components(linked, directed=False)[1]
    return np.flatnonzero(np.isin(label, label[:dimension]))
