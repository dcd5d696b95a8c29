"""The large deviations of currents, in a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from thermokin.counting.cumulant_generating_function import CumulantGeneratingFunction
from thermokin.counting.kink import Kink
from thermokin.lab_units.asked import counting, in_asked_units
from thermokin.model.current_words import counted_in, unit_of
from thermokin.report.blocks import Block, Cell, Paragraph, Table
from thermokin.report.significant import significant
from thermokin.views.by_current import ByCurrent, ByCurrentView, about, charged, identifier
from thermokin.views.in_units import noted, with_unit_shown

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.views.report_folder import Drawing

__all__ = ["LargeDeviations", "LargeDeviationsView"]


class LargeDeviations(ByCurrent[CumulantGeneratingFunction]):
    """Scaled cumulant generating functions, by the words of their currents."""


class LargeDeviationsView(ByCurrentView[CumulantGeneratingFunction], of=LargeDeviations):
    """The generating function and its Legendre transform, with symmetry and kinks."""

    heading = "Large deviations"
    file = "large_deviations"

    def add(self, data: xr.Dataset, words: str, one: CumulantGeneratingFunction) -> None:
        """Both functions, and the affinity where there is one."""
        name, unit = identifier(words), unit_of(words)
        field, per = f"field_{name}", "1" if unit == "1" else f"1/{unit}"
        data.coords[field] = (field, one.s, {**about(f"counting field of {words}", per), **charged(words, "1/amount")})
        label = about(f"scaled cumulant generating function of {words}", "1/time")
        data[f"generating_function_{name}"] = (field, one.values, label)
        rate = one.rate_function()
        label = {**about(f"current of {words}", f"{unit}/time"), **charged(words, "amount/time")}
        data[f"rate_current_{name}"] = (f"point_{name}", rate.currents, label)
        data[f"rate_function_{name}"] = (f"point_{name}", rate.values, about(f"rate function of {words}", "1/time"))
        if not one.symmetry.why:
            said = {**about(f"affinity of {words}", per), **charged(words, "1/amount")}
            data[f"affinity_{name}"] = ((), float(one.symmetry.affinity), said)
            label = about("relative deviation from the Gallavotti-Cohen symmetry", "1")
            data[f"symmetry_deviation_{name}"] = ((), float(one.symmetry.relative), label)

    def drawing(self, words: str, one: CumulantGeneratingFunction) -> Drawing:
        """Both functions side by side."""
        from thermokin.report.style import DOUBLE_COLUMN, figure, small_font
        from thermokin.views.counting_figures import draw_generating, draw_rate

        drawing, axes = figure(1, 2, width=DOUBLE_COLUMN, height=0.38 * DOUBLE_COLUMN)
        for ax, draw, letter in zip(axes[0], (draw_generating, draw_rate), "ab", strict=True):
            draw(ax, one)
            ax.set_title(f"({letter})", loc="left", fontproperties=small_font(ax))
        caption = (
            f"Large deviations of {words}: (a) the scaled cumulant generating function λ(s), whose slope at 0 is the "
            "mean current, and (b) its Legendre transform, the rate function I(j), zero at the mean."
        )
        if one.symmetry.holds:
            affinity = float(in_asked_units(one.symmetry.affinity, "1/amount"))
            caption += (
                f" Rings: the images under the Gallavotti-Cohen symmetry, λ(s) = λ(−A − s) and I(j) = I(−j) − A j, "
                f"with A = {significant(affinity, 4)}{noted('1/amount')}."
            )
        return drawing, caption

    def tables(self, result: ByCurrent[CumulantGeneratingFunction]) -> Sequence[Block]:
        """The symmetry of each current, and its kinks in words."""
        rows: list[tuple[Cell, ...]] = []
        texts: list[Block] = []
        for words, one in result.items():
            found, residual = one.symmetry, float(one.residual.max())
            if found.why:
                rows.append((words, f"none: {found.why}", None, None, residual))
            else:
                answer = "holds" if found.holds else "does not hold"
                with counting(counted_in(words)):
                    affinity = float(in_asked_units(found.affinity, "1/amount"))
                    rows.append((with_unit_shown(words, "1/amount"), answer, affinity, float(found.relative), residual))
            for kink in one.kinks:
                with counting(counted_in(words)):
                    texts.append(_kinked(words, kink))
        heads = ("current", "λ(s) = λ(−A − s)", "A", "relative deviation", "residual")
        caption = (
            "The Gallavotti-Cohen symmetry about the minimum of λ, which follows where the current alone determines "
            "the entropy produced; and the largest residual of the eigenpairs."
        )
        return [Table(heads, tuple(rows), caption, digits=5), *texts]


def _kinked(words: str, kink: Kink) -> Paragraph:
    low, high = (significant(float(in_asked_units(current, "amount/time"))) for current in kink.currents)
    field = significant(float(in_asked_units(kink.s, "1/amount")))
    return Paragraph(
        f"λ of {words} has a kink at s = {field}{noted('1/amount')}, where the current changes from {low} to "
        f"{high}{noted('amount/time')}: a dynamical phase transition, or a crossover too narrow to be told from one."
    )
