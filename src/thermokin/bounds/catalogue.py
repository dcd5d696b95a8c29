"""The catalogue of bounds, and what it says of an amount exchanged since time 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import NotConvergedError
from thermokin._threads import few_threads
from thermokin._typing import FloatArray, OperatorLike
from thermokin._verbs import verb
from thermokin.bounds.asked import of_name, require_answers, require_domain, require_use
from thermokin.bounds.bound import BoundAtRest, Bounds, BoundsAtRest
from thermokin.bounds.certified_bounds import certified_bounds, require_certifiable
from thermokin.bounds.clock import CLOCK
from thermokin.bounds.coherent_transport import (
    CHIRAL_FERMIONS,
    COHERENT_BOSONS,
    COHERENT_FERMIONS,
    WEIGHTED_FERMIONS,
)
from thermokin.bounds.cycle_affinity import BARRIER_RESPONSE, OSCILLATION
from thermokin.bounds.dynamical_activity import DYNAMICAL_ACTIVITY, VAN_VU_SAITO
from thermokin.bounds.exact_information import SCORE_INFORMATION
from thermokin.bounds.fluctuation_theorem import EXCHANGE, FLUCTUATION_THEOREM
from thermokin.bounds.hamiltonian_response import HAMILTONIAN_RESPONSE
from thermokin.bounds.independent_transfers import AT_ONE_TEMPERATURE, BUNCHED, LEAST_SHARE, QUIET_FERMIONS, TRANSFERS
from thermokin.bounds.inverse import GAP, INVERSE
from thermokin.bounds.kinetic import BARE_KINETIC, KINETIC
from thermokin.bounds.optimal_scores import OPTIMAL_JUMPS, OPTIMAL_JUMPS_AND_HAMILTONIAN
from thermokin.bounds.record import OPTIMAL_RECORD, RECORD, RECORD_INFORMATION, RECORD_KINETIC
from thermokin.bounds.relaxation_case import RelaxationCase
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.scaled_forces import SCALED_FORCES
from thermokin.bounds.since_start import bound_since_start
from thermokin.bounds.speed_limit import LANDAUER, SPEED_LIMIT
from thermokin.bounds.survival import SURVIVAL
from thermokin.bounds.theorem import VARIANCE, Limit, Situation, Theorem
from thermokin.bounds.thermo_kinetic import BARE_THERMO_KINETIC, THERMO_KINETIC
from thermokin.bounds.thermodynamic import BARE_THERMODYNAMIC, THERMODYNAMIC
from thermokin.bounds.time_weighted import TIME_WEIGHTED
from thermokin.counting.counting import cumulants
from thermokin.counting.integrated_cumulants import IntegratedCumulants, exchanged
from thermokin.linear_response.sampling import sampling
from thermokin.model.current import Current, own
from thermokin.model.model import Model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Initial
from thermokin.motion.observable import hermitian_in_frame
from thermokin.thermo.ledger import Ledger

__all__ = ["catalogue", "evaluate", "relaxation_bounds", "rest_bounds"]

WITH_ALL = (EXCHANGE, SURVIVAL, DYNAMICAL_ACTIVITY)  # beside the others where the whole catalogue is asked for


def catalogue(situation: Situation | None = None) -> tuple[Theorem, ...]:
    """All bounds, those that are theorems for relaxation first. A new theorem is a file of its own and a name here.

    Args:
        situation: those that say something there alone; all if None.

    Returns:
        Statement, domain, equality case and reference of each.

    Example:
        >>> import thermokin as tk
        >>> rest = tk.bounds.catalogue(tk.bounds.Situation.REST)
        >>> next(theorem.statement for theorem in rest if theorem.name == "bare thermodynamic")
        'Var J >= <J>^2 / (Sigma/2), the thermodynamic uncertainty relation of rate equations, without delta'
    """
    every = (
        THERMO_KINETIC,
        SCORE_INFORMATION,
        THERMODYNAMIC,
        KINETIC,
        TIME_WEIGHTED,
        FLUCTUATION_THEOREM,
        EXCHANGE,
        SURVIVAL,
        SPEED_LIMIT,
        LANDAUER,
        OPTIMAL_JUMPS,
        OPTIMAL_JUMPS_AND_HAMILTONIAN,
        SCALED_FORCES,
        HAMILTONIAN_RESPONSE,
        DYNAMICAL_ACTIVITY,
        VAN_VU_SAITO,
        CLOCK,
        RECORD,
        RECORD_INFORMATION,
        RECORD_KINETIC,
        OPTIMAL_RECORD,
        INVERSE,
        GAP,
        BARRIER_RESPONSE,
        OSCILLATION,
        COHERENT_FERMIONS,
        CHIRAL_FERMIONS,
        WEIGHTED_FERMIONS,
        COHERENT_BOSONS,
        TRANSFERS,
        LEAST_SHARE,
        BUNCHED,
        QUIET_FERMIONS,
        AT_ONE_TEMPERATURE,
        BARE_THERMO_KINETIC,
        BARE_THERMODYNAMIC,
        BARE_KINETIC,
    )
    return tuple(theorem for theorem in every if situation is None or situation in theorem.situations)


@verb
def evaluate(
    model: Model,
    current: Current,
    initial: Initial | None = None,
    times: ArrayLike | None = None,
    *,
    theorems: Sequence[Theorem | str] | Theorem | str = (),
    outside: bool = False,
    counts_dephasing: bool = False,
    perturbation: OperatorLike | None = None,
    trajectories: int | None = None,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
    certify: bool = False,
) -> Bounds | BoundsAtRest:
    """The bounds of the catalogue on what a current exchanges: per time in the steady state, or from time 0 to a time.

    Of the whole catalogue, bounds outside their domain are computed and marked; one that is asked for by itself is
    refused there, unless `outside` wishes for it. Those that average over the record of jumps must be asked for; that
    average is exact where jumps reset the system, elsewhere `trajectories` samples it, and `error` then holds three
    standard errors, more where runs are few. It is far too small where jumps decide of which all runs hold few.

    Args:
        model: the model; a classical jump process as well.
        current: the current, of that model.
        initial: where it starts, as in `evolve`; without times, says which steady state is meant where there are more.
        times: one time, or an ascending grid (..., t) [time]; the steady state if None.
        theorems: which bound or bounds, by themselves or by name; those of the catalogue unless given.
        outside: whether those that are given are computed outside their domain too, marked by `applies`.
        counts_dephasing: whether uncounted jumps that undo themselves and move no population, such as dephasing at
            frequency zero, are counted as activity: that never sharpens a bound, and some tables do.
        perturbation: V (..., d, d) in the user's basis, of the bounds by a response to H -> H + theta V at rest; the
            Hamiltonian itself if None.
        trajectories: how many runs to sample for the bounds of the record, where jumps do not reset; None refuses then.
        seed: of the runs, >= 0.
        progress: is told which fraction of the runs is behind; begins again where longer runs are needed.
        certify: whether ball arithmetic encloses the slack too, see `certificate`, of each bound at rest whose limit is
            made of mean, noise, entropy production, activity and responses to jumps and to the Hamiltonian.

    Returns:
        The bounds, each with value, limit, slack, its parts and its hypotheses checked; arrays (..., t), t = 1 for one
        time, and (...) at rest.

    Raises:
        HypothesisError: if a bound that was asked for by itself is no theorem here.
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        NotConvergedError: if rounding leaves fewer than six digits of the noise, a state turns more often since time 0
            than can be followed, or runs remember their start.
        ValueError: if the current belongs to another model, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        At rest one factorisation and two solves. Where the whole space has more than 100 elements, `inverse` and `gap`,
        which need all eigenvalues, are left out unless named. Runs take some ten microseconds a jump.

    Example:
        >>> import thermokin as tk
        >>> maser = tk.library.three_level_maser(drive=0.02, hot=6.0, rate_hot=0.01, rate_cold=0.02)
        >>> found = tk.bounds.evaluate(maser, tk.heat(maser, "hot"))
        >>> bool(found["optimal scores"].holds)
        True
    """
    own(current, model)
    asked = [of_name(one, catalogue()) for one in ([theorems] if isinstance(theorems, Theorem | str) else theorems)]
    wish = sampling(trajectories, seed, progress)
    if certify:
        require_certifiable(at_rest=times is None, initial=initial, perturbation=perturbation)
    require_use(wish, asked, at_rest=times is None)
    if times is None:
        counted = cumulants(model, current, initial=initial)
        direction = None
        if perturbation is not None:
            direction = hermitian_in_frame(counted.steady_state.model, perturbation, "perturbation")
        case = RestCase(counted, counts_dephasing, direction, initial, by_name=bool(asked), sampling=wish)
        found: Bounds | BoundsAtRest = rest_bounds(case, theorems=asked)
    elif perturbation is not None:
        raise ValueError("`perturbation` is for the steady state; leave it out beside `times`.")
    elif initial is None:
        raise ValueError("`initial` must say where it starts at time 0; leave `times` out for the steady state.")
    else:
        evolution = evolve(model, initial, np.atleast_1d(np.asarray(times, dtype=np.float64)))
        wanted = asked or catalogue(Situation.RELAXATION)
        amount = exchanged(evolution, current)
        found = relaxation_bounds(Ledger(evolution), amount, theorems=wanted, counts_dephasing=counts_dephasing)
    if asked and not outside:
        require_domain(found)
        require_answers(found, asked)
    return certified_bounds(found, current, case.taking_part) if certify and isinstance(found, BoundsAtRest) else found


def rest_bounds(case: RestCase, *, theorems: Sequence[Theorem] = ()) -> BoundsAtRest:
    """Bounds on the noise of a current in the steady state, each with its hypotheses checked.

    Args:
        case: the current there.
        theorems: which bounds; those of the catalogue unless given.

    Returns:
        The bounds.

    Example:
        >>> import math, numpy as np, thermokin as tk
        >>> ahead = np.roll(np.eye(3), 1, axis=0)
        >>> ring = tk.rates(2.0 * ahead + 1.0 * ahead.T, weights={"steps": ahead - ahead.T})
        >>> case = tk.bounds.RestCase(tk.cumulants(ring, tk.current(ring, "steps")))
        >>> round(float(tk.bounds.rest_bounds(case)["thermodynamic"].ratio), 8), round(3.0 * math.log(2.0) / 2.0, 8)
        (1.03972077, 1.03972077)
    """
    wanted = theorems or [theorem for theorem in catalogue(Situation.REST) if not theorem.costly]
    # Points of a sweep that are lost, and errors that are not known, show as such.
    with few_threads(case.model.dimension), np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        limits = [(theorem, _told(case, theorem)) for theorem in wanted]
        return BoundsAtRest(_at_rest(case, theorem, limit) for theorem, limit in limits if limit is not None)


def _told(case: RestCase, theorem: Theorem) -> Limit | None:
    """The limit; None where the theorem says nothing, or where one of many has no digit that could be told."""
    try:
        return None if theorem.rest is None else theorem.rest(case)
    except NotConvergedError:
        if case.by_name:
            raise
        return None


def _at_rest(case: RestCase, theorem: Theorem, limit: Limit) -> BoundAtRest:
    value = case.noise if limit.bounded is None else limit.bounded
    own_error = case.cumulants.error[..., 1] if limit.bounded is None else 0.0
    error = np.asarray(own_error + limit.error)
    parts = limit.hypotheses, error, limit.cost, limit.response
    value, stated = (_where_known(case, number) for number in (value, limit.value))
    return BoundAtRest(theorem, value, stated, case.mean, *parts, case.steady_state, limit_error=limit.error)


def _where_known(case: RestCase, numbers: FloatArray) -> FloatArray:
    """NaN at the points of a sweep at which there is no state to speak of."""
    lost = case.steady_state.lost
    return np.where(lost, np.nan, numbers) if lost.any() else numbers


def relaxation_bounds(
    ledger: Ledger, exchanged: IntegratedCumulants, *, theorems: Sequence[Theorem] = (), counts_dephasing: bool = False
) -> Bounds:
    """Bounds on the variance of an exchanged amount, from what the evolution costs, each with its hypotheses checked.

    Where populations obey a rate equation, each is a few passes over the arrays; elsewhere the auxiliary operator phi
    is propagated, and the bound with the exact information comes along. The time-weighted bound is there for two levels
    only.

    Args:
        ledger: of the evolution.
        exchanged: mean and variance of the amount along the same evolution.
        theorems: which bounds; those of the catalogue on a variance unless given, less `exchange`, `survival` and
            `dynamical activity`, which `evaluate` has.
        counts_dephasing: whether uncounted jumps that undo themselves and move no population are counted as activity.

    Returns:
        The bounds: those that are theorems for relaxation first, the bare thermo-kinetic bound last.

    Raises:
        ValueError: if the amount belongs to another model or was counted at other times.

    Cost:
        As `jump_response` where populations and coherences are coupled.

    Reference:
        vo2022, vanvu2024, dechant2020, liu2020, garrahan2017, diterlizzi2019, timpanaro2019.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> heated = tk.evolve(qubit, tk.Gibbs(2.0), [100.0])
        >>> found = tk.bounds.relaxation_bounds(tk.ledger(qubit, heated), tk.exchanged(heated, tk.heat(qubit)))
        >>> bool(all(bound.holds for bound in found if bound.applies))
        True
    """
    case = RelaxationCase(ledger, exchanged, counts_dephasing)
    # What a comparison of quenches shows: more than these would take its time and hide them.
    every = [theorem for theorem in catalogue(Situation.RELAXATION) if theorem not in WITH_ALL]
    wanted = theorems or [theorem for theorem in every if theorem.bounded is VARIANCE]
    with few_threads(case.model.dimension):
        limits = [(theorem, theorem.relaxation(case)) for theorem in wanted if theorem.relaxation is not None]
    return Bounds(bound_since_start(case, theorem, limit) for theorem, limit in limits if limit is not None)
