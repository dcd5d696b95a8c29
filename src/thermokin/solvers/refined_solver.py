"""Solutions to full precision from single-precision cycles of GMRES."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin.numerics.gmres import gmres_cycle
from thermokin.solvers.hamiltonian_frame import GoldenRule, HamiltonianFrame
from thermokin.solvers.method import Krylov

__all__ = ["RefinedSolver", "slowest_time"]

CYCLE = 200  # products before a restart, fewer where they would not fit
CYCLE_BYTES = 1.2e9  # memory for the vectors of a cycle
INNER = 1e-4  # what a single-precision cycle is asked to leave of a residual
INNER_DOUBLE = 1e-6  # the same in double precision
ROUNDING = 5e-17  # residual, relative to largest rate times solution, below which nothing can be gained
FORGIVEN = 1e-15  # the same, times the root of the levels, at which a stalled solve is done: rounding stalled it
STALLED = 0.9  # a cycle that leaves more than this part has stalled
Array = NDArray[Any]
SEED = 20
LEAST = 1e-2  # weight of levels that the rate equation leaves empty
SEARCHED_TO = (1e-7, 1e-10, 1e-13)  # parts of its flow that the matrix is reduced to, until the answer is clear
OVERLAP = 1e-2  # of a typical overlap with one direction: a matrix smaller than that holds no second stationary one
STILL = 1e-10  # |L x| / |x|, relative to the mean damping, below which x is stationary
SHRUNK = 1e-13  # the same, relative to the largest rate: slower than that is not told from rounding


@dataclass(eq=False)
class RefinedSolver:
    """(i w - L + r p tr) x = b, p the mixed state: the pinned generator, which has an inverse if L has one null vector.

    The correction of each cycle is right to a few digits; the residual is always taken in double precision.

    Args:
        frame: the frame that preconditions.
        method: tolerance and the number of products allowed.
        frequency: w [1/time].
    """

    frame: HamiltonianFrame
    method: Krylov
    frequency: float = 0.0
    iterations: int = field(default=0, init=False)
    longest: float = field(default=0.0, init=False)
    double: bool = field(default=False, init=False)

    @cached_property
    def _chain(self) -> GoldenRule | None:
        return self.frame.chain if self.frequency == 0.0 else None

    @cached_property
    def _factors(self) -> tuple[tuple[Array, Array | None], tuple[Array, Array | None]]:
        """What divides by i w + i(k_i - k_j^*), in single and in double precision."""
        straight, crossed = self.frame.factors(self.frequency)
        narrow = np.complex64 if np.iscomplexobj(straight) else np.float32
        single = straight.astype(narrow), None if crossed is None else crossed.astype(narrow)
        return single, (straight, crossed)

    @cached_property
    def _damping(self) -> tuple[Array, Array]:
        return self.frame.damping.astype(np.float32), self.frame.damping

    @property
    def _length(self) -> int:
        """Products in one cycle."""
        size = self.frame.generator.blocks.packed
        return int(min(CYCLE, max(20.0, CYCLE_BYTES / (np.dtype(self._kind).itemsize * size)), size))

    @property
    def _kind(self) -> type:
        real = self.frame.generator.real and self.frequency == 0.0
        if self.double:
            return np.float64 if real else np.complex128
        return np.float32 if real else np.complex64

    def pinned(self, vector: Array) -> Array:
        """The pinned operator on a packed vector, in double precision.

        Args:
            vector: (N,).

        Returns:
            (N,).
        """
        diagonal = self.frame.generator.blocks.diagonal
        out = -self.frame.generator.apply(vector)
        if self.frequency:
            out = out + 1j * self.frequency * vector
        out[diagonal] += self.frame.rate / diagonal.size * vector[diagonal].sum()
        return out

    def solve(self, right: Array, guess: Array | None = None, goal: float | None = None) -> Array:
        """The solution of one right side.

        Args:
            right: b (N,), real if the packing is real and w = 0.
            guess: where to start; zero if None.
            goal: residual (2-norm) at which to stop; the method's tolerance times |b| if None.

        Returns:
            x (N,).

        Raises:
            NotConvergedError: if the cycles stall or the products are used up.
        """
        kind = np.result_type(right.dtype, np.complex128 if self.frequency else np.float64)
        solution = np.zeros(right.size, dtype=kind) if guess is None else guess.astype(kind)
        size = float(np.linalg.norm(right))
        wanted = self.method.tolerance * size if goal is None else goal
        used, before = 0, np.inf
        while True:
            rest = right - self.pinned(solution) if guess is not None or used else right.astype(kind)
            left = float(np.linalg.norm(rest))
            reach = float(np.linalg.norm(solution))
            unit = self.frame.generator.magnitude * reach
            forgiven = FORGIVEN * unit * np.sqrt(len(self.frame.values)) if left > STALLED * before else 0.0
            if left <= max(wanted, ROUNDING * unit, forgiven):
                if size > 0.0:
                    self.longest = max(self.longest, reach / size)
                return solution
            self._judge(left, before, used, size or left)
            before = left
            step, products = self._correction(rest / left, wanted / left, self.method.iterations - used)
            used += products
            self.iterations += products
            solution = solution + left * step.astype(kind)

    def _correction(self, right: Array, wanted: float, allowed: int) -> tuple[Array, int]:
        """What one cycle makes of a right side of size one, and its products; nothing where the numbers ran away."""
        inner = max(INNER_DOUBLE if self.double else INNER, 0.3 * wanted)
        # OpenBLAS raises flags for what it reads beside rows of five numbers in single precision: numbers are judged.
        with np.errstate(invalid="ignore", over="ignore"):
            start = self.frame.into(right.astype(self._kind))
            correction, products = gmres_cycle(self._operator, start, inner, min(self._length, allowed))
            step = self.frame.outof(self._divided(correction))
        return (step if np.isfinite(step).all() else np.zeros_like(step)), products

    def _judge(self, left: float, before: float, used: int, size: float) -> None:
        """Raise, or pass on to double precision, if the last cycle did not help."""
        spent, stalled = used >= self.method.iterations, left > STALLED * before
        if stalled and not self.double and not spent:
            self.double = True
        elif spent or stalled:
            cause = "they are used up" if spent else "the cycles stall"
            raise NotConvergedError(
                f"a matrix-free solve left a residual of {left / size:.1e} of its right side after {used} products: "
                f"{cause}.",
                left / size,
                "Allow more with Krylov(iterations=...), or ask for Sparse() or Dense(); parts damped far more strongly"
                " than the Hamiltonian couples them, and nearly conserved quantities, converge slowly.",
            )

    def _divided(self, vector: Array) -> Array:
        """The preconditioner: the motion between jumps, and the rate equation of populations, inverted."""
        straight, crossed = self._factors[_precision(vector)]
        out = straight * vector
        views, diagonal = self.frame.generator.blocks.views, self.frame.generator.blocks.diagonal
        if crossed is not None:
            for o, m, odd in zip(views(out), views(vector), views(crossed), strict=True):
                o += odd * np.swapaxes(m, 1, 2)
        if self._chain is not None:
            out[diagonal] = self._chain.solve(vector[diagonal])
        return np.asarray(out)

    def _operator(self, vector: Array) -> Array:
        """The pinned generator after the preconditioner, in the frame."""
        frame, diagonal = self.frame, self.frame.generator.blocks.diagonal
        damping = self._damping[_precision(vector)]
        divided = self._divided(vector)
        state = frame.outof(divided)
        moved = self._dissipated(state)
        total = state[diagonal].sum(dtype=np.complex128 if np.iscomplexobj(state) else np.float64)
        moved[diagonal] -= moved.dtype.type(frame.rate / diagonal.size * total)
        out = vector - frame.into(moved)
        if self._chain is not None:
            out[diagonal] += damping[diagonal] * divided[diagonal] - vector[diagonal]
        divided *= damping
        out -= divided
        return np.asarray(out)

    def _dissipated(self, state: Array) -> Array:
        generator = self.frame.generator
        if generator.real and np.iscomplexobj(state):
            parts = [generator.dissipated(part.copy()) for part in (state.real, state.imag)]
            return np.asarray(parts[0] + 1j * parts[1], dtype=state.dtype)
        return generator.dissipated(state)


def _precision(vector: Array) -> int:
    """0 for single precision, 1 for double."""
    return int(vector.dtype in (np.float64, np.complex128))


def slowest_time(solver: RefinedSolver) -> float:
    """|x| / |L x| of what L x = 0 leaves of a random matrix without trace.

    Solved from a random start, L x = 0 has a solution whether or not there is a second null vector, so that GMRES
    converges in both cases, and slow convergence is not mistaken for a second steady state: with one, x keeps its
    overlap with it while L x vanishes; without, x vanishes as well.

    Args:
        solver: for frequency 0.

    Returns:
        An estimate of the slowest relaxation time from below [time]; infinite where a second matrix is stationary.

    Raises:
        NotConvergedError: if the solves do not converge.
    """
    frame = solver.frame
    blocks = frame.generator.blocks
    if blocks.levels.size == 1:
        return 0.0
    left = _random(frame)
    first = float(np.linalg.norm(solver.pinned(left)))
    small = OVERLAP * float(np.linalg.norm(left)) / np.sqrt(blocks.packed)
    nothing = np.zeros_like(left)
    size = flow = 0.0
    for part in SEARCHED_TO:
        left = solver.solve(nothing, left, part * first)
        flow, size = float(np.linalg.norm(solver.pinned(left))), float(np.linalg.norm(left))
        if size <= small:
            break
        if flow <= max(STILL * frame.rate, SHRUNK * frame.generator.scale) * size:
            return np.inf
    return size / flow if flow > 0.0 else 0.0


def _random(frame: HamiltonianFrame) -> NDArray[Any]:
    """A random Hermitian matrix without trace that overlaps with every other one.

    It is larger where steady states can be expected, so that fast motion far from them costs few products.

    Args:
        frame: the frame.

    Returns:
        Packed (N,).
    """
    generator, blocks = frame.generator, frame.generator.blocks
    random = np.random.default_rng(SEED)
    weight = np.maximum(np.sqrt(frame.likely / frame.likely.max()), LEAST)
    start: NDArray[Any] = np.zeros(blocks.packed, dtype=generator.kind)
    for view, size in zip(blocks.views(start), blocks.level_views(weight), strict=True):
        part = random.normal(size=view.shape)
        if not generator.real:
            other = random.normal(size=view.shape)
            part = part + np.swapaxes(part, 1, 2) + 1j * (other - np.swapaxes(other, 1, 2))
        view[...] = part * size[:, :, None] * size[:, None, :]
    start = frame.outof(start)
    populations = frame.diagonal_state(random.normal(size=weight.size) * weight**2)
    start = start / np.linalg.norm(start) + populations / np.linalg.norm(populations)
    mean = frame.diagonal_state(frame.likely)
    return np.asarray(start - mean * (start[blocks.diagonal].sum() / mean[blocks.diagonal].sum()))
