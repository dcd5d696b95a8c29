"""All bounds of the catalogue on an amount exchanged since time 0, beside its variance."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.bounds.bound import Bound, Bounds, Hypothesis
from thermokin.bounds.catalogue import (
    BARE_THERMO_KINETIC,
    FLUCTUATION_THEOREM,
    KINETIC,
    SCORE_INFORMATION,
    THERMO_KINETIC,
    THERMODYNAMIC,
    TIME_WEIGHTED,
    Entry,
)
from thermokin.bounds.exchange_limit import exchange_limit, exchange_rounding
from thermokin.bounds.initial_temperature import preparation
from thermokin.bounds.relaxation_case import ROUNDING, RelaxationCase
from thermokin.bounds.score_information import ScoreInformation, score_information
from thermokin.bounds.score_response import ScoreResponse
from thermokin.bounds.two_level_limit import two_level_limit
from thermokin.counting.integrated_cumulants import IntegratedCumulants
from thermokin.model.bath import one_temperature
from thermokin.model.model import Model
from thermokin.thermo.ledger import Ledger

__all__ = ["baths_agree", "information_bound", "relaxation_bounds"]


def relaxation_bounds(ledger: Ledger, exchanged: IntegratedCumulants) -> Bounds:
    """Bounds on the variance of an exchanged amount, from what the evolution costs, each with its hypotheses checked.

    Where populations obey a rate equation, each is a few passes over the arrays; elsewhere the auxiliary operator phi
    is propagated, and the bound with the exact information comes along. The time-weighted bound is there for two levels
    only.

    Args:
        ledger: of the evolution.
        exchanged: mean and variance of the amount along the same evolution.

    Returns:
        The bounds: those that are theorems for relaxation first, the bare thermo-kinetic bound last.

    Raises:
        ValueError: if the amount belongs to another model or was counted at other times.

    Cost:
        As `score_response` where populations and coherences are coupled.

    Reference:
        vo2022, vanvu2024, dechant2020, liu2020, garrahan2017, diterlizzi2019, timpanaro2019.
    """
    case = RelaxationCase(ledger, exchanged)
    bounds = [_thermo_kinetic(case)]
    if case.response is not None:
        bounds.append(_exact_information(case))
    bounds += [_thermodynamic(case), _kinetic(case), *_time_weighted(case), *_fluctuation_theorem(case), _bare(case)]
    return Bounds(bounds)


def information_bound(ledger: Ledger, exchanged: IntegratedCumulants) -> Bound:
    """The thermo-kinetic bound with the exact information int sum_k l_k^2 a_k dt in place of its upper limit.

    Args:
        ledger: of the evolution.
        exchanged: mean and variance of the amount along the same evolution.

    Returns:
        The bound.

    Raises:
        ValueError: if the amount belongs to another model or was counted at other times.

    Cost:
        A quadrature over the rates of all jumps, some hundred times the cost of one time.

    Reference:
        vo2022, vanvu2024.
    """
    return _exact_information(RelaxationCase(ledger, exchanged))


def _thermo_kinetic(case: RelaxationCase) -> Bound:
    return _by_entropy(case, THERMO_KINETIC, case.information)


def _thermodynamic(case: RelaxationCase) -> Bound:
    return _by_entropy(case, THERMODYNAMIC, 0.5 * case.ledger.entropy_production)


def _by_entropy(case: RelaxationCase, entry: Entry, cost: FloatArray) -> Bound:
    limit, rounding = case.over(case.squared_forces, cost), case.entropy_rounding
    error = _forces_error(case, cost)
    if isinstance(rounding, np.ndarray):
        # No cost grows faster than the entropy production, in relative terms.
        error = error + case.over(limit * rounding, case.ledger.entropy_production)
    return _bound(case, entry, limit, case.paired, error)


def _kinetic(case: RelaxationCase) -> Bound:
    limit, response = case.over(case.squared_speed, case.activity), case.response
    if response is None:
        return _bound(case, KINETIC, limit, ())
    return _bound(
        case, KINETIC, limit, (), case.over(2.0 * np.abs(response.speed) * response.speed_error, case.activity)
    )


def _exact_information(case: RelaxationCase) -> Bound:
    found: ScoreResponse | ScoreInformation | None = case.response
    if found is None:
        found = score_information(case.evolution)
    limit = case.over(case.squared_forces, found.information)
    error = _forces_error(case, found.information) + case.over(limit * found.information_error, found.information)
    return _bound(case, SCORE_INFORMATION, limit, case.paired, error)


def _bare(case: RelaxationCase) -> Bound:
    evolution = case.evolution
    rest = evolution.motion is not None and not evolution.deviation.any()
    steady = Hypothesis("populations obey a rate equation and are at rest", rest)
    limit = case.over(np.asarray(case.exchanged.mean**2), case.information)
    return _bound(case, BARE_THERMO_KINETIC, limit, (*case.paired, steady))


def _time_weighted(case: RelaxationCase) -> list[Bound]:
    motion, levels = case.evolution.motion, case.levels
    if motion is None or levels is None or case.model.dimension != 2:
        return []
    step = levels[..., 1] - levels[..., 0]
    limit = two_level_limit(motion, case.evolution.initial.populations, step, case.evolution.times)
    return [_bound(case, TIME_WEIGHTED, limit, ())]


def _fluctuation_theorem(case: RelaxationCase) -> list[Bound]:
    """Where hypotheses fail, with the first bath's temperature and the one that the outermost levels share."""
    model, levels = case.model, case.heat_levels
    if not model.baths:
        return []
    start = preparation(case.evolution.initial, model.energies if levels is None else levels)
    with np.errstate(divide="ignore"):
        final = (1.0 / model.baths[0].temperature)[..., None]
    hypotheses = (
        Hypothesis("the system starts in a Gibbs state", start.thermal and model.energy.is_diagonal),
        Hypothesis("all baths have one temperature and one chemical potential", baths_agree(model)),
        Hypothesis(
            "the count is the heat, and each jump changes the energy of the levels by it",
            levels is not None and model.generator.is_diagonal,
        ),
    )
    with np.errstate(invalid="ignore"):
        force = np.asarray(start.inverse_temperature[..., None] - final)
    limit = exchange_limit(case.exchanged.mean, force)
    error = exchange_rounding(force, final, case.rounding, ROUNDING)
    return [_bound(case, FLUCTUATION_THEOREM, limit, hypotheses, error)]


def _bound(
    case: RelaxationCase,
    entry: Entry,
    limit: FloatArray,
    hypotheses: tuple[Hypothesis, ...],
    error: FloatArray | float = 0.0,
) -> Bound:
    variance, mean = case.exchanged.variance, case.exchanged.mean
    return Bound(entry, variance, limit, mean, hypotheses, np.asarray(case.rounding + error), case.evolution)


def _forces_error(case: RelaxationCase, cost: FloatArray) -> FloatArray | float:
    """The error of [<J>(1+delta)]^2 over a cost."""
    response = case.response
    return 0.0 if response is None else case.over(2.0 * np.abs(response.forces) * response.forces_error, cost)


def baths_agree(model: Model) -> bool:
    """Whether all baths have one temperature and one chemical potential, and every jump has a bath.

    Args:
        model: the model.

    Returns:
        The answer.
    """
    if not model.baths or model.table.bathless.any():
        return False
    return one_temperature(model.baths)
