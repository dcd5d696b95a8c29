"""Bounds on the noise of currents at rest, in a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from thermokin.bounds.bound import BoundsAtRest
from thermokin.lab_units.asked import counting
from thermokin.model.current_words import counted_in, unit_of
from thermokin.report.blocks import Block
from thermokin.views.bounds_at_rest import table_at_rest
from thermokin.views.by_current import ByCurrent, ByCurrentView, about, charged, identifier

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.views.report_folder import Drawing

__all__ = ["BoundsOfCurrents", "BoundsOfCurrentsView"]

ROW = 3.4  # of a name in the figure [mm]


class BoundsOfCurrents(ByCurrent[BoundsAtRest]):
    """Bounds at rest, by the words of their currents."""


class BoundsOfCurrentsView(ByCurrentView[BoundsAtRest], of=BoundsOfCurrents):
    """Value over limit of every bound, and what each limit is made of."""

    heading = "Bounds on the noise"
    file = "bounds"

    def findings(self, result: BoundsOfCurrents) -> list[str]:  # type: ignore[override]
        """The tightest theorem of each current."""
        found = []
        for words, one in result.items():
            if any(bound.applies and not bound.theorem.bounded.above for bound in one):
                tightest = one.tightest
                found.append(f"{words}: tightest bound {tightest.name}, value/limit {float(tightest.ratio):.4g}")
        return found

    def add(self, data: xr.Dataset, words: str, one: BoundsAtRest) -> None:
        """Value, limit, cost and response of every bound."""
        of_current = one.to_xarray()
        unit, name = unit_of(words, 2), identifier(words)
        data.coords["bound"] = of_current["bound"]
        units = {"ratio": "1", "applies": "1", "cost": "1/time", "response": f"{unit_of(words, 1)}/time"}
        for key, in_units in units.items():
            said = about(f"{of_current[key].attrs['long_name']}, {words}", in_units)
            said |= charged(words, "amount/time") if key == "response" else {}
            data[f"bound_{key}_{name}"] = ("bound", of_current[key].values, said)
        for key in ("value", "limit", "error"):
            # What is bounded is a noise but for the gap, whose unit is another.
            on_noise = [bound.theorem.bounded.unit == "amount^2" for bound in one]
            numbers = np.where(on_noise, of_current[key].values, np.nan)
            said = about(f"{of_current[key].attrs['long_name']}, {words}", f"{unit}/time")
            said |= charged(words, "amount^2/time")
            data[f"bound_{key}_{name}"] = ("bound", numbers, said)

    def drawing(self, words: str, one: BoundsAtRest) -> Drawing:
        """Value over limit of every bound."""
        from thermokin.report.style import SINGLE_COLUMN, figure
        from thermokin.views.bound_ratios import draw_ratios

        drawing, axes = figure(width=SINGLE_COLUMN, height=18.0 + ROW * len(one))
        draw_ratios(axes[0, 0], one)
        caption = (
            f"Value over limit of every bound on {words} at rest: 1 where a bound is tight, below it where it is "
            "broken, which happens only where it is no theorem."
        )
        return drawing, caption

    def tables(self, result: ByCurrent[BoundsAtRest]) -> Sequence[Block]:
        """Every bound with its parts and its hypotheses."""
        found = []
        for words, one in result.items():
            with counting(counted_in(words)):
                found.append(table_at_rest(one, f"Bounds on {words}"))
        return found
