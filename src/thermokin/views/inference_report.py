"""What all that records say looks like: a page of sentences, tables and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from thermokin._result import Result, shown_by
from thermokin.inference.findings import RecordFindings
from thermokin.lab_units.asked import asked_units, in_asked_units, unit_shown
from thermokin.model.parameter import Known
from thermokin.views.in_units import noted
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

    from thermokin.report.blocks import Block
    from thermokin.views.report_folder import Drawing, Drawings, Drawn

__all__ = ["RecordFindingsView"]

CAPTIONS = {
    "fit": "Left: profile intervals of the numbers, in standard errors from the most likely ones; dotted, where they "
    "would end if ln p were a parabola. Right: how many waits, rescaled by what the model expects, are shorter than "
    "they should be; a right model stays in the band.",
    "statistics": "What the current adds up to in windows of equal length, beside a normal distribution of their mean "
    "and variance.",
    "waits": "The probability density of waits between clicks, in bins of equal numbers with their standard errors, "
    "beside that of clicks without memory.",
    "spectrum": "The noise spectrum of the record with its intervals.",
    "entropy": "Estimates of the entropy production rate with their intervals; arrows begin at those that say at least "
    "how much is produced.",
}


class RecordFindingsView(View[RecordFindings], of=RecordFindings):
    """The fit first, then what the records say alone."""

    panels = (1, 2)

    def title(self, result: RecordFindings) -> str:
        """Of how much."""
        clicks = result.clicks
        runs = "" if clicks.runs == 1 else f" in {clicks.runs} runs"
        spent = float(in_asked_units(clicks.duration, "time"))
        return f"What {len(clicks)} clicks in a time of {spent:.6g}{noted('time')}{runs} say"

    def parameters(self, result: RecordFindings) -> dict[str, Known]:
        """None vary."""
        return {}

    def _parts(self, result: RecordFindings) -> Iterator[tuple[str, Result]]:
        for name in CAPTIONS:
            part = getattr(result, name)
            if part is not None:
                yield name, part

    def dataset(self, result: RecordFindings) -> xr.Dataset:
        """The data of all parts, each after its name."""
        import xarray as xr

        made = []
        for name, part in self._parts(result):
            data = part.to_xarray()
            made.append(data.rename({one: f"{name}_{one}" for one in data.data_vars}))
        return xr.merge(made, combine_attrs="override").assign_attrs(title=self.title(result))

    def rows(self, result: RecordFindings) -> list[tuple[str, str, str]]:
        """The lines of all parts."""
        found: list[tuple[str, str, str]] = []
        for name, part in self._parts(result):
            view: Any = shown_by(type(part))
            found += [] if name == "spectrum" else view.rows(part)
        return [*found, *((name, f"left out: {why}", "") for name, why in result.left_out.items())]

    def draw(self, result: RecordFindings, axes: list[Axes]) -> None:
        """The figure of the fit."""
        view: Any = shown_by(type(result.fit))
        view.draw(result.fit, axes)

    def figures(self, result: RecordFindings) -> Drawings:
        """One of each part."""
        return {name: partial(_drawn, name, part) for name, part in self._parts(result)}

    def blocks(self, result: RecordFindings, drawn: Drawn) -> Sequence[Block]:
        """What was recorded, the fit with its tests, and what the records say alone."""
        from thermokin.report.blocks import Definitions, FigureBlock, Heading, Paragraph, Table

        clicks = result.clicks
        rates = in_asked_units(clicks.counts / clicks.duration, "1/time")
        counts = tuple(zip(clicks.names, clicks.counts.tolist(), rates.tolist(), strict=True))
        made: list[Block] = [
            Paragraph(f"{self.title(result)}."),
            Table(
                ("detector", "clicks", "per time" if asked_units() is None else f"rate [{unit_shown('1/time')}]"),
                counts,
                "What was recorded.",
            ),
            Heading("The model"),
        ]
        view: Any = shown_by(type(result.fit))
        made += view.blocks(result.fit, {name: one for name, one in drawn.items() if name == "fit"})
        for name, part in self._parts(result):
            if name == "fit":
                continue
            shown: Any = shown_by(type(part))
            title = shown.title(part)
            made += [Heading(f"{title[0].upper()}{title[1:]}", 3 if name != "statistics" else 2)]
            made += [Definitions(tuple((row, f"{said} {unit}".strip()) for row, said, unit in shown.rows(part)))]
            if name in drawn:
                made.append(FigureBlock(*drawn[name]))
        made += [Paragraph(f"Left out, {name}: {why}") for name, why in result.left_out.items()]
        return made


def _drawn(name: str, part: Result) -> Drawing:
    return part.plot()[0], CAPTIONS[name]
