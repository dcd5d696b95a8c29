"""Papers on the statistics of photons and electrons that are counted, and on what their records tell."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds import evaluate
from thermokin.counting.counting import cumulants
from thermokin.model import library
from thermokin.model.channel import Channel
from thermokin.model.current import activity, particles
from thermokin.model.model import Model
from thermokin.papers.checked import checked, further
from thermokin.papers.paper import Finding, Kind, Number, Paper, Topic
from thermokin.report.sheet import Curve, Panel, Sheet
from thermokin.validation import bounds_since_start, counting, machines, published_currents

__all__ = ["DOUBLE_DOT", "DRIVE_RECORD", "FLUORESCENCE", "HAMILTONIAN_RESPONSE", "SINGLE_LEVEL"]

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
DRIVE = LOWER + LOWER.T
FAR = {"potential_left": 700.0, "potential_right": -700.0}
FROM_A_TEXTBOOK = "closed form as in textbooks; its place in the paper was not checked"


def _atom(drive: FloatArray | float) -> Model:
    """Resonance fluorescence at decay rate 1."""
    return Model(0.5 * np.asarray(drive)[..., None, None] * DRIVE, [Channel(LOWER, None)])


def _photons() -> list[Number]:
    atom = _atom(np.sqrt(0.5))
    found = cumulants(atom, activity(atom), order=3)
    return [
        *checked(counting.resonance_fluorescence, source="mandel1979", doubt=FROM_A_TEXTBOOK),
        *further(
            "resonance fluorescence at drive gamma / sqrt 2",
            "closed form",
            {
                "photons per time": ("0.250000000", found[0]),
                "noise": ("0.0625000000", found[1]),
                "Fano factor, the least": ("0.250000000", found[1] / found[0]),
                "third cumulant rate": ("0.0156250000", found[2]),
            },
            doubt=FROM_A_TEXTBOOK,
        ),
    ]


def _fano() -> Sheet:
    drives = np.linspace(0.02, 4.0, 160)
    model = _atom(drives)
    found = cumulants(model, activity(model))
    sparse = drives[::8]
    closed = 1.0 - 6.0 * sparse**2 / (1.0 + 2.0 * sparse**2) ** 2
    curves = (
        Curve("counting", drives, found.noise / found.mean),
        Curve("closed form", sparse, closed, "points", "#1c1c1e"),
    )
    panel = Panel(
        r"drive $\Omega/\gamma$", "Fano factor of photons", curves, {"Poisson": 1.0}, ((np.sqrt(0.5), 0.25, "1/4"),)
    )
    return Sheet((panel,))


def _dots() -> Sheet:
    detunings = np.linspace(-3.0, 3.0, 121)
    pair = library.double_dot(0.6, 1.0, 1.0, detuning=detunings, **FAR, rate_left=0.0075, rate_right=0.0075)
    through = cumulants(pair, particles(pair, "left"))
    sparse, rate = detunings[::6], 0.0075
    closed = 0.36 * rate / (0.36 * 3.0 + rate**2 / 4.0 + sparse**2)
    across = r"detuning $\epsilon$"
    curves = (
        Curve("counting", detunings, 1e3 * np.asarray(through.mean)),
        Curve("closed form", sparse, 1e3 * closed, "points", "#1c1c1e"),
    )
    fano = Curve("Fano factor", detunings, through.noise / through.mean)
    return Sheet((Panel(across, "$10^3$ current", curves), Panel(across, "Fano factor", (fano,), {"Poisson": 1.0})))


def _one_way(ratio: FloatArray | float) -> Model:
    return library.single_dot(0.0, 1.0, 1.0, **FAR, rate_left=np.asarray(ratio), rate_right=1.0)


def _level() -> Sheet:
    ratios = np.geomspace(0.01, 100.0, 121)
    model = _one_way(ratios)
    found = np.asarray(cumulants(model, particles(model, "left"), order=4).values)
    sparse = ratios[::8]
    curves = (
        Curve("noise", ratios, found[..., 1] / found[..., 0]),
        Curve("third cumulant", ratios, found[..., 2] / found[..., 0]),
        Curve("fourth cumulant", ratios, found[..., 3] / found[..., 0]),
        Curve(
            r"$(\Gamma_l^2+\Gamma_r^2)/(\Gamma_l+\Gamma_r)^2$", sparse, (1 + sparse**2) / (1 + sparse) ** 2, "points"
        ),
    )
    across = r"$\Gamma_l/\Gamma_r$"
    return Sheet(
        (Panel(across, "cumulant over current", curves, scales="x", place="upper center", top=1.6, bottom=0.0),)
    )


def _information(drives: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What the whole field tells of the drive, per time, and what the number of photons tells."""
    rows = []
    for drive in drives:
        model = _atom(drive)
        bound = evaluate(model, activity(model), perturbation=0.5 * DRIVE, theorems=["response to the Hamiltonian"])[0]
        response = 0.0 if bound.response is None else float(bound.response.values)
        rows.append((float(bound.cost.values), response**2 / float(bound.value)))
    whole, count = np.array(rows).T
    return whole, count


