"""Pairs of jumps and places of elements inside a sector, found from its elements, against a look through all."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from thermokin.liouville import sector_generator, sector_pairs
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import sector_map

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

MODELS = {
    "oscillator": lambda: tk.library.oscillator(7, 1.0, 0.1, 2.0),
    "spin": lambda: tk.library.spin(2.5, 1.0, 0.1, 2.0),
    "jumps of several elements": lambda: tk.davies(
        np.diag([0.0, 1.0, 1.0, 2.0, 2.0, 3.0]),
        [tk.Contact(tk.Bath("bath", 1.0), np.ones((6, 6)), tk.Ohmic(0.1, 10.0))],
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_pairs_found_from_a_sector_are_those_of_the_table_that_act_there(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    liouvillian = Liouvillian(MODELS[name]())
    table, size = liouvillian.table, liouvillian.dimension
    sectors, _ = sector_map(liouvillian).sectors(np.ones((size, size), dtype=bool))
    assert sectors
    monkeypatch.setattr(sector_pairs, "FEW", 0)
    monkeypatch.setattr(sector_pairs, "MOST", 1.0)
    monkeypatch.setattr(sector_generator, "MANY", 1)
    one, two = table.pairs
    for sector in sectors:
        generator = SectorGenerator(liouvillian, sector)
        here = generator.position[table.column[one], table.column[two]] >= 0
        found = sector_pairs.pairs_out_of(table, sector)
        np.testing.assert_array_equal(found, (one[here], two[here]))
        rows, columns = (place.ravel() for place in np.indices((size, size)))
        np.testing.assert_array_equal(generator.positions(rows, columns), generator.position.ravel())


def test_a_sector_that_holds_a_large_part_of_all_pairs_is_given_all_of_them() -> None:
    liouvillian = Liouvillian(tk.library.oscillator(3, 1.0, 0.1, 2.0))
    sector = sector_map(liouvillian).of_populations()[0]
    assert sector_pairs.pairs_out_of(liouvillian.table, sector) is liouvillian.table.pairs
