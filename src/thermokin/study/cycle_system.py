"""The system of a study of a cycle: a family of protocols, whose numbers go by their places in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from thermokin._typing import FloatArray
from thermokin.cycles.leg import Leg
from thermokin.cycles.protocol import Protocol
from thermokin.model.contact import Contact
from thermokin.model.family import Family
from thermokin.model.parameter import Parameter
from thermokin.study.any_system import AnySystem
from thermokin.study.leg_table import LegTable, numbers_in
from thermokin.study.problem import Place
from thermokin.study.system import System

__all__ = ["CycleSystem"]

HAMILTONIAN = "model.hamiltonian"
_DURATION = Parameter("time", above=0.0, words="how long the leg takes")
_STRETCH = Parameter(above=0.0, words="by which all durations are multiplied")


@dataclass(frozen=True, eq=False)
class _Course:
    """Where the numbers of a leg go."""

    index: int
    duration: float
    first: Mapping[str, Any]
    last: Mapping[str, Any]
    begin: Any
    end: Any

    @property
    def still(self) -> dict[str, Any]:
        """The numbers and the Hamiltonian where the leg begins."""
        return dict(self.first) if self.begin is None else {**self.first, HAMILTONIAN: self.begin}


@dataclass(frozen=True, eq=False)
class CycleSystem(AnySystem):
    """A model, its baths, and the legs along which it is driven."""

    @property
    def legs(self) -> tuple[LegTable, ...]:
        """The tables [[legs]]; none where they are not sound."""
        return tuple(self.sections.get("legs") or ())

    @cached_property
    def whole(self) -> System:
        """The model with all its baths, which no leg need touch at once."""
        return System(self.sections, self.arrays)

    @property
    def own_baths(self) -> tuple[str, ...]:
        """The baths that the model brings with it."""
        return self.whole.own_baths

    @property
    def bath_tables(self) -> tuple[tuple[Place, str, Any], ...]:
        """Those of the model."""
        return self.whole.bath_tables

    @cached_property
    def family(self) -> Family:
        """The protocols of the study, by the numbers of its file: "legs.cold.duration", "legs.rise.stop.model.gap"."""
        known = dict(self.whole.family.parameters)
        found = dict(known)
        table: Any = self.sections.get("cycle")
        found["cycle.stretch"] = replace(_STRETCH, default=getattr(table, "stretch", 1.0))
        for leg in self.legs:
            found[f"legs.{leg.name}.duration"] = replace(_DURATION, default=leg.duration)
            for where in ("start", "stop"):
                for name, _, value in numbers_in(getattr(leg, where)):
                    words = f"{known[name].words}, {where} of {leg.name}" if name in known else ""
                    found[f"legs.{leg.name}.{where}.{name}"] = replace(
                        known.get(name, Parameter()), default=value, words=words
                    )
        return Family(self._build, parameters=found)

    @cached_property
    def protocol(self) -> Protocol:
        """The protocol at the numbers of the file."""
        made: Any = self.family.at({})
        return made  # type: ignore[no-any-return]

    def drive(self, given: Mapping[str, Any]) -> tuple[Callable[[float], Any], list[Contact], float]:
        """The only leg as a periodic drive, whatever touches it.

        Args:
            given: numbers of the family; the rest as in the file.

        Returns:
            The Hamiltonian (d, d) as a function of time, the contacts, and the period [time].
        """
        (course,) = self._courses(given)
        touched, moving = self._touched(0), self._moving(course)

        def hamiltonian(time: float) -> Any:
            now = course.still if moving is None else moving(np.asarray(time / course.duration))
            return touched.hamiltonian_at(now)

        return hamiltonian, touched.contacts_at(course.still), course.duration / self.legs[0].periods

    def _build(self, **given: Any) -> Any:
        legs = [self._leg(course) for course in self._courses(given)]
        table: Any = self.sections.get("cycle")
        return Protocol(legs, quench=bool(getattr(table, "quench", False)))

    def _courses(self, given: Mapping[str, Any]) -> list[_Course]:
        numbers = {**{name: known.default for name, known in self.family.parameters.items()}, **given}
        base = {name: numbers[name] for name in self.whole.family.parameters}
        hamiltonian = self.arrays.get(("model", "hamiltonian"))
        found = []
        for index, leg in enumerate(self.legs):

            def moved(where: str, leg: LegTable = leg) -> dict[str, Any]:
                return {
                    name: numbers[f"legs.{leg.name}.{where}.{name}"] for name, _, _ in numbers_in(getattr(leg, where))
                }

            first = {**base, **moved("start")}
            last = {**first, **moved("stop")}
            begin = self.arrays.get(("legs", index, "start_hamiltonian"), hamiltonian)
            end = self.arrays.get(("legs", index, "hamiltonian"), begin)
            duration = float(numbers[f"legs.{leg.name}.duration"]) * float(numbers["cycle.stretch"])
            found.append(_Course(index, duration, first, last, begin, end))
            base, hamiltonian = last, end
        return found

    def _touched(self, index: int) -> System:
        """The model with the baths that a leg touches."""
        if self.whole.own_baths:
            return self.whole
        return System(self.sections, self.arrays, frozenset(self.legs[index].baths or ()))

    def _leg(self, course: _Course) -> Leg:
        name, touched, moving = self.legs[course.index].name, self._touched(course.index), self._moving(course)
        if moving is None:
            return Leg(course.duration, touched.made(course.still), name=name)

        def model(time: float | FloatArray) -> Any:
            return touched.made(moving(np.asarray(time, dtype=np.float64) / course.duration))

        return Leg(course.duration, model, name=name)

    def _moving(self, course: _Course) -> Callable[[FloatArray], dict[str, Any]] | None:
        """The numbers of a leg by the share of it that has passed; None where none moves."""
        table, first, last = self.legs[course.index], course.first, course.last
        swung = {name: _swing(value) for name, _, value in numbers_in(table.swing)}
        moved = {name for name in first if first[name] != last[name]} | set(swung)
        swinging = self.arrays.get(("legs", course.index, "swing_hamiltonian"))
        begin, end = course.begin, course.end
        drives = begin is not None and (swinging is not None or not np.array_equal(begin, end))
        if not moved and not drives:
            return None
        share = _SHAPES[table.shape]

        def moving(passed: FloatArray) -> dict[str, Any]:
            now = dict(course.still)
            for name in moved:
                amplitude, phase = swung.get(name, (0.0, 0.0))
                wave = amplitude * np.sin(2.0 * np.pi * table.periods * passed + table.phase + phase)
                now[name] = first[name] + (last[name] - first[name]) * share(passed) + wave
            if drives:
                wave = np.sin(2.0 * np.pi * table.periods * passed + table.phase)[..., None, None]
                way = begin + share(passed)[..., None, None] * (end - begin)
                now[HAMILTONIAN] = way + (0.0 if swinging is None else wave * swinging)
            return now

        return moving


def _swing(value: Any) -> tuple[float, float]:
    """Amplitude and phase of a number that swings."""
    if isinstance(value, Mapping):
        return float(value.get("amplitude", 0.0)), float(value.get("phase", 0.0))
    return float(value), 0.0


_SHAPES: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "linear": lambda passed: passed,
    "smooth": lambda passed: 0.5 - 0.5 * np.cos(np.pi * passed),
}