def _records() -> Sheet:
    drives = np.linspace(0.05, 4.0, 60)
    whole, count = _information(drives)
    curves = (
        Curve("whole field, at most", drives, whole),
        Curve("number of photons", drives, count),
    )
    across, up = r"drive $\Omega/\gamma$", r"information on $\Omega$ per time"
    return Sheet((Panel(across, up, curves, {r"$4/\gamma$": 4.0}),))


def _share() -> Sheet:
    drives = np.geomspace(0.01, 4.0, 60)
    whole, count = _information(drives)
    curve = Curve("resonance fluorescence", drives, count / whole)
    up = r"$(dJ/d\Omega)^2/D$ over its limit"
    return Sheet((Panel(r"drive $\Omega/\gamma$", up, (curve,), {"limit": 1.0}, scales="x"),))


def _hamiltonian_response() -> list[Number]:
    whole, count = _information(np.array([1.0, 0.05]))
    return further(
        "resonance fluorescence, the drive is perturbed",
        "resolvent, and counting at drive 0.05",
        {
            "limit f_V at drive 1": ("4.0000000000", whole[0]),
            "share of it reached by the photon count at drive 0.05": ("1.00", count[1] / whole[1]),
        },
        doubt="the inequality was derived here; that it is the paper's was not checked",
    )


FLUORESCENCE = Paper(
    id="mandel1979",
    title="Sub-Poissonian photon statistics in resonance fluorescence",
    authors="L. Mandel",
    year=1979,
    topic=Topic.COUNTING,
    claim="The photons of a driven two-level atom are steadier than a Poisson process; the Fano factor is least, 1/4, "
    "at a drive of the decay rate over the square root of two.",
    finding=Finding(Kind.REPRODUCED),
    numbers=_photons,
    sheet=_fano,
    caption="The Fano factor of the photons against the drive: counting, and the closed form.",
    code="""import numpy as np
import thermokin as tk
lower = np.array([[0, 1], [0, 0]])
atom = tk.Model(0.5 * np.sqrt(0.5) * (lower + lower.T), [tk.Channel(lower, None)])
photons = tk.cumulants(atom, tk.activity(atom))
print(photons.noise / photons.mean)""",
    references=("Optics Letters 4, 205",),
)

