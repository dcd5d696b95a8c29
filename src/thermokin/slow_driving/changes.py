"""How Hamiltonian and steady state change with each control."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import DegenerateSteadyStateError, ValidityWarning
from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.bath import one_temperature
from thermokin.model.model import Model
from thermokin.motion.steady_state import SteadyState, steady_state
from thermokin.numerics.differences import PAIRS, Slope, slopes
from thermokin.slow_driving.controls import Controls, Stack

__all__ = ["Changes"]

GIBBS = 1e-9  # of the largest population: a thermal steady state is the Gibbs state to this
LINE = (1.0, -1.0, PAIRS[1])  # shares of a scale that tell a straight line
TINY = 1e-12  # of the largest derivative: one that is rounding
STILL = 1e-8  # of the largest derivative: by which those of H/T and of H may differ where T stays
SMALL = 1e-8  # exponents below which a mean of two populations is taken by its series


@dataclass(frozen=True, eq=False)
class Changes:
    """A family at some points, and how it changes with the controls.

    Args:
        controls: of the family.
        values: of them (k, n).
        stack: the models there.
    """

    controls: Controls
    values: FloatArray
    stack: Stack

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
        return _stacked([state.state for state in self.states])

    @cached_property
    def hamiltonian(self) -> ComplexArray:
        """H (k, d, d) in the user's basis [energy]."""
        return _hamiltonians(self.stack)

    @cached_property
    def temperature(self) -> FloatArray | None:
        """T (k,) of the Gibbs states that the steady states are, near by too; None where they are others."""
        found = _temperatures(self.stack)
        if found is None:
            return None
        if any(_temperatures(stack) is None for stack in self._near):
            return None
        level, frame = self._exponents
        weights = np.exp(level[..., :1] - level)
        gibbs = (frame * (weights / weights.sum(axis=-1, keepdims=True))[..., None, :]) @ _adjoint(frame)
        return found if np.abs(gibbs - self.state).max() <= GIBBS else None

    @cached_property
    def _scales(self) -> FloatArray:
        return self.controls.scales(self.values)

    def _moved(self, moves: Sequence[tuple[int, float]]) -> list[Stack]:
        """The models where one control has been moved by a share of its scale, for each such move."""
        count = len(self.values)
        every = np.tile(self.values, (len(moves), 1, 1))
        for number, (place, share) in enumerate(moves):
            every[number, :, place] += share * self._scales[:, place]
        stack = self.controls.models(every.reshape(-1, every.shape[-1]), len(moves))
        if len(stack) == 1:
            return [stack]
        return [stack[number * count : (number + 1) * count] for number in range(len(moves))]

    @cached_property
    def _near(self) -> list[Stack]:
        """Those that tell whether arrays move in straight lines, of all controls."""
        return self._moved([(place, share) for place in range(len(self.controls.names)) for share in LINE])

    @cached_property
    def _slopes(self) -> list[list[Slope]]:
        """For each control those of H and of H/T, or of the state where it is no Gibbs state."""
        thermal = self.temperature is not None
        arrays: Callable[[Stack], list[NDArray[Any]]] = _exponents if thermal else _with_states
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)
            base = arrays(self.stack)
            near = self._parted(arrays, self._near, len(LINE) * len(self.controls.names))
            return [
                self._slope(place, arrays, base, dict(zip(LINE, near[len(LINE) * place :], strict=False)))
                for place in range(len(self.controls.names))
            ]

    def _parted(
        self, arrays: Callable[[Stack], list[NDArray[Any]]], stacks: list[Stack], count: int
    ) -> list[list[NDArray[Any]]]:
        """The arrays of each move."""
        if len(stacks) == count:
            return [arrays(stack) for stack in stacks]
        whole = arrays(stacks[0])
        parts = [np.split(array, count) for array in whole]
        return [[part[number] for part in parts] for number in range(count)]

    def _slope(
        self,
        place: int,
        arrays: Callable[[Stack], list[NDArray[Any]]],
        base: list[NDArray[Any]],
        known: dict[float, list[NDArray[Any]]],
    ) -> list[Slope]:
        others = [sign * share for share in PAIRS for sign in (1.0, -1.0) if sign * share not in LINE]

        def beside(share: float) -> list[NDArray[Any]]:
            if share not in known:
                wanted = others if share in others else [share]
                stacks = self._moved([(place, other) for other in wanted])
                known.update(zip(wanted, self._parted(arrays, stacks, len(wanted)), strict=True))
            return known[share]

        return slopes(beside, base, 1.0)

    @cached_property
    def of_hamiltonian(self) -> ComplexArray:
        """That of the Hamiltonian by each control (k, n, d, d), in the user's basis [energy/control]."""
        return self._slope_of(0)

    @cached_property
    def of_exponent(self) -> ComplexArray | None:
        """That of H/T by each control (k, n, d, d), of Gibbs states; None of others."""
        return None if self.temperature is None else self._slope_of(1)

    @cached_property
    def isothermal(self) -> bool:
        """Whether states are Gibbs states of a temperature that no control moves."""
        changed, warmth = self.of_exponent, self.temperature
        if changed is None or warmth is None:
            return False
        scaled = changed * warmth[:, None, None, None]
        largest = max(float(np.abs(scaled).max()), float(np.abs(self.of_hamiltonian).max()))
        return bool(np.abs(scaled - self.of_hamiltonian).max() <= STILL * largest)

    @cached_property
    def of_state(self) -> ComplexArray:
        """The derivative of the steady state by each control (k, n, d, d)."""
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
        weights = np.exp(level[..., :1] - level)
        share = weights / weights.sum(axis=-1, keepdims=True)
        larger = np.maximum(share[..., :, None], share[..., None, :])
        means = larger * _growth(-np.abs(level[..., :, None] - level[..., None, :]))
        turn = frame[:, None]
        inside = _adjoint(turn) @ operators @ turn
        mean = (np.diagonal(inside, axis1=-2, axis2=-1).real * share[:, None]).sum(axis=-1)
        inside = inside - mean[..., None, None] * np.eye(level.shape[-1])
        return np.asarray(turn @ (means[:, None] * inside) @ _adjoint(turn))

    @cached_property
    def _exponents(self) -> tuple[FloatArray, ComplexArray]:
        """Eigenvalues of H/T (k, d), ascending, and eigenvectors (k, d, d)."""
        return np.linalg.eigh(_exponents(self.stack)[1])

    def _slope_of(self, number: int) -> ComplexArray:
        scales, base = self._scales, self.hamiltonian
        made = [one[number].value for one in self._slopes]
        every = [np.zeros_like(base) if value is None else np.asarray(value, dtype=np.complex128) for value in made]
        return np.stack(every, axis=1) / scales[..., None, None]

    @cached_property
    def blur(self) -> FloatArray:
        """How far derivatives may be off, relative to the largest element of each (n,)."""
        found = np.zeros(len(self.controls.names))
        for place, pair in enumerate(self._slopes):
            for one in pair:
                if one.value is not None:
                    size = np.abs(one.value).max(axis=(-2, -1), initial=0.0)
                    error = np.broadcast_to(one.error, one.value.shape).max(axis=(-2, -1), initial=0.0)
                    part = error[size > TINY * size.max()] / size[size > TINY * size.max()]
                    found[place] = max(found[place], float(part.max(initial=0.0)))
        return found


