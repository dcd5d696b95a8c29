"""The tables [counting], [spectrum], [distribution] and [rate_function]: which currents, and what of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thermokin.study.counting.model_section import Temperature
from thermokin.study.grid_section import Grid, SpacedGrid
from thermokin.study.section import Finite, Positive, Section

__all__ = ["CountingSection", "DistributionSection", "RateFunctionGrid", "SpectrumGrid"]

MOST_CURRENTS = 12
Words = Annotated[str, Field(min_length=1, max_length=200)]
Some = Annotated[tuple[Words, ...], Field(strict=False, min_length=1, max_length=MOST_CURRENTS)]
Chosen = Annotated[Some | None, Field(description="which of counting.currents; the first if left out")]
Frequency = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class CountingSection(Section):
    """What is counted. The covariance of all currents is reported where there are two or more."""

    currents: Some = Field(description='currents in words, as "heat from hot" or "particles from left - activity"')
    order: int = Field(default=4, ge=1, le=20, description="largest cumulant, from 1 to 20")
    method: Literal["auto", "dense", "sparse", "krylov"] = "auto"


class SpectrumGrid(SpacedGrid):
    """Noise against frequency; without the table there is none."""

    currents: Chosen = None
    start: Frequency = Field(default=0.0, description="the first frequency, >= 0 [1/time]")
    stop: Finite = Field(description="the last frequency, > start [1/time]")
    points: int = Field(default=201, ge=2, le=10_000, description="how many frequencies, from 2 to 10000")


class DistributionSection(Section):
    """Probabilities of the amount exchanged since time 0; without the table there are none."""

    currents: Chosen = None
    times: Annotated[tuple[Positive, ...], Field(strict=False, min_length=1, max_length=4)] = Field(
        description="one to four times > 0, strictly ascending [1/energy]"
    )
    initial_temperature: Temperature | None = Field(
        default=None, description="of the Gibbs state at time 0 [energy]; the steady state if left out"
    )
    width: Positive | None = Field(default=None, description="of bins, > 0 [amount]; no bins if left out")


class RateFunctionGrid(Grid):
    """Counting fields for generating function and rate function; without the table there are none."""

    currents: Chosen = None
    start: Finite = Field(description="the first counting field [1/amount]")
    stop: Finite = Field(description="the last counting field, > start [1/amount]")
    points: int = Field(default=101, ge=3, le=2001, description="how many counting fields, from 3 to 2001")
