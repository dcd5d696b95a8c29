"""The Hamiltonian's eigenstates, in which the motion between jumps is nearly elementwise; its golden-rule rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lu_factor, lu_solve

from thermokin._cached import cached_property
from thermokin._typing import FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.solvers.packed_generator import PackedGenerator
from thermokin.solvers.superblocks import Superblocks

__all__ = ["GoldenRule", "HamiltonianFrame", "golden_rule", "hamiltonian_frame"]

FLOOR = 1e-3  # of the mean damping: what an element that is not damped is divided by
LARGEST_CHAIN = 6000  # levels up to which the rate equation of populations is solved beside
Stacks = list[NDArray[Any]]
LEAST_OUTFLOW = 1e-5  # of the mean rate: keeps populations that no jump leaves from making the equation singular
LEAST_DAMPING = 1e-12  # of the generator's scale: stands for no damping


@dataclass(frozen=True, eq=False)
class HamiltonianFrame:
    """Eigenstates |v_i> of H with damping, such that the motion between jumps is nearly -i(k_i - k_j^*) rho_ij.

    The numbers k_i = E_i - i <v_i|D|v_i>/2, D = sum_k L_k^+ L_k, leave out the damping between eigenstates, which
    GMRES takes along with the jumps. Eigenvectors of the effective Hamiltonian would leave out nothing, but they are
    complex where the Hamiltonian is real, fourfold work, and nearly dependent in driven oscillators (condition numbers
    of 1e6 and 1e8 were seen), where an orthonormal frame loses no digits.

    Args:
        generator: the generator on packed superblocks.
        values: k_i (k,) [1/time].
        vectors: the states in columns, a stack for each group; None for the levels themselves.
    """

    generator: PackedGenerator
    values: NDArray[np.complex128]
    vectors: Stacks | None

    @property
    def rate(self) -> float:
        """The mean damping [1/time]."""
        return max(-2.0 * float(self.values.imag.mean()), LEAST_DAMPING * self.generator.scale)

    @cached_property
    def chain(self) -> GoldenRule | None:
        """The rate equation of its populations."""
        blocks = self.generator.blocks
        if blocks.levels.size > LARGEST_CHAIN:
            return None
        return golden_rule(self.generator.liouvillian, blocks, self.vectors)

    @cached_property
    def likely(self) -> FloatArray:
        """Populations of its states (k,) that the steady state is near, as far as is known."""
        count = self.values.size
        return np.full(count, 1.0 / count) if self.chain is None else self.chain.stationary

    def diagonal_state(self, populations: FloatArray) -> NDArray[Any]:
        """The packed matrix of populations of its states.

        Args:
            populations: (k,).

        Returns:
            (N,), in double precision.
        """
        state: NDArray[Any] = np.zeros(self.generator.blocks.packed, dtype=self.generator.kind)
        state[self.generator.blocks.diagonal] = populations
        return self.outof(state)

    @cached_property
    def damping(self) -> FloatArray:
        """(N,) the damping of every element between its eigenstates, kept off zero [1/time]."""
        out = np.empty(self.generator.blocks.packed)
        blocks = self.generator.blocks
        for view, values in zip(blocks.views(out), blocks.level_views(-self.values.imag), strict=True):
            view[...] = np.maximum(values[:, :, None] + values[:, None, :], FLOOR * self.rate)
        return out

    def factors(self, frequency: float) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """What divides by i w + i(k_i - k_j^*): elementwise, and for real packing on the transpose as well.

        Args:
            frequency: w [1/time].

        Returns:
            Two packed vectors (N,).
        """
        blocks = self.generator.blocks
        turning = np.empty(blocks.packed)
        for view, energies in zip(blocks.views(turning), blocks.level_views(self.values.real), strict=True):
            view[...] = energies[:, :, None] - energies[:, None, :]
        inverse = 1.0 / (self.damping + 1j * (frequency + turning))
        if not self.generator.real:
            return inverse, None
        other = 1.0 / (self.damping + 1j * (frequency - turning))
        # On M = A + B with rho = A + iB: the even part acts on M, the odd one on its transpose A - B.
        even, odd = 0.5 * (inverse + other), -0.5j * (inverse - other)
        return (even.real.copy(), odd.real.copy()) if frequency == 0.0 else (even, odd)

    @cached_property
    def _single(self) -> Stacks:
        kind = np.float32 if self.generator.real else np.complex64
        return [states.astype(kind) for states in self.vectors or []]

    def into(self, vector: NDArray[Any]) -> NDArray[Any]:
        """A packed vector in the frame, V^+ rho V, in its own precision.

        Args:
            vector: (N,).

        Returns:
            (N,).
        """
        return self._turned(vector, lambda states: np.swapaxes(states.conj(), 1, 2))

    def outof(self, vector: NDArray[Any]) -> NDArray[Any]:
        """A vector of the frame as a packed one, V rho V^+, in its own precision.

        Args:
            vector: (N,).

        Returns:
            (N,).
        """
        return self._turned(vector, lambda states: states)

    def _turned(self, vector: NDArray[Any], by: Callable[[NDArray[Any]], NDArray[Any]]) -> NDArray[Any]:
        if self.vectors is None:
            return vector
        if self.generator.real and np.iscomplexobj(vector):
            parts = [self._turned(part.copy(), by) for part in (vector.real, vector.imag)]
            return np.asarray(parts[0] + 1j * parts[1], dtype=vector.dtype)
        out = np.empty_like(vector)
        views = self.generator.blocks.views
        used = self.vectors if vector.dtype in (np.float64, np.complex128) else self._single
        for o, m, states in zip(views(out), views(vector), used, strict=True):
            turn = by(states)
            np.matmul(turn @ m, np.swapaxes(turn.conj(), 1, 2), out=o)
        return out


def hamiltonian_frame(generator: PackedGenerator) -> HamiltonianFrame:
    """The frame of the Hamiltonian's eigenstates, with the damping of each.

    Args:
        generator: the generator on packed superblocks.

    Returns:
        An orthonormal frame, real for a real model.
    """
    model, blocks = generator.liouvillian.centred.model, generator.blocks
    decay = generator.liouvillian.centred.decay
    if model.generator.matrix is None:
        numbers = (model.generator.diagonal - 0.5j * decay.diagonal)[blocks.levels]
        return HamiltonianFrame(generator, numbers, None)
    matrix = model.generator.matrix.real if generator.real else model.generator.matrix
    values: list[NDArray[Any]] = []
    vectors: Stacks = []
    damping = blocks.level_views(decay.diagonal[blocks.levels])
    whole = None if decay.matrix is None else blocks.stacks(decay.matrix.real if generator.real else decay.matrix)
    for group, stack in enumerate(blocks.stacks(matrix)):
        energies, states = np.linalg.eigh(stack)
        if whole is None:
            rates = np.einsum("cij,ci->cj", np.abs(states) ** 2, damping[group])
        else:
            rates = np.einsum("cij,cij->cj", states.conj(), whole[group] @ states).real
        values.append((energies - 0.5j * rates).ravel())
        vectors.append(states)
    return HamiltonianFrame(generator, np.concatenate(values), vectors)


@dataclass(frozen=True, eq=False)
class GoldenRule:
    """dp/dt = W p with W_ij = sum_k |<i|L_k|j>|^2 between the frame's states, and its pinned inverse.

    Args:
        rates: -W + floor + rate p_0 1^T with p_0 uniform (k, k), in single precision.
        rate: the mean rate out of a state [1/time].
    """

    rates: NDArray[np.float32]
    rate: float

    @cached_property
    def _factor(self) -> tuple[NDArray[Any], NDArray[Any]]:
        lu, pivots = lu_factor(self.rates, check_finite=False)
        return lu, pivots

    def solve(self, populations: NDArray[Any]) -> NDArray[Any]:
        """The p with (-W + rate p_0 1^T) p = b.

        Args:
            populations: b (k,).

        Returns:
            (k,).
        """
        if np.iscomplexobj(populations):
            parts = np.stack([populations.real, populations.imag], axis=1)
            found = lu_solve(self._factor, parts, check_finite=False)
            return np.asarray(found[:, 0] + 1j * found[:, 1]).astype(populations.dtype)
        return np.asarray(lu_solve(self._factor, populations, check_finite=False))

    @cached_property
    def stationary(self) -> FloatArray:
        """The stationary populations (k,)."""
        found = np.abs(self.solve(np.full(len(self.rates), 1.0, dtype=np.float32)).astype(np.float64))
        return np.asarray(found / found.sum())


def golden_rule(liouvillian: Liouvillian, blocks: Superblocks, vectors: list[NDArray[Any]] | None) -> GoldenRule:
    """The rate equation between the states of an orthonormal frame.

    Args:
        liouvillian: the generator, of one point.
        blocks: the superblocks.
        vectors: the states in columns, a stack (c, s, s) for each group; None for the levels themselves.

    Returns:
        The rates.

    Cost:
        (levels)^2 numbers; for each channel and superblock a product of its states.
    """
    count = blocks.levels.size
    table = liouvillian.centred.table
    rates = np.zeros((count, count), dtype=np.float32)
    place = np.full(liouvillian.dimension, -1)
    place[blocks.levels] = np.arange(count)
    row, column = place[table.row], place[table.column]
    here = np.flatnonzero((row >= 0) & (column >= 0))
    row, column = row[here], column[here]
    if vectors is None:
        np.add.at(rates, (row, column), table.strength[here])
    else:
        states = [matrix for stack in vectors for matrix in stack]
        amplitude = (
            table.amplitude if np.iscomplexobj(table.amplitude) and table.amplitude.imag.any() else table.amplitude.real
        )
        label = np.repeat(np.arange(blocks.sizes.size), blocks.sizes)
        for channel in np.unique(table.channel[here]):
            one = table.channel[here] == channel
            jump = sparse.coo_array((amplitude[here[one]], (row[one], column[one])), shape=(count, count)).tocsr()
            for block in np.unique(label[column[one]]):
                source = slice(int(blocks.first[block]), int(blocks.first[block + 1]))
                part = jump[:, source]
                into = label[np.flatnonzero(np.diff(part.indptr))[0]]
                target = slice(int(blocks.first[into]), int(blocks.first[into + 1]))
                rates[target, source] += np.abs(states[into].conj().T @ (part[target] @ states[block])) ** 2
    out = rates.sum(axis=0, dtype=np.float64)
    mean = float(out.mean()) or 1.0
    rates *= -1.0
    rates[np.diag_indices(count)] += (out + LEAST_OUTFLOW * mean).astype(np.float32)
    rates += np.float32(mean / count)
    return GoldenRule(rates, mean)
