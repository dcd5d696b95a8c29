"""How Hamiltonian and steady state change with each control."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import DegenerateSteadyStateError, ValidityWarning
from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.assumption import Assumption
from thermokin.model.chosen_points import ChosenPoints
from thermokin.motion.steady_state import SteadyState, steady_state
from thermokin.numerics.differences import PAIRS, Slope, slopes
from thermokin.slow_driving.controls import Controls, Stack
from thermokin.slow_driving.gibbs_shares import growth, shares, spread
from thermokin.slow_driving.stack_arrays import exponents, hamiltonians, stacked, temperatures, told, with_states
from thermokin.slow_driving.straight_family import StraightFamily

__all__ = ["Changes"]

GIBBS = 1e-9  # of the largest population: a thermal steady state is the Gibbs state to this
LINE = (1.0, -1.0, PAIRS[1])  # shares of a scale that tell a straight line
TINY, STILL = 1e-12, 1e-8  # of the largest derivative: one that is rounding, and one where T is moved


@dataclass(frozen=True, eq=False)
class Changes:
    """A family at some points, and how it changes with the controls.

    Args:
        controls: of the family.
        values: of them (k, n).
        stack: the models there.
        every: the same once more with those near by that tell whether arrays move in straight lines, of all controls:
            one stack of all, or one for each move.
        assumptions: what the builder of the models said of their validity.
        straight: how the Hamiltonian goes with the controls, where other points have told; `every` is `stack` then.
    """

    controls: Controls
    values: FloatArray
    stack: Stack
    every: list[Stack]
    assumptions: tuple[Assumption, ...] = ()
    straight: StraightFamily | None = None

    @classmethod
    def at(cls, controls: Controls, values: FloatArray) -> Changes:
        """A family at some points, by one call of it where it takes arrays.

        Args:
            controls: of the family.
            values: of them (k, n).

        Returns:
            The changes.

        Raises:
            ArgumentError: if a control is at the end of its range.
        """
        count, scales = len(values), controls.scales(values)
        for line in controls.straight:
            stack = controls.models(values)[0]
            found = cls(controls, values, stack, [stack], told(stack), line)
            if found.temperature is not None and line.holds(values, exponents(stack, level=found.level)):
                return found
        moves = [(0, 0.0), *((place, share) for place in range(values.shape[-1]) for share in LINE)]
        made = controls.models(_moved(values, scales, moves), len(moves))
        if len(made) > 1:
            return cls(controls, values, made[0], made, told(made[0]))
        whole = made[0][0]
        here = ChosenPoints(whole.batch_shape, slice(count))
        lines = tuple(replace(one, ratio=here.of(np.asarray(one.ratio), 0)) for one in whole.validity)
        return cls(controls, values, [here.model(whole)], made, lines)

    def remembered(self) -> Changes:
        """Itself; how it goes with the controls is told to them, if that is straight, for other points."""
        if self.straight is None and not self.controls.swept and self.temperature is not None:
            arrays = exponents(self.stack, level=self.level)
            line = StraightFamily.seen(self.values, arrays, [self._slope_of(0), self._slope_of(1)], self.blur)
            self.controls.straight[:] = [] if line is None else [line]
        return self

    @cached_property
    def states(self) -> list[SteadyState]:
        """The steady state of each model of the stack."""
        found = [steady_state(model) for model in self.stack]
        lost = next((state.lost for state in found if state.lost.any()), None)
        if lost is not None:
            raise DegenerateSteadyStateError(
                "there is no single steady state at some of the points, so that nothing can be followed slowly; keep "
                "away from points where couplings or temperatures vanish."
            )
        return found

    @cached_property
    def state(self) -> ComplexArray:
        """The steady states (k, d, d) in the user's basis."""
        return stacked([state.state for state in self.states])

    @cached_property
    def hamiltonian(self) -> ComplexArray:
        """H (k, d, d) in the user's basis [energy]."""
        return hamiltonians(self.stack)

    @cached_property
    def level(self) -> bool:
        """Whether all Hamiltonians are diagonal in the user's basis, so that their diagonals say all."""
        return all(model.frame is None and model.generator.is_diagonal for stack in self.every for model in stack)

    @cached_property
    def temperature(self) -> FloatArray | None:
        """T (k,) of the Gibbs states that the steady states are, near by too; None where they are others."""
        warmth = [temperatures(stack) for stack in self.every]
        if warmth[0] is None or any(one is None for one in warmth):
            return None
        found = warmth[0][: len(self.values)]
        if self.level and all(state.is_diagonal for state in self.states):
            known = np.concatenate([np.atleast_2d(state.populations) for state in self.states])
            return found if np.abs(self.populations - known).max() <= GIBBS else None
        level, frame = self._exponents
        gibbs = (frame * shares(level)[..., None, :]) @ _adjoint(frame)
        return found if np.abs(gibbs - self.state).max() <= GIBBS else None

    @cached_property
    def populations(self) -> FloatArray:
        """Of the Gibbs states (k, d), where Hamiltonians are diagonal."""
        return shares(exponents(self.every[0], level=True)[1][: len(self.values)])

    @cached_property
    def _scales(self) -> FloatArray:
        return self.controls.scales(self.values)

    @cached_property
    def _slopes(self) -> list[list[Slope]]:
        """For each control those of H and of H/T, or of the state where it is no Gibbs state."""
        thermal = self.temperature is not None
        by_level = partial(exponents, level=self.level)
        arrays: Callable[[Stack], list[NDArray[Any]]] = by_level if thermal else with_states
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)
            base, *near = _parted(arrays, self.every, 1 + len(LINE) * len(self.controls.names))
            return [
                self._slope(place, arrays, base, dict(zip(LINE, near[len(LINE) * place :], strict=False)))
                for place in range(len(self.controls.names))
            ]

    def _slope(
        self,
        place: int,
        arrays: Callable[[Stack], list[NDArray[Any]]],
        base: list[NDArray[Any]],
        known: dict[float, list[NDArray[Any]]],
    ) -> list[Slope]:
        others = [sign * share for share in PAIRS for sign in (1.0, -1.0) if sign * share not in LINE]
        # Matrices come out of a change of basis: each element is known to roundings of the largest at its point.
        sizes = [_largest(array) if array.ndim > 2 else np.ones(1) for array in base]

        def scaled(made: list[NDArray[Any]]) -> list[NDArray[Any]]:
            return [array / size for array, size in zip(made, sizes, strict=True)]

        def beside(share: float) -> list[NDArray[Any]]:
            if share not in known:
                wanted = others if share in others else [share]
                moved = _moved(self.values, self._scales, [(place, other) for other in wanted])
                stacks = self.controls.models(moved, len(wanted))
                known.update(zip(wanted, _parted(arrays, stacks, len(wanted)), strict=True))
            return scaled(known[share])

        floors = [float(array.ndim > 2) for array in base]
        return [
            one if one.value is None else Slope(one.value * size, one.error * size)
            for one, size in zip(slopes(beside, scaled(base), 1.0, floors), sizes, strict=True)
        ]

    @cached_property
    def of_hamiltonian(self) -> ComplexArray:
        """That of the Hamiltonian by each control (k, n, d, d), in the user's basis [energy/control]."""
        return _full(self._slope_of(0))

    @cached_property
    def of_exponent(self) -> ComplexArray | None:
        """That of H/T by each control (k, n, d, d), of Gibbs states; None of others."""
        return None if self.temperature is None else _full(self._slope_of(1))

    @property
    def of_levels(self) -> tuple[FloatArray, FloatArray] | None:
        """The diagonals (k, n, d) of both, where they say all of Gibbs states."""
        if self.temperature is None or not self.level:
            return None
        return self._slope_of(0).real, self._slope_of(1).real

    @cached_property
    def isothermal(self) -> bool:
        """Whether states are Gibbs states of a temperature that no control moves."""
        if self.temperature is None:
            return False
        plain, scaled = self._slope_of(0), self._slope_of(1)
        scaled = scaled * self.temperature.reshape(-1, *(1,) * (scaled.ndim - 1))
        return bool(np.abs(scaled - plain).max() <= STILL * max(np.abs(scaled).max(), np.abs(plain).max()))

    @cached_property
    def of_state(self) -> ComplexArray:
        """The derivative of the steady state by each control (k, n, d, d)."""
        levels = self.of_levels
        if levels is not None:
            return _full(-spread(self.populations, levels[1]))
        changed = self.of_exponent
        if changed is None:
            return self._slope_of(1)
        return -self.averaged(changed)

    def averaged(self, operators: ComplexArray) -> ComplexArray:
        """int_0^1 rho^s (A - <A>) rho^(1 - s) ds of Gibbs states.

        Args:
            operators: A (k, m, d, d) in the user's basis.

        Returns:
            (k, m, d, d).
        """
        level, frame = self._exponents
        share = shares(level)
        larger = np.maximum(share[..., :, None], share[..., None, :])
        means = larger * growth(-np.abs(level[..., :, None] - level[..., None, :]))
        turn = frame[:, None]
        inside = _adjoint(turn) @ operators @ turn
        mean = (np.diagonal(inside, axis1=-2, axis2=-1).real * share[:, None]).sum(axis=-1)
        inside = inside - mean[..., None, None] * np.eye(level.shape[-1])
        return np.asarray(turn @ (means[:, None] * inside) @ _adjoint(turn))

    @cached_property
    def _exponents(self) -> tuple[FloatArray, ComplexArray]:
        """Eigenvalues of H/T (k, d), ascending, and eigenvectors (k, d, d)."""
        return np.linalg.eigh(exponents(self.stack)[1])

    def _slope_of(self, number: int) -> NDArray[Any]:
        """The derivatives (k, n, d, d), or their diagonals (k, n, d) where the slopes are of these."""
        if self.straight is not None:
            slope = self.straight.slopes[number]
            return np.broadcast_to(slope, (len(self.values), *slope.shape))
        made = [one[number].value for one in self._slopes]
        shape = self.populations.shape if self.level and self.temperature is not None else self.hamiltonian.shape
        found = np.stack([np.zeros(shape) if value is None else value for value in made], axis=1)
        return np.asarray(found / self._scales.reshape(*self._scales.shape, *[1] * (found.ndim - 2)))

    @cached_property
    def blur(self) -> FloatArray:
        """How far derivatives may be off, relative to the largest element of each (n,)."""
        if self.straight is not None:
            return self.straight.blur
        found = np.zeros(len(self.controls.names))
        for place, pair in enumerate(self._slopes):
            for one in pair:
                if one.value is not None:
                    value = one.value.reshape(len(self.values), -1)
                    size = np.abs(value).max(axis=-1, initial=0.0)
                    error = np.broadcast_to(one.error, one.value.shape).reshape(value.shape).max(axis=-1, initial=0.0)
                    part = error[size > TINY * size.max()] / size[size > TINY * size.max()]
                    found[place] = max(found[place], float(part.max(initial=0.0)))
        return found


