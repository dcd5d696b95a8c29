"""Papers on chains of spins that are pumped at their ends, and on exclusion."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.counting import cumulants
from thermokin.counting.cumulants import Cumulants
from thermokin.model import library
from thermokin.model.current import current, entropy_flow
from thermokin.papers.checked import checked, further
from thermokin.papers.paper import Finding, Kind, Number, Paper, Topic, holds_only
from thermokin.report.sheet import Curve, Panel, Sheet
from thermokin.validation import gaussian_systems, machines, published_currents

__all__ = ["BALLISTIC", "DEPHASED", "EXCLUSION", "INTERACTING", "TO_EXCLUSION"]

INK = "#1c1c1e"


def _through(sites: int, rate: float, bias: FloatArray | float, **given: FloatArray | float) -> Cumulants:
    """Mean and noise of the magnetisation that passes, per time."""
    model = library.boundary_driven_chain(sites, rate, bias, **given)
    return cumulants(model, current(model, "magnetisation"))


def _closed(sites: FloatArray | int, rate: float, bias: float, dephasing: FloatArray | float) -> FloatArray:
    return np.asarray(8.0 * bias / (rate + 4.0 / rate + (np.asarray(sites) - 1.0) * dephasing), dtype=np.float64)


def _dephased() -> Sheet:
    sites, dephasings = np.arange(2, 6), np.linspace(0.0, 4.0, 41)
    lengths = [float(_through(int(n), 1.7, 0.6, dephasing=0.7).mean) for n in sites]
    many = np.linspace(2, 12, 101)
    over = tuple(Curve(f"{n} spins", dephasings, _through(n, 1.7, 0.6, dephasing=dephasings).mean) for n in (2, 3, 4))
    sparse = dephasings[::5]
    return Sheet(
        (
            Panel(
                "spins $n$",
                "magnetisation per time",
                (
                    Curve("closed form", many, _closed(many, 1.7, 0.6, 0.7)),
                    Curve("ours", sites, lengths, "points", INK),
                ),
            ),
            Panel(
                r"dephasing $\gamma$",
                "magnetisation per time",
                (*over, Curve("closed form", sparse, _closed(4, 1.7, 0.6, sparse), "points", INK)),
            ),
        )
    )


def _ballistic() -> Sheet:
    biases = np.linspace(0.0, 0.99, 34)
    found = {n: _through(n, 1.0, biases) for n in (3, 4)}
    curves = (
        Curve("current, 3 spins", biases, np.asarray(found[3].mean) / 2.0),
        Curve("noise, 3 spins", biases, np.asarray(found[3].noise) / 4.0),
        Curve("current, 4 spins", biases, np.asarray(found[4].mean) / 2.0, "points", "#0b66a8"),
        Curve("noise, 4 spins", biases, np.asarray(found[4].noise) / 4.0, "points", "#c8450f"),
    )
    return Sheet((Panel(r"bias $\mu$", "spins per time", curves, points=((0.3, 0.24, "0.24"),)),))


def _interacting() -> Sheet:
    anisotropies = np.linspace(0.0, 2.5, 51)
    curves = []
    for sites in (2, 3, 4):
        model = library.boundary_driven_chain(sites, 1.0, 0.3, anisotropy=anisotropies)
        found = cumulants(model, current(model, "magnetisation"))
        produced = cumulants(model, entropy_flow(model), order=1).mean
        curves.append(Curve(f"{sites} spins", anisotropies, found.noise * produced / found.mean**2))
    points = (0.5, 1.97056794, "1.9706"), (1.5, 2.01679994, "2.0168")
    return Sheet((Panel(r"anisotropy $\Delta$", r"$D\sigma/J^2$", tuple(curves), {"classical limit 2": 2.0}, points),))


def _line(sites: int) -> tuple[float, float]:
    model = library.exclusion_process(sites, 1.0, 1.0)
    found = cumulants(model, current(model, "entering"))
    return float(found.mean), float(found.noise / found.mean)


def _exclusion_numbers() -> list[Number]:
    stated = (2, "0.444444444444"), (4, "0.400000000000"), (6, "0.380952380952")
    names = {f"Fano factor, {sites} sites": (known, _line(sites)[1]) for sites, known in stated}
    return [
        *checked(machines.chains_and_clocks_by_name, system="exclusion", doubt="the limit 1/3 is published"),
        *further("symmetric exclusion, full and empty ends", "(1 + 1/(N + 1)) / 3, exact", names),
    ]


def _exclusion() -> Sheet:
    sites, many = np.arange(2, 9), np.linspace(2, 20, 181)
    curves = (
        Curve(r"$(1 + 1/(N+1))/3$", many, (1.0 + 1.0 / (many + 1.0)) / 3.0),
        Curve("rate matrix", sites, [_line(int(n))[1] for n in sites], "points", INK),
    )
    return Sheet((Panel("sites $N$", "Fano factor", curves, {"1/3": 1.0 / 3.0}),))


def _fano_of(sites: int) -> float:
    found = _through(sites, 1.0, 1.0, dephasing=4.0)
    return float(found.noise / found.mean) / 2.0


def _to_exclusion_numbers() -> list[Number]:
    printed = {2: "0.481481", 3: "0.427679", 4: "0.406308"}
    return [
        *checked(published_currents.chains_between_two_ends, source="1401.7341"),
        *further(
            "XX chain, dephased, driven in one sense",
            "dense generator",
            {f"Fano factor, {sites} spins": (known, _fano_of(sites)) for sites, known in printed.items()},
        ),
    ]


def _to_exclusion() -> Sheet:
    sites = np.arange(2, 6)
    curves = (
        Curve("XX chain, dephasing 4", sites, [_fano_of(int(n)) for n in sites], "points"),
        Curve("exclusion", np.arange(2, 9), [_line(int(n))[1] for n in range(2, 9)], "points"),
    )
    return Sheet((Panel("spins or sites", "Fano factor", curves, {"1/3": 1.0 / 3.0}),))


DEPHASED = Paper(
    id="1005.1271",
    title="Exact solution for a diffusive nonequilibrium steady state of an open quantum chain",
    authors="M. Žnidarič",
    year=2010,
    topic=Topic.CHAINS,
    claim="Dephasing makes an XX chain between two pumped ends diffusive: the current falls as one over its length.",
    finding=Finding(Kind.REPRODUCED),
    numbers=lambda: [
        *checked(
            published_currents.chains_between_two_ends, source="1005.1271", doubt="closed form found in our units"
        ),
        *checked(machines.chains_and_clocks_by_name, source="1005.1271", doubt="closed form found in our units"),
    ],
    sheet=_dephased,
    caption="The magnetisation that passes per time, rate 1.7, bias 0.6: against the length at dephasing 0.7 "
    "(left), and "
    "against the dephasing (right, points for 4 spins).",
    code="""import thermokin as tk
