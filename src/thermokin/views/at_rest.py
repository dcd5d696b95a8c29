"""What is counted at rest: cumulants, covariances and the state they are counted in, as data and in a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.counting.counting import Counting
from thermokin.counting.covariance import Covariance
from thermokin.counting.cumulants import Cumulants
from thermokin.counting.truncation import relative_change
from thermokin.lab_units.asked import in_asked_units
from thermokin.machines.figures_of_merit import FiguresOfMerit
from thermokin.model.current import entropy_flow, heat, particles
from thermokin.model.current_checks import mean_rate
from thermokin.model.current_words import unit_of
from thermokin.model.model import Model
from thermokin.motion.steady_state import SteadyState
from thermokin.report.blocks import Block, Cell, Definitions, Heading, Level, Notice, Table
from thermokin.views.cumulants_shown import (
    covariances_shown,
    cumulants_shown,
    fano_shown,
    mean_and_noise,
    units_of_cumulants,
)
from thermokin.views.in_units import with_unit_shown
from thermokin.views.machines import FiguresOfMeritView, machine_blocks
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.views.report_folder import Drawings, Drawn

__all__ = ["AtRest", "AtRestView"]

MACHINE = FiguresOfMeritView()
VISIBLE = 1e-6  # relative change of a cumulant from which a truncation shows in the sixth digit


@dataclass(frozen=True, eq=False)
class AtRest(Result):
    """What is counted at rest.

    Args:
        counting: the prepared generator.
        cumulants: per time, by the words of each current.
        covariance: per time, of all currents.
        entropy_production: per time [nats/time]; infinite if heat flows into a bath at temperature 0.
        truncated: the key by which levels are cut off; empty where none are.
        coarser: cumulants with one level less, by words; empty where nothing is truncated.
        machine: what the model does as a machine; None where that is said elsewhere, or there are no baths.
    """

    counting: Counting
    cumulants: Mapping[str, Cumulants]
    covariance: Covariance
    entropy_production: float
    truncated: str
    coarser: Mapping[str, FloatArray]
    machine: FiguresOfMerit | None = None

    @property
    def model(self) -> Model:
        """The model."""
        return self.counting.model

    @property
    def order(self) -> int:
        """The largest cumulant."""
        return int(next(iter(self.cumulants.values())).values.shape[-1])

    @property
    def steady_state(self) -> SteadyState:
        """The state in which everything is counted."""
        return self.counting.steady_state

    @cached_property
    def change(self) -> float:
        """How much one level less would change a cumulant, relative to itself."""
        fine = {words: self.cumulants[words].values for words in self.coarser}
        return max((relative_change(coarse, fine[words]) for words, coarse in self.coarser.items()), default=0.0)

    def mean(self, weights: FloatArray) -> float:
        """A mean current by the rates of the jumps, independent of the counting."""
        return float(mean_rate(self.steady_state.model, weights, self.steady_state))


def _each(name: str, meaning: str, unit: str, read: str, *axes: str) -> Variable[AtRest]:
    """A number, or several, of the cumulants of each current."""

    def values(rest: AtRest) -> list[FloatArray]:
        return [getattr(found, read) for found in rest.cumulants.values()]

    return Variable(name, meaning, unit, ("current", *axes), values, shown=False)


def _of_state(name: str) -> Variable[AtRest]:
    meaning = f"{name.replace('_', ' ')} of the steady state"
    return Variable(name, meaning, "1", (), lambda rest: getattr(rest.steady_state, name), shown=False)


class AtRestView(View[AtRest], of=AtRest):
    """Cumulants and covariances over the currents, and the system at rest."""

    coordinates = (
        Variable("current", "current", "1", ("current",), lambda rest: list(rest.cumulants)),
        Variable("other", "current", "1", ("other",), lambda rest: list(rest.cumulants), shown=False),
        Variable("order", "order of the cumulant", "1", ("order",), lambda rest: np.arange(1, rest.order + 1)),
        Variable("current_unit", "unit of the amount", "1", ("current",), lambda rest: [*map(unit_of, rest.cumulants)]),
    )
    variables = (
        _each("cumulants", "cumulants per time", "current_unit^order/time", "values", "order"),
        _each("cumulant_error", "error of the cumulants by rounding", "current_unit^order/time", "error", "order"),
        _each("factorial_cumulants", "factorial cumulants per time", "1/time", "factorial", "order"),
        _each("ledger_mismatch", "difference of the mean from the ledger", "current_unit/time", "ledger_mismatch"),
        _each("defect", "backward error", "1", "defect"),
        Variable(
            *("covariance", "covariance per time", "current_unit other_unit/time", ("current", "other")),
            lambda rest: rest.covariance.values,
        ),
        Variable(
            *("populations", "populations of the steady state", "1", ("level",)),
            lambda rest: rest.steady_state.populations,
        ),
        Variable(
            *("entropy_production_rate", "entropy production per time", "nats/time", ()),
            lambda rest: rest.entropy_production,
        ),
        *map(_of_state, ("residual", "condition", "trace_defect", "positivity_defect")),
    )

    def title(self, result: AtRest) -> str:
        """What it is about."""
        return "currents and their fluctuations"

    def findings(self, result: AtRest) -> list[str]:
        """Mean and noise of each current, and whether a truncation shows."""
        lines = []
        for words, found in result.cumulants.items():
            lines.append(f"{words}: {mean_and_noise(words, found)}")
        if result.change > VISIBLE:
            shown = f"one level less changes a cumulant by {result.change:.1e} of itself"
            lines.append(f"{shown} (raise {result.truncated})")
        return lines

    def dataset(self, result: AtRest) -> xr.Dataset:
        """All numbers; words have no unit."""
        data = super().dataset(result)
        for name in ("current", "other", "current_unit"):
            del data[name].attrs["units"]
        return data

    def figures(self, result: AtRest) -> Drawings:
        """The machine: numbers at rest are a table."""
        return {} if result.machine is None else MACHINE.figures(result.machine)

    def blocks(self, result: AtRest, drawn: Drawn) -> Sequence[Block]:
        """The machine, notices and tables."""
        blocks: list[Block] = [*machine_blocks(result.machine, drawn), *_notices(result)]
        blocks += [Heading("The system at rest"), *_rest(result)]
        blocks += [Heading("Cumulants per time"), *_cumulants(result)]
        return [*blocks, Heading("Covariance"), *_covariance(result)] if len(result.cumulants) > 1 else blocks


def _notices(rest: AtRest) -> list[Notice]:
    from thermokin.views.report_folder import notices

    found, change = notices(rest.model), f"{rest.change:.1e} of itself"
    if rest.change > VISIBLE:
        text = f"The truncation shows: one level less changes a cumulant by {change}. Raise {rest.truncated}."
        found.append(Notice(Level.WARNING, text))
    elif rest.coarser:
        found.append(Notice(Level.MET, f"One level less changes no cumulant by more than {change}."))
    return found


def _rest(rest: AtRest) -> list[Block]:
    state, resolvent = rest.steady_state, rest.counting.resolvent
    items: tuple[tuple[str, Cell], ...] = (
        ("levels", rest.model.dimension),
        ("coordinates of the linear system", resolvent.block.size),
        ("method", type(resolvent).__name__.removesuffix("Resolvent").lower()),
        ("residual of the steady state", float(state.residual)),
        ("condition number", float(state.condition)),
        ("trace less 1", float(state.trace_defect)),
        ("lowest eigenvalue below 0", float(state.positivity_defect)),
        (
            with_unit_shown("entropy production per time", "nats/time"),
            float(in_asked_units(rest.entropy_production, "nats/time")),
        ),
    )
    moves = bool(rest.model.table.particles.any())
    columns: tuple[str, ...] = (
        "bath",
        with_unit_shown("T", "temperature"),
        with_unit_shown("heat in", "energy/time"),
        with_unit_shown("entropy out", "nats/time"),
    )
    rows: list[tuple[Cell, ...]] = []
    for bath in rest.model.baths:
        row: list[Cell] = [bath.name]
        numbers: list[tuple[ArrayLike, str]] = [
            (bath.temperature, "temperature"),
            (rest.mean(heat(rest.model, bath.name).weights), "energy/time"),
            (rest.mean(entropy_flow(rest.model, bath.name).weights), "nats/time"),
        ]
        if moves:
            flow = rest.mean(particles(rest.model, bath.name).weights)
            numbers += [(bath.chemical_potential, "voltage"), (flow, "charge/time")]
        row += [float(in_asked_units(number, unit)) for number, unit in numbers]
        rows.append(tuple(row))
    if moves:
        columns = (*columns, with_unit_shown("μ", "voltage"), with_unit_shown("particles in", "charge/time"))
    caption = "The baths at temperature T, and per time the heat into the system and the entropy into the bath"
    caption += "; their chemical potential μ, and per time the particles into the system." if moves else "."
    return [Definitions(items), Table(columns, tuple(rows), caption, digits=6)]


def _cumulants(rest: AtRest) -> list[Block]:
    order = rest.order
    heads = ("current", "unit", *(f"c_{{{number}}}" for number in range(1, order + 1)))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (words, units_of_cumulants(words, order), *cumulants_shown(words, found.values))
        for words, found in rest.cumulants.items()
    )
    caption = "Cumulants per time, c_{n} = lim ⟨⟨N^{n}⟩⟩/t, in units of (amount)^{n}/time."
    blocks: list[Block] = [Table(heads, rows, caption, digits=7)]
    trust: tuple[tuple[Cell, ...], ...] = tuple(
        (
            words,
            float(np.max(found.relative_error)),
            float(found.residual),
            float(found.condition),
            float(found.defect),
            *cumulants_shown(words, [found.ledger_mismatch]),
        )
        for words, found in rest.cumulants.items()
    )
    caption = (
        "What is known of their error: the largest relative error that rounding may have left in one of them; residual "
        "of the steady state, condition number of the generator with the trace fixed, backward error of the last "
        "solve, and the difference of c_{1} from the ledger's mean current."
    )
    heads = ("current", "relative error", "residual", "condition", "backward error", "|c_{1} − ledger|")
    blocks.append(Table(heads, trust, caption, digits=2))
    return [*blocks, *_precision(rest)]


def _precision(rest: AtRest) -> list[Block]:
    if rest.order < 2:
        return []
    rows = tuple(_precise(words, found, rest.entropy_production) for words, found in rest.cumulants.items())
    caption = (
        "Fano factor c_{2}/|c_{1}|, and noise times entropy production over the squared current, c_{2}σ/c_{1}^{2}: at "
        "least 2 for a current (not the activity) of a classical jump process."
    )
    return [Table(("current", "Fano factor", "c_{2} σ / c_{1}^{2}"), rows, caption, digits=6)]


def _precise(words: str, found: Cumulants, production: float) -> tuple[Cell, ...]:
    mean, noise = float(found.mean), float(found.noise)
    if not mean:
        return words, None, None
    cost = noise * production / mean**2
    return *fano_shown(words, found), cost if np.isfinite(cost) else float("inf")


def _covariance(rest: AtRest) -> list[Block]:
    names = [f"{number}. {words}" for number, words in enumerate(rest.cumulants, start=1)]
    found = rest.covariance
    heads = ("current", *(str(number) for number in range(1, len(names) + 1)))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *row) for name, row in zip(names, covariances_shown(rest.cumulants, found.values), strict=True)
    )
    with np.errstate(invalid="ignore"):
        correlation = found.correlation
    ties: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(None if np.isnan(value) else float(value) for value in row))
        for name, row in zip(names, correlation, strict=True)
    )
    return [
        Table(heads, rows, "Covariances per time, lim ⟨⟨N_{a} N_{b}⟩⟩/t.", digits=6),
        Table(
            heads, ties, "Correlations, covariance over the product of both deviations; a dash where none is.", digits=4
        ),
    ]
