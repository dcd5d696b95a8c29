"""A sketch of a machine: its levels or a box, its baths, and what flows between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from thermokin._typing import FloatArray
from thermokin.gaussian.model import GaussianModel
from thermokin.lab_units.asked import in_asked_units, unit_shown
from thermokin.machines.figures_of_merit import FiguresOfMerit
from thermokin.machines.level_flows import COHERENT, LevelFlows, Transition, level_flows
from thermokin.model.jump_table import NO_BATH
from thermokin.model.model import Model
from thermokin.report.flow_diagram import Sheet, Terminal, draw_flows
from thermokin.report.level_scheme import Link, Rung, draw_levels, room_for
from thermokin.report.page import shortened
from thermokin.report.significant import significant
from thermokin.report.style import COOLING, DARK_GREY, FONT_SIZE, GREEN, GREY, HEATING, INK, OCHRE, PURPLE
from thermokin.views.in_units import noted
from thermokin.views.machine_words import headline

__all__ = ["MachineSketch", "bath_colours"]

MOST_LEVELS, MOST_LINKS = 12, 16  # that an eye follows
BOX = (40.0, 34.0)  # mm
BETWEEN = (OCHRE, GREEN, PURPLE)
DIGITS = 3


class MachineSketch:
    """What is drawn of a machine, and on how large a sheet.

    Args:
        found: its figures of merit, of one point.
    """

    def __init__(self, found: FiguresOfMerit) -> None:
        self.found = found
        self.colours = bath_colours(found.temperatures)
        flows = _flows(found)
        self.rungs, self.links = ([], []) if flows is None else (_rungs(flows), self._links(flows))
        inner = BOX if flows is None else room_for(self.rungs, self.links)
        terminals = self._terminals()
        half = (len(terminals) + 1) // 2
        self.sheet = Sheet(terminals[:half], terminals[half:], self._work(), inner)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height [mm]."""
        return self.sheet.size

    def draw(self, ax: Axes) -> None:
        """Draw the machine.

        Args:
            ax: axes of any size; at `size` text and lines are as large as in other figures.
        """
        scale = draw_flows(ax, self.sheet, headline(self.found))
        if self.rungs:
            draw_levels(ax, self.sheet.box, self.rungs, self.links, scale)
            return
        across, up = self.sheet.box.middle
        lines = "\n".join(_described(self.found.system))
        ax.text(across, up, lines, ha="center", va="center", color=INK, fontsize=FONT_SIZE * scale, linespacing=1.6)

    @property
    def caption(self) -> str:
        """What the arrows mean."""
        said = "Arrows between baths and system are as wide as the heat that they carry "
        said += f"[{unit_shown('energy/time')}]"
        if not self.rungs:
            return f"{said}."
        said += (
            f"; those between levels bear the net number of jumps per {unit_shown('time')}, in the colour of the bath"
        )
        kinds = {(link.colour, link.dotted) for link in self.links}
        more = [", grey where the Hamiltonian makes them"] if (DARK_GREY, False) in kinds else []
        more += [", dotted where jumps have no bath"] if (GREY, True) in kinds else []
        still = " Dashed: nothing flows." if any(link.upward == 0.0 for link in self.links) else ""
        return f"{said}{''.join(more)}. Levels too close for their labels are drawn apart.{still}"

    def _terminals(self) -> list[Terminal]:
        """The baths, from the hottest to the coldest."""
        found, baths = self.found, _baths(self.found.system)
        sure = np.abs(found.heats) > found.heats_error + 1e-12 * np.abs(found.heats).sum()
        made = []
        for place in np.argsort(-found.temperatures, kind="stable"):
            warmth = float(in_asked_units(found.temperatures[place], "temperature"))
            note = f"T = {shortened(warmth, DIGITS)}{noted('temperature')}"
            potential = float(baths[place].chemical_potential)
            raised = float(in_asked_units(potential, "voltage"))
            note += f", μ = {shortened(raised, DIGITS)}{noted('voltage')}" if potential else ""
            amount = float(in_asked_units(found.heats[place], "energy/time")) if sure[place] else 0.0
            shown = significant(abs(amount), DIGITS)
            made.append(Terminal(found.names[place], note, self.colours[place], amount, shown))
        return made

    def _work(self) -> Terminal | None:
        """What work is done to or by the system; None where there is none."""
        power = float(in_asked_units(self.found.power, "energy/time"))
        said = "delivered" if power > 0.0 else "taken"
        return Terminal("work", said, DARK_GREY, -power, significant(abs(power), DIGITS)) if power else None

    def _links(self, flows: LevelFlows) -> list[Link]:
        order = {int(bath): place for place, bath in enumerate(np.argsort(-self.found.temperatures, kind="stable"))}
        chosen = sorted(flows.transitions, key=lambda one: (order.get(one.bath, len(order)), one.low, one.high))
        return [self._link(one) for one in chosen]

    def _link(self, one: Transition) -> Link:
        colour = {COHERENT: DARK_GREY, NO_BATH: GREY}.get(one.bath)
        shown = significant(abs(float(in_asked_units(one.upward, "1/time"))), DIGITS)
        own = self.colours[one.bath] if colour is None else colour
        return Link(one.low, one.high, one.upward, own, shown, one.bath == NO_BATH)


def bath_colours(temperatures: FloatArray) -> list[str]:
    """Warm for the hottest bath, cold for the coldest, others in between, so that each has its own.

    Args:
        temperatures: of the baths (b,).

    Returns:
        A colour for each.
    """
    order = [int(place) for place in np.argsort(-temperatures, kind="stable")]
    if temperatures[order[0]] == temperatures[order[-1]]:
        return [BETWEEN[place % len(BETWEEN)] for place in range(len(order))]
    edge = {order[0]: HEATING, order[-1]: COOLING}
    inner = {place: BETWEEN[number % len(BETWEEN)] for number, place in enumerate(order[1:-1])}
    return [(edge | inner)[place] for place in range(len(order))]


def _baths(system: Any) -> Sequence[Any]:
    return tuple(getattr(system, "baths", ()) or getattr(system, "leads", ()))


def _flows(found: FiguresOfMerit) -> LevelFlows | None:
    """What flows between levels, if there are few enough to draw."""
    if found.counting is None or found.system.dimension > MOST_LEVELS:
        return None
    flows = level_flows(found.counting.steady_state)
    return flows if len(flows.transitions) <= MOST_LINKS else None


def _rungs(flows: LevelFlows) -> list[Rung]:
    rungs = []
    for energy, population in zip(flows.energies, flows.populations, strict=True):
        height = shortened(float(in_asked_units(energy, "energy")), DIGITS)
        rungs.append(Rung(float(energy), height, significant(max(float(population), 0.0), DIGITS)))
    return rungs


def _described(system: object) -> list[str]:
    """What stands in a box."""
    if isinstance(system, Model):
        return ["system", f"{system.dimension} levels"]
    if isinstance(system, GaussianModel):
        return ["Gaussian system", f"{system.modes} mode{'' if system.modes == 1 else 's'}"]
    return ["scatterer", f"{len(_baths(system))} leads"]
