"""Systems of kwant, by a stand-in that answers as kwant does: a site of energy 1 in a chain of hopping 1."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import thermokin as tk


class Lead:
    """A chain, whose band ends at 2 and at -2: at these energies exactly kwant 1.5 raises."""

    def modes(self, energy: float, params: Any = None) -> Any:
        if abs(energy) == 2.0:
            raise ValueError("Input a needs to be a square matrix.")
        return SimpleNamespace(momenta=np.zeros(2 if abs(energy) < 2.0 else 0)), None


def smatrix(system: Any, energy: float, params: Any = None) -> Any:
    if abs(energy) == 2.0:
        raise ValueError("Input a needs to be a square matrix.")
    if abs(energy) > 2.0:
        return SimpleNamespace(data=np.zeros((0, 0)))
    velocity = np.sqrt(4.0 - energy**2)
    through = 1j * velocity / (1j * velocity - 1.0)
    return SimpleNamespace(data=np.array([[through - 1.0, through], [through, through - 1.0]]))


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Any:
    stand_in = ModuleType("kwant")
    stand_in.smatrix = smatrix  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kwant", stand_in)
    return SimpleNamespace(leads=[Lead(), Lead()])


@pytest.mark.parametrize(("range_", "samples"), [((-2.0, 2.0), 200), ((-3.0, 3.0), 61), ((-3.0, 3.0), 200)])
def test_band_edges_at_which_kwant_knows_no_modes(system: Any, range_: Any, samples: int) -> None:
    leads = [tk.Bath("a", 0.5, 2.0, tk.Fermi()), tk.Bath("b", 0.5, 1.8, tk.Fermi())]
    found = tk.transport.Junction(tk.transport.from_kwant(system, range_, samples=samples), leads)
    through = tk.transport.Transmission(
        lambda energy: np.clip(4.0 - energy**2, 0.0, None) / (5.0 - np.clip(energy**2, None, 4.0)), edges=[-2.0, 2.0]
    )
    expected = tk.transport.Junction(through, leads)
    one, other = (np.asarray(tk.cumulants(each, tk.heat(each, "a"), order=3)) for each in (found, expected))
    assert one == pytest.approx(other, rel=1e-7)
