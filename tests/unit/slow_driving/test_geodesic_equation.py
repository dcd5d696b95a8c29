"""Geodesics of a metric in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from oracles import Array
from thermokin.slow_driving.geodesic_equation import Landscape, geodesic_nodes
from thermokin.slow_driving.metric_jet import MetricJet, metric_jet
from thermokin.slow_driving.path import derivative, weights


def half_plane(points: Array) -> Array:
    if (points[:, 1] <= 0.0).any():
        raise ValueError("y must be positive.")
    return np.eye(2) / points[:, 1, None, None] ** 2


def jet(points: Array, pairs: int) -> MetricJet:
    scales = np.stack([np.full(len(points), 0.05), points[:, 1] / 16.0], axis=-1)
    return metric_jet(half_plane, points, scales, pairs)


@pytest.mark.parametrize(("reach", "height"), [(0.2, 1.0), (3.0, 0.1)])
def test_geodesics_of_the_half_plane_have_their_closed_length(reach: float, height: float) -> None:
    land = Landscape(half_plane, lambda points: jet(points, 1), lambda points: jet(points, 4))
    path = geodesic_nodes(land, np.array([-reach, height]), np.array([reach, height]))
    speed = derivative(path)
    length = weights(len(path) - 1) @ np.sqrt(np.einsum("sij,si,sj->s", half_plane(path), speed, speed))
    assert length == pytest.approx(np.arccosh(1.0 + 2.0 * (reach / height) ** 2), rel=1e-11)
    np.testing.assert_allclose(np.hypot(path[:, 0], path[:, 1]), np.hypot(reach, height), rtol=1e-9)  # half a circle


def test_derivatives_of_both_orders_meet_those_of_the_half_plane() -> None:
    points = np.array([[0.3, 0.7], [-1.0, 2.0]])
    exact, bend = -2.0 / points[:, 1] ** 3, 6.0 / points[:, 1] ** 4
    for pairs, tolerance in ((1, 1e-2), (4, 1e-9)):
        found = jet(points, pairs)
        np.testing.assert_allclose(found.first[:, 1], exact[:, None, None] * np.eye(2), rtol=tolerance, atol=1e-12)
        np.testing.assert_allclose(found.second[:, 1, 1], bend[:, None, None] * np.eye(2), rtol=1e2 * tolerance)
        np.testing.assert_allclose(found.first[:, 0], 0.0, atol=1e-12)
