"""The noise of currents against frequency, in a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from thermokin.counting.noise_spectrum import NoiseSpectrum
from thermokin.lab_units.asked import counting, in_asked_units
from thermokin.model.current_words import counted_in, unit_of
from thermokin.report.blocks import Block, Cell, Table
from thermokin.views.by_current import ByCurrent, ByCurrentView, about, charged, identifier
from thermokin.views.in_units import with_unit_shown

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.views.report_folder import Drawing

__all__ = ["Spectra", "SpectraView"]


class Spectra(ByCurrent[NoiseSpectrum]):
    """Noise spectra, by the words of their currents."""


class SpectraView(ByCurrentView[NoiseSpectrum], of=Spectra):
    """Noise against frequency with its limits."""

    heading = "Noise spectrum"
    file = "spectrum"

    def add(self, data: xr.Dataset, words: str, one: NoiseSpectrum) -> None:
        """The noise at every frequency, and both limits."""
        name, unit = identifier(words), f"{unit_of(words, 2)}/time"
        noise = charged(words, "amount^2/time")
        data.coords["frequency"] = ("frequency", one.frequencies, about("frequency", "1/time"))
        data[f"spectrum_{name}"] = ("frequency", one.values, {**about(f"noise of {words}", unit), **noise})
        zero = {**about(f"zero-frequency noise of {words}", unit), **noise}
        data[f"zero_frequency_{name}"] = ((), float(one.zero_frequency), zero)
        data[f"shot_noise_{name}"] = ((), float(one.shot_noise), {**about(f"shot noise of {words}", unit), **noise})

    def drawing(self, words: str, one: NoiseSpectrum) -> Drawing:
        """The noise between its limits."""
        from thermokin.report.style import SINGLE_COLUMN, figure
        from thermokin.views.counting_figures import draw_spectrum

        drawing, axes = figure(width=SINGLE_COLUMN)
        draw_spectrum(axes[0, 0], one)
        caption = (
            f"Noise spectrum of {words}, between the zero-frequency noise S(0), which is the second cumulant per time, "
            "and the shot noise S(∞) of independent jumps."
        )
        return drawing, caption

    def tables(self, result: ByCurrent[NoiseSpectrum]) -> Sequence[Block]:
        """The noise at both ends of the grid."""
        rows: list[tuple[Cell, ...]] = []
        for words, one in result.items():
            ends = (one.values[0], one.frequencies[0], one.values[-1], one.frequencies[-1])
            with counting(counted_in(words)):
                units = ("amount^2/time", "amount^2/time", "1/time", "amount^2/time", "1/time", "amount^2/time")
                numbers = zip((one.zero_frequency, *ends, one.shot_noise), units, strict=True)
                said = with_unit_shown(words, "amount^2/time")
                rows.append((said, *(float(in_asked_units(number, unit)) for number, unit in numbers)))
        at = with_unit_shown("at ω", "1/time")
        heads = ("current", "S(0)", "S, first", at, "S, last", f"{at} ", "S(∞)")
        caption = "The noise at both ends of the grid of frequencies, and its limits."
        return [Table(heads, tuple(rows), caption, digits=6)]
