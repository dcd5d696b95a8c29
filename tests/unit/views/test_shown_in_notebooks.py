"""Results that are the value of a notebook's cell: the picture of what `plot` returns."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from IPython.core.formatters import DisplayFormatter

import thermokin as tk

SPIN = tk.operators.pauli()


def shown_as(value: object) -> tuple[dict[str, Any], dict[str, Any]]:
    formatter: Any = DisplayFormatter()
    data, sizes = formatter.format(value)
    return data, sizes


def test_what_plot_returns_is_a_picture_without_pyplot() -> None:
    # Pages of the documentation that end on `plot()` showed no figure, or the words "Figure size ...".
    drawn = tk.evolve(tk.Model(0.5 * SPIN.x, []), tk.Ket([1, 0]), np.linspace(0.0, 3.0, 7)).plot()
    figure, _ = drawn
    for value in (drawn, figure):
        shown, sizes = shown_as(value)
        assert shown["image/png"].startswith(b"\x89PNG")
        assert 100 < sizes["image/png"]["height"] < sizes["image/png"]["width"] < 1000


def test_axes_of_ones_own_are_not_shown_twice() -> None:
    own, ax = plt.subplots()
    drawn = tk.evolve(tk.Model(0.5 * SPIN.x, []), tk.Ket([1, 0]), np.linspace(0.0, 3.0, 7)).plot(ax)
    assert drawn[0] is own
    assert "image/png" not in shown_as(drawn)[0]
    plt.close(own)
