"""What the information of clicks looks like: standard errors of a record of unit time, and how they fall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thermokin.inference.fisher_information import FisherInformation
from thermokin.lab_units.asked import asked_units, in_asked_units, unit_shown
from thermokin.model.parameter import Known
from thermokin.views.in_units import noted, with_unit_shown
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["FisherInformationView"]

CLICKS = (10.0, 1e5)  # over which standard errors are drawn


class FisherInformationView(View[FisherInformation], of=FisherInformation):
    """The information, and the standard errors that it allows."""

    coordinates = (
        Variable("parameter", "name of the number", "1", ("parameter",), lambda r: list(r.names), shown=False),
        Variable("other", "name of the number", "1", ("other",), lambda r: list(r.names), shown=False),
        Variable("parameter_unit", "its unit", "1", ("parameter",), lambda r: list(_units(r)), shown=False),
        Variable("detector", "name of the detector", "1", ("detector",), lambda r: list(r.detectors), shown=False),
    )
    variables = (
        Variable(
            *("information", "Fisher information per time"),
            *("1/(parameter_unit second_unit time)", ("parameter", "other")),
            lambda r: r.values,
            lambda r: r.error,
            shown=False,
        ),
        Variable("errors", "smallest standard error in unit time", "parameter time^(1/2)", ("parameter",), shown=False),
        Variable("at", "value of the number", "parameter_unit", ("parameter",), shown=False),
        Variable("rates", "rate of clicks", "1/time", ("detector",), shown=False),
    )

    def title(self, result: FisherInformation) -> str:
        """On what."""
        return f"Information of clicks on {', '.join(result.names)} per time"

    def parameters(self, result: FisherInformation) -> dict[str, Known]:
        """None vary."""
        return {}

    def rows(self, result: FisherInformation) -> list[tuple[str, str, str]]:
        """A line for each number, then how often detectors click."""
        found, root = [], np.sqrt(in_asked_units(1.0, "time"))
        time = noted("time")
        for place, (name, unit) in enumerate(zip(result.names, _units(result), strict=True)):
            at, error = (float(in_asked_units(one[place], unit)) for one in (result.at, result.errors))
            per = f"1/(({unit})^2 time)"
            information = float(in_asked_units(result.values[place, place], per))
            said = f"information {information:.6g}{noted(per)}, standard error {error * root:.4g}{noted(unit)}"
            said += f"/sqrt(time/{time.strip()})" if time else "/sqrt(time)"
            found.append((f"{name} = {at:.4g}{noted(unit)}", said, ""))
        rates = in_asked_units(result.rates, "1/time").tolist()
        every = ", ".join(f"{name} {rate:.4g}" for name, rate in zip(result.detectors, rates, strict=True))
        return [*found, ("clicks", every, unit_shown("1/time"))]

    def dataset(self, result: FisherInformation) -> xr.Dataset:
        """All numbers; standard errors, which have half a power of a time, in the units that are asked for."""
        data = super().dataset(result)
        if asked_units() is not None:
            root = np.sqrt(in_asked_units(1.0, "time"))
            shown = [float(in_asked_units(*one)) for one in zip(result.errors, _units(result), strict=True)]
            said = {**data["errors"].attrs, "units": f"that of the number, times sqrt({unit_shown('time')})"}
            data["errors"] = ("parameter", root * np.array(shown), said)
        return data

    def draw(self, result: FisherInformation, axes: list[Axes]) -> None:
        """The smallest standard error of each number against the time for which clicks are recorded."""
        from thermokin.report.style import legend

        times = np.geomspace(*CLICKS, 3) / result.rates.sum()
        for name, value, error in zip(result.names, result.at, result.errors, strict=True):
            if np.isfinite(error):
                share = error / abs(value) if value else error
                axes[0].plot(
                    in_asked_units(times, "time"), share / np.sqrt(times), label=name if value else f"{name}, absolute"
                )
        axes[0].set_xscale("log")
        axes[0].set_yscale("log")
        axes[0].set_xlabel(with_unit_shown("time of the record", "time"))
        axes[0].set_ylabel("smallest standard error,\nrelative")
        legend(axes[0])


def _units(result: FisherInformation) -> tuple[str, ...]:
    """The unit of each number in words."""
    return result.units or ("1",) * len(result.names)
