"""Power and efficiency of electrons between two leads, with what bounds them: Carnot, noise, one channel's power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._result import Result
from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.counting import cumulants
from thermokin.machines.figures_of_merit import FiguresOfMerit, figures_of_merit
from thermokin.machines.mode import ENGINE
from thermokin.model.current import particles
from thermokin.operators.as_numbers import shown

__all__ = ["ThermoelectricMap", "thermoelectric_map"]

AT_MOST = 0.3163467113702061  # the largest x ln(1 + e^-x)


@dataclass(frozen=True, eq=False)
class ThermoelectricMap(Result):
    """Power and efficiency over a sweep.

    Args:
        junction: the junction.
        merit: what it does (...).
        current: of particles out of the first lead (...) [1/time].
        noise: of it (...) [1/time].
        channels: how many channels the narrower lead has.
    """

    junction: Any
    merit: FiguresOfMerit
    current: FloatArray
    noise: FloatArray
    channels: int

    @property
    def power(self) -> FloatArray:
        """Power delivered (...) [energy/time]."""
        return self.merit.power

    @property
    def efficiency(self) -> FloatArray:
        """Power delivered over the heat from the hot lead (...); NaN where it is no engine."""
        return np.where(self.engine, self.merit.efficiency, np.nan)

    @property
    def share_of_carnot(self) -> FloatArray:
        """Efficiency over that of Carnot (...); NaN where it is no engine."""
        return np.where(self.engine, self.merit.share_of_carnot, np.nan)

    @property
    def engine(self) -> BoolArray:
        """Where work is delivered (...)."""
        return np.asarray(self.merit.does == ENGINE)

    @property
    def allowed_by_noise(self) -> FloatArray:
        """The largest share of Carnot that power, current and noise allow (...); NaN where it is no engine.

        Coherent fermions between two leads have D >= |J| / sinh(sigma / 2 |J|), and an engine that delivers P produces
        sigma = (P / T_c) (eta_C / eta - 1), so that eta / eta_C <= 1 / [1 + 2 T_c (|J| / P) arsinh(|J| / D)].
        """
        size = np.abs(self.current)
        with np.errstate(divide="ignore", invalid="ignore"):
            cost = 2.0 * size * np.arcsinh(size / self.noise)
            share = 1.0 / (1.0 + self.merit.cold * cost / self.power)
        return np.where(self.engine, share, np.nan)

    @property
    def largest_power(self) -> FloatArray:
        """What so many channels deliver at most between these temperatures (...) [energy/time].

        The largest x ln(1 + e^-x) times (T_h - T_c)^2 / 2 pi, of a sharp threshold.
        """
        span = self.merit.hot - self.merit.cold
        return np.asarray(self.channels * AT_MOST * span**2 / (2.0 * np.pi))


def thermoelectric_map(junction: Any) -> ThermoelectricMap:
    """Power, efficiency and their bounds of electrons between a hot and a cold lead, over the points of a sweep.

    Args:
        junction: a junction of `tk.transport` with two leads of fermions; levels, potentials or temperatures may carry
            leading axes.

    Returns:
        The map; it draws itself over one or two axes.

    Raises:
        HypothesisError: if there are not two leads of fermions.
        TypeError: if it is no junction.
        NotConvergedError: if an integral over energy does not converge.

    Cost:
        Three integrals over energy a point.

    Reference:
        whitney2014; brandner2025.

    Example:
        >>> import thermokin as tk
        >>> leads = [tk.Bath("hot", 1.0, 0.0, tk.Fermi()), tk.Bath("cold", 0.2, [0.5, 0.9], tk.Fermi())]
        >>> found = tk.thermoelectric_map(tk.transport.Junction(tk.transport.step(1.2), leads))
        >>> (found.power / found.largest_power).round(4)
        array([0.6355, 0.9913])
        >>> most = found.power.argmax()
        >>> round(float(found.efficiency[most]), 4)  # at the largest power
        0.3715
    """
    leads = getattr(junction, "leads", None)
    if leads is None:
        raise TypeError(f"`junction` must be a junction of tk.transport, got {shown(junction)}.")
    if len(leads) != 2 or junction.sign < 0.0:
        raise HypothesisError("a thermoelectric map is of two leads of fermions.")
    counted = cumulants(junction, particles(junction, leads[0].name), order=2)
    owner = list(junction.scatterer.owner)
    channels = min(owner.count(terminal) for terminal in set(owner))
    values = np.asarray(counted.values)
    return ThermoelectricMap(junction, figures_of_merit(junction), values[..., 0], values[..., 1], channels)
