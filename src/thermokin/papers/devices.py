"""Papers on devices of heat: a diode, a transistor, a rectifier, and spins that carry heat together."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.counting import cumulants
from thermokin.linear_response.amplification import amplification
from thermokin.model import library
from thermokin.model.current import heat
from thermokin.model.family import Family
from thermokin.model.library.spin_devices import AtZero
from thermokin.papers.checked import checked, further
from thermokin.papers.paper import Finding, Kind, Number, Paper, Topic, holds_only
from thermokin.report.sheet import Curve, Panel, Sheet
from thermokin.validation import machines, published_currents

__all__ = ["COLLECTIVE", "DIODE", "RECTIFIER", "TRANSISTOR"]


def _diode() -> Sheet:
    fields = np.linspace(0.05, 3.0, 40)

    def carried(left: float, right: float) -> FloatArray:
        pairs = [library.spin_diode(float(field), 1.0, left, right, rate=1.0) for field in fields]
        return np.abs([float(cumulants(pair, heat(pair, "left"), order=1).mean) for pair in pairs])

    curves = Curve("forward", fields, carried(1.0, 0.1)), Curve("backward", fields, carried(0.1, 1.0))
    points = (2.0, 0.067914105497, "0.0679"), (2.0, 6.73764688e-06, "6.74e-6")
    return Sheet(
        (Panel("field on one spin $h$", "heat current", curves, points=points, scales="y", place="lower left"),)
    )


def _steered(middle: FloatArray, convention: AtZero) -> dict[str, FloatArray]:
    model = library.thermal_transistor(1.0, 0.2, middle, 0.02, rate=1.0, zero_frequency=convention)
    return {name: np.asarray(cumulants(model, heat(model, name), order=1).mean) for name in ("left", "middle", "right")}


def _factor(middle: float, convention: AtZero) -> float:
    given = {"coupling": 1.0, "left": 0.2, "right": 0.02, "rate": 1.0, "zero_frequency": convention}
    return float(amplification(Family(library.thermal_transistor, given), {"middle": middle}).factor)


def _transistor() -> Sheet:
    middle = np.linspace(0.04, 0.19, 37)
    ohmic = _steered(middle, "ohmic")
    factors = [abs(_factor(float(warmth), "ohmic")) for warmth in middle]
    none = [abs(_factor(float(warmth), "none")) for warmth in middle]
    across = "temperature of the middle bath"
    return Sheet(
        (
            Panel(
                across,
                "$10^4$ heat into the spins",
                tuple(Curve(name, middle, 1e4 * values) for name, values in ohmic.items()),
                place="upper left",
            ),
            Panel(
                across,
                r"$|dJ_r/dJ_m|$",
                (Curve("flips at frequency zero", middle, factors), Curve("without them", middle, none)),
                points=((0.1, 151.889263, "151.89"), (0.1, 0.5, "0.5")),
                scales="y",
                place="center right",
            ),
        )
    )


def _rectifier() -> Sheet:
    shares = np.linspace(0.02, 0.98, 97)
    curves = []
    for cold in (0.2, 0.6, 1.2):
        flows = []
        for left, right in ((2.0, cold), (cold, 2.0)):
            model = library.heat_rectifier(1.3, 0.01 * shares, 0.01 * (1.0 - shares), left, right)
            flows.append(np.abs(np.asarray(cumulants(model, heat(model, "left"), order=1).mean)))
        curves.append(Curve(f"cold at {cold:g}", shares, flows[0] / flows[1]))
    up = "forward over backward"
    return Sheet((Panel("share of the left rate", up, tuple(curves), {"no rectification": 1.0}),))


def _collective_heat(spins: int, hot: float, cold: float) -> float:
    model = library.collective_spins(spins, 1.0, 0.01, 0.01, hot, cold)
    return float(cumulants(model, heat(model, "hot"), order=1).mean)


def _collective_numbers() -> list[Number]:
    grown = _collective_heat(20, 1e6, 8e5) / _collective_heat(1, 1e6, 8e5)
    return [
        *checked(machines.collective_heat, source="2401.17469"),
        *further(
            "20 spins, baths at 10^6 and 8 10^5",
            "N (N + 2)/3, populations all equal",
            {"heat over that of one spin": ("146.667", grown)},
        ),
    ]


def _collective() -> Sheet:
    spins = np.arange(1, 21)
    curves = []
    for hot, cold in ((5.0, 0.1), (500.0, 400.0)):
        grown = np.array([_collective_heat(int(count), hot, cold) for count in spins]) / _collective_heat(1, hot, cold)
        curves.append(Curve(f"hot at {hot:g}, cold at {cold:g}", spins, grown, "points"))
    limit = spins * (spins + 2) / 3.0
    lines = Curve("linear", spins, spins, "dashed", "#55565a"), Curve("$N(N+2)/3$", spins, limit, "line", "#8d8e93")
    return Sheet((Panel("spins", "heat current over that of one", (*curves, *lines), scales="xy"),))


DIODE = Paper(
    id="1404.0348",
    title="Optimal rectification in the ultrastrong coupling regime",
    authors="T. Werlang, M. A. Marchiori, M. F. Cornelio, D. Valente",
    year=2014,
    topic=Topic.DEVICES,
    claim="Two strongly coupled spins, one without a field of its own, let heat through in one sense only.",
    finding=Finding(Kind.REPRODUCED, "perfect in the limit of a large field: one part in 10^4 leaks at the field 2"),
    numbers=lambda: [
        *checked(machines.devices_of_heat, source="1404.0348", doubt="model of the paper, parameters ours"),
        *checked(
            published_currents.machines_between_baths, source="1404.0348", doubt="model of the paper, parameters ours"
        ),
    ],
    sheet=_diode,
    caption="Heat in both senses between baths at 1 and 0.1, against the field on one of the spins, coupling 1.",
    code="""import thermokin as tk
