"""A user's function from time to a model, asked for many times at once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError, ValidityWarning
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.drive import Drive
from thermokin.cycles.nodes import Nodes, mean_levels, nodes_of_models, operators_of_model, stacked_nodes
from thermokin.cycles.secular_leg import ChangingContactsError, SecularLeg
from thermokin.cycles.swept_leg import SweptModelError
from thermokin.model.model import Model
from thermokin.model.origin import SecularInputs, heard
from thermokin.operators.as_numbers import shown

__all__ = ["SampledModel", "one_model"]

AGREED = 1e-9  # relative difference of two ways to the same jumps that is rounding


def one_model(build: Callable[[float], Any], time: float, name: str) -> Model:
    """A user's model at one time.

    Args:
        build: makes it.
        time: when [time].
        name: of the argument, for errors.

    Returns:
        The model.

    Raises:
        ArgumentError: if it makes anything but a `Model`.
        SweptModelError: if it makes a sweep.
        Exception: what the function raises, with the time.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)
            model = build(time)
    except Exception as error:
        error.add_note(f"`{name}` was asked for time {time:.12g} of its leg.")
        raise
    if not isinstance(model, Model):
        raise ArgumentError(
            f"`{name}` must make a Model of a time, got {shown(model)} at time {time:g}; a Hamiltonian of time is "
            "tk.Drive(H) where no bath touches it, else lambda t: tk.davies(H(t), contacts).",
            name,
        )
    if model.batch_shape:
        raise SweptModelError(model.batch_shape)
    return model


