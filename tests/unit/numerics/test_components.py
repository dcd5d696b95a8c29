"""Components of graphs against scipy's search."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from thermokin.numerics import components as module
from thermokin.numerics.components import components


def searched(one: np.ndarray, other: np.ndarray, size: int) -> np.ndarray:
    graph = coo_array((np.ones(one.size), (one, other)), shape=(size, size))
    return connected_components(graph, directed=False)[1]


@given(st.integers(1, 60), st.integers(0, 90), st.integers(0, 2**32 - 1))
def test_linked_vertices_share_a_component_and_the_smallest_vertex_numbers_it(size: int, links: int, seed: int) -> None:
    one, other = np.random.default_rng(seed).integers(0, size, (2, links))
    np.testing.assert_array_equal(components(one, other, size), searched(one, other, size))


def test_a_long_path_in_any_order_is_one_component() -> None:
    path = np.random.default_rng(0).permutation(5000)
    assert (components(path[:-1], path[1:], 5000) == 0).all()


def test_many_links_are_searched_by_scipy_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = np.random.default_rng(1).integers(0, 300, (2, 200))
    few = components(one, other, 300)
    monkeypatch.setattr(module, "FEW", 10)
    np.testing.assert_array_equal(components(one, other, 300), few)
