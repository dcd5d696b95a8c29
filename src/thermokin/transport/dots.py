"""Dots between leads with wide bands: scattering by the Green function of an effective Hamiltonian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.model.parameter import Energy, Gap, Parameter
from thermokin.operators.as_numbers import as_numbers, as_real, common_axes, require_finite
from thermokin.operators.as_operators import as_hermitian
from thermokin.transport.scatterer import Features, PreparedScattering, Scatterer

__all__ = ["Dots", "chain", "dots"]

Energies: TypeAlias = Annotated[ArrayLike, Parameter("energy", axes=1)]


@dataclass(frozen=True, eq=False)
class Dots(Scatterer):
    """Sites that exchange particles with leads of constant density of states: S = 1 - i W^+ G W.

    G(E) = [E - h + (i/2) W W^+]^-1, one column of W a channel.

    Args:
        hamiltonian: h (..., n, n) [energy].
        columns: W (..., n, c) [energy^(1/2)].
        terminals: the terminal of each channel (c,).
    """

    hamiltonian: ComplexArray
    columns: ComplexArray
    terminals: tuple[int, ...]

    def __repr__(self) -> str:
        sites, channels = self.columns.shape[-2:]
        return f"dots: {sites} sites, {len(set(self.terminals))} terminals, {channels} channels"

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes of Hamiltonian and couplings."""
        return np.broadcast_shapes(self.hamiltonian.shape[:-2], self.columns.shape[:-2])

    @property
    def owner(self) -> tuple[int, ...]:
        """As given."""
        return self.terminals

    @property
    def cells(self) -> int:
        """Of the Green function or the scattering matrix, the larger."""
        return int(max(self.columns.shape[-2:])) ** 2

    @property
    def _effective(self) -> ComplexArray:
        return np.asarray(self.hamiltonian - 0.5j * self.columns @ self.columns.conj().swapaxes(-1, -2))

    def features(self, shape: tuple[int, ...]) -> Features:
        """Eigenvalues of the effective Hamiltonian."""
        values = np.linalg.eigvals(self._effective)
        values = np.broadcast_to(values, (*shape, values.shape[-1]))
        # A site that hardly couples has no width that could be told from rounding.
        least = np.finfo(float).eps * np.abs(values).max(axis=-1, keepdims=True)
        return Features(
            np.asarray(values.real, dtype=np.float64), np.maximum(-2.0 * values.imag, least), np.zeros((*shape, 0))
        )

    def scattering(self, shape: tuple[int, ...]) -> PreparedScattering:
        """1 - i W^+ G W."""
        green, one = self._amplitudes(shape), np.eye(len(self.terminals))
        return lambda point, anchor, offset: one - 1j * green(point, anchor, offset)

    def _amplitudes(self, shape: tuple[int, ...]) -> PreparedScattering:
        """W^+ G W."""
        size, channels = self.columns.shape[-2:]
        # Between eigenstates of h, the distance of an energy from a level is a difference of two numbers, and a level
        # that is narrower than the rounding of h is seen; among sites it would be a cancellation in the solution.
        levels, states = np.linalg.eigh(self.hamiltonian)
        columns = states.conj().swapaxes(-1, -2) @ self.columns
        levels = np.broadcast_to(levels, (*shape, size)).reshape(-1, size)
        columns = np.broadcast_to(columns, (*shape, size, channels)).reshape(-1, size, channels)
        damping = 0.5j * columns @ columns.conj().swapaxes(-1, -2)
        one = np.eye(size)

        def values(point: IntArray, anchor: FloatArray, offset: FloatArray) -> ComplexArray:
            # The anchor is close to a resonance: subtracted first, so that the width is not lost in its place.
            near = (anchor[:, None] - levels[point])[..., None] * one + damping[point]
            own = columns[point][:, None]
            solved = _solved(near[:, None] + offset[..., None, None] * one, own)
            return np.asarray(own.conj().swapaxes(-1, -2) @ solved)

        return values


def _solved(matrices: ComplexArray, columns: ComplexArray) -> ComplexArray:
    """Solutions; at the very energy of a state that no lead reaches, those at E + i0."""
    try:
        return np.asarray(np.linalg.solve(matrices, columns))
    except np.linalg.LinAlgError:
        singular = np.isneginf(np.linalg.slogdet(matrices)[1])
        size = np.abs(matrices).max(axis=(-2, -1)) + np.finfo(float).tiny
        # The columns are orthogonal to the state to rounding: any shift of that order takes it out.
        shift = np.where(singular, 1j * np.finfo(float).eps * size, 0.0)
        return np.asarray(np.linalg.solve(matrices + shift[..., None, None] * np.eye(matrices.shape[-1]), columns))


