"""All derivatives at one point of a family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.counting.counting import Counting
from thermokin.linear_response.adjoint_solves import AdjointSolves, Weighed
from thermokin.linear_response.along_changes import along_changes
from thermokin.linear_response.family_parameters import Place
from thermokin.linear_response.family_point import FamilyPoint
from thermokin.linear_response.mode_change import point_mode
from thermokin.linear_response.mode_response import PointMode
from thermokin.linear_response.output_gradient import Gradient, of_covariance, of_expectation, of_mean
from thermokin.linear_response.outputs import Covariance, Expectation, Mean, Noise, Output, Relaxation, Wanted
from thermokin.linear_response.point_tables import PointTables
from thermokin.linear_response.shifted_weights import changes_by_function
from thermokin.linear_response.state_change import state_changes
from thermokin.linear_response.weights_change import WeightsChanges
from thermokin.model.current import Current
from thermokin.motion.initial import Initial
from thermokin.operators.as_operators import as_hermitian
from thermokin.solvers.method import Method

__all__ = ["PointResponse", "point_response"]

EPSILON = float(np.finfo(np.float64).eps)
ABOVE = 4.0  # times the largest of some roundings that are followed
SUMMED = 8.0 * EPSILON  # of the terms of a sum


@dataclass(frozen=True, eq=False)
class PointResponse:
    """Numbers at one point.

    Args:
        values: derivatives (o, p).
        error: of each.
        scale: sum of the sizes of what adds up to each.
        numbers: the outputs (o,).
        at: the parameters (p,).
        states: finds derivatives of the density matrix (p, d, d), in the user's basis.
        mode: finds a mode with its derivatives, of a number and of whether it is one of the whole generator.
    """

    values: FloatArray
    error: FloatArray
    scale: FloatArray
    numbers: FloatArray
    at: FloatArray
    states: Callable[[], ComplexArray]
    mode: Callable[[int, bool], PointMode]


def point_response(
    point: FamilyPoint,
    places: Sequence[Place],
    outputs: Sequence[Wanted],
    method: Method | None,
    initial: Initial | None = None,
) -> PointResponse:
    """Derivatives of outputs at one point.

    Args:
        point: the family there.
        places: the parameters.
        outputs: the outputs.
        method: how to solve.
        initial: says which steady state is meant, where the model keeps more than one.

    Returns:
        The numbers.

    Raises:
        ArgumentError: if a derivative is not defined, or not known here.
        NotConvergedError, DegenerateSteadyStateError: as `cumulants`.
    """
    wanted = [output.of(point.model) for output in outputs]
    counting = Counting(point.model, initial=initial, method=method)
    solver = _PointSolver(point, tuple(places), tuple(outputs), tuple(wanted), counting)
    if initial is not None:
        solver.tables.require_kept()
    return solver.found


@dataclass(frozen=True, eq=False)
class _PointSolver:
    point: FamilyPoint
    places: tuple[Place, ...]
    outputs: tuple[Wanted, ...]
    wanted: tuple[Output, ...]
    counting: Counting

    @cached_property
    def tables(self) -> PointTables:
        """What is solved, and how it moves."""
        return PointTables(self.point, self.places, self.counting.resolvent)

    @cached_property
    def solves(self) -> AdjointSolves:
        """The prepared generator."""
        return AdjointSolves(self.counting.resolvent, self.tables.moving.entries)

    @cached_property
    def _known(self) -> list[Weighed]:
        return []

    def _weighed(self, current: Current) -> Weighed:
        for one in self._known:
            if np.array_equal(one.weights, current.weights):
                return one
        self.counting._own(current)
        made = Weighed(self.solves, current.weights)
        self._known.append(made)
        return made

    @property
    def found(self) -> PointResponse:
        """All numbers."""
        shape, tables = (len(self.outputs), len(self.places)), self.tables
        values, error, scale = np.empty(shape), np.empty(shape), np.empty(shape)
        numbers = np.array([self._number(wanted) for wanted in self.wanted])
        relative = np.array([change.relative_error for change in self.tables.changes])
        for place, (output, wanted) in enumerate(zip(self.outputs, self.wanted, strict=True)):
            if isinstance(wanted, Relaxation):
                values[place], error[place], scale[place] = tables.relaxation(whole=wanted.whole).along(wanted)
                continue
            gradient = self._gradient(wanted)
            if gradient is None:
                assert isinstance(wanted, Expectation)  # noqa: S101 - others have one
                values[place], error[place], scale[place] = self._by_states(wanted)
                continue
            total, size, terms = along_changes(tables.moving, tables.changes, gradient)
            counted, amount = self._counted(output, wanted, gradient)
            total, size, terms = total + counted, size + amount, terms + amount
            values[place], scale[place] = total[0], terms
            moved = np.abs(total[1:] - total[0]).max(axis=0, initial=0.0)
            error[place] = ABOVE * moved + (relative + self.solves.known_error) * size + SUMMED * terms
        at = np.array([self.point.value(place) for place in self.places])
        return PointResponse(values, error, scale, numbers, at, self.states, self._mode)

    @cached_property
    def _weights(self) -> WeightsChanges:
        return WeightsChanges(self.tables.model, self.tables.changes)

    def _counted(self, output: Wanted, wanted: Output, gradient: Gradient) -> tuple[FloatArray, FloatArray]:
        """How an output moves by what its currents count (s, p), and the sizes of its terms (p,)."""
        shares = gradient.weights
        total, size = np.zeros((len(gradient.amplitude), len(self.places))), np.zeros(len(self.places))
        if not shares:
            return total, size
        if isinstance(wanted, Covariance) and len(shares) == 1:
            shares = (0.5 * shares[0],) * 2  # of two currents that count the same here
        own = self.tables.moving.own
        shares = tuple(part[:, own] for part in shares) if own is not None else shares
        if output.words is not None:
            parts = [self._weights.along(words, share) for words, share in zip(output.words, shares, strict=True)]
            return total + sum(part[0] for part in parts), size + sum(part[1] for part in parts)
        channel = self.tables.model.table.channel
        for number, change in enumerate(self.tables.in_own_frame):
            moved = changes_by_function(lambda model: currents_of(output.of(model)), self.point.model, change)
            for share, weights in zip(shares, moved, strict=True):
                total[:, number] += share @ weights[channel]
                size[number] += np.abs(share[0]) @ np.abs(weights[channel])
        return total, size

    def _number(self, wanted: Output) -> float:
        if isinstance(wanted, Relaxation):
            return self.tables.relaxation(whole=wanted.whole).number(wanted)
        if isinstance(wanted, Expectation):
            steady = self.counting.steady_state
            if self.tables.model.dimension < self.point.model.dimension:  # solved in a subspace
                inside = self.tables.model.to_frame(as_hermitian(wanted.operator, "operator"))
                return float((inside.T * steady.matrix).sum().real)
            return float(np.real(steady.expectation(wanted.operator)))
        if isinstance(wanted, Covariance):
            return float(self.counting.covariance([wanted.one, wanted.two]).values[0, 1])
        order = 2 if isinstance(wanted, Noise) else 1
        return float(self.counting.cumulants(wanted.current, order=order).values[-1])

    def _gradient(self, wanted: Mean | Noise | Covariance | Expectation) -> Gradient | None:
        solves = self.solves
        if isinstance(wanted, Expectation):
            return self._of_expectation(wanted)
        if isinstance(wanted, Mean):
            return of_mean(solves, self._weighed(wanted.current))
        both = (wanted.current, wanted.current) if isinstance(wanted, Noise) else (wanted.one, wanted.two)
        one, two = (self._weighed(current) for current in both)
        return of_covariance(solves, one, two)

    def _of_expectation(self, wanted: Expectation) -> Gradient | None:
        """None where the operator reads coherences that populations do not feed, but parameters may wake."""
        matrix = self.tables.model.to_frame(as_hermitian(wanted.operator, "operator"))[None]
        algebra = self.solves.algebra
        operator = np.diagonal(matrix, axis1=-2, axis2=-1).real if self.tables.closed else matrix
        held = algebra.operators(algebra.coordinates(operator))
        seen = held[..., None] * np.eye(matrix.shape[-1]) if self.tables.closed else held
        if self.solves.reads_more(matrix[0], seen[0]):
            return None
        return of_expectation(self.solves, operator, matrix[0])

    @cached_property
    def _states(self) -> ComplexArray:
        return self.states()

    def _by_states(self, wanted: Expectation) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Derivatives of a mean by those of the state (p,), their errors, and the sizes of what adds up to them."""
        terms = self._states * as_hermitian(wanted.operator, "operator").T
        size = np.abs(terms).sum(axis=(-2, -1))
        relative = np.array([change.relative_error for change in self.tables.changes]) + SUMMED
        return terms.sum(axis=(-2, -1)).real, (relative + float(self.counting.resolvent.solution_error)) * size, size

    def _mode(self, number: int, whole: bool) -> PointMode:  # noqa: FBT001 - of a callable, which has no names
        return point_mode(self.tables, number, whole=whole)

    def states(self) -> ComplexArray:
        """See `PointResponse.states`."""
        tables, state = self.tables, self.counting.steady_state.matrix
        return state_changes(tables.model, self.counting.resolvent, state, tables.moving_all, tables.every_change)


def currents_of(output: Output) -> tuple[Current, ...]:
    """The currents that an output is made of."""
    return tuple(part for part in vars(output).values() if isinstance(part, Current))
