"""A scatterer and the leads that it joins, checked to fit one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.bath import Bath
from thermokin.model.statistics import Bose, Fermi
from thermokin.operators.as_numbers import common_axes, shown
from thermokin.transport.scatterer import Scatterer

__all__ = ["JoinedLeads"]


@dataclass(frozen=True, eq=False)
class JoinedLeads:
    """A scatterer and a lead for each of its terminals.

    Args:
        scatterer: what stands between the leads.
        leads: a bath for each terminal, in its order.

    Raises:
        TypeError: if an argument is of the wrong type.
        ValueError: if there are not as many leads as terminals, two have one name, or they differ in statistics.
    """

    scatterer: Scatterer
    leads: tuple[Bath, ...]

    def __init__(self, scatterer: Scatterer, leads: Sequence[Bath]) -> None:
        if not isinstance(scatterer, Scatterer):
            raise TypeError(
                f"`scatterer` must be one of tk.transport, got {shown(scatterer)}; wrap a function of energy in "
                "tk.transport.Transmission."
            )
        leads = tuple(leads)
        for lead in leads:
            if not isinstance(lead, Bath):
                raise TypeError(f"`leads` must be baths, got {shown(lead)}.")
        _require_carriers(leads)
        terminals = len(set(scatterer.owner))
        if len(leads) != terminals:
            raise ValueError(f"`leads` must be {terminals}, one for each terminal of the scatterer, got {len(leads)}.")
        names = [lead.name for lead in leads]
        if len(set(names)) < len(names):
            raise ValueError(f"leads need names of their own, got {', '.join(map(repr, names))}.")
        if len({type(lead.statistics) for lead in leads}) > 1:
            raise ValueError("leads must have one statistics: a scatterer moves either fermions or bosons.")
        common_axes({"scatterer": scatterer.batch_shape, **{repr(lead.name): lead.batch_shape for lead in leads}})
        object.__setattr__(self, "scatterer", scatterer)
        object.__setattr__(self, "leads", leads)

    def __repr__(self) -> str:
        particles = "fermions" if self.sign > 0.0 else "bosons"
        return (
            f"Junction of {particles}: {self.scatterer!r} between {', '.join(repr(lead.name) for lead in self.leads)}"
        )

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes of scatterer and leads."""
        return np.broadcast_shapes(self.scatterer.batch_shape, *(lead.batch_shape for lead in self.leads))

    @property
    def sign(self) -> float:
        """1 for fermions, -1 for bosons."""
        return 1.0 if isinstance(self.leads[0].statistics, Fermi) else -1.0

    def place(self, lead: str | Bath | None) -> int:
        """Which lead a name means.

        Args:
            lead: a name or a lead of the junction; None where there is no doubt.

        Returns:
            Its place.

        Raises:
            ValueError: if there is none of that name, or none is named.
        """
        names = [known.name for known in self.leads]
        name = lead.name if isinstance(lead, Bath) else lead
        if name not in names:
            raise ValueError(f"`bath` must name a lead, {' or '.join(map(repr, names))}; got {name!r}.")
        return names.index(name)

    def stacked(self, name: str) -> FloatArray:
        """The numbers of all leads side by side (..., leads).

        Args:
            name: "temperature" or "chemical_potential".

        Returns:
            The numbers.
        """
        shape = np.broadcast_shapes(*(lead.batch_shape for lead in self.leads))
        return np.stack([np.broadcast_to(getattr(lead, name), shape) for lead in self.leads], axis=-1)


def _require_carriers(leads: Sequence[Bath]) -> None:
    spins = [lead.name for lead in leads if type(lead.statistics) not in {Bose, Fermi}]
    if spins:
        raise ValueError(f"lead {spins[0]!r} must have the statistics Fermi() or Bose(): others carry nothing.")
    endless = [lead.name for lead in leads if np.isinf(lead.temperature).any()]
    if endless:
        raise ValueError(
            f"lead {endless[0]!r} has an infinite temperature, at which all energies carry alike; give a finite one, "
            "far above the widths of what stands between the leads."
        )
