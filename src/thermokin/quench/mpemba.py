"""The Mpemba finder: states that relax faster though they start farther from where they end."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution, evolve
from thermokin.motion.initial import Initial, InitialState
from thermokin.motion.modes import Modes, population_modes
from thermokin.motion.preparation import Preparation
from thermokin.numerics.bracketed_root import Bracket, bracketed_roots
from thermokin.operators.distance import Distance, RelativeEntropy
from thermokin.quench.crossings import first_change
from thermokin.quench.lead import relative_lead
from thermokin.quench.slow_mode import Permutation, Rearrangement, Search, SlowMode

__all__ = ["Mpemba", "mpemba"]

DEGENERATE = 1e-9  # distance of the two slowest rates, relative to the slowest, below which they are one
GRID = 400
RELATIVE = 1e-12  # of a crossing time
EARLY, LATE = 1e-4, 60.0  # the grid's ends, in units of the fastest jump's time and of the slowest mode's


@dataclass(frozen=True, eq=False)
class Mpemba(Result):
    """What a unitary does to a relaxation: both evolutions, and whether the prepared one overtakes.

    Args:
        rearrangement: the unitary, as a permutation of levels and a rotation of two.
        distance: the measure of how far a state is from where it ends.
        gap: decay rate of the slowest mode [1/time].
        overlaps: with the slowest mode, before and after; in the 1/pi norm under detailed balance.
        distances: from the final state at time 0, before and after.
        crossing: first time at which the prepared state is no farther any more [time]; None if it never is, or if it
            does not start farther.
        plain: evolution of the state as it was.
        prepared: evolution of the prepared state, at the same times.
    """

    rearrangement: Rearrangement
    distance: Distance
    gap: float
    overlaps: tuple[float, float]
    distances: tuple[float, float]
    crossing: float | None
    plain: Evolution
    prepared: Evolution

    @property
    def unitary(self) -> ComplexArray:
        """The unitary (d, d) in the user's basis, applied as U rho U^+."""
        return self.rearrangement.unitary(self.plain.model)

    @property
    def paths(self) -> tuple[FloatArray, FloatArray]:
        """The distances of the plain and of the prepared state from where they end (t,) each."""
        return _distances(self.plain, self.distance), _distances(self.prepared, self.distance)

    @property
    def overlap_ratio(self) -> float:
        """How much of the overlap with the slowest mode is left, |after / before|."""
        before, after = self.overlaps
        return abs(after / before) if before != 0.0 else (0.0 if after == 0.0 else np.inf)

    @property
    def starts_farther(self) -> bool:
        """Whether the prepared state starts farther from the final state, by more than rounding."""
        return bool(relative_lead(np.asarray(self.distances[1]), np.asarray(self.distances[0])) > 0.0)

    @property
    def overtakes(self) -> bool:
        """Whether the prepared state starts farther and arrives sooner."""
        return self.crossing is not None


def mpemba(model: Model, initial: Initial, *, search: Search | None = None, distance: Distance | None = None) -> Mpemba:
    """A state that relaxes faster than a given one though it starts farther, reached from it by a unitary.

    The overlap of the start with the slowest mode decides the late times. It is made as small as the search allows;
    both states are then evolved, and the crossing of their distances from the final state is found.

    Args:
        model: a model of one point whose populations are closed.
        initial: a state without coherences, `Gibbs(temperature)` say.
        search: `Permutation()` (if None), or `PairRotation()`.
        distance: `RelativeEntropy()` if None.

    Returns:
        The unitary, overlaps and distances before and after, and the crossing if there is one.

    Raises:
        HypothesisError: if populations are not closed, the initial state has coherences, the slowest mode is degenerate
            or oscillates, or no unitary of that kind suppresses it.
        ValueError: if the model has leading axes, or the initial state is not valid.
        TypeError: if it is of the wrong type.

    Cost:
        One eigendecomposition; all d! permutations up to 8 levels, O(d^2) an exchange beyond; 400 states for the
        crossing, as matrices where the unitary makes coherence.

    Reference:
        carollo2021.

    Example:
        >>> import thermokin as tk
        >>> ladder = tk.library.levels([0.0, 0.2, 1.0], rate=1e-4, temperature=2.0)
        >>> found = tk.mpemba(ladder, tk.Gibbs(0.2))
        >>> round(float(found.overlap_ratio), 4), bool(found.starts_farther), bool(found.overtakes)
        (0.0594, True, True)
    """
    search = Permutation() if search is None else search
    distance = RelativeEntropy() if distance is None else distance
    plain = _plain(model, initial)
    mode = _slow_mode(plain)
    rearrangement = search.rearrangement(mode)
    times = np.geomspace(EARLY / float(plain.liouvillian.decay.diagonal.max()), LATE / mode.gap, GRID)
    starts = (plain, _prepared(plain, rearrangement))
    plain, prepared = (start.at_many(times) for start in starts)
    distances = [_distances(start, distance)[0] for start in starts]
    overlaps = (float(mode.overlap(mode.populations)), float(mode.overlap(rearrangement.of(mode.populations))))
    lead = float(relative_lead(*distances[::-1]))
    crossing = _crossing(plain, prepared, distance, lead) if lead > 0.0 else None
    before, after = map(float, distances)
    return Mpemba(rearrangement, distance, mode.gap, overlaps, (before, after), crossing, plain, prepared)