def _parted(arrays: Callable[[Stack], list[NDArray[Any]]], stacks: list[Stack], count: int) -> list[list[NDArray[Any]]]:
    """The arrays of each move."""
    if len(stacks) == count:
        return [arrays(stack) for stack in stacks]
    parts = [np.split(array, count) for array in arrays(stacks[0])]
    return [[part[number] for part in parts] for number in range(count)]


def _largest(matrices: NDArray[Any]) -> FloatArray:
    """The largest element of each (k, 1, 1), 1 of none."""
    found = np.abs(matrices).max(axis=(-2, -1), keepdims=True)
    return np.where(found > 0.0, found, 1.0)


def _moved(values: FloatArray, scales: FloatArray, moves: Sequence[tuple[int, float]]) -> FloatArray:
    """The controls (m k, n) where one has been moved by a share of its scale, for each such move."""
    every = np.tile(values, (len(moves), 1, 1))
    for number, (place, share) in enumerate(moves):
        every[number, :, place] += share * scales[:, place]
    return every.reshape(-1, values.shape[-1])


def _full(slopes: NDArray[Any]) -> ComplexArray:
    """Matrices (k, n, d, d) of derivatives that are given so, or by their diagonals."""
    whole = slopes if slopes.ndim == 4 else slopes[..., None] * np.eye(slopes.shape[-1])
    return np.asarray(whole, dtype=np.complex128)


def _adjoint(matrices: ComplexArray) -> ComplexArray:
    return np.asarray(matrices.conj().swapaxes(-1, -2))
