"""What driven runs look like: states over time, limit cycles and their ledger, cumulants per cycle, two-point work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from thermokin.cycles.cycle_cumulants import CycleCumulants
from thermokin.cycles.cycle_ledger import CycleLedger
from thermokin.cycles.driven_evolution import DrivenEvolution
from thermokin.cycles.driven_trajectories import DrivenTrajectories
from thermokin.cycles.ideal_cycle import IdealCycle
from thermokin.cycles.limit_cycle import LimitCycle
from thermokin.cycles.protocol import Protocol
from thermokin.cycles.two_point_work import TwoPointWork
from thermokin.views.cycle_planes import CyclePlanesView
from thermokin.views.motion import TIME, span
from thermokin.views.variable import Variable
from thermokin.views.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "CycleCumulantsView",
    "CycleLedgerView",
    "CyclePlanesView",
    "DrivenEvolutionView",
    "DrivenTrajectoriesView",
    "IdealCycleView",
    "LimitCycleView",
    "TwoPointWorkView",
]

BATH: Variable[Any] = Variable(
    "bath", "bath", "1", ("bath",), lambda result: list(result.protocol.bath_names), shown=False
)
ORDER: Variable[Any] = Variable(
    "order", "order of the cumulant", "1", ("order",), lambda result: np.arange(1, np.shape(_cumulants(result))[-1] + 1)
)
CHOI: Variable[Any] = Variable("choi", "smallest eigenvalue of the Choi matrix over the dimension", "1")


def _cumulants(result: Any) -> Any:
    return result.cumulants if isinstance(result, TwoPointWork) else result.values


def _of(protocol: Protocol) -> str:
    count = f"{len(protocol.legs)} leg{'s' if len(protocol.legs) > 1 else ''}"
    if protocol.batch_shape:
        return f"{count}, {protocol.dimension} levels, swept over {protocol.batch_shape}"
    return f"{count}, duration {protocol.duration:g}, {protocol.dimension} levels"


def _by_bath(axis: str, meaning: str) -> Variable[Any]:
    """Heat from each bath, with the baths along an axis (..., bath, axis)."""

    def stacked(result: Any) -> Any:
        found = list(result.heat.values())
        return np.stack(found, axis=-2) if found else np.zeros((0, len(getattr(result, f"{axis}s"))))

    return Variable("heat", meaning, "energy", ("bath", axis), stacked)


def _of_baths(result: Any) -> Any:
    """Heat from each bath (..., bath)."""
    found = list(result.heat.values())
    return np.stack(found, axis=-1) if found else np.zeros(0)


SELDOM = ("bathless", "chemical_work", "merged")
BATHLESS = "energy given by jumps without a bath, neither heat nor work"
CHEMICAL = "chemical work of particles from leads"
MERGED = "energy given by jumps of baths beyond the quantum booked as heat"


def _booked(variables: tuple[Variable[Any], ...], result: Any) -> tuple[Variable[Any], ...]:
    """All variables, less what is booked seldom where it is nothing here."""
    return tuple(one for one in variables if one.name not in SELDOM or np.any(one.of(result)))


def _along(name: str, meaning: str, unit: str = "energy", axis: str = "time") -> Variable[Any]:
    return Variable(name, meaning, unit, (axis,))


def _in_cycle(name: str, cycle: LimitCycle) -> Any:
    """An entry of the ledger, of all legs together (...)."""
    return np.asarray(getattr(cycle.ledger, name)).sum(axis=-1)


class DrivenEvolutionView(View[DrivenEvolution], of=DrivenEvolution):
    """Heat, the two works, energy and entropy over time."""

    coordinates = (TIME, BATH)
    variables = (
        _by_bath("time", "heat from the bath since time 0"),
        _along("work_on_counted", "work on the counted energy since time 0"),
        _along("power_of_drive", "integral of the power of the drive since time 0"),
        _along("bathless", BATHLESS),
        _along("chemical_work", CHEMICAL),
        _along("merged", MERGED),
        _along("energy", "mean counted energy"),
        _along("entropy", "von Neumann entropy", "nats"),
        _along("entropy_production", "entropy produced since time 0", "nats"),
        _along("first_law", "change of energy less heat and work"),
        Variable("error", "estimate of what the maps lack", "1"),
        CHOI,
    )

    def defined(self, result: DrivenEvolution) -> tuple[Variable[Any], ...]:
        """All but what is booked seldom and is nothing here."""
        return _booked(self.variables, result)

    def title(self, result: DrivenEvolution) -> str:
        """Of which protocol."""
        return f"DrivenEvolution {span(result.times)}: {_of(result.protocol)}"

    def findings(self, result: DrivenEvolution) -> list[str]:
        """What a reader must know."""
        return list(result.notes)


class CycleLedgerView(View[CycleLedger], of=CycleLedger):
    """Heat, works and entropy of each leg."""

    coordinates = (Variable("leg", "leg", "1", ("leg",), lambda result: list(result.legs)), BATH)
    variables = (
        _by_bath("leg", "heat from the bath"),
        _along("work_on_counted", "work on the counted energy", axis="leg"),
        _along("quench_work", "work of the jump before the leg", axis="leg"),
        _along("power_of_drive", "integral of the power of the drive", axis="leg"),
        _along("bathless", BATHLESS, axis="leg"),
        _along("chemical_work", CHEMICAL, axis="leg"),
        _along("merged", MERGED, axis="leg"),
        _along("entropy_change", "change of the entropy of the state", "nats", "leg"),
        _along("entropy_production", "entropy produced", "nats", "leg"),
        _along("first_law", "change of energy less heat and work", axis="leg"),
    )

    def defined(self, result: CycleLedger) -> tuple[Variable[Any], ...]:
        """All but what is booked seldom and is nothing here."""
        return _booked(self.variables, result)

    def title(self, result: CycleLedger) -> str:
        """Of which protocol."""
        return f"CycleLedger: {_of(result.protocol)}"

    def draw(self, result: CycleLedger, axes: list[Axes]) -> None:
        """Bars for each leg."""
        from thermokin.views.cycle_bars import draw_bars

        draw_bars(axes[0], result, result.legs)


class IdealCycleView(View[IdealCycle], of=IdealCycle):
    """Heat and work of each leg of the infinitely slow cycle."""

    coordinates = (
        Variable(
            "leg", "leg", "1", ("leg",), lambda r: [one.name or f"leg {n}" for n, one in enumerate(r.protocol.legs)]
        ),
        BATH,
    )
    variables = (
        _by_bath("leg", "heat from the bath"),
        _along("work", "work on the system", axis="leg"),
        _along("quench_work", "work of the jump before the leg", axis="leg"),
        _along("entropy_production", "entropy produced", "nats", "leg"),
    )

    def title(self, result: IdealCycle) -> str:
        """Of which protocol."""
        return f"IdealCycle: {_of(result.protocol)}"

    def draw(self, result: IdealCycle, axes: list[Axes]) -> None:
        """Bars for each leg."""
        from thermokin.views.cycle_bars import draw_bars

        draw_bars(axes[0], result, tuple(one.name or f"leg {n}" for n, one in enumerate(result.protocol.legs)))


class LimitCycleView(View[LimitCycle], of=LimitCycle):
    """What a cycle exchanges, and how far the numbers can be trusted."""

    coordinates = (BATH,)
    variables = (
        Variable("heat", "heat from the bath in a cycle", "energy", ("bath",), _of_baths),
        Variable("work_on_counted", "work on the system in a cycle", "energy"),
        Variable("power_of_drive", "integral of the power of the drive over a cycle", "energy"),
        Variable("power", "work delivered per time", "energy/time"),
        *(
            Variable(name, words, "energy", (), partial(_in_cycle, name))
            for name, words in zip(SELDOM, (BATHLESS, CHEMICAL, MERGED), strict=True)
        ),
        Variable("entropy_production", "entropy produced in a cycle", "nats"),
        Variable("period", "duration of a cycle", "time"),
        Variable("relaxation", "share of a deviation that is left after a cycle", "1"),
        Variable("first_law", "largest change of energy less heat and work of a leg", "energy"),
        Variable("error", "estimate of what the state lacks", "1"),
        CHOI,
    )

    def defined(self, result: LimitCycle) -> tuple[Variable[Any], ...]:
        """All but what is booked seldom and is nothing here."""
        return _booked(self.variables, result)

    def title(self, result: LimitCycle) -> str:
        """Of which protocol."""
        return f"LimitCycle: {_of(result.protocol)}"

    def layout(self, result: LimitCycle) -> tuple[int, int]:
        """Bars and lines of one cycle; lines or maps along a sweep."""
        return self._layout_of_maps(result) if result.protocol.batch_shape else (1, 2)

    def draw(self, result: LimitCycle, axes: list[Axes]) -> None:
        """What each leg exchanges, and how it adds up along the cycle; of a sweep the heats."""
        from thermokin.views.cycle_account import draw_account

        if result.protocol.batch_shape:
            super().draw(result, axes)
        else:
            draw_account(axes, result)

    def findings(self, result: LimitCycle) -> list[str]:
        """What a reader must know."""
        return list(result.notes)


class CycleCumulantsView(View[CycleCumulants], of=CycleCumulants):
    """Cumulants per cycle and per time."""

    coordinates = (ORDER,)
    variables = (
        Variable("values", "cumulants per cycle", "energy^order", ("order",), error=lambda r: r.error),
        Variable("per_time", "cumulants per time", "energy^order/time", ("order",)),
    )

    def title(self, result: CycleCumulants) -> str:
        """Of what, in which protocol."""
        what = "work" if result.counted == "work" else f"heat from {result.counted!r}"
        return f"CycleCumulants of {what}: {_of(result.cycle.protocol)}"


class TwoPointWorkView(View[TwoPointWork], of=TwoPointWork):
    """Cumulants of the work, and its distribution where no bath is touched."""

    coordinates = (ORDER,)
    variables = (Variable("cumulants", "cumulants of the work", "energy^order", ("order",)),)
    distribution: ClassVar[tuple[Variable[Any], ...]] = (
        Variable("probabilities", "probability", "1", ("work",)),
        Variable("values", "what the work can be", "energy", ("work",)),
    )

    def title(self, result: TwoPointWork) -> str:
        """Of which protocol."""
        return f"TwoPointWork: {_of(result.protocol)}"

    def defined(self, result: TwoPointWork) -> tuple[Variable[Any], ...]:
        """The distribution where it is one of a few values."""
        return self.variables if result.values is None else (*self.variables, *self.distribution)


class DrivenTrajectoriesView(View[DrivenTrajectories], of=DrivenTrajectories):
    """The records of all runs one after the other."""

    coordinates = (TIME,)
    variables = (
        Variable("trajectory", "run of the jump", "1", ("jump",), shown=False),
        Variable("jump_times", "time of the jump", "time", ("jump",)),
        Variable("bath", "bath of the jump, by its position; -1 for none", "1", ("jump",), shown=False),
        Variable("heat", "heat into the system of the jump", "energy", ("jump",)),
        Variable("jumps", "jumps up to the time", "1", ("run", "time"), lambda r: r.amounts(), shown=False),
    )

    def title(self, result: DrivenTrajectories) -> str:
        """How many, and of which protocol."""
        return f"DrivenTrajectories, {len(result)} runs: {_of(result.protocol)}"