def _growth(gap: FloatArray) -> FloatArray:
    """(e^x - 1) / x."""
    small = np.abs(gap) < SMALL
    safe = np.where(small, 1.0, gap)
    return np.where(small, 1.0 + 0.5 * gap, np.expm1(safe) / safe)


def _adjoint(matrices: ComplexArray) -> ComplexArray:
    return np.asarray(matrices.conj().swapaxes(-1, -2))


def _stacked(parts: list[ComplexArray]) -> ComplexArray:
    """(k, d, d) of the models of a stack."""
    return np.concatenate([part if part.ndim == 3 else part[None] for part in parts])


def _hamiltonians(stack: Stack) -> ComplexArray:
    whole = [np.broadcast_to(model.hamiltonian, (*model.batch_shape, *model.hamiltonian.shape[-2:])) for model in stack]
    return np.asarray(_stacked(whole), dtype=np.complex128)


def _with_states(stack: Stack) -> list[NDArray[Any]]:
    return [_hamiltonians(stack), _stacked([steady_state(model).state for model in stack])]


def _exponents(stack: Stack) -> list[NDArray[Any]]:
    found, warmth = _hamiltonians(stack), _temperatures(stack)
    if warmth is None:
        raise ValueError("the steady state is thermal at a point and another beside it.")
    return [found, found / warmth[:, None, None]]


def _temperatures(stack: Stack) -> FloatArray | None:
    """T (k,) of the one temperature of all baths, where a model is its Hamiltonian's and diagonal in its frame."""
    if not all(_is_thermal(model) for model in stack):
        return None
    return np.concatenate([np.broadcast_to(model.baths[0].temperature, model.batch_shape or (1,)) for model in stack])


def _is_thermal(model: Model) -> bool:
    baths, energy, moves = model.baths, model.energy, model.generator
    if not baths or model.table.bathless.any() or not one_temperature(baths) or model.number is not None:
        return False
    if not energy.is_diagonal or not moves.is_diagonal or np.any(baths[0].temperature <= 0.0):
        return False
    return bool(np.array_equal(energy.diagonal, moves.diagonal)) and not np.any(baths[0].chemical_potential)
