"""What heating against cooling looks like: a comparison, its sides, its modes, and what the Mpemba finder found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.model.parameter import Known
from thermokin.quench.comparison import Comparison
from thermokin.quench.mpemba import Mpemba
from thermokin.quench.spectral_account import SpectralAccount
from thermokin.views.branch import BranchView
from thermokin.views.motion import span, start_parameters
from thermokin.views.sweep_axes import model_parameters
from thermokin.views.variable import Variable, summed_up
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

    from thermokin.report.blocks import Block
    from thermokin.report.plain_data import PlainData
    from thermokin.views.report_folder import Drawings, Drawn

__all__ = ["BranchView", "ComparisonView", "MpembaView", "SpectralAccountView"]


class ComparisonView(View[Comparison], of=Comparison):
    """Heating against cooling: data of both sides with crossings and verdicts, a page, and the figures on it."""

    panels = (2, 2)

    def title(self, result: Comparison) -> str:
        """Between which temperatures."""
        return f"heating against cooling, {result.pair.protocol} protocol, {span(result.times)}"

    def rows(self, result: Comparison) -> list[tuple[str, str, str]]:
        """The temperatures, and the verdicts where they are there."""
        unit = "energy" if unit_shown("temperature") == "temperature" else unit_shown("temperature")
        rows = [
            (f"{name} temperature", summed_up(in_asked_units(value, "temperature")), unit)
            for name, value in result.pair.temperatures.items()
        ]
        rows.append(("levels", str(result.heating.evolution.model.dimension), ""))
        known = vars(result).get("verdicts")
        if known is None:
            return [*rows, ("on demand", "verdicts, crossings, spectral; heating and cooling with all they hold", "")]
        return rows + [(verdict.name, _answer(verdict.holds), "") for verdict in known]

    def about(self, result: Comparison) -> list[tuple[str, str]]:
        """The model of each side with its numbers, temperatures, protocol and times."""
        said = []
        for side in (result.heating, result.cooling):
            said.append((f"system, {side.quench.name}", repr(side.evolution.model).splitlines()[0]))
            said += _said(model_parameters(side.evolution.model), f", {side.quench.name}")
        temperatures = {
            f"{name} temperature": Known(np.asarray(t), "energy") for name, t in result.pair.temperatures.items()
        }
        return [*said, *_said(temperatures), ("protocol", result.pair.protocol), ("times", span(result.times))]

    def dataset(self, result: Comparison) -> xr.Dataset:
        """All numbers over process, the axes of a sweep, and time."""
        return self.plain(result).to_xarray()

    def plain(self, result: Comparison) -> PlainData:
        """The same without xarray, which a study does not wait for."""
        from thermokin.views.comparison_dataset import comparison_data

        return comparison_data(result, self.attributes(result))

    def draw(self, result: Comparison, axes: list[Axes]) -> None:
        """Entropy production rates, completion, heat with its deviation, and the spectrum."""
        from thermokin.views.comparison_figures import draw_overview

        draw_overview(result, axes)

    def figures(self, result: Comparison) -> Drawings:
        """All figures, the four panels first."""
        from thermokin.views.comparison_figures import drawings, overview_caption

        return {"overview": lambda: (self.plot(result)[0], overview_caption(result)), **drawings(result)}

    def findings(self, result: Comparison) -> list[str]:
        """The verdicts, one line each."""
        lines = []
        for verdict in result.verdicts:
            answer = "open" if verdict.undecided else "yes " if verdict.holds else "no  "
            tie = " (a tie)" if verdict.tie else ""
            why = f" (not applicable: {verdict.reason})" if verdict.reason else ""
            lines.append(f"{answer} {verdict.statement}{tie}{why}")
        return lines

    def sections(self, result: Comparison, drawn: Drawn) -> Mapping[str, Sequence[Block]]:
        """Warnings, the result in short, verdicts, figures and tables."""
        from thermokin.views.comparison_page import comparison_sections

        return comparison_sections(result, drawn)

    def blocks(self, result: Comparison, drawn: Drawn) -> Sequence[Block]:
        """All sections."""
        return [block for section in self.sections(result, drawn).values() for block in section]


def _said(known: Mapping[str, Known], whose: str = "") -> list[tuple[str, str]]:
    return [(f"{name}{whose}", f"{summed_up(one.numbers)} {one.unit}") for name, one in known.items()]


def _answer(holds: Any) -> str:
    return ("yes" if holds else "no") if np.ndim(holds) == 0 else f"yes at {np.sum(holds)} of {np.size(holds)} points"


def _of_both(name: str, meaning: str, unit: str = "1", *axes: str) -> Variable[SpectralAccount]:
    """A pair of numbers of each side, (..., process, own axes)."""

    def read(account: SpectralAccount) -> Any:
        return np.stack(np.broadcast_arrays(*getattr(account, name)), axis=-1 - len(axes))

    return Variable(name, meaning, unit, ("process", *axes), read, shown=False)


def _decaying(account: SpectralAccount) -> Any:
    return np.arange(1, account.heating.evolution.model.dimension)


class SpectralAccountView(View[SpectralAccount], of=SpectralAccount):
    """The modes of both sides: their gaps, what each holds of its slowest mode, and the mode that differs most."""

    coordinates = (
        Variable("process", "heating or cooling", "1", ("process",), lambda _: ["heating", "cooling"], shown=False),
        Variable("mode", "number of the mode, slowest first", "1", ("mode",), _decaying, shown=False),
    )
    variables = (
        _of_both("gaps", "decay rate of the slowest mode", "1/time"),
        _of_both("slow_overlaps", "overlap with the slowest mode"),
        _of_both("slow_trace_overlaps", "overlap with the slowest mode times its trace norm"),
        _of_both("slow_populated", "whether that is more than rounding"),
        _of_both("initial_mode_rates", "entropy production rate at time 0", "nats/time", "mode"),
        Variable("carrier", "mode in which these rates differ most", "1", shown=False),
    )

    def title(self, result: SpectralAccount) -> str:
        """Of which quenches."""
        return f"SpectralAccount of {result.heating.quench.name!r} and {result.cooling.quench.name!r}"

    def parameters(self, result: SpectralAccount) -> dict[str, Known]:
        """Those of heating."""
        return start_parameters(result.heating.evolution)


class MpembaView(View[Mpemba], of=Mpemba):
    """The distances of a state and of its prepared one from where both end."""

    coordinates = (
        Variable(*("time", "time", "time", ("time",)), lambda r: r.plain.times, shown=False),
        Variable("state", "whether it was prepared", "1", ("state",), lambda _: ["plain", "prepared"], shown=False),
    )
    variables = (
        Variable(
            *("distance_from_end", "distance from the final state", "1", ("time", "state")),
            lambda r: np.stack(r.paths, axis=-1),
            shown=False,
        ),
        Variable("overlaps", "overlap with the slowest mode", "1", ("state",)),
        Variable("distances", "distance from the final state at time 0", "1", ("state",)),
        Variable("gap", "decay rate of the slowest mode", "1/time"),
        Variable("crossing", "when the prepared state overtakes", "time", (), lambda r: _or_nan(r.crossing)),
    )

    def title(self, result: Mpemba) -> str:
        """What is done to which state."""
        pair = f" and a turn of levels {result.rearrangement.pair}" if result.rearrangement.pair else ""
        return f"Mpemba by permutation {result.rearrangement.permutation}{pair}, in {result.distance.name}"


def _or_nan(number: float | None) -> float:
    return np.nan if number is None else number
