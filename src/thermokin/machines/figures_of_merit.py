"""What a machine at rest does with the heat of its baths, and how well: engine, refrigerator, accelerator, heater."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import BoolArray, FloatArray
from thermokin._verbs import OtherSystem
from thermokin.counting.counting import Counting
from thermokin.counting.counting import cumulants as cumulants_of
from thermokin.model.current import heat
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.operators.as_numbers import shown

__all__ = ["FiguresOfMerit", "figures_of_merit"]

ENGINE, REFRIGERATOR, ACCELERATOR, HEATER = "engine", "refrigerator", "accelerator", "heater"
ABSORPTION, TRANSFORMER, CONDUCTOR = "absorption refrigerator", "heat transformer", "conductor"
NOTHING, UNKNOWN = "nothing", "mixed"
ROUNDING = 1e-12  # of the sum of all sizes: less power than that is none


@dataclass(frozen=True, eq=False)
class FiguresOfMerit(Result):
    """Heats of the baths, power, and what a machine makes of them.

    Heat is positive into the system and power positive out of it: work on a drive, or against chemical potentials.

    Args:
        system: the machine.
        names: of the baths (b,).
        temperatures: of the baths (..., b) [energy].
        heats: from the baths (..., b) [energy/time].
        heats_error: how far rounding may have moved them (..., b).
    """

    system: Any
    names: tuple[str, ...]
    temperatures: FloatArray
    heats: FloatArray
    heats_error: FloatArray

    @property
    def power(self) -> FloatArray:
        """Work that the machine delivers per time, the sum of all heats (...) [energy/time]; 0 within rounding."""
        total = self.heats.sum(axis=-1)
        return np.where(np.abs(total) <= self._unsure, 0.0, total)

    @property
    def _unsure(self) -> FloatArray:
        return np.asarray(self.heats_error.sum(axis=-1) + ROUNDING * np.abs(self.heats).sum(axis=-1))

    @property
    def entropy_production(self) -> FloatArray:
        """Entropy that the baths take up, -sum_b Q_b / T_b (...) [nats/time]; infinite with heat at temperature 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.where(self.heats == 0.0, 0.0, -self.heats / self.temperatures)
        return np.asarray(shares.sum(axis=-1))

    def _heat_at(self, temperature: FloatArray) -> FloatArray:
        """The heat of all baths at a temperature (...); 0 within rounding."""
        here = self.temperatures == temperature[..., None]
        total = np.where(here, self.heats, 0.0).sum(axis=-1)
        return np.where(np.abs(total) <= self._unsure, 0.0, total)

    @property
    def hot(self) -> FloatArray:
        """The highest temperature (...) [energy]."""
        return np.asarray(self.temperatures.max(axis=-1))

    @property
    def cold(self) -> FloatArray:
        """The lowest temperature (...) [energy]."""
        return np.asarray(self.temperatures.min(axis=-1))

    @property
    def heat_from_hot(self) -> FloatArray:
        """Heat from the baths at the highest temperature (...) [energy/time]."""
        return self._heat_at(self.hot)

    @property
    def heat_from_cold(self) -> FloatArray:
        """Heat from the baths at the lowest temperature (...), which a refrigerator draws [energy/time]."""
        return self._heat_at(self.cold)

    @property
    def _between(self) -> FloatArray:
        """The third temperature (...); NaN where there are not three."""
        inner = (self.temperatures != self.hot[..., None]) & (self.temperatures != self.cold[..., None])
        low = np.where(inner, self.temperatures, np.inf).min(axis=-1)
        high = np.where(inner, self.temperatures, -np.inf).max(axis=-1)
        return np.where(low == high, low, np.nan)

    @property
    def _levels(self) -> NDArray[np.int64]:
        """How many different temperatures there are (...)."""
        ordered = np.sort(self.temperatures, axis=-1)
        return np.asarray(1 + (np.diff(ordered, axis=-1) > 0.0).sum(axis=-1))

    @cached_property
    def does(self) -> NDArray[np.str_]:
        """What the machine does (...).

        Between two temperatures an "engine" delivers work, a "refrigerator" takes work and draws heat from the cold, an
        "accelerator" takes work and lets more heat through from hot to cold, a "heater" turns work into heat alone, and
        a "conductor" lets heat through without work. Between three, without work, an "absorption refrigerator" draws
        heat from the cold and from the hot, a "heat transformer" gives heat to the hot. "nothing" where no heat flows,
        "mixed" elsewhere.
        """
        work, hot, cold = self.power, self.heat_from_hot, self.heat_from_cold
        one, two, three = (self._levels == number for number in (1, 2, 3))
        still = np.abs(self.heats).sum(axis=-1) <= self._unsure
        kinds: tuple[tuple[BoolArray, str], ...] = (
            (still, NOTHING),
            (one & (work < 0.0), HEATER),
            (two & (work > 0.0) & (hot > 0.0), ENGINE),
            (two & (work < 0.0) & (cold > 0.0), REFRIGERATOR),
            (two & (work < 0.0) & (hot > 0.0), ACCELERATOR),
            (two & (work < 0.0), HEATER),
            (two & (work == 0.0), CONDUCTOR),
            (three & (work == 0.0) & (cold > 0.0) & (hot > 0.0), ABSORPTION),
            (three & (work == 0.0) & (cold < 0.0) & (hot < 0.0), TRANSFORMER),
            (three & (work == 0.0), CONDUCTOR),
        )
        return np.select([where for where, _ in kinds], [word for _, word in kinds], default=UNKNOWN)

    @property
    def efficiency(self) -> FloatArray:
        """Power over the heat from the hot of an engine, heat to the hot over that drawn of a heat transformer (...).

        NaN where it is neither.
        """
        middle = self._heat_at(np.nan_to_num(self._between, nan=-1.0))
        return self._chosen({ENGINE: (self.power, self.heat_from_hot), TRANSFORMER: (-self.heat_from_hot, middle)})

    @property
    def coefficient_of_performance(self) -> FloatArray:
        """Heat from the cold over what it costs: work, or heat from the hot (...); NaN where it is no refrigerator."""
        return self._chosen(
            {
                REFRIGERATOR: (self.heat_from_cold, -self.power),
                ABSORPTION: (self.heat_from_cold, self.heat_from_hot),
            }
        )

    @property
    def carnot(self) -> FloatArray:
        """What the second law allows at most for this figure of merit (...); NaN where there is none."""
        hot, cold, middle = self.hot, self.cold, self._between
        return self._chosen(
            {
                ENGINE: (hot - cold, hot),
                REFRIGERATOR: (cold, hot - cold),
                ABSORPTION: ((hot - middle) * cold, hot * (middle - cold)),
                TRANSFORMER: ((middle - cold) * hot, (hot - cold) * middle),
            }
        )

    @property
    def share_of_carnot(self) -> FloatArray:
        """The figure of merit over what the second law allows (...); NaN where there is none."""
        reached = np.where(np.isnan(self.efficiency), self.coefficient_of_performance, self.efficiency)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(reached / self.carnot)

    def _chosen(self, quotients: dict[str, tuple[FloatArray, FloatArray]]) -> FloatArray:
        found = np.full(self.power.shape, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            for word, (above, below) in quotients.items():
                found = np.where(self.does == word, above / below, found)
        return found


def figures_of_merit(system: Any, *, initial: Initial | None = None) -> FiguresOfMerit:
    """What a machine at rest does, and how well.

    Args:
        system: a model, a junction of `tk.transport` or a Gaussian model, with baths.
        initial: says which steady state is meant, where a model keeps more than one.

    Returns:
        Heats, power and figures of merit (...) over the points of a sweep.

    Raises:
        DegenerateSteadyStateError: if a model keeps more than one steady state and `initial` names none.
        NotConvergedError: if rounding leaves too few digits of a heat.
        ValueError: if the system has no bath.
        TypeError: if it is no system.

    Cost:
        One steady state, and one mean for each bath.

    Example:
        >>> import thermokin as tk
        >>> maser = tk.library.three_level_maser(drive=0.02, hot=6.0, rate_hot=0.01, rate_cold=0.02)
        >>> found = tk.figures_of_merit(maser)
        >>> str(found.does), bool(found.share_of_carnot < 1.0)
        ('engine', True)
    """
    if not isinstance(system, Model | OtherSystem):
        raise TypeError(f"`system` must be a model, a junction or a Gaussian model, got {shown(system)}.")
    baths = getattr(system, "baths", None) or getattr(system, "leads", ())
    if not baths:
        raise ValueError("figures of merit are of systems with baths, and this one has none.")
    if isinstance(system, Model):
        counting = Counting(system, initial=initial)
        found = [counting.cumulants(heat(system, bath.name), order=1) for bath in baths]
    elif initial is not None:
        raise TypeError("`initial` is for models alone.")
    else:
        found = [cumulants_of(system, heat(system, bath.name), order=1) for bath in baths]
    lead = np.broadcast_shapes(*(one.values.shape[:-1] for one in found), *(bath.batch_shape for bath in baths))

    def beside(numbers: list[FloatArray]) -> FloatArray:
        return np.stack([np.broadcast_to(number, lead) for number in numbers], axis=-1)

    return FiguresOfMerit(
        system,
        tuple(bath.name for bath in baths),
        beside([bath.temperature for bath in baths]),
        beside([one.values[..., 0] for one in found]),
        beside([np.asarray(one.error)[..., 0] for one in found]),
    )
