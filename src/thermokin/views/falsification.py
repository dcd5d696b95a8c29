"""What a search for a counterexample looks like: a few lines, and the slack found against evaluations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from thermokin.design.falsify_result import Falsification
from thermokin.lab_units.asked import asked_units
from thermokin.numerics.ball_certificate import Certificate
from thermokin.report.style import COOLING, HEATING, legend
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from thermokin.report.blocks import Block
    from thermokin.views.report_folder import Drawn

__all__ = ["FalsificationView"]

SHOWN = 12  # digits of an enclosure in a table
MOST = 40  # candidates in a table
CAPTION = "The smallest slack so far against models evaluated. Below the line the inequality is broken."
SMALL = 1e-3  # slack beside the largest one drawn, up to which a figure is linear
FACTOR = 50.0  # first over last slack above which a figure shows powers of ten


class FalsificationView(View[Falsification], of=Falsification):
    """The smallest slack, where it is, and how it was found."""

    coordinates = (
        Variable(
            "evaluations_spent", "evaluations", "1", ("evaluations_spent",), lambda result: result.spent, shown=False
        ),
    )
    variables = (
        Variable(
            "smallest_slack", "smallest slack so far", "1", ("evaluations_spent",), lambda result: result.history[:, 1]
        ),
    )

    def title(self, result: Falsification) -> str:
        """The inequality, and the verdict."""
        return f"Search for a counterexample to {result.inequality!r}: {result.verdict}"

    def rows(self, result: Falsification) -> list[tuple[str, str, str]]:
        """The slack with its enclosure, the numbers, and what was spent."""
        # A proof is of these very numbers, which no unit rounds.
        said = "" if asked_units() is None else "natural"
        rows = [("smallest slack", f"{result.slack:.12g}", said)]
        if result.certificate is not None:
            rows.append(("proven", _digits(result.certificate), said))
        rows += [(name, f"{value:.12g}", said) for name, value in result.numbers.items()]
        rows.append(("candidates", f"{len(result.candidates)}, of which rounding: {result.rejected}", ""))
        return [*rows, ("evaluations", f"{result.evaluations}, gradients: {result.gradients}", "")]

    def draw(self, result: Falsification, axes: list[Axes]) -> None:
        """The smallest slack so far against evaluations; below 0 the inequality is broken."""
        ax = axes[0]
        spent, slack = result.history.T
        if not spent.size:
            ax.set_axis_off()
            return
        ends = np.append(spent, max(result.evaluations, spent[-1])), np.append(slack, slack[-1])
        proven = result.counterexample
        ax.step(*ends, where="post", color=COOLING, linewidth=1.2, label="smallest so far")
        ax.axhline(0.0, color="0.35", linewidth=0.8)
        if proven is not None:
            ax.plot([ends[0][-1]], [proven.slack], "o", color=HEATING, markersize=5, clip_on=False, label="proven")
        high = float(np.abs(slack).max())
        if slack[0] > FACTOR * max(abs(slack[-1]), SMALL * high):
            ax.set_yscale("symlog", linthresh=max(abs(float(slack[-1])), SMALL * high))
        ax.set_xscale("log")
        ax.set_xlabel("evaluations")
        ax.set_ylabel("smallest slack")
        legend(ax)

    def blocks(self, result: Falsification, drawn: Drawn) -> Sequence[Block]:
        """What was found, and each candidate with its certificate."""
        from thermokin.report.blocks import Definitions, FigureBlock, Paragraph, Table

        rows = tuple((name, f"{numbers} {unit}".strip()) for name, numbers, unit in self.rows(result))
        made: list[Block] = [Paragraph(f"{self.title(result)}."), Definitions(rows)]
        made += [FigureBlock(svg, CAPTION) for svg, _ in drawn.values()]
        if result.candidates:
            heads = ("verdict", "slack in doubles", "slack in ball arithmetic", "bits", *result.names)
            every = tuple(
                (
                    one.verdict,
                    one.slack,
                    one.reason if one.certificate is None else _digits(one.certificate, SHOWN),
                    None if one.certificate is None else one.certificate.bits,
                    *(one.numbers[name] for name in result.names),
                )
                for one in result.candidates[:MOST]
            )
            made.append(Table(heads, every, "Where doubles say that the inequality is broken, and what is proven."))
        return made


def _digits(certificate: Certificate, count: int | None = None) -> str:
    """The enclosure in digits, or the first of them."""
    if count is not None and np.isfinite(certificate.radius):
        return f"{float(certificate.value):.{count}g} ± {float(certificate.radius):.1e}"
    return certificate.digits[0] if certificate.digits else f"{certificate.value} +/- {certificate.radius}"