chain = tk.library.boundary_driven_chain(4, 1.7, 0.6, dephasing=0.7)
print(tk.cumulants(chain, tk.current(chain, "magnetisation"), order=1).mean)""",
    references=("Journal of Statistical Mechanics 2010, L05002", "Physical Review E 83, 011108, arXiv:1011.0998"),
    also=("1011.0998", "znidaric2010", "znidaric2011"),
)

BALLISTIC = Paper(
    id="1310.3670",
    title="Exact large-deviation statistics for a nonequilibrium quantum spin chain",
    authors="M. Žnidarič",
    year=2014,
    topic=Topic.CHAINS,
    claim="Without dephasing the statistics of the current do not fall with the length of the chain.",
    finding=Finding(
        Kind.REPRODUCED,
        "current and noise are those of two spins more; the third and fourth cumulant settle within a few spins",
    ),
    numbers=lambda: [
        *checked(published_currents.chains_between_two_ends, source="1310.3670", doubt="derived here"),
        *checked(gaussian_systems.free_spins, doubt="derived here"),
    ],
    sheet=_ballistic,
    caption="Current and noise of the spins that pass, against the bias of the ends, for chains of 3 and of 4 spins.",
    code="""import thermokin as tk
chain = tk.library.boundary_driven_chain(3, 1, 0.3)
passed = tk.cumulants(chain, tk.current(chain, "magnetisation"))
print(passed.noise / 4)  # a spin that passes changes the magnetisation by 2""",
    references=("Physical Review Letters 112, 040602", "arXiv:1310.3670"),
    also=("znidaric2014",),
)

INTERACTING = Paper(
    id="2411.19546",
    title="Fundamental bounds on precision and response for quantum trajectory observables",
    authors="T. Van Vu",
    year=2024,
    topic=Topic.CHAINS,
    claim="A spin chain between two pumped ends is an example of coherent counting, where the classical relation "
    "may fail.",
    finding=holds_only("at small anisotropy: with four spins the product is 1.97 at 0.5 and 2.02 at 1.5"),
    numbers=lambda: checked(
        published_currents.chains_between_two_ends, source="2411.19546", doubt="model of the paper, parameters ours"
    ),
    sheet=_interacting,
    caption="The uncertainty product of XXZ chains against their anisotropy, rate 1, bias 0.3.",
    code="""import thermokin as tk
chain = tk.library.boundary_driven_chain(4, 1, 0.3, anisotropy=0.5)
passed = tk.cumulants(chain, tk.current(chain, "magnetisation"))
print(passed.noise * tk.cumulants(chain, tk.entropy_flow(chain), order=1).mean / passed.mean**2)""",
    references=("arXiv:2411.19546",),
    also=("vanvu2024",),
)

EXCLUSION = Paper(
    id="derrida2004",
    title="Current fluctuations in the one-dimensional symmetric exclusion process with open boundaries",
    authors="B. Derrida, B. Douçot, P.-E. Roche",
    year=2004,
    topic=Topic.CHAINS,
    claim="Particles that exclude one another pass a long line from a full to an empty end with a third of Poisson's "
    "noise.",
    finding=Finding(Kind.REPRODUCED),
    numbers=_exclusion_numbers,
    sheet=_exclusion,
    caption="The Fano factor of symmetric exclusion against the number of sites, and its limit.",
    code="""import thermokin as tk
line = tk.library.exclusion_process(8, 1, 1)
passed = tk.cumulants(line, tk.current(line, "entering"))
print(passed.noise / passed.mean)""",
    references=("Journal of Statistical Physics 115, 717",),
)

TO_EXCLUSION = Paper(
    id="1401.7341",
    title="Large-deviation statistics of a diffusive quantum spin chain and the additivity principle",
    authors="M. Žnidarič",
    year=2014,
    topic=Topic.CHAINS,
    claim="Long dephased XX chains have the current fluctuations of classical exclusion.",
    finding=Finding(Kind.REPRODUCED, "as far as five spins tell: the Fano factor falls towards 1/3"),
    numbers=_to_exclusion_numbers,
    sheet=_to_exclusion,
    caption="The Fano factor of dephased XX chains driven in one sense, beside that of exclusion.",
    code="""import thermokin as tk
chain = tk.library.boundary_driven_chain(4, 1, 1, dephasing=4)
passed = tk.cumulants(chain, tk.current(chain, "magnetisation"))
print(passed.noise / passed.mean / 2)  # a spin that passes changes the magnetisation by 2""",
    references=("arXiv:1401.7341",),
)
