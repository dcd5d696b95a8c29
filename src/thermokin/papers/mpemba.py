"""Papers on hot starts that overtake warm ones."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model import library
from thermokin.model.model import Model
from thermokin.model.rates import rates
from thermokin.model.spectrum import Ohmic
from thermokin.motion.evolution import evolve
from thermokin.motion.modes import modes
from thermokin.motion.starts import Gibbs
from thermokin.papers.checked import checked
from thermokin.papers.paper import Finding, Kind, Paper, Topic, holds_only
from thermokin.report.sheet import Curve, Panel, Sheet
from thermokin.report.style import HEATING, OCHRE
from thermokin.validation import races

__all__ = ["BARRIERS", "OHMIC"]

ENERGIES = np.array([0.0, 0.1, 0.7])
HEIGHTS = np.array([[0.0, 1.5, 0.8], [1.5, 0.0, 1.2], [0.8, 1.2, 0.0]])


def _gibbs(temperature: float) -> FloatArray:
    weights = np.exp(-ENERGIES / temperature)
    return np.asarray(weights / weights.sum())


def _arrhenius() -> Model:
    return rates(np.exp(-(HEIGHTS - ENERGIES) / 0.1) * (1.0 - np.eye(3)))


def _barriers() -> Sheet:
    model, times, rest = _arrhenius(), np.geomspace(0.1, 100.0, 121), _gibbs(0.1)
    found = modes(model)
    slow = int(found.slowest)
    curves = []
    for warmth, colour in ((1.3, HEATING), (0.42, OCHRE)):
        states = np.asarray(evolve(model, _gibbs(warmth), times).populations)
        curves.append(Curve(f"from {warmth:g}", times, (states * np.log(states / rest)).sum(axis=-1), colour=colour))
    height = float(np.interp(8.43172423, times, np.asarray(curves[0].y)))
    warm = np.linspace(0.11, 2.0, 80)
    overlaps = [abs(found.overlaps(_gibbs(float(one)))[slow]) for one in warm]
    marked = tuple((one, float(abs(found.overlaps(_gibbs(one))[slow])), f"{one:g}") for one in (0.42, 1.3))
    return Sheet(
        (
            Panel(
                "time", "relative entropy left", tuple(curves), points=((8.43172423, height, "t = 8.4317"),), scales="x"
            ),
            Panel(
                "temperature of the start",
                "overlap with the slow mode",
                (Curve("overlap", warm, overlaps),),
                points=marked,
            ),
        )
    )


def _ohmic_levels(*, equal: bool) -> Model:
    coupling = np.zeros((3, 3))
    for (one, other), squared in {(0, 1): 0.117, (0, 2): 91.8, (1, 2): 0.665}.items():
        coupling[one, other] = coupling[other, one] = 1.0 if equal else np.sqrt(squared)
    return library.levels([0.0, 0.287, 2.474], coupling, temperature=0.645, spectrum=Ohmic(1.0))


def _ohmic() -> Sheet:
    warm = np.linspace(0.66, 5.0, 90)
    curves = []
    for label, equal in (("unequal couplings", False), ("equal couplings", True)):
        model = _ohmic_levels(equal=equal)
        found = modes(model)
        overlaps = np.array([abs(found.overlaps(Gibbs(float(one)))[int(found.slowest)]) for one in warm])
        curves.append(Curve(label, warm, overlaps / overlaps.max()))
    up = "overlap with the slow mode (scaled)"
    marked = tuple((one, float(np.interp(one, warm, np.asarray(curves[0].y))), f"{one:g}") for one in (0.972, 3.25))
    return Sheet((Panel("temperature of the start, bath at 0.645", up, tuple(curves), points=marked),))


BARRIERS = Paper(
    id="1609.05271",
    title="Nonequilibrium thermodynamics of the Markovian Mpemba effect and its inverse",
    authors="Z. Lu, O. Raz",
    year=2017,
    topic=Topic.MPEMBA,
    claim="Three states joined by barriers cool faster from a hot start than from a warm one, where the hot "
    "start has the "
    "smaller share of the slowest mode.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: checked(
        races.hot_starts_that_overtake, source="lu2017", doubt="parameters from memory of the paper"
    ),
    sheet=_barriers,
    caption="Left: relative entropy left on the way to 0.1 from a hot and from a warm start. Right: the share of the "
    "slowest mode against the temperature of the start.",
    code="""import numpy as np
import thermokin as tk
energies, barriers = np.array([0, 0.1, 0.7]), np.array([[0, 1.5, 0.8], [1.5, 0, 1.2], [0.8, 1.2, 0]])
model = tk.rates(np.exp(-(barriers - energies) / 0.1) * (1 - np.eye(3)))
found, start = tk.modes(model), lambda t: np.exp(-energies / t) / np.exp(-energies / t).sum()
hot, warm = (found.overlaps(start(t))[int(found.slowest)].real for t in (1.3, 0.42))
print(hot / warm)""",
    references=("Proceedings of the National Academy of Sciences 114, 5083", "arXiv:1609.05271"),
    also=("lu2017",),
)

OHMIC = Paper(
    id="2603.04567",
    title="Necessary conditions for the Markovian Mpemba effect",
    authors="I. Avitan, R. Factor, D. Gelbwaser-Klimovsky",
    year=2026,
    topic=Topic.MPEMBA,
    claim="Three levels on an ohmic or sub-ohmic bath show no Mpemba effect.",
    finding=holds_only(
        "for equal couplings, as far as our draws tell: with unequal ones an ohmic system shows it; the "
        "hypotheses of the "
        "paper were read in its abstract only"
    ),
    numbers=lambda: checked(races.hot_starts_that_overtake, source="2603.04567"),
    sheet=_ohmic,
    caption="The share of the slowest mode against the temperature of the start, for three ohmic levels with "
    "unequal and "
    "with equal couplings: where it falls, a hotter start overtakes.",
    code="""import numpy as np
import thermokin as tk
coupling = np.sqrt(np.array([[0, 0.117, 91.8], [0.117, 0, 0.665], [91.8, 0.665, 0]]))
model = tk.library.levels([0, 0.287, 2.474], coupling, temperature=0.645, spectrum=tk.Ohmic(1e-6))
found = tk.modes(model)
hot, warm = (abs(found.overlaps(tk.Gibbs(t))[int(found.slowest)]) for t in (3.25, 0.972))
print(hot / warm)""",
    references=("arXiv:2603.04567",),
)
