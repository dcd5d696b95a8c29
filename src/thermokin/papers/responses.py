"""Papers on what jump processes answer to changes of their rates, and what their noise says of it."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds import evaluate
from thermokin.linear_response.channel_response import channel_response
from thermokin.linear_response.fluctuation_dissipation import fluctuation_dissipation
from thermokin.model.current import activity, current
from thermokin.model.model import Model
from thermokin.model.rates import rates
from thermokin.motion.steady_state import steady_state
from thermokin.papers.checked import checked
from thermokin.papers.paper import Finding, Kind, Number, Origin, Paper, Topic
from thermokin.report.sheet import Curve, Panel, Sheet
from thermokin.validation import bounds_since_start, published_currents, responses

__all__ = ["FREQUENCIES", "IDENTITIES", "MUTUAL_LINEARITY", "OSCILLATIONS", "STATE_RESPONSE"]

RING = np.array([[0.0, 2.0, 0.5], [0.3, 0.0, 1.5], [1.1, 0.4, 0.0]])
INK = "#1c1c1e"


def _tilted(force: float) -> Model:
    """The ring of three states with its force scaled: at 0 in equilibrium, at 1 as it is."""
    symmetric, ratio = (
        np.sqrt(RING * RING.T),
        np.log(np.where(RING > 0.0, RING, 1.0) / np.where(RING > 0.0, RING.T, 1.0)),
    )
    return rates(symmetric * np.exp(0.5 * force * ratio) * (1.0 - np.eye(3)))


def _round(model: Model) -> FloatArray:
    return np.where((model.table.row - model.table.column) % 3 == 1, 1.0, -1.0)


def _identities() -> Sheet:
    forces = np.linspace(0.05, 3.0, 60)
    rows = []
    for force in forces:
        model = _tilted(force)
        found = evaluate(model, current(model, _round(model)))
        rows.append((float(found[0].value), float(found["optimal scores"].limit), float(found["thermodynamic"].limit)))
    noise, by_edges, bound = np.array(rows).T
    curves = (
        Curve("noise", forces, noise),
        Curve("sum over edges", forces[::5], by_edges[::5], "points", INK),
        Curve("classical relation", forces, bound, "dashed"),
    )
    return Sheet((Panel("force, in units of the ring's", "noise $D$ of the current", curves),))


def _frequencies() -> Sheet:
    model, watched, grid = rates(RING), np.diag([1.0, 0.0, -0.5]), np.linspace(0.0, 8.0, 81)
    spectrum = np.asarray(fluctuation_dissipation(model, watched, grid[1:]).spectrum)
    answers = channel_response(model, watched, frequencies=grid[1:])
    shares = np.abs(np.asarray(answers.values)) ** 2 / np.asarray(answers.rates)
    curves = (
        Curve("power spectrum", grid[1:], spectrum),
        Curve("sum over jumps", grid[1::6], shares.sum(axis=-1)[::6], "points", INK),
        Curve("largest share of one jump", grid[1:], shares.max(axis=-1), "dashed"),
    )
    point = (0.8, 0.290750424814, "0.29075")
    return Sheet((Panel(r"frequency $\omega$", "noise of an observable", curves, points=(point,)),))


def _linearity() -> Sheet:
    matrix = np.random.default_rng(6).exponential(size=(6, 6)) * (1.0 - np.eye(6))
    several = np.repeat(matrix[None], 25, axis=0)
    several[:, 1, 0] = np.geomspace(0.05, 20.0, 25)
    model = rates(several)
    flows = several * steady_state(model).populations[:, None, :]
    net = (flows - flows.swapaxes(-1, -2))[:, *np.triu_indices(6, 1)]
    names = [f"{one + 1} to {other + 1}" for one, other in zip(*np.triu_indices(6, 1), strict=True)]
    curves = tuple(Curve(f"current {names[edge]}", net[:, 1], net[:, edge], "points") for edge in (3, 7, 10, 13))
    lines = tuple(Curve("_", net[[0, -1], 1], net[[0, -1], edge], "dashed", "#8d8e93") for edge in (3, 7, 10, 13))
    return Sheet((Panel(f"current {names[1]}", "other currents", (*curves, *lines), top=0.4, place="upper right"),))


def _owen() -> Sheet:
    scales = np.linspace(0.02, 1.0, 50)
    logarithms = np.array([[0.0, 9.0, -13.0], [-11.0, 0.0, 6.0], [-6.0, -5.0, 0.0]])
    reached = []
    for scale in scales:
        ring = rates(np.exp(scale * logarithms) * (1.0 - np.eye(3)))
        reached.append(1.0 / float(evaluate(ring, activity(ring), theorems="barrier response")[0].ratio))
    up = "response over its bound"
    curve = Curve("ring of three states", scales, reached)
    return Sheet((Panel("scale of the logarithms of the rates", up, (curve,), {"bound": 1.0}, place="lower right"),))


def _ring_of(size: int, affinity: float) -> Model:
    matrix, forward = np.zeros((size, size)), np.exp(affinity / size)
    for state in range(size):
        matrix[(state + 1) % size, state], matrix[state, (state + 1) % size] = forward, 1.0
    return rates(matrix)


def _oscillation(model: Model) -> float:
    return float(1.0 / evaluate(model, activity(model), theorems="oscillation")[0].ratio)


def _oscillations() -> Sheet:
    affinities = np.linspace(0.5, 20.0, 40)
    random = np.random.default_rng(11)
    spread = np.exp(0.4 * random.normal(size=(6, 6)))
    curves = [
        Curve(f"uniform ring of {n}", affinities, [_oscillation(_ring_of(n, a)) for a in affinities]) for n in (3, 6)
    ]
    uneven = []
    for affinity in affinities:
        steps = np.exp(affinity / 6.0 * np.eye(6, k=-1) + affinity / 6.0 * np.eye(6, k=5))
        linked = np.eye(6, k=1) + np.eye(6, k=-1) + np.eye(6, k=5) + np.eye(6, k=-5)
        uneven.append(_oscillation(rates(np.sqrt(spread * spread.T) * steps * linked)))
    curves.append(Curve("uneven ring of 6", affinities, uneven))
    up = r"$|\mathrm{Im}\,\lambda|/|\mathrm{Re}\,\lambda|$ over its bound"
    return Sheet((Panel("affinity $F$ of the ring", up, tuple(curves), {"bound": 1.0}, place="lower right"),))


def _identity_numbers() -> list[Number]:
    memory = "formula from memory of the paper"
    return checked(bounds_since_start.rings, source="2410.17140", doubt=memory)


RING_CODE = """import numpy as np
import thermokin as tk
ring = tk.rates(np.array([[0, 2, 0.5], [0.3, 0, 1.5], [1.1, 0.4, 0]]))
"""

IDENTITIES = Paper(
    id="2410.17140",
    title="Nonequilibrium Fluctuation-Response Relations: From Identities to Bounds",
    authors="T. Aslyamov, K. Ptaszyński, M. Esposito",
    year=2025,
    topic=Topic.RESPONSE,
    claim="The noise of a current is a sum over the edges of a network of squared responses to their barriers; from it "
    "follows a response bound tighter than the uncertainty relation.",
    finding=Finding(Kind.REPRODUCED),
    numbers=_identity_numbers,
    sheet=_identities,
    caption="The noise of the current round a ring of three states against the force, the sum over edges of what it "
    "answers to their barriers, and what the classical uncertainty relation allows.",
    code=RING_CODE
    + """way = np.where((ring.table.row - ring.table.column) % 3 == 1, 1.0, -1.0)
