"""The distributions of amounts since time 0, in a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.distribution import Distribution
from thermokin.lab_units.asked import counting, in_asked_units
from thermokin.model.current_words import counted_in, unit_of
from thermokin.report.blocks import Block, Cell, Table
from thermokin.views.by_current import ByCurrent, ByCurrentView, about, charged, identifier
from thermokin.views.in_units import with_unit_shown

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.views.report_folder import Drawing

__all__ = ["Exchange", "Exchanges", "ExchangesView"]


@dataclass(frozen=True, eq=False)
class Exchange:
    """The distribution of an amount, and its cumulants by another route.

    Args:
        distribution: at each time.
        cumulants: (t, 3) of the amount exchanged, by the hierarchy of its moments.
        binned: whether probabilities are those of bins.
    """

    distribution: Distribution
    cumulants: FloatArray
    binned: bool


class Exchanges(ByCurrent[Exchange]):
    """Distributions, by the words of their currents."""


class ExchangesView(ByCurrentView[Exchange], of=Exchanges):
    """Probabilities at each time, and cumulants by two routes."""

    heading = "Distribution"
    file = "distribution"

    def add(self, data: xr.Dataset, words: str, one: Exchange) -> None:
        """Probabilities and cumulants at each time."""
        name, made = identifier(words), one.distribution
        data.coords["time"] = ("time", made.times, about("time", "time"))
        amount = f"amount_{name}"
        data.coords[amount] = (
            amount,
            made.values,
            {**about(f"{words} since time 0", unit_of(words)), **charged(words, "amount")},
        )
        label = about(f"probability of {words} since time 0", "1")
        data[f"probability_{name}"] = (("time", amount), made.probabilities, label)
        moments = np.arange(1, one.cumulants.shape[-1] + 1)
        data.coords["exchanged_order"] = ("exchanged_order", moments)
        label = about(f"cumulants of {words} since time 0", f"({unit_of(words)})^exchanged_order")
        label |= charged(words, "(amount)^exchanged_order")
        data[f"exchanged_cumulants_{name}"] = (("time", "exchanged_order"), one.cumulants, label)

    def drawing(self, words: str, one: Exchange) -> Drawing:
        """Bars and logarithms at up to four times."""
        from thermokin.report.style import DOUBLE_COLUMN, SINGLE_COLUMN, figure
        from thermokin.views.counting_figures import draw_distribution

        made = one.distribution
        count = made.times.size
        width = SINGLE_COLUMN if count == 1 else DOUBLE_COLUMN
        rows = (count + 1) // 2
        drawing, axes = figure(2 * rows, min(count, 2), width=width, height=1.15 * rows * SINGLE_COLUMN)
        for index in range(count):
            row, column = 2 * (index // 2), index % 2
            draw_distribution(axes[row, column], axes[row + 1, column], made, index)
            axes[row + 1, column].set_xlabel(with_unit_shown(f"{words.replace('_', ' ')} since time 0", "amount"))
        for ax in axes[:, 0]:
            ax.set_ylabel("probability")
        for ax in axes[-2:, -1] if count % 2 and count > 1 else ():
            ax.remove()
        caption = (
            f"Distribution of {words} since time 0. Above: probabilities with their mean, the band of one standard "
            "deviation to either side, and their cumulants κ. Below: the same on a logarithmic axis beside the normal "
            "distribution of the same mean and variance."
        )
        return drawing, caption

    def tables(self, result: ByCurrent[Exchange]) -> Sequence[Block]:
        """Cumulants from the distribution beside those from moments."""
        blocks = []
        heads = (with_unit_shown("time", "time"), "", "κ_{1}", "κ_{2}", "κ_{3}", "sum less 1")
        for words, exchange in result.items():
            made = exchange.distribution
            rows: list[tuple[Cell, ...]] = []
            with counting(counted_in(words)):
                for index, time in enumerate(in_asked_units(made.times, "time")):
                    shown, other = _shown(made.cumulants(order=3)[index]), _shown(exchange.cumulants[index])
                    rows.append((float(time), "distribution", *shown, float(made.defect[index])))
                    rows.append((float(time), "moments", *other, None))
                what = with_unit_shown(words, "amount")
            caption = f"Cumulants of {what} since time 0, from its distribution and by a hierarchy of moments."
            if exchange.binned:
                caption += " The bins shift those of the distribution."
            blocks.append(Table(heads, tuple(rows), caption, digits=6))
        return blocks


def _shown(cumulants: FloatArray) -> tuple[float, ...]:
    return tuple(
        float(in_asked_units(value, f"amount^{order}")) for order, value in enumerate(cumulants.tolist(), start=1)
    )
