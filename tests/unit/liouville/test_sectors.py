"""Sectors: how many elements evolve together, and that nothing leaves them."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

import oracles
import thermokin as tk
from library_models import NAMES, example
from oracles import Array
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sectors import SectorMap, sector_map


def chart(model: tk.Model) -> SectorMap:
    return sector_map(Liouvillian(model))


def sizes(model: tk.Model) -> list[int]:
    """Sizes of all sectors, largest first."""
    return sorted(np.bincount(chart(model).label.ravel()).tolist(), reverse=True)


def dense_in_frame(model: tk.Model) -> Array:
    table = model.table
    jumps = [oracles.Jump(table.jump(channel)) for channel in range(table.size)]
    return oracles.liouvillian(model.generator.dense, jumps)


@pytest.mark.parametrize("name", NAMES)
def test_the_generator_does_not_leave_a_sector(name: str) -> None:
    model = example(name)
    label = chart(model).label.ravel()
    across = label[:, None] != label[None, :]
    assert not dense_in_frame(model)[across].any()


@pytest.mark.parametrize("sites", [2, 3, 4, 5])
def test_a_chain_that_conserves_magnetisation_moves_its_blocks(sites: int) -> None:
    model = tk.library.xxz_chain(sites, 0.5, 1e-3, 0.7, 0.6, coupling=0.02)
    (populations,) = chart(model).of_populations()
    # All |i><j| of equal magnetisation: sum_k C(n, k)^2 = C(2n, n) elements.
    assert populations.size == comb(2 * sites, sites)


def test_a_chains_other_sectors_differ_by_their_magnetisation() -> None:
    # Differences m = -n .. n of magnetisation, C(2n, n + m) elements each.
    model = tk.library.xxz_chain(3, 0.5, 1e-3, 0.7, 0.6, coupling=0.02)
    assert sizes(model) == sorted((comb(6, k) for k in range(7)), reverse=True)


def test_an_oscillator_moves_its_diagonals() -> None:
    assert sizes(tk.library.oscillator(5, 1.0, 1e-3, 0.7)) == [5, 4, 4, 3, 3, 2, 2, 1, 1]


def test_coupled_oscillators_share_their_number_of_quanta() -> None:
    model = tk.library.coupled_oscillators(3, 1.0, 0.02, 1e-3, 0.7, 0.6)
    (populations,) = chart(model).of_populations()
    assert populations.size == sum(count**2 for count in (1, 2, 3, 2, 1))


def test_a_ladder_with_equal_gaps_couples_the_coherences_that_turn_alike() -> None:
    assert sizes(tk.library.qutrit_ladder(1e-3, 0.7)) == [3, 2, 2, 1, 1]


def test_a_ladder_with_different_gaps_leaves_every_coherence_alone() -> None:
    model = tk.library.qutrit_ladder(1e-3, 0.7, energies=[0.0, 1.0, 2.5])
    assert sizes(model) == [3, 1, 1, 1, 1, 1, 1]


def test_an_isolated_chain_without_symmetry_is_one_sector() -> None:
    random = np.random.default_rng(0)
    H = random.normal(size=(4, 4))
    assert sizes(tk.Model(H + H.T, [])) == [16]


def test_parts_that_never_meet_are_sectors_of_their_own() -> None:
    H = np.zeros((4, 4))
    H[0, 1] = H[1, 0] = H[2, 3] = H[3, 2] = 1.0
    assert sizes(tk.Model(H, [])) == [4, 4, 4, 4]


def test_a_coupling_that_is_off_at_one_point_of_a_sweep_still_joins() -> None:
    H = np.array([0.0, 1.0])[:, None, None] * np.array([[0.0, 1.0], [1.0, 0.0]])
    assert sizes(tk.Model(H, [])) == [4]


def test_only_populated_sectors_are_moved() -> None:
    model = tk.library.qutrit_ladder(1e-3, 0.7)
    support = np.zeros((3, 3), dtype=bool)
    support[0, 1] = support[0, 2] = True
    groups, single = chart(model).sectors(support)
    assert [sorted(zip(group.rows.tolist(), group.columns.tolist(), strict=True)) for group in groups] == [
        [(0, 1), (1, 2)]
    ]
    assert (single.rows.tolist(), single.columns.tolist()) == ([0], [2])