print(tk.cumulants(ring, tk.current(ring, way)).noise)""",
    references=("Physical Review Letters 134, 157101", "arXiv:2410.17140"),
    also=("aslyamov2025",),
)

FREQUENCIES = Paper(
    id="2605.05038",
    title="Nonequilibrium Fluctuation-Response Theory in the Frequency Domain",
    authors="E. Kwon, H.-M. Chun, H. Park, J. S. Lee",
    year=2026,
    topic=Topic.RESPONSE,
    claim="At each frequency the power spectrum is a sum over jumps of squared responses at that frequency.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: checked(
        responses.fluctuation_and_response, source="2605.05038", doubt="this form, by directed jumps, derived here"
    ),
    sheet=_frequencies,
    caption="The power spectrum of an observable of three states, and the sum of what it answers to each jump.",
    code=RING_CODE + "print(tk.fluctuation_dissipation(ring, np.diag([1, 0, -0.5]), [0.8]).spectrum[0])",
    references=("arXiv:2605.05038", "A. Dechant, Physical Review Letters 136, 207101 (2026)"),
)

MUTUAL_LINEARITY = Paper(
    id="2402.13193",
    title="Mutual Linearity of Nonequilibrium Network Currents",
    authors="P. E. Harunari, S. Dal Cengio, V. Lecomte, M. Polettini",
    year=2024,
    topic=Topic.RESPONSE,
    claim="While one rate of a network changes, its currents at rest are straight lines over one another.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: checked(responses.fluctuation_and_response, source="2402.13193", origin=Origin.STATED),
    sheet=_linearity,
    caption="Four currents of a random network of six states over a fifth, while the rate from state 1 to 2 runs "
    "from 0.05 to 20.",
    code="""import numpy as np