def dots(hamiltonian: ArrayLike, couplings: Sequence[ArrayLike]) -> Dots:
    """Sites without interaction, each lead coupled to some of them.

    Args:
        hamiltonian: h of one particle (..., n, n) [energy].
        couplings: for each lead the rates (..., n) [energy] at which the sites empty into it, each by a channel of its
            own; or amplitudes (..., n, c), one column a channel, whose squares are rates. A real array (..., n, n) is
            read as rates of n sites in a sweep of n points: amplitudes to n channels are told by a complex array.

    Returns:
        The scatterer; its terminals are the leads in the order of `couplings`.

    Raises:
        ValueError: if the Hamiltonian is not Hermitian, a rate is negative, a lead couples to nothing, or shapes do not
            fit.

    Example:
        >>> import thermokin as tk
        >>> tk.transport.dots([[0.0, 0.3], [0.3, 0.0]], [[0.1, 0.0], [0.0, 0.1]])
        dots: 2 sites, 2 terminals, 2 channels
    """
    matrix = as_hermitian(hamiltonian, "hamiltonian")
    size, columns, terminals = matrix.shape[-1], list[ComplexArray](), list[int]()
    if len(couplings) < 1:
        raise ValueError("`couplings` must hold the rates of at least one lead.")
    for number, coupling in enumerate(couplings):
        found = _columns(coupling, f"couplings[{number}]", size)
        columns.append(found)
        terminals += [number] * found.shape[-1]
    lead = common_axes({f"couplings[{number}]": found.shape[:-2] for number, found in enumerate(columns)})
    together = np.concatenate([np.broadcast_to(found, (*lead, *found.shape[-2:])) for found in columns], axis=-1)
    common_axes({"hamiltonian": matrix.shape[:-2], "couplings": lead})
    return Dots(matrix, together, tuple(terminals))


def chain(energies: Energies, hopping: Energy, left: Gap, right: Gap) -> Dots:
    """Sites in a row between two leads.

    Args:
        energies: of the sites (..., n) [energy].
        hopping: between neighbours (..., n - 1), or one number for all [energy].
        left: rate of the first site into the first lead (...) [energy].
        right: rate of the last site into the second (...) [energy].

    Returns:
        The scatterer.

    Raises:
        ValueError: if a rate is not positive, or shapes do not fit.

    Example:
        >>> import thermokin as tk
        >>> tk.transport.chain([0.0, 0.0, 0.0], 0.5, 1.0, 1.0)
        dots: 3 sites, 2 terminals, 2 channels
    """
    levels = np.atleast_1d(as_real(energies, "energies"))
    size = levels.shape[-1]
    between = as_real(hopping, "hopping")
    between = np.broadcast_to(between, (size - 1,)) if between.ndim == 0 else between
    ends = {"left": as_real(left, "left"), "right": as_real(right, "right")}
    for name, value in {"energies": levels, "hopping": between, **ends}.items():
        require_finite(value, name)
    if between.shape[-1] != size - 1:
        raise ValueError(f"`hopping` must be one number, or {size - 1} between {size} sites, got {between.shape[-1]}.")
    for name, value in ends.items():
        if (value <= 0.0).any():
            raise ValueError(f"`{name}` must be positive, got {value.min():.6g}.")
    lead = common_axes({"energies": levels.shape[:-1], "hopping": between.shape[:-1]})
    matrix = np.zeros((*lead, size, size))
    place = np.arange(size)
    matrix[..., place, place] = levels
    matrix[..., place[:-1], place[1:]] = matrix[..., place[1:], place[:-1]] = between
    rates = [np.zeros((*value.shape, size)) for value in ends.values()]
    rates[0][..., 0], rates[1][..., -1] = ends["left"], ends["right"]
    return dots(matrix, rates)


def _columns(coupling: ArrayLike, name: str, size: int) -> ComplexArray:
    given = np.asarray(as_numbers(coupling, name))
    require_finite(given, name)
    if given.ndim >= 2 and given.shape[-2] == size and not (given.shape[-1] == size and np.isrealobj(given)):
        return given.astype(np.complex128)
    if given.ndim < 1 or given.shape[-1] != size or not np.isrealobj(given):
        raise ValueError(
            f"`{name}` must be rates of {size} sites, or amplitudes ({size}, channels); got {given.shape}."
        )
    if (given < 0.0).any():
        more = f"; amplitudes to {size} channels are told by a complex array" if given.ndim > 1 else ""
        raise ValueError(f"`{name}` holds a negative rate, {given.min():.6g}{more}.")
    coupled = np.flatnonzero((given > 0.0).reshape(-1, size).any(axis=0))
    if not coupled.size:
        raise ValueError(f"`{name}` couples its lead to nothing.")
    columns = np.zeros((*given.shape, coupled.size), dtype=np.complex128)
    columns[..., coupled, np.arange(coupled.size)] = np.sqrt(given[..., coupled])
    return columns
