"""Jump tables: what joins several keeps each jump with the one that undoes it."""

from __future__ import annotations

import numpy as np

import thermokin as tk
from thermokin.model.jump_table import JumpTable


def test_stacked_tables_keep_what_undoes_each_jump_and_what_nothing_undoes() -> None:
    loss = tk.rates([[0.0, 1.0], [0.0, 0.0]]).table
    both = tk.rates([[[0.0, 1.0], [2.0, 0.0]], [[0.0, 3.0], [4.0, 0.0]]]).table
    stacked = JumpTable.stack([loss, both, loss])
    assert stacked.dimension == 2
    assert stacked.channel.tolist() == [0, 1, 2, 3]
    assert stacked.reverse.tolist() == [-1, 2, 1, -1]
    assert stacked.idle.tolist() == [False] * 4
    # The rates that are not swept are those of every point.
    np.testing.assert_allclose(stacked.strength, [[1.0, 2.0, 1.0, 1.0], [1.0, 4.0, 3.0, 1.0]], rtol=1e-15)
