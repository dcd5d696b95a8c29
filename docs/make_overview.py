"""Draws the figure of README and of the documentation's first page: the built-in qubit, heating against cooling.

Run by hand from the repository's root when the figure should change: python docs/make_overview.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import thermokin as tk

TARGET = Path(__file__).parent / "_static" / "overview.png"


def qubit(temperature: np.ndarray) -> tk.Model:
    """The qubit of the built-in study, on a bath at that temperature."""
    return tk.library.qubit(gap=1.0, rate=0.01, temperature=temperature)


if __name__ == "__main__":
    pair = tk.reciprocal(qubit, cold=0.5, hot=2.0)
    drawing = tk.compare(pair, times=np.linspace(0.0, 150.0, 301)).plot()[0]
    drawing.savefig(TARGET, dpi=200, metadata={"Software": None})
