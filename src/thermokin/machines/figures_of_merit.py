"""What a machine at rest does with the heat of its baths, and how well: engine, refrigerator, accelerator, heater."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin._verbs import OtherSystem, known_to
from thermokin.counting.counting import Counting
from thermokin.counting.counting import cumulants as cumulants_of
from thermokin.machines.mode import ABSORPTION, ENGINE, REFRIGERATOR, TRANSFORMER, modes_of
from thermokin.machines.useful_current import useful_noise, useful_weights
from thermokin.model.current import heat
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.operators.as_numbers import shown

__all__ = ["FiguresOfMerit", "figures_of_merit", "merits_of"]

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
        counting: the model at rest, prepared for counting; None for a system of another kind.
    """

    system: Any
    names: tuple[str, ...]
    temperatures: FloatArray
    heats: FloatArray
    heats_error: FloatArray
    counting: Counting | None

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
        # From differences of temperature: -Q / T of two baths that exchange heat alone are nearly opposite numbers.
        here, hot = self.temperatures, self.hot[..., None]
        with np.errstate(divide="ignore", invalid="ignore"):
            forces = np.where(np.isinf(hot), -1.0 / here, (here - hot) / hot / here)
            shares = np.where((self.heats == 0.0) | (here == hot), 0.0, self.heats * forces)
            work = np.where(self.power == 0.0, 0.0, self.power / self.hot)
        return np.asarray(shares.sum(axis=-1) - work)

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
        still = np.abs(self.heats).sum(axis=-1) <= self._unsure
        return modes_of(self.power, self.heat_from_hot, self.heat_from_cold, self._levels, still)

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

    @property
    def curzon_ahlborn(self) -> FloatArray:
        """Efficiency 1 - sqrt(T_c / T_h) at the largest power of an engine without inner losses (...); NaN for others.

        Reference:
            curzon1975.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.does == ENGINE, 1.0 - np.sqrt(self.cold / self.hot), np.nan)

    @cached_property
    def _useful(self) -> FloatArray:
        """The weight of each heat in the current that the machine is built for (..., b)."""
        hot, cold = (self.temperatures == edge[..., None] for edge in (self.hot, self.cold))
        return useful_weights(self.does, hot, cold)

    @property
    def useful_current(self) -> FloatArray:
        """What the machine is built for (...) [energy/time].

        The power of an engine, the heat from the cold of refrigerators, the heat to the hot of a heat transformer, the
        heat from the hot of an accelerator and a conductor, the work that a heater takes; the power of what is "mixed".
        """
        total = np.asarray((self.heats * self._useful).sum(axis=-1))
        return np.where(np.abs(total) <= self._unsure, 0.0, total)

    @cached_property
    def _noise(self) -> tuple[FloatArray, FloatArray]:
        return useful_noise(self.system, self.names, self._useful, _count(self.system, self.counting))

    @property
    def noise(self) -> FloatArray:
        """Variance per time of the useful current (...) [energy^2/time]."""
        return self._noise[0]

    @property
    def noise_error(self) -> FloatArray:
        """How far rounding may have moved it (...) [energy^2/time]."""
        return self._noise[1]

    @property
    def uncertainty_product(self) -> FloatArray:
        """Noise of the useful current times entropy production over its square (...); NaN where there is no current.

        At least 2 in a classical jump process; a coherent machine may lie below.

        Reference:
            barato2015.
        """
        current = self.useful_current
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(current == 0.0, np.nan, self.noise * self.entropy_production / current**2)

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
    if not isinstance(system, Model | OtherSystem) or not known_to(system, "entropy_flow"):
        raise TypeError(f"`system` must be a model, a junction or a Gaussian model, got {shown(system)}.")
    baths = getattr(system, "baths", None) or getattr(system, "leads", ())
    if not baths:
        raise ValueError("figures of merit are of systems with baths, and this one has none.")
    if isinstance(system, Model):
        return merits_of(Counting(system, initial=initial))
    if initial is not None:
        raise TypeError("`initial` is for models alone.")
    return _merits(system, baths, None)


def merits_of(counting: Counting) -> FiguresOfMerit:
    """The figures of merit of a model that is prepared for counting.

    Args:
        counting: the model at rest.

    Returns:
        The figures of merit (...).

    Raises:
        NotConvergedError: if rounding leaves too few digits of a heat.
    """
    return _merits(counting.model, counting.model.baths, counting)


def _count(system: Any, counting: Counting | None) -> Callable[..., Any]:
    """What gives the cumulants of a current."""
    return partial(cumulants_of, system) if counting is None else counting.cumulants


def _merits(system: Any, baths: Sequence[Any], counting: Counting | None) -> FiguresOfMerit:
    count = _count(system, counting)
    found = [count(heat(system, bath.name), order=1) for bath in baths]
    lead = np.broadcast_shapes(*(one.values.shape[:-1] for one in found), *(bath.batch_shape for bath in baths))

    def beside(numbers: list[FloatArray]) -> FloatArray:
        return np.stack([np.broadcast_to(number, lead) for number in numbers], axis=-1)

    return FiguresOfMerit(
        system,
        tuple(bath.name for bath in baths),
        beside([bath.temperature for bath in baths]),
        beside([one.values[..., 0] for one in found]),
        beside([np.asarray(one.error)[..., 0] for one in found]),
        counting,
    )