class SampledModel:
    """A function from time to a model. Where contacts make it, all times of a level are one stack of matrices.

    Energies are counted from the mean level at time 0, `offset`, so that a large one costs no digits.

    Args:
        build: makes the model of a time, or the Hamiltonian of a system that nothing touches.
        duration: of the leg [time].
        name: of the argument, for errors.
        names: of the baths, in the order in which they are counted.
    """

    def __init__(self, build: Callable[[float], Any] | Drive, duration: float, name: str) -> None:
        self._drive = build if isinstance(build, Drive) else None
        self._build = build if self._drive is None else self._alone
        self._duration, self._name = duration, name
        probes = duration * np.array([0.0, 0.618034])
        with heard() as every:
            self.first = one_model(self._build, 0.0, name)
        self.names: tuple[str, ...] = tuple(bath.name for bath in self.first.baths)
        self.offset = mean_levels(self.first)
        self.is_exact = self._drive is not None and self._drive.level is not None
        if self._drive is not None and self._drive.level is not None:
            self.offset = np.full(2, self._drive.level)
        self._rests = self.first.table.size == 0 and not self.names
        if self._drive is not None:
            self.probed: tuple[Model, ...] = (self.first,)
            self._secular, self._swept = None, True
            return
        others = [one_model(self._build, float(time), name) for time in probes[1:]]
        self.probed = (self.first, *others)
        self._secular = self._found_secular(every, probes)
        self._swept = self._secular is None and self._makes_sweeps(probes)
        if self._secular is not None:
            self._secular.refuse_closing_gaps()

    def nodes(self, times: FloatArray) -> Nodes:
        """The model at many times.

        Args:
            times: (k,) from the start of the leg [time].

        Returns:
            Its Hamiltonians and jumps.

        Raises:
            ValueError: if the Hamiltonian or the baths are not what a leg allows, with the time.
        """
        if self._secular is not None:
            try:
                return self._secular.nodes(times)
            except ChangingContactsError:
                self._secular = None
        return self._by_models(times)

    @property
    def at_once(self) -> bool:
        """Whether the function takes an array of times."""
        return self._swept if self._secular is None else self._secular.at_once

    def operators(self, times: FloatArray) -> ComplexArray:
        """The Hamiltonian of the motion and the operator whose energy is counted (k, 2, d, d) [energy]."""
        if self._secular is None:
            if self._rests and self._swept:
                return self._of_rest(times)
            nodes = self._by_models(times)
            return np.stack([nodes.hamiltonian, nodes.counted], axis=1)
        try:
            counted, motion = self._secular.hamiltonians(times)
        except ChangingContactsError:
            self._secular = None
            return self.operators(times)
        return np.stack(np.broadcast_arrays(motion, counted), axis=1)

    def coefficients(self, times: FloatArray) -> ComplexArray:
        """What the motion depends on (k, ...): Hamiltonians alone where contacts make the rest of them.

        Args:
            times: (k,) [time].

        Returns:
            The numbers.
        """
        if self._secular is not None or self._rests:
            return self.operators(times)
        return np.stack(_summary(self.nodes(times)), axis=1)

    def _alone(self, times: Any) -> Model:
        """A driven system that nothing touches."""
        return Model(self._drive(times), [])  # type: ignore[misc]

    def _of_rest(self, times: FloatArray) -> ComplexArray:
        """Operators of models without jumps, of which nothing else is needed."""
        if self._drive is not None:
            matrices = self._drive.hermitian(times, self.offset[0])
            return np.stack([matrices, matrices], axis=1)
        both = operators_of_model(self._sweep(times), self.offset)
        shape = (times.size, self.first.dimension, self.first.dimension)
        return np.stack([np.broadcast_to(one, shape) for one in both], axis=1)

    def _by_models(self, times: FloatArray) -> Nodes:
        if self._swept:
            return nodes_of_models([self._sweep(times)], self.names, self.offset)
        models = [one_model(self._build, float(time), self._name) for time in times]
        return self._nodes_of(models, times)

    def _nodes_of(self, models: Sequence[Model], times: FloatArray) -> Nodes:
        every = self._alike(models, times)
        return stacked_nodes([nodes_of_models([model], self.names, self.offset) for model in every])

    def _sweep(self, times: FloatArray) -> Model:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)
            try:
                swept: Model = self._build(times)  # type: ignore[assignment, arg-type]
            except Exception:
                for time in np.sort(times):
                    one_model(self._build, float(time), self._name)  # raises at the first that is no model, with it
                raise
            return swept

    def _makes_sweeps(self, probes: FloatArray) -> bool:
        """Whether it makes one model of many times, the same as one by one."""
        theirs = self._nodes_of(self.probed, probes)
        try:
            swept = self._sweep(probes)
            if swept.batch_shape != probes.shape or {bath.name for bath in swept.baths} != set(self.names):
                return False
            ours = nodes_of_models([swept], self.names, self.offset)
        except Exception:  # whatever it raises, it does not take arrays
            return False
        return all(_close(one, two) for one, two in zip(_summary(ours), _summary(theirs), strict=True))

    def _alike(self, models: Sequence[Model], times: FloatArray) -> Sequence[Model]:
        """Models, seen to have the same space and baths as at time 0."""
        for model, time in zip(models, times, strict=True):
            if model.dimension != self.first.dimension:
                raise ArgumentError(
                    f"`{self._name}` has {self.first.dimension} levels at time 0 and {model.dimension} at {time:g}; "
                    "all models of a protocol live on one space.",
                    self._name,
                )
            # Jumps of baths may rest for a while; without baths a leg that has none at first is taken for unitary.
            if not self.names and (model.table.size == 0) != (self.first.table.size == 0):
                raise ArgumentError(
                    f"`{self._name}` has jumps at time {time if model.table.size else 0.0:g} and none at "
                    f"{0.0 if model.table.size else time:g}; make two legs of it.",
                    self._name,
                )
            strange = {bath.name for bath in model.baths} ^ set(self.names)
            if strange:
                raise ArgumentError(
                    f"`{self._name}` has other baths at time {time:g} than at time 0 ({', '.join(sorted(strange))}); "
                    "make two legs of it.",
                    self._name,
                )
        return models

    def _found_secular(self, every: Sequence[SecularInputs], probes: FloatArray) -> SecularLeg | None:
        """How contacts make the model, if they do and if they stay the same; checked against whole models."""
        origin = self.first.origin
        if origin is None or origin.shifted:
            return None
        call = next((number for number, one in enumerate(every) if one.mark is origin.mark), -1)
        if call < 0:
            return None

        def leg(*, at_once: bool) -> SecularLeg:
            known = (self._build, self.first, every[call], call, self._duration, self._name)
            return SecularLeg(*known, at_once=at_once)

        slow, quick = leg(at_once=False), leg(at_once=True)
        if not slow.stays or not self._agrees(slow, probes):
            return None
        return quick if self._agrees(quick, probes) else slow

    def _agrees(self, found: SecularLeg, probes: FloatArray) -> bool:
        try:
            ours = found.nodes(probes)
        except ChangingContactsError:
            return False
        except Exception:  # whatever it raises, it does not take arrays
            if not found.at_once:
                raise
            return False
        theirs = self._nodes_of(self.probed, probes)
        return all(_close(one, two) for one, two in zip(_summary(ours), _summary(theirs), strict=True))


def _summary(nodes: Nodes) -> list[ComplexArray]:
    """What two ways to the same model must agree in: Hamiltonians, decay, and the heat that it carries."""
    loss = nodes.jumps.conj().swapaxes(-1, -2) @ nodes.jumps
    heat = (np.where(nodes.bath >= 0, nodes.heat, 0.0)[..., None, None] * loss).sum(axis=1)
    return [nodes.hamiltonian, nodes.counted, loss.sum(axis=1), heat]


def _close(one: ComplexArray, two: ComplexArray) -> bool:
    return bool(np.abs(one - two).max(initial=0.0) <= AGREED * max(np.abs(two).max(initial=0.0), 1e-300))
