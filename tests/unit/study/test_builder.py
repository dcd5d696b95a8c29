"""Which builder a study of operators takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import thermokin as tk
from thermokin.study.read import read_study
from thermokin.study.study import Study

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

HAMILTONIAN = "[[0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.01, 0.0], [0.0, 0.01, 1.0, 0.0], [0.0, 0.0, 0.0, 2.0]]"
SWAPS = (
    "[[0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0]]",
    "[[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]",
)
ENDS = "".join(
    f'[[baths]]\nname = "{name}"\ntemperature = {temperature}\nrate = 0.02\ncoupling = {swap}\n'
    for name, temperature, swap in (("hot", 0.5, SWAPS[0]), ("cold", 0.25, SWAPS[1]))
)
COUNTED = '[counting]\ncurrents = ["heat from hot"]\n'
BARE = "energy_operator = [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 2]]\n"


def read(tmp_path: Path, keys: str, further: str = "") -> Study:
    path = tmp_path / "study.toml"
    path.write_text(f"[model]\nhamiltonian = {HAMILTONIAN}\n{keys}{ENDS}{further}{COUNTED}")
    return read_study(path, "study.toml").study


def test_unified_is_a_builder_of_operators(tmp_path: Path) -> None:
    matrix = np.array(eval(HAMILTONIAN))  # noqa: S307 - the literal above
    swaps = [np.array(eval(swap)) for swap in SWAPS]  # noqa: S307
    ends = [
        tk.Contact(tk.Bath(name, temperature), swap, tk.Flat(0.02))
        for name, temperature, swap in (("hot", 0.5, swaps[0]), ("cold", 0.25, swaps[1]))
    ]
    for keys, options in (('builder = "unified"\n', {}), ('builder = "unified"\nwidth = 0.0\n', {"width": 0.0})):
        model, mine = read(tmp_path, keys).system.model, tk.unified(matrix, ends, **options)  # type: ignore[arg-type]
        found, expected = (float(tk.heat(one, "hot").mean(tk.steady_state(one))) for one in (model, mine))
        assert found == pytest.approx(expected, rel=1e-12)


def test_channels_by_hand_stand_beside_merged_jumps(tmp_path: Path) -> None:
    dephasing = "[[channels]]\njump = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, -1, 0], [0, 0, 0, -1]]\nrate = 0.001\n"
    model = read(tmp_path, 'builder = "unified"\n', dephasing).system.model
    assert model.validity == ()
    assert len(model.channels) == 5


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('builder = "global"\n', "builder"),
        ('builder = "unified"\nwidth = -1.0\n', "width"),
        ("width = 0.1\n", 'must be left out where the builder is not "unified"'),
        ('builder = "local"\n', 'must be given for builder "local"'),
        ('builder = "unified"\n' + BARE, 'must be left out beside builder "unified"'),
        ('builder = "davies"\n' + BARE, 'must be left out beside builder "davies"'),
    ],
)
def test_refuses_keys_that_do_not_fit_the_builder(tmp_path: Path, keys: str, said: str) -> None:
    with pytest.raises(Exception, match=said):
        read(tmp_path, keys)
