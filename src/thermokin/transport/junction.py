"""A junction: leads joined by a coherent scatterer."""

from __future__ import annotations

from typing import final

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin._verbs import OtherSystem
from thermokin.operators.as_numbers import as_real, require_finite, shown
from thermokin.transport.joined_leads import JoinedLeads
from thermokin.transport.transport_current import TransportCurrent

__all__ = ["Junction"]


@final
class Junction(JoinedLeads, OtherSystem):
    """Leads joined by a coherent scatterer.

    Particles or quanta of energy E leave the leads and are scattered without loss into channels of others. Leads are
    baths: `Fermi()` for electrons, `Bose()` for phonons or photons, whose potential is 0 and whose energies are
    positive. `tk.particles`, `tk.energy` and `tk.heat` count what leaves a lead, `tk.entropy_flow` what all of them
    take up; `tk.cumulants` and `tk.covariance` are integrals over energy.

    Args:
        scatterer: what stands between them, one of `tk.transport`.
        leads: a bath for each terminal, in its order.

    Raises:
        TypeError: if an argument is of the wrong type.
        ValueError: if there are not as many leads as terminals, two have one name, or they differ in statistics.

    Reference:
        blanter2000.

    Example:
        >>> import thermokin as tk
        >>> level = tk.transport.resonant_level(0.3, 0.4, 0.2)
        >>> left = tk.Bath("left", 0.3, 0.5, tk.Fermi())
        >>> junction = tk.transport.Junction(level, [left, tk.Bath("right", 0.6, -0.5, tk.Fermi())])
        >>> round(float(tk.cumulants(junction, tk.particles(junction, "left")).mean), 6)
        0.045209
    """

    def __repr__(self) -> str:
        particles = "fermions" if self.sign > 0.0 else "bosons"
        names = ", ".join(repr(lead.name) for lead in self.leads)
        return f"Junction of {particles} between {names}: {self.scatterer!r}"

    def current(self, name: str, particles: ArrayLike, energy: ArrayLike = 0.0) -> TransportCurrent:
        """An amount that each quantum of energy E takes out of lead l: particles_l + energy_l E.

        Args:
            name: what it counts.
            particles: (..., leads) [amount].
            energy: (..., leads) [amount/energy]; 0 for all if it is one number 0.

        Returns:
            The current.

        Raises:
            ValueError: if shapes do not fit, or a number is not finite.
            TypeError: if an argument is of the wrong type.
        """
        if not isinstance(name, str):
            raise TypeError(f"`name` of a current must be a string, got {shown(name)}.")
        count = len(self.leads)
        by_energy = np.zeros(count) if np.ndim(energy) == 0 and np.all(energy == 0.0) else energy
        found = [_each_lead(value, word, count) for word, value in (("particles", particles), ("energy", by_energy))]
        return TransportCurrent(name, found[0], found[1], self)


def _each_lead(value: ArrayLike, name: str, count: int) -> FloatArray:
    number = as_real(value, name)
    require_finite(number, name)
    if number.ndim < 1 or number.shape[-1] != count:
        raise ValueError(f"`{name}` must end in {count} numbers, one for each lead; got shape {number.shape}.")
    return number
