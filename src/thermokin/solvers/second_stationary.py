"""The search for a second stationary matrix: a random one without trace must shrink to nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin.solvers.hamiltonian_frame import HamiltonianFrame
from thermokin.solvers.refined_solver import RefinedSolver

__all__ = ["slowest_time"]

SEED = 20
LEAST = 1e-2  # weight of levels that the rate equation leaves empty
SEARCHED_TO = (1e-7, 1e-10, 1e-13)  # parts of its flow that the matrix is reduced to, until the answer is clear
OVERLAP = 1e-2  # of a typical overlap with one direction: a matrix smaller than that holds no second stationary one
STILL = 1e-10  # |L x| / |x|, relative to the mean damping, below which x is stationary
ROUNDING = 1e-13  # the same, relative to the largest rate: slower than that is not told from rounding


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
        if flow <= max(STILL * frame.rate, ROUNDING * frame.generator.scale) * size:
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
