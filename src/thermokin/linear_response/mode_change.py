"""A mode of relaxation and its derivatives at one point, by first-order perturbation theory of eigenvectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray
from thermokin.linear_response.family_parameters import Place
from thermokin.linear_response.generator_change import GeneratorChange
from thermokin.linear_response.mode_response import PointMode
from thermokin.linear_response.point_tables import PointTables
from thermokin.linear_response.relaxation_parts import EPSILON, ROUNDINGS, LonePart, Part
from thermokin.linear_response.relaxation_response import ABOVE, SUMMED, RelaxationResponse
from thermokin.linear_response.relaxation_spectrum import Level
from thermokin.model.model import Model

__all__ = ["point_mode"]

LARGEST = 1 << 10  # elements of a sector up to which what a parameter wakes in it is solved for
REAL = 1e-13  # of the largest element of a mode: others that are rounding

Array = NDArray[np.complex128]


def point_mode(tables: PointTables, number: int, *, whole: bool) -> PointMode:
    """A mode and its derivatives at one point.

    Args:
        tables: of the point.
        number: of the mode.
        whole: whether coherences that populations never feed are among the modes.

    Returns:
        The mode, in the user's basis.

    Raises:
        ArgumentError: if it has the eigenvalue of another, or a parameter wakes coherences in too large a sector.
    """
    relaxation = tables.mode_response(whole=whole)
    spectrum = relaxation.spectrum
    spectrum.require(number, f"mode {number}")
    level = spectrum.level_of(number)
    if level.count > 1:
        raise ArgumentError(
            f"mode {number} is one of {level.count} of the eigenvalue {level.shown} at this point: which "
            "combinations of them are modes beside it, and how these turn, is not told by first derivatives of the "
            f'generator. "decay rate of mode {number}" tells how their rates part; derive the mode beside the point.',
            "number",
        )
    solver = _ModeSolver(spectrum.liouvillian.model, relaxation, level)
    found = [
        solver.changed(flow, change.turning, change.relative_error, place)
        for flow, change, place in zip(relaxation.moves, relaxation.changes, tables.places, strict=True)
    ]
    right, left = solver.own
    stacked = [np.stack([one[place] for one in found]) for place in range(6)]
    value, rights, lefts, value_error, right_error, left_error = stacked
    return PointMode(
        level.value, right, left, value, rights, lefts, value_error.real, right_error.real, left_error.real
    )


@dataclass(frozen=True, eq=False)
class _ModeSolver:
    model: Model
    relaxation: RelaxationResponse
    level: Level

    @property
    def _part(self) -> Part:
        return self.level.held[0][0]

    @property
    def own(self) -> tuple[ComplexArray, ComplexArray]:
        """R and M in the user's basis."""
        return self._named(0, [self._frame(0)])[0]

    def _frame(self, row: int) -> tuple[Array, Array]:
        """R and M, or after a rounding, in the frame (d, d)."""
        right, left = (
            np.asarray(np.diag(one) if one.ndim == 1 else one, dtype=np.complex128)
            for one in (self.level.right[row, 0], self.level.left[row, 0])
        )
        return right, left

    def _named(self, row: int, pairs: Sequence[tuple[Array, Array]]) -> list[tuple[ComplexArray, ComplexArray]]:
        """Pairs of a right and a left operator of the frame in the user's basis, in the length and phase of R."""
        right, _ = self._frame(row)
        factor = _phase(self.model.from_frame(right), self.level.value) / np.linalg.norm(right)
        found = [
            (self.model.from_frame(one) * factor, self.model.from_frame(two) / np.conj(factor)) for one, two in pairs
        ]
        return found if self.level.value.imag else [(_hermitian(one), _hermitian(two)) for one, two in found]

    def changed(
        self, flow: GeneratorChange, turning: NDArray[Any] | None, relative: float, place: Place
    ) -> tuple[NDArray[Any], ...]:
        """Derivatives by one parameter: of the value, of R and of M, and their errors."""
        right, left = self._frame(0)
        value, moved = self._moved(flow, right, left, str(place))
        changes = self._named(0, [(self._turned(moved[0], right, turning), self._turned(moved[1], left, turning))])[0]
        found = self._gauged(*changes)
        random = np.random.default_rng(1)
        others = [self._beside(flow, moved, value, row, random, relative) for row in range(1, len(self.level.right))]
        pairs = [self._gauged(*one) for one in self._named(0, [(one[1], one[2]) for one in others])]
        terms = flow.size(right)
        size = SUMMED * np.abs(left.conj() * terms).sum() + relative * np.linalg.norm(left) * np.linalg.norm(terms)
        value_error = ABOVE * max(abs(one[0]) for one in others) + size
        errors = []
        for kind, own in enumerate(found):
            moves = np.max([np.abs(pair[kind]) for pair in pairs], axis=0)
            moves = moves + np.sqrt(np.mean(moves**2))  # an element that few roundings happen to spare
            # Turning the basis rounds all elements by those of the largest.
            spread = np.linalg.norm(own) * (SUMMED + relative) + EPSILON * np.linalg.norm(own)
            errors.append(ABOVE * moves + spread)
        return np.asarray(value), found[0], found[1], np.asarray(value_error), errors[0], errors[1]

    def _moved(
        self, flow: GeneratorChange, right: Array, left: Array, name: str
    ) -> tuple[complex, tuple[Array, Array]]:
        """How value, R and M move in the frame, in any gauge."""
        pushed = flow.of(right), flow.adjoint(left)
        for flow_out in pushed:
            self.relaxation.require_apart(self.level, flow_out, name)
        value = complex((left.conj() * pushed[0]).sum())
        return value, (self._solved(pushed[0], name, adjoint=False), self._solved(pushed[1], name, adjoint=True))

    def _solved(self, pushed: Array, name: str, *, adjoint: bool) -> Array:
        """- (L - value)^-1 of what pushes a mode (d, d), the parts outside of its sector included."""
        found, value = np.zeros_like(pushed), self.level.value
        none = np.zeros(0, dtype=np.int64)
        for part in (self._part, *self.relaxation.reached(self.level, pushed)):
            own = part is self._part
            if not own and not isinstance(part, LonePart) and part.sector.size > LARGEST:
                raise ArgumentError(
                    f"`parameters` hold {name!r}, which wakes coherences that this mode does not have at this point, "
                    f"in a sector of {part.sector.size} elements; how they move is worked out up to {LARGEST}.",
                    "parameters",
                )
            elements = pushed[part.sector.rows, part.sector.columns][:, None]
            solve = part.solve_adjoint if adjoint else part.solve
            places = self.level.held[0][1] if own else none
            found[part.sector.rows, part.sector.columns] = -solve(places, value, elements)[:, 0]
        return found

    def _beside(
        self,
        flow: GeneratorChange,
        moved: tuple[Array, Array],
        value: complex,
        row: int,
        random: np.random.Generator,
        relative: float,
    ) -> tuple[complex, Array, Array]:
        """How far the derivatives of value, R and M move by a rounding of the generator and of what moves it."""
        found = []
        (right, left), (right_after, left_after) = self._frame(0), self._frame(row)
        steps = right_after - right, left_after - left
        slip = complex((steps[1].conj() * flow.of(right)).sum() + (left.conj() * flow.of(steps[0])).sum())
        for kind, (step, own, act) in enumerate(
            ((steps[0], right, flow.of), (steps[1], left, flow.adjoint)),
        ):
            signs, size = random.choice([-1.0, 1.0], size=own.shape), flow.size(own)
            slope = value if kind == 0 else np.conj(value)
            pushed: Any = act(step) - slope * step + signs * (SUMMED * size + relative * size.max())
            pushed = np.asarray(pushed + self._rounded(moved[kind], random, adjoint=kind == 1))
            found.append(self._solved(pushed, "", adjoint=kind == 1))
        return slip, found[0], found[1]

    def _rounded(self, operator: Array, random: np.random.Generator, *, adjoint: bool) -> Array:
        """What a rounding of the generator makes of an operator, in the parts that hold something of it."""
        found = np.zeros_like(operator)
        for part in (self._part, *self.relaxation.reached(self.level, operator)):
            rows, columns = part.sector.rows, part.sector.columns
            rounded = part.rounded_adjoint if adjoint else part.rounded
            found[rows, columns] = rounded(operator[rows, columns], random)
        return found + ROUNDINGS * abs(self.level.value) * operator

    @staticmethod
    def _turned(moved: Array, operator: Array, turning: NDArray[Any] | None) -> Array:
        return moved if turning is None else moved + turning @ operator - operator @ turning

    def _gauged(self, right: ComplexArray, left: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
        """Changes of R and M that keep the length and phase of R, and their overlap."""
        mode, other = self.own
        right = right - mode * np.vdot(mode, right)
        return right, left - other * (np.vdot(left, mode) + np.vdot(other, right)).conj()


def _hermitian(operator: ComplexArray) -> ComplexArray:
    return np.asarray(0.5 * (operator + operator.conj().T))


def _phase(right: ComplexArray, value: complex) -> complex:
    """The phase that makes a mode Hermitian with a positive largest population, or its largest element positive."""
    place = np.unravel_index(int(np.argmax(np.abs(right))), right.shape)
    if value.imag:
        return complex(np.conj(right[place]) / abs(right[place]))
    # A mode of a real eigenvalue is a phase times a Hermitian operator, if it is the only one of it.
    square = complex((right * right.T).sum())
    hermitian = np.exp(-0.5j * np.angle(square)) * right
    populations = np.diagonal(hermitian).real
    sign = populations[np.argmax(np.abs(populations))]
    if abs(sign) <= REAL * abs(right[place]):  # a mode of coherences alone
        sign = hermitian[place].real if abs(hermitian[place].real) > REAL * abs(right[place]) else hermitian[place].imag
    return complex(np.exp(-0.5j * np.angle(square)) * np.sign(sign))
