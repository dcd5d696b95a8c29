"""The ergotropy that a study asks for, with what many copies or a bath give beyond it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.model.parameter import Known
from thermokin.stored_work.ergotropy import Ergotropy
from thermokin.views.states import StatesView, entry
from thermokin.views.stored_work import ErgotropyView
from thermokin.views.told import ToldView, amount
from thermokin.views.variable import Variable

__all__ = ["AskedErgotropy", "AskedErgotropyView"]


@dataclass(frozen=True, eq=False)
class AskedErgotropy(Result):
    """The ergotropy of states, and of copies of them or beside a bath.

    Args:
        ergotropy: of the states.
        whose: the states in words.
        copies: that are worked on together; None if that is not asked.
        bath: temperature of a bath that helps [energy]; None if there is none.
    """

    ergotropy: Ergotropy
    whose: str
    copies: int | None = None
    bath: float | None = None

    @property
    def times(self) -> FloatArray | None:
        """Of the states."""
        return self.ergotropy.times

    @property
    def parameters(self) -> Mapping[str, Known]:
        """What varies along the leading axes."""
        return self.ergotropy.parameters

    @cached_property
    def of_copies(self) -> FloatArray:
        """Of each copy (...) [energy]."""
        return self.ergotropy.of_copies(self.copies or 1)

    @cached_property
    def with_bath(self) -> FloatArray:
        """What the bath helps to draw (...) [energy]."""
        return self.ergotropy.work_with_bath(0.0 if self.bath is None else self.bath)


def _of(one: Variable[Ergotropy]) -> Variable[AskedErgotropy]:
    return replace(one, read=lambda result: one.of(result.ergotropy))  # type: ignore[return-value]


class AskedErgotropyView(ToldView[AskedErgotropy], StatesView[AskedErgotropy], of=AskedErgotropy):
    """Ergotropy and its parts, many copies, a bath that helps."""

    heading = "Ergotropy"
    file = "ergotropy"
    drawn = ("total", "incoherent", "locked", "of_copies", "with_bath")
    variables = (
        *map(_of, ErgotropyView.variables),
        entry("of_copies", "ergotropy of each of the copies", "energy"),
        entry("with_bath", "work that the bath helps to draw", "energy"),
    )

    def defined(self, result: AskedErgotropy) -> tuple[Variable[Any], ...]:
        """What is asked."""
        out = {"of_copies"} if result.copies is None else set()
        out |= {"with_bath"} if result.bath is None else set()
        return self.placed(result, tuple(one for one in self.variables if one.name not in out))

    def title(self, result: AskedErgotropy) -> str:
        """Of which states."""
        return f"Ergotropy of {result.whose}{self.when(result)}"

    def sentence(self, result: AskedErgotropy) -> str:
        """How much work there is, what of it rests on coherence, and what stays."""
        found = result.ergotropy
        total, place = np.atleast_1d(found.total), int(np.argmax(found.total))
        at = "" if found.times is None else f" at time {amount(found.times[place], 'time')}"
        locked = amount(np.atleast_1d(found.locked)[place], "energy")
        if total[place] <= 0.0:
            always = "" if found.times is None else " at all these times"
            least = f"; {locked} above the ground level stays locked" if found.times is None else ""
            return f"No unitary draws work from {result.whose}{always}, which is passive{least}."
        most = "at most " if found.times is not None else ""
        coherent = amount(np.atleast_1d(found.coherent)[place], "energy")
        return (
            f"Unitaries draw {most}{amount(total[place], 'energy')} from {result.whose}{at}, {coherent} of it owed to "
            f"coherence; {locked} above the ground level stays locked."
        )