pair = tk.library.spin_diode(2.0, 1.0, 1.0, 0.1, rate=1e-3)
print(tk.cumulants(pair, tk.heat(pair, "left"), order=1).mean * 1e3)  # at the rate 1""",
    references=("Physical Review E 89, 062109", "arXiv:1404.0348"),
    also=("werlang2014",),
)

TRANSISTOR = Paper(
    id="1602.04175",
    title="Quantum Thermal Transistor",
    authors="K. Joulain, J. Drevillon, Y. Ezzahri, J. Ordonez-Miranda",
    year=2016,
    topic=Topic.DEVICES,
    claim="Three spins in a row amplify heat: a small heat into the middle one steers a large heat through the others.",
    finding=holds_only(
        "where flips that cost no energy happen at the ohmic rate T: the factor is 151.89, and -0.5 without them"
    ),
    numbers=lambda: [
        *checked(machines.devices_of_heat, source="1602.04175", doubt="parameters from memory"),
        *checked(published_currents.machines_between_baths, source="1602.04175", doubt="parameters from memory"),
    ],
    sheet=_transistor,
    caption="Heats (left) and amplification (right) against the temperature of the middle bath, the others at 0.2 and "
    "0.02, with and without flips at frequency zero.",
    code="""import thermokin as tk
given = {"coupling": 1.0, "left": 0.2, "right": 0.02, "rate": 1e-3, "zero_frequency": "ohmic"}
transistor = tk.Family(tk.library.thermal_transistor, given)
print(tk.amplification(transistor, {"middle": 0.1}).factor)""",
    references=("Physical Review Letters 116, 200601", "arXiv:1602.04175"),
    also=("joulain2016",),
    remark="An earlier list of ours has the factor 151.889260; 40 digits give 151.889263.",
)

RECTIFIER = Paper(
    id="segal2005",
    title="Spin-boson thermal rectifier",
    authors="D. Segal, A. Nitzan",
    year=2005,
    topic=Topic.DEVICES,
    claim="A two-level system that two baths touch with unequal strength rectifies heat.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: checked(machines.devices_of_heat, source="segal2005", doubt="closed form evaluated here"),
    sheet=_rectifier,
    caption="Heat forward over backward against the share of the left bath in the rate, gap 1.3, hot bath at 2.",
    code="""import thermokin as tk
forward, backward = (
    tk.library.heat_rectifier(1.3, 0.01, 0.004, *baths) for baths in ((2.0, 0.6), (0.6, 2.0)))
flows = [tk.cumulants(model, tk.heat(model, "left"), order=1).mean for model in (forward, backward)]
print(abs(flows[0] / flows[1]))""",
    references=("Physical Review Letters 94, 034301",),
)

COLLECTIVE = Paper(
    id="2401.17469",
    title="Dicke superradiant heat current enhancement in circuit quantum electrodynamics",
    authors="G. M. Andolina, P. A. Erdman, F. Noé, J. Pekola, M. Schirò",
    year=2024,
    topic=Topic.DEVICES,
    claim="Qubits that two baths touch collectively carry heat as the square of their number, up to a finite size.",
    finding=holds_only(
        "where both baths are hot against the gap of all spins, where the heat grows as N (N + 2)/3; at 5 and "
        "0.1 it stays below"
    ),
    numbers=_collective_numbers,
    sheet=_collective,
    caption="Heat through collective spins over that of one spin, against their number, for two cold baths.",
    code="""import thermokin as tk
spins = tk.library.collective_spins(10, 1.0, 1e-4, 1e-4, 5.0, 0.1)
print(tk.cumulants(spins, tk.heat(spins, "hot"), order=1).mean * 100)  # at the rate 0.01""",
    references=("arXiv:2401.17469",),
    also=("superradiant2024",),
)
