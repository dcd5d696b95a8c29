"""What can be given as a state: a matrix, or a result that holds states, with the Hamiltonian that it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import mul
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.driven_evolution import DrivenEvolution
from thermokin.cycles.limit_cycle import LimitCycle
from thermokin.cycles.protocol import Protocol
from thermokin.model.bath_parameters import with_bath_parameters
from thermokin.model.model import Model
from thermokin.model.parameter import Known
from thermokin.motion.evolution import Evolution
from thermokin.motion.initial import InitialState
from thermokin.motion.steady_state import SteadyState
from thermokin.operators.as_numbers import common_axes, shown
from thermokin.operators.as_operators import POSITIVITY_ROUNDING, as_hermitian, as_unit_trace
from thermokin.operators.outside import Dims, dims_of

__all__ = ["GivenState", "dims_given", "given_state", "hamiltonian_given", "require_order", "whole_sizes"]


DRIVEN = 1e-10  # that maps of a driven leg are asked to lack at most, unless their user says otherwise
SAFETY = 10.0  # over an estimated error


@dataclass(frozen=True, eq=False)
class GivenState:
    """States with what is known of them.

    Args:
        states: density matrices (..., d, d), over time (..., t, d, d).
        times: (..., t) [time], None where there is no time.
        hamiltonian: the operator whose energy is counted, which broadcasts with the states; None where nobody knows.
        dims: sizes of the parts, None where nothing has said them.
        parameters: what varies along the leading axes, by name.
        rounding: how far below 0 an eigenvalue may lie and still be what the calculation lacks.
    """

    states: ComplexArray
    times: FloatArray | None = None
    hamiltonian: ComplexArray | None = None
    dims: Dims = None
    parameters: Mapping[str, Known] = field(default_factory=dict)
    rounding: float = POSITIVITY_ROUNDING

    def over_time(self, operator: ComplexArray) -> ComplexArray:
        """An operator (..., d, d) beside states: with an axis for the times where it has leading axes of a sweep."""
        return operator if self.times is None or operator.ndim == 2 else operator[..., None, :, :]


def given_state(state: object, name: str = "state") -> GivenState:
    """The states in what a user gives.

    Args:
        state: a density matrix (..., d, d), a QuTiP operator or ket, or the result of `evolve`, `steady_state` or
            `limit_cycle`.
        name: of the argument, for errors.

    Returns:
        The states. Those of a limit cycle are at the beginning of each leg and at the end of the last.

    Raises:
        TypeError: if it holds no numbers.
        ValueError: if a matrix is not Hermitian and of trace one.
    """
    if isinstance(state, Evolution):
        model, start = state.model, state.initial
        known = with_bath_parameters(model.parameters, model.baths)
        if isinstance(start, InitialState) and start.temperature is not None:
            known["initial_temperature"] = Known(np.asarray(start.temperature), "energy")
        lacks = 0.0 if state.population_only else float(state.coherent_error.max(initial=0.0))
        return GivenState(state.states, state.times, _counted(model, axes=1), _flat(model.dims), known, _floor(lacks))
    if isinstance(state, SteadyState):
        model = state.model
        known = with_bath_parameters(model.parameters, model.baths)
        return GivenState(state.state, None, _counted(model, axes=0), _flat(model.dims), known, _floor(0.0))
    if isinstance(state, LimitCycle):
        protocol = state.protocol
        times = np.asarray(protocol.starts if protocol.points is None else _stacked(protocol, lambda one: one.starts))
        lacks = float(np.max(state.error)) + float(np.max(state.tolerance))
        return GivenState(state.ledger.states, times, _stacked(protocol, _at_seams), rounding=_floor(lacks))
    if isinstance(state, DrivenEvolution):
        grid = state.times
        hamiltonian = _stacked(state.protocol, lambda one: _along(one, grid))
        dims = state.protocol.legs[0].first.dims if state.protocol.points is None else None
        return GivenState(state.states, grid, hamiltonian, _flat(dims), {}, _floor(float(np.max(state.error)) + DRIVEN))
    if hasattr(state, "moments") and hasattr(state, "model"):
        raise TypeError(
            f"`{name}` is a Gaussian state, which has no matrix of finite size; tk.correlations takes its second "
            "moments, and tk.gaussian.truncated gives the model on finitely many levels."
        )
    return GivenState(as_unit_trace(state, name), dims=_flat(dims_of(state, name)))


def hamiltonian_given(given: GivenState, hamiltonian: object, name: str = "hamiltonian") -> ComplexArray:
    """The Hamiltonian beside states: the one of the user, else the one that the states know.

    Args:
        given: the states.
        hamiltonian: as given, None for that of the states.
        name: of the argument, for errors.

    Returns:
        (..., d, d), which broadcasts with the states.

    Raises:
        ArgumentError: if nobody knows one, or it has another dimension.
        ValueError: if it is not Hermitian, or leading axes do not broadcast.
    """
    if hamiltonian is None:
        if given.hamiltonian is None:
            raise ArgumentError(f"`{name}` must be given beside a density matrix, which has no energies.", name)
        return given.hamiltonian
    size, matrix = given.states.shape[-1], as_hermitian(hamiltonian, name)
    said = _flat(dims_of(hamiltonian, name))
    if said is not None and given.dims is not None and said != given.dims:
        raise ArgumentError(
            f"`{name}` has the parts {list(said)} and the state {list(given.dims)}; all must have them in one order.",
            name,
        )
    if matrix.shape[-1] != size:
        raise ArgumentError(f"`{name}` must have shape (..., {size}, {size}), got {matrix.shape}.", name)
    beside = given.over_time(matrix)
    common_axes({"state": given.states.shape[:-2], name: beside.shape[:-2]})
    return beside


def dims_given(given: GivenState, dims: Sequence[int] | None) -> tuple[int, ...]:
    """The sizes of the parts: those of the user, else those that the states know.

    Args:
        given: the states.
        dims: as given, None for those of the states.

    Returns:
        At least two sizes, whose product is the dimension.

    Raises:
        ArgumentError: if nobody knows them, or they do not make the dimension.
    """
    size = given.states.shape[-1]
    if dims is None:
        if given.dims is None or len(given.dims) < 2:
            raise ArgumentError(
                f"`dims` must say the sizes of the parts of the {size} levels, as dims=(2, {max(size // 2, 2)}); only "
                "operators of QuTiP with several dims say them by themselves.",
                "dims",
            )
        return tuple(int(one) for one in given.dims)
    sizes = whole_sizes(dims)
    if len(sizes) < 2 or int(np.prod(sizes)) != size:
        raise ArgumentError(
            f"`dims` must be at least two whole numbers whose product is {size}, the number of levels, got "
            f"{shown(dims)}.",
            "dims",
        )
    require_order(given.dims, sizes, "state")
    return sizes


def whole_sizes(dims: object) -> tuple[int, ...]:
    """What was given as sizes of parts, as a tuple; empty if it is no row of positive whole numbers."""
    row = tuple(dims) if isinstance(dims, Sequence | np.ndarray) and not isinstance(dims, str) else ()
    whole = all(isinstance(one, int | np.integer) and not isinstance(one, bool) and one >= 1 for one in row)
    return tuple(int(one) for one in row) if whole else ()


def require_order(known: Dims, sizes: tuple[int, ...], name: str) -> None:
    """Refuse sizes of parts that do not meet those which an object of QuTiP has, as in another order.

    Args:
        known: what it has said; None for nothing.
        sizes: of the parts.
        name: of the argument that has said it.

    Raises:
        ArgumentError: if neither are parts of one the parts of the other taken together.
    """
    said = _flat(known)
    if said is None or len(said) < 2:
        return
    ours, theirs = set(accumulate(sizes, mul)), set(accumulate(said, mul))
    if not (ours <= theirs or theirs <= ours):
        raise ArgumentError(
            f"`dims` {list(sizes)} are not the parts of `{name}`, {list(said)}; name them in the order that it has.",
            "dims",
        )


def _floor(lacks: float) -> float:
    return max(POSITIVITY_ROUNDING, SAFETY * lacks)


def _counted(model: Model, axes: int) -> ComplexArray:
    """The operator whose energy a model counts, beside states with so many axes of time."""
    dense = model.from_frame(model.energy.dense)
    return dense if dense.ndim == 2 or not axes else dense[..., None, :, :]


def _flat(dims: Dims) -> Dims:
    if dims is None:
        return None
    found: list[int] = []
    for one in dims:
        found.extend(_flat(one) or () if isinstance(one, tuple) else (one,))
    return tuple(found)


def _at_seams(protocol: Protocol) -> ComplexArray:
    """The counted operator at the beginning of each leg and at the end of the last (legs + 1, d, d)."""
    first = [protocol.ends(position)[0, 1] for position in range(len(protocol.legs))]
    last = protocol.ends(len(protocol.legs) - 1)[1, 1]
    offset = np.asarray(protocol.offset[1] * np.eye(protocol.dimension), dtype=np.complex128)
    return np.asarray(np.stack([*first, last]) + offset)


def _along(protocol: Protocol, times: FloatArray) -> ComplexArray:
    """The counted operator at times (t, d, d); at a seam that of the leg that begins."""
    found, one = [], np.eye(protocol.dimension)
    for position, leg in enumerate(protocol.legs):
        begin, close = protocol.starts[position], protocol.starts[position + 1]
        mine = times[(times >= begin) & ((times < close) | (position == len(protocol.legs) - 1))]
        if mine.size:
            found.append(
                np.asarray(leg.operators(np.clip(mine - begin, 0.0, leg.duration))[:, 1] + leg.offset[1] * one)
            )
    return np.concatenate(found)


def _stacked(protocol: Protocol, made: Any) -> Any:
    """What is made of a protocol, at every point of its sweep."""
    if protocol.points is None:
        return made(protocol)
    found = [made(one) for one in protocol.points.reshape(-1)]
    return np.stack(found).reshape((*protocol.points.shape, *found[0].shape))