DOUBLE_DOT = Paper(
    id="stoof1996",
    title="Time-dependent resonant tunneling via two discrete states",
    authors="T. H. Stoof, Yu. V. Nazarov",
    year=1996,
    topic=Topic.COUNTING,
    claim="The current through two dots in a row, one electron at a time, is a Lorentzian of their detuning.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: [
        *checked(published_currents.dots_and_masers, source="Stoof", doubt="Fano factor ours"),
        *checked(machines.dots_by_name, source="Stoof", doubt="Fano factor ours"),
    ],
    sheet=_dots,
    caption="Current (left) and Fano factor (right) through the double dot against its detuning, hopping 0.6, rates "
    "0.0075, at infinite bias.",
    code="""import thermokin as tk
dots = tk.library.double_dot(
    0.6, 1, 1, detuning=0.5, potential_left=700, potential_right=-700, rate_left=0.0075, rate_right=0.0075)
print(tk.cumulants(dots, tk.particles(dots, "left"), order=1).mean)""",
    references=("Physical Review B 53, 1050", "B. Elattari, S. A. Gurvitz, Physics Letters A 292, 289 (2002)"),
    also=("elattari2002",),
)

SINGLE_LEVEL = Paper(
    id="bagrets2003",
    title="Full counting statistics of charge transfer in Coulomb blockade systems",
    authors="D. A. Bagrets, Yu. V. Nazarov",
    year=2003,
    topic=Topic.COUNTING,
    claim="Electrons pass a single level in a row: their noise is between one half and all of a Poisson process, by "
    "the ratio of the rates in and out.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: checked(machines.dots_by_name, source="Bagrets", doubt=FROM_A_TEXTBOOK),
    sheet=_level,
    caption="The second to fourth cumulant of the electrons over their current, against the ratio of the rates.",
    code="""import thermokin as tk
dot = tk.library.single_dot(
    0, 1, 1, potential_left=700, potential_right=-700, rate_left=0.1, rate_right=0.5)
print(tk.cumulants(dot, tk.particles(dot, "left"), order=4)[3])""",
    references=("Physical Review B 67, 085316",),
)

DRIVE_RECORD = Paper(
    id="gammelmark2014",
    title="Fisher Information and the Quantum Cramér-Rao Sensitivity Limit of Continuous Measurements",
    authors="S. Gammelmark, K. Mølmer",
    year=2014,
    topic=Topic.INFORMATION,
    claim="The field that an atom emits tells of its drive at the rate 4 over the decay rate, whatever the drive.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: checked(bounds_since_start.rings, source="gammelmark2014", doubt="ours, and textbooks"),
    sheet=_records,
    caption="What the emitted field tells at most of the drive, per time, and what the number of photons alone tells.",
    code="""import numpy as np
import thermokin as tk
lower = np.array([[0, 1], [0, 0]])
atom = tk.Model(0.5 * (lower + lower.T), [tk.Channel(lower, None)])
limit = tk.bounds.evaluate(atom, tk.activity(atom), perturbation=0.5 * (lower + lower.T))
print(float(limit["response to the Hamiltonian"].cost.values))""",
    references=(
        "Physical Review Letters 112, 170401",
        "M. Radaelli et al., arXiv:2402.06556, for the times of the clicks",
    ),
    also=("2402.06556", "radaelli2024"),
)

HAMILTONIAN_RESPONSE = Paper(
    id="2411.18108",
    title="Fluctuation-response inequalities for kinetic and entropic perturbations",
    authors="E. Kwon, H.-M. Chun, H. Park, J. S. Lee",
    year=2024,
    topic=Topic.INFORMATION,
    claim="The response of a count to a change of the Hamiltonian, squared and over its noise, is at most the "
    "information of the emitted field on that change.",
    finding=Finding(Kind.REPRODUCED, "the photon count reaches it as the drive vanishes"),
    numbers=_hamiltonian_response,
    sheet=_share,
    caption="The response of the photon count to the drive, squared and over its noise, as a share of its limit.",
    code="""import numpy as np
import thermokin as tk
lower = np.array([[0, 1], [0, 0]])
atom = tk.Model(0.5 * (lower + lower.T), [tk.Channel(lower, None)])
limit = tk.bounds.evaluate(atom, tk.activity(atom), perturbation=0.5 * (lower + lower.T))
print(float(limit["response to the Hamiltonian"].cost.values))""",
    references=("arXiv:2411.18108",),
)
