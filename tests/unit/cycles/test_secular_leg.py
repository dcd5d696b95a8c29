"""The quick road of legs that contacts make: taken wherever whole models, made one by one, say the same."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest

import thermokin as tk
from driven import SX, SZ, rotating_field, turning_gap
from thermokin.cycles.sampled_model import SampledModel
from thermokin.errors import ValidityWarning

NUMBER = np.diag([0.0, 1.0])
OHMIC = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Ohmic(0.1))
SHIFTED = tk.Contact(tk.Bath("bath", 0.7), SX + 0.7 * np.eye(2), tk.Ohmic(0.1))
SPINS = tk.Contact(tk.Bath("bath", 0.7, statistics=tk.SpinBath()), SX, tk.Flat(0.1))
LEAD = tk.Contact(tk.Bath("bath", 0.7, 0.3, tk.Fermi()), [[0.0, 1.0], [0.0, 0.0]], tk.Flat(0.1))
TABLE = tk.Contact(tk.Bath("bath", 0.7), SX, tk.Tabulated([0.2, 1.0, 3.0], [0.1, 0.2, 0.1]))


def gaps(times: object) -> np.ndarray:
    return np.asarray((1.0 + 0.1 * np.asarray(times, dtype=float))[..., None, None] * NUMBER)


@pytest.mark.parametrize(
    "build",
    [
        lambda t: tk.davies(turning_gap(t), [OHMIC]),
        lambda t: tk.davies(turning_gap(t), [SHIFTED]),
        lambda t: tk.davies(turning_gap(t), [SPINS]),
        lambda t: tk.davies(gaps(t), [LEAD], number_operator=NUMBER),
        lambda t: tk.davies(gaps(t), [TABLE]),
        lambda t: tk.local(rotating_field(t), [OHMIC], 0.5 * SZ),
        lambda t: tk.local(turning_gap(t) + 0.1 * SX, [OHMIC], turning_gap(t)),
    ],
)
def test_contacts_give_all_times_at_once_what_whole_models_give(build: Callable[[object], tk.Model]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        sampled = SampledModel(build, 5.0, "model")  # type: ignore[arg-type]
    assert sampled._secular is not None
    assert sampled.at_once
    times = np.array([0.3, 1.1, 4.7])
    quick, slow = sampled.nodes(times), sampled._by_models(times)
    for name in ("energy", "heat", "entropy"):
        weights = [getattr(nodes, name)[..., None, None] for nodes in (quick, slow)]
        sums = [
            (weight * (nodes.jumps.conj().swapaxes(-1, -2) @ nodes.jumps)).sum(axis=1)
            for weight, nodes in zip(weights, (quick, slow), strict=True)
        ]
        assert sums[0] == pytest.approx(sums[1], abs=1e-12)
    squares = [np.einsum("kcab,kcde->kabde", nodes.jumps, nodes.jumps.conj()) for nodes in (quick, slow)]
    assert squares[0] == pytest.approx(squares[1], abs=1e-12)
