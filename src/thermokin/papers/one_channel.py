"""Papers on what one channel between two leads carries at most: heat, and power."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.bath import Bath
from thermokin.model.statistics import Bose, Fermi
from thermokin.papers.checked import checked, further
from thermokin.papers.paper import Finding, Kind, Number, Origin, Paper, Topic
from thermokin.report.sheet import Curve, Panel, Sheet
from thermokin.transport import Junction, boxcar, constant, step
from thermokin.transport.answers import cumulants as through
from thermokin.transport.answers import heat as heat_of
from thermokin.transport.answers import particles
from thermokin.validation import coherent_transport

__all__ = ["HEAT_QUANTUM", "STEP"]


def _quantum() -> Sheet:
    temperatures, widths = np.linspace(0.02, 1.5, 60), np.linspace(0.1, 15.0, 60)

    def carried(junction: Junction) -> FloatArray:
        return 2.0 * np.pi * np.asarray(through(junction, heat_of(junction, "hot"), order=1).mean)

    cold = Bath("cold", 0.0, statistics=Bose())
    whole = carried(Junction(constant(1.0), [Bath("hot", temperatures, statistics=Bose()), cold]))
    leads = [Bath("hot", 1.0, statistics=Bose()), cold]
    windows = [float(carried(Junction(boxcar(0.0, float(width)), leads))) for width in widths]
    sparse = temperatures[::6]
    return Sheet(
        (
            Panel(
                "temperature $T$, the other end at 0",
                "heat current $\\times\\, h$",
                (
                    Curve("one channel, by scattering", temperatures, whole),
                    Curve(r"$\pi^2 T^2/6$", sparse, np.pi**2 * sparse**2 / 6.0, "points", "#1c1c1e"),
                ),
            ),
            Panel(
                "band of the channel, 0 to $w$, over $kT$",
                r"heat current $\times\, h/(kT)^2$",
                (Curve("band of one channel", widths, windows),),
                {r"$\pi^2/6$": np.pi**2 / 6.0},
                place="lower right",
            ),
        )
    )


def _power(edge: FloatArray | float, bias: FloatArray | float) -> tuple[FloatArray, FloatArray]:
    """Power and efficiency of a step between leads at 2 and 1, in units of pi^2 (k dT)^2 / h and of Carnot's."""
    junction = Junction(step(edge), [Bath("left", 2.0, -np.asarray(bias), Fermi()), Bath("right", 1.0, 0.0, Fermi())])
    power = np.asarray(bias) * through(junction, particles(junction, "left"), order=1).mean
    spent = through(junction, heat_of(junction, "left"), order=1).mean
    return np.asarray(2.0 / np.pi * power, dtype=np.float64), np.asarray(2.0 * power / spent, dtype=np.float64)


def _step() -> Sheet:
    biases = np.linspace(0.02, 3.2, 120)
    up = r"power over $\pi^2 (k\Delta T)^2/h$"
    steps = [(edge, _power(edge, biases)) for edge in (0.5, 1.15, 2.0)]
    found = {edge: [np.where(power > 0.0, one, np.nan) for one in (power, share)] for edge, (power, share) in steps}
    by_bias = tuple(Curve(f"step at {edge:g}", biases, power) for edge, (power, _) in found.items())
    by_efficiency = tuple(Curve(f"step at {edge:g}", share, power) for edge, (power, share) in found.items())
    stated = {"0.0321": 0.0321}
    return Sheet(
        (
            Panel("bias, leads at 2 and 1", up, by_bias, stated, place="upper right", top=0.05, bottom=0.0),
            Panel("efficiency over Carnot's", up, by_efficiency, stated, place="upper right", top=0.05, bottom=0.0),
        )
    )


def _step_numbers() -> list[Number]:
    cases = checked(coherent_transport.point_contacts, source="Whitney")
    best, efficiency = (row.case.ours for row in cases)
    printed = {"largest power": ("0.0321", best), "its efficiency over Carnot's": ("0.416", efficiency)}
    return [
        *cases,
        *further(
            "step between leads at 2 and 1, as printed",
            "0.0321 pi^2 (k dT)^2 / h and 1/(1 + 0.936 (1 + T_R/T_L))",
            printed,
            origin=Origin.STATED,
        ),
    ]


HEAT_QUANTUM = Paper(
    id="pendry1983",
    title="Quantum limits to the flow of information and entropy",
    authors="J. B. Pendry",
    year=1983,
    topic=Topic.LEADS,
    claim="One channel carries away heat at the rate pi^2 (kT)^2/6h at most.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: checked(coherent_transport.point_contacts, source="Pendry", doubt="closed form as in textbooks"),
    sheet=_quantum,
    caption="The heat of one perfect channel against the temperature (left), and of a band of it (right).",
    code="""import numpy as np
import thermokin as tk
baths = [tk.Bath("hot", 1, statistics=tk.Bose()), tk.Bath("cold", 0, statistics=tk.Bose())]
channel = tk.transport.Junction(tk.transport.constant(1), baths)
print(2 * np.pi * tk.cumulants(channel, tk.heat(channel, "hot"), order=1).mean)""",
    references=("Journal of Physics A 16, 2161",),
)

STEP = Paper(
    id="1408.3348",
    title="Most Efficient Quantum Thermoelectric at Finite Power Output",
    authors="R. S. Whitney",
    year=2014,
    topic=Topic.LEADS,
    claim="A thermoelectric of one channel gives at most 0.0321 pi^2 (k dT)^2/h, with a step as transmission, at the "
    "efficiency of Carnot over 1 + 0.936 (1 + T_R/T_L).",
    finding=Finding(Kind.REPRODUCED),
    numbers=_step_numbers,
    sheet=_step,
    caption="The power of steps at three energies, against the bias and against the efficiency, leads at 2 and 1.",
    code="""import numpy as np
import thermokin as tk
edges, biases = np.linspace(1.1, 1.2, 101)[:, None], np.linspace(1.1, 1.2, 101)
leads = [tk.Bath("left", 2, -biases, tk.Fermi()), tk.Bath("right", 1, 0, tk.Fermi())]
junction = tk.transport.Junction(tk.transport.step(edges), leads)
print((biases * tk.cumulants(junction, tk.particles(junction, "left"), order=1).mean).max() * 2 / np.pi)""",
    references=("Physical Review Letters 112, 130601", "details in arXiv:1408.3348"),
    also=("whitney2014",),
)
