"""Papers on heat that two systems exchange once, and on generators of parts that are coupled."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.papers.checked import checked, further
from thermokin.papers.paper import Finding, Kind, Number, Paper, Topic
from thermokin.report.sheet import Curve, Panel, Sheet
from thermokin.validation import bounds_since_start

__all__ = ["SWAP"]

INVERSE = 2.0, 0.5


def _swapped(share: FloatArray | float, cold: float = INVERSE[0]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Var Q / Q^2, its limit by the fluctuation theorem, and 2 over the entropy, of a swap with that probability."""
    one, other = (1.0 / (1.0 + np.exp(beta)) for beta in (cold, INVERSE[1]))
    up, down = share * np.asarray(other * (1.0 - one)), share * np.asarray(one * (1.0 - other))
    mean, square = up - down, up + down
    entropy = (cold - INVERSE[1]) * mean
    limit = np.asarray([_csch2(float(value)) for value in np.ravel(entropy)]).reshape(np.shape(entropy))
    return np.asarray(square / mean**2 - 1.0), limit, np.asarray(2.0 / entropy)


def _csch2(entropy: float) -> float:
    """1 / sinh(g / 2)^2, where g tanh(g / 2) is the entropy."""
    low, high = 0.0, entropy + 10.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if middle * np.tanh(0.5 * middle) < entropy else (low, middle)
    return float(1.0 / np.sinh(0.5 * low) ** 2)


def _numbers() -> list[Number]:
    doubt = "model of the papers, numbers ours"
    found = _swapped(1.0)
    names = ("Var Q / Q^2", "csch^2 limit", "2 over the entropy produced")
    printed = ("5.09447846173", "4.51240075453", "5.16120214708")
    return [
        *checked(bounds_since_start.exchanges, source="1912.08391", doubt=doubt),
        *further(
            "full swap of two qubits, by its three outcomes",
            "closed probabilities",
            dict(zip(names, zip(printed, map(float, found), strict=True), strict=True)),
            doubt=doubt,
        ),
    ]


def _sheet() -> Sheet:
    shares, cold = np.linspace(0.05, 1.0, 80), np.linspace(0.6, 5.0, 100)
    by_share, by_cold = (
        _swapped(shares),
        [np.array(row) for row in zip(*(_swapped(1.0, float(b)) for b in cold), strict=True)],
    )
    names = ("variance over squared mean", "limit of the fluctuation theorem", "specialised limit, 2 over entropy")
    looks = ("line", "line", "dashed")

    def curves(x: FloatArray, rows: object) -> tuple[Curve, ...]:
        return tuple(
            Curve(name, x, row, "dashed" if look == "dashed" else "line")
            for name, row, look in zip(names, rows, looks, strict=True)  # type: ignore[call-overload]
        )

    relative = [row / by_cold[0] for row in by_cold]
    return Sheet(
        (
            Panel("share of a swap", r"$\mathrm{Var}\,Q/\langle Q\rangle^2$", curves(shares, by_share), scales="xy"),
            Panel(
                r"inverse temperature of the cold qubit, the other at 0.5",
                "over the variance, full swap",
                curves(cold, relative),
                points=((2.0, 5.16120214708 / 5.09447846173, "1.0131"),),
                place="lower left",
            ),
        )
    )


SWAP = Paper(
    id="1912.08391",
    title="Experimental study of the thermodynamic uncertainty relation",
    authors="S. Pal, S. Saryal, D. Segal, T. S. Mahesh, B. K. Agarwalla",
    year=2020,
    topic=Topic.EXCHANGE,
    claim="Two qubits that exchange heat obey the uncertainty relation of the fluctuation theorem; the tighter, "
    "specialised one fails in certain regimes.",
    finding=Finding(Kind.REPRODUCED),
    numbers=_numbers,
    sheet=_sheet,
    caption="The relative variance of the heat in a swap of two qubits and two limits: against the share of a swap at "
    "inverse temperatures 2 and 0.5 (left), and for a full swap (right, over the variance).",
    code="""import thermokin as tk
model = tk.library.qubit(1.0, 0.01, 2.0)  # relaxed to the end it exchanges what a full swap does
bound = tk.bounds.evaluate(model, tk.heat(model), tk.Gibbs(0.5), [1e4])["fluctuation theorem"]
print(bound.relative_value[-1])""",
    references=("Physical Review Research 2, 022044", "K. Shende et al., arXiv:2410.16230, a swap engine"),
    also=("2410.16230",),
)