def _plain(model: Model, initial: Initial) -> Evolution:
    """The evolution of the state as it is, at time 0."""
    if model.batch_shape:
        raise ValueError(f"`model` must be one point, got leading axes {model.batch_shape}.")
    if not Liouvillian(model).populations_closed:
        raise HypothesisError("the finder needs closed populations; here they are coupled to coherences.")
    plain = evolve(model, initial, np.zeros(1))
    if not plain.population_only:
        raise HypothesisError("the finder needs an initial state without coherences.")
    if plain.populations.ndim > 2:
        raise ValueError(f"`initial` must be one state, got leading axes {plain.populations.shape[:-2]}.")
    return plain


def _slow_mode(plain: Evolution) -> SlowMode:
    assert plain.motion is not None  # noqa: S101 - populations are closed
    found = population_modes(plain.liouvillian, plain.motion)
    decay = plain.liouvillian.decay.diagonal
    return SlowMode(
        left=_only_slowest(found),
        gap=float(found.gap),
        populations=plain.initial.populations,
        final=np.asarray(found.stationary),
        dephasing=0.5 * (decay[:, None] + decay),
    )


def _only_slowest(found: Modes) -> FloatArray:
    """The left slowest mode, real; refused where it is not the only slowest."""
    values = found.values
    if found.stationary is None or not -values[1].real > 0.0:
        raise HypothesisError("the finder needs relaxation to one final state.")
    if abs(values[1].imag) > DEGENERATE * abs(values[1]):
        raise HypothesisError("the slowest mode oscillates; its overlap is not one real number.")
    if values.size > 2 and abs(values[2] - values[1]) <= DEGENERATE * abs(values[1]):
        raise HypothesisError("the slowest mode is degenerate; no single overlap decides the late times.")
    left = found.left[:, 1]
    # A real mode may come with any phase.
    phase = left[np.argmax(np.abs(left))]
    return np.asarray((left * (np.abs(phase) / phase)).real)


def _prepared(plain: Evolution, rearrangement: Rearrangement) -> Evolution:
    """The evolution of the state after the unitary, at time 0; what moves populations is prepared once."""
    model, populations = plain.model, plain.initial.populations
    if rearrangement.pair is None:
        moved = rearrangement.of(populations)
        made = Preparation.of(plain.liouvillian, InitialState(moved, None, None), plain.motion)
        assert plain.away is not None and made.away is not None  # noqa: S101, PT018 - populations are closed
        # A level that keeps its population is as far from its end as it was, which may be known to more digits.
        away = np.where(moved == populations, plain.away, made.away)
        return replace(plain, preparation=replace(made, away=away)).at(plain.times)
    unitary = model.to_frame(rearrangement.unitary(model))
    return evolve(model, model.from_frame((unitary * populations) @ unitary.conj().T), plain.times)


def _distances(evolution: Evolution, distance: Distance) -> FloatArray:
    """The distance from the final state (t,)."""
    deviation = evolution.deviation
    final = evolution.populations - deviation
    if evolution.population_only:
        return distance.between_populations(evolution.populations, final, difference=deviation)
    states, difference = evolution.frame_states, evolution.frame_deviation
    return distance.between_states(states, states - difference, difference=difference)


def _crossing(plain: Evolution, prepared: Evolution, distance: Distance, start: float) -> float | None:
    """The first time at which the prepared state is closer, which starts farther by so much of both."""

    def lead(times: FloatArray) -> FloatArray:
        near, far = (_distances(path.at_many(times), distance) for path in (plain, prepared))
        return relative_lead(far, near)

    ahead = np.concatenate([[start], relative_lead(_distances(prepared, distance), _distances(plain, distance))])
    bracket, _ = first_change(ahead, np.concatenate([[0.0], plain.times]))
    if bracket is None:
        return None
    ends = (bracket.low, bracket.high, bracket.below, bracket.above)
    return float(bracketed_roots(lambda time, _: lead(time), Bracket(*map(np.atleast_1d, ends)), RELATIVE)[0])
