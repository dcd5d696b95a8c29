"""Hypothesis strategies of states: density matrices, populations and unitaries, drawn by dimension, rank and seed."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Array = NDArray[Any]

DIMENSIONS = st.integers(min_value=2, max_value=5)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


def random_state(generator: np.random.Generator, dimension: int, rank: int) -> Array:
    """A density matrix of a given rank: G G^+ / tr G G^+ with G (dimension, rank) complex normal."""
    shape = (dimension, rank)
    factor = generator.normal(size=shape) + 1j * generator.normal(size=shape)
    state = factor @ factor.conj().T
    return np.asarray(0.5 * (state + state.conj().T) / np.trace(state).real)


def random_unitary(generator: np.random.Generator, dimension: int) -> Array:
    """A unitary matrix: the orthogonal factor of a complex normal matrix."""
    shape = (dimension, dimension)
    return np.asarray(np.linalg.qr(generator.normal(size=shape) + 1j * generator.normal(size=shape))[0])


@st.composite
def groups_of_states(draw: st.DrawFn, count: int) -> tuple[Array, ...]:
    """Density matrices of one dimension, each of any rank."""
    dimension = draw(DIMENSIONS)
    generator = np.random.default_rng(draw(SEEDS))
    ranks = st.integers(min_value=1, max_value=dimension)
    return tuple(random_state(generator, dimension, draw(ranks)) for _ in range(count))


@st.composite
def groups_of_full_rank_states(draw: st.DrawFn, count: int) -> tuple[Array, ...]:
    """Density matrices of one dimension and full rank, no eigenvalue below 0.01 / dimension."""
    dimension = draw(DIMENSIONS)
    generator = np.random.default_rng(draw(SEEDS))
    mixed = np.eye(dimension) / dimension
    return tuple(0.99 * random_state(generator, dimension, dimension) + 0.01 * mixed for _ in range(count))


@st.composite
def groups_of_populations(draw: st.DrawFn, count: int) -> tuple[Array, ...]:
    """Populations of one number of levels, all positive."""
    dimension = draw(DIMENSIONS)
    generator = np.random.default_rng(draw(SEEDS))
    return tuple(generator.dirichlet(np.ones(dimension)) for _ in range(count))