import thermokin as tk
matrix = np.random.default_rng(6).exponential(size=(6, 6)) * (1 - np.eye(6))
several = np.repeat(matrix[None], 7, axis=0)
several[:, 1, 0] = np.geomspace(0.05, 20, 7)
flows = several * tk.steady_state(tk.rates(several)).populations[:, None, :]
one, other = (flows[:, i, j] - flows[:, j, i] for i, j in ((2, 0), (4, 3)))
print(round(np.abs(other - np.polyval(np.polyfit(one, other, 1), one)).max(), 12))""",
    references=("Physical Review Letters 133, 047401", "arXiv:2402.13193"),
    also=("harunari2024",),
)

STATE_RESPONSE = Paper(
    id="owen2020",
    title="Universal thermodynamic bounds on nonequilibrium response with biochemical applications",
    authors="J. A. Owen, T. R. Gingrich, J. M. Horowitz",
    year=2020,
    topic=Topic.RESPONSE,
    claim="What the logarithm of a ratio of populations answers to a barrier is at most tanh(F/4), F the largest "
    "force.",
    finding=Finding(Kind.REPRODUCED, "reached where the rates of a ring lie far apart"),
    numbers=lambda: checked(published_currents.networks_of_states, source="owen2020", doubt="statement from memory"),
    sheet=_owen,
    caption="The largest response of a ring of three states over its bound, while its rates are drawn apart.",
    code="""import numpy as np
import thermokin as tk
logarithms = np.array([[0, 9, -13], [-11, 0, 6], [-6, -5, 0]])
ring = tk.rates(np.exp(logarithms) * (1 - np.eye(3)))
print(1 / tk.bounds.evaluate(ring, tk.activity(ring), theorems="barrier response")[0].ratio)""",
    references=("Physical Review X 10, 011066",),
)

OSCILLATIONS = Paper(
    id="2303.13116",
    title="Thermodynamic bound on the asymmetry of cross-correlations",
    authors="N. Ohga, S. Ito, A. Kolchinsky",
    year=2023,
    topic=Topic.RESPONSE,
    claim="How often a mode oscillates before it decays is limited by the affinity of the cycles; the uniform ring "
    "reaches the limit.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: checked(bounds_since_start.rings, source="2303.13116", doubt="statement from memory"),
    sheet=_oscillations,
    caption="Oscillation over decay of rings, as a share of the limit that their affinity sets.",
    code="""import numpy as np
import thermokin as tk
ring = tk.rates(np.exp(2) * np.roll(np.eye(6), 1, axis=0) + np.roll(np.eye(6), -1, axis=0))
print(1 / tk.bounds.evaluate(ring, tk.activity(ring), theorems="oscillation")[0].ratio)""",
    references=("Physical Review Letters 131, 077101", "arXiv:2303.13116"),
    also=("ohga2023",),
)
