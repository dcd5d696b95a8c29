"""The map of flows: where parts stand, what is drawn between them, and what its words say."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from oracles import Array
from thermokin.report.flow_layout import PITCH
from thermokin.views.flow_maps import flow_map, site_positions


def grid(rows: int, columns: int) -> Array:
    h = np.eye(rows * columns)
    for site in range(rows * columns):
        if (site + 1) % columns:
            h[site, site + 1] = h[site + 1, site] = 0.08
        if site + columns < rows * columns:
            h[site, site + columns] = h[site + columns, site] = 0.05 + 0.01 * (site % columns)
    return h


def between(h: Array, hot: int, cold: int) -> tk.gaussian.GaussianModel:
    ends = (("hot", 2.0, hot), ("cold", 0.5, cold))
    return tk.gaussian.bosons(
        h, [tk.gaussian.SiteContact(tk.Bath(name, t), site, tk.Flat(0.05)) for name, t, site in ends]
    )


def chain(sites: int) -> tk.results.BondCurrents:
    return tk.bond_currents(
        tk.gaussian.oscillator_chain(sites, frequency=1.0, coupling=0.05, rate=0.05, hot=2.0, cold=0.5)
    )


@pytest.mark.parametrize(
    ("count", "bonds", "height", "width"),
    [
        (4, [(0, 1), (1, 2), (2, 3)], 0.0, 3.0),
        (6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 5)], 2.0, np.sqrt(3.0)),
        (6, [(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)], 1.0, 2.0),
        (4, [(0, 1), (0, 2), (0, 3), (1, 2), (2, 3), (1, 3)], 2.0, 2.0),
    ],
)
def test_parts_stand_in_a_line_a_ring_a_lattice_or_on_a_circle(
    count: int, bonds: list[tuple[int, int]], height: float, width: float
) -> None:
    places = site_positions(count, bonds)
    np.testing.assert_allclose(np.ptp(places, axis=0), [width, height], atol=1e-12)


def test_a_map_has_an_arrow_for_each_bond_and_each_contact() -> None:
    found = tk.bond_currents(between(grid(3, 3), 0, 8))
    drawn = flow_map(found)
    assert len(drawn.arrows) == 12 + 2
    out = [one for one in drawn.arrows if one.start == 9]
    assert [one.end for one in out] == [0]  # the hot bath gives to its site
    np.testing.assert_allclose(out[0].amount, found.sources[0, 0])
    places = drawn.places
    apart = np.linalg.norm(places[:, None] - places, axis=-1)[np.triu_indices(11, 1)]
    np.testing.assert_allclose(apart.min(), PITCH, atol=4.0)
    assert (places > 0.0).all()
    assert (places < drawn.size).all()
    figure, axes = found.plot()
    assert "flow of energy [energy/time]" in {text.get_text() for text in axes.ravel()[0].texts}
    figure.canvas.draw()


def test_given_positions_are_kept_up_to_scale() -> None:
    h = np.eye(3) + 0.1 * (np.eye(3, k=1) + np.eye(3, k=-1))
    where = np.array([[0.0, 0.0], [2.0, 1.0], [4.0, -1.0]])
    drawn = flow_map(tk.bond_currents(between(h, 0, 2), positions=where))
    steps, given = np.diff(drawn.places[:3], axis=0), np.diff(where, axis=0)
    np.testing.assert_allclose(steps, given * PITCH / np.sqrt(5.0))


def test_bonds_that_carry_nothing_are_dashed_and_what_no_bond_carries_is_dotted() -> None:
    h = np.eye(3) + 0.1 * (np.eye(3, k=1) + np.eye(3, k=-1))
    ends = (("hot", 2.0, 0), ("cold", 0.5, 2))
    contacts = [tk.gaussian.NormalModeContact(tk.Bath(n, t), site, tk.Flat(5e-3)) for n, t, site in ends]
    with pytest.warns(tk.errors.ValidityWarning, match="without a current on any bond"):
        found = tk.bond_currents(tk.gaussian.bosons(h, contacts))
    arrows = flow_map(found).arrows
    assert [one.amount for one in arrows if max(one.start, one.end) < 3] == [0.0, 0.0]
    assert sorted((one.start, one.end) for one in arrows if one.dotted) == [(0, 4), (1, 4), (3, 1), (3, 2)]
    found.plot()[0].canvas.draw()


def test_a_long_chain_is_drawn_as_a_profile_and_a_sweep_as_lines() -> None:
    assert chain(8).plot()[1].ravel()[0].get_xlabel() == ""
    axis = chain(60).plot()[1].ravel()[0]
    assert axis.get_xlabel() == "part"
    assert axis.get_ylim()[0] <= 0.0
    swept = tk.gaussian.oscillator_chain(3, frequency=1.0, coupling=0.05, rate=0.05, hot=[1.0, 2.0], cold=0.5)
    data = tk.bond_currents(swept).to_xarray()
    assert data["currents"].dims[-1] == "bond"
    assert list(data["bond"].values) == ["0-1", "1-2"]
    assert data["sources"].attrs["units"] == "energy/time"
    assert len(tk.bond_currents(swept).plot()[1].ravel()[0].lines) == 2
