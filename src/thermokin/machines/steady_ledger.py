"""The ledger of a system at rest: heat, work, particles, entropy and activity per time, and how steady they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin._verbs import OtherSystem, known_to
from thermokin.counting.counting import Counting
from thermokin.machines.figures_of_merit import FiguresOfMerit, figures_of_merit, merits_of
from thermokin.machines.steady_currents import SteadyCurrents
from thermokin.model.current import current, energy, entropy_flow
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.operators.as_numbers import shown

__all__ = ["SteadyLedger", "ledger_of", "steady_ledger"]


@dataclass(frozen=True, eq=False)
class SteadyLedger(SteadyCurrents, Result):
    """What a system at rest exchanges per time, over the points of a sweep (...); each with its error.

    Heat, energy and particles are positive into the system, power is positive out of it.

    Args:
        system: a model, a junction or a Gaussian model.
        merit: heats, power and figures of merit; None without baths.
        counting: the model at rest, prepared for counting; None for a system of another kind.

    Reference:
        landi2024.
    """

    system: Any
    merit: FiguresOfMerit | None
    counting: Counting | None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the baths (b,)."""
        return () if self.merit is None else self.merit.names

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes, those of a sweep."""
        return tuple(self.system.batch_shape) if self.merit is None else self.merit.heats.shape[:-1]

    @property
    def heat(self) -> FloatArray:
        """Heat from each bath (..., b) [energy/time]."""
        return np.zeros((*self.batch_shape, 0)) if self.merit is None else self.merit.heats

    @property
    def heat_error(self) -> FloatArray:
        """How far rounding may have moved it (..., b)."""
        return np.zeros((*self.batch_shape, 0)) if self.merit is None else self.merit.heats_error

    @property
    def power(self) -> FloatArray:
        """All heats together (...) [energy/time]: what is delivered as work, by jumps without a bath included."""
        return np.zeros(self.batch_shape) if self.merit is None else self.merit.power

    @property
    def power_error(self) -> FloatArray:
        """How far rounding may have moved it (...)."""
        return np.asarray(self.heat_error.sum(axis=-1))

    @cached_property
    def _potentials(self) -> FloatArray:
        baths: Any = getattr(self.system, "baths", None) or getattr(self.system, "leads", ())
        shape = self.batch_shape
        found = [np.broadcast_to(bath.chemical_potential, shape) for bath in baths]
        return np.stack(found, axis=-1) if found else np.zeros((*shape, 0))

    @property
    def chemical_power(self) -> FloatArray:
        """Work delivered against chemical potentials, -sum_b mu_b J_b (...) [energy/time]."""
        return 0.0 - np.asarray((self._potentials * self.particles).sum(axis=-1))

    @property
    def chemical_power_error(self) -> FloatArray:
        """How far rounding may have moved it (...)."""
        return np.asarray((np.abs(self._potentials) * self.particles_error).sum(axis=-1))

    @cached_property
    def _energy(self) -> tuple[FloatArray, FloatArray]:
        # A junction of leads holds nothing that could drive: what one lead gives another takes.
        if not self.has_activity:
            return np.zeros(self.batch_shape), self.power_error
        return self._mean(energy(self.system))

    @property
    def drive_power(self) -> FloatArray:
        """Work delivered to what drives (...) [energy/time]: the energy of all jumps, with and without a bath."""
        return self._energy[0]

    @property
    def drive_power_error(self) -> FloatArray:
        """How far rounding may have moved it (...)."""
        return self._energy[1]

    @property
    def entropy_flow(self) -> FloatArray:
        """Entropy that each bath takes up, -Q_b / T_b (..., b) [nats/time]; infinite with heat at temperature 0."""
        return self._over_temperature(0.0 - self.heat)

    @property
    def entropy_flow_error(self) -> FloatArray:
        """How far rounding may have moved it (..., b); 0 at temperature 0."""
        error = self._over_temperature(self.heat_error)
        return np.where(np.isfinite(error), error, 0.0)

    def _over_temperature(self, amount: FloatArray) -> FloatArray:
        if self.merit is None:
            return amount
        with np.errstate(divide="ignore", invalid="ignore"):  # no heat at temperature 0 is no entropy
            return np.where(amount == 0.0, 0.0, amount / self.merit.temperatures)

    @cached_property
    def _produced(self) -> tuple[FloatArray, FloatArray]:
        if self.merit is not None and not _has_bathless(self.system):
            # The flows and their errors nearly cancel near equilibrium; the forces alone are small there.
            merit = self.merit
            with np.errstate(divide="ignore", invalid="ignore"):
                force = np.abs(1.0 / merit.temperatures - 1.0 / merit.hot[..., None])
                error = np.where(merit.heats_error == 0.0, 0.0, merit.heats_error * force).sum(axis=-1)
                error = error + self.power_error / merit.hot
            produced = merit.entropy_production
            return produced, np.where(np.isfinite(produced + error), error, 0.0)
        flow = entropy_flow(self.system)
        endless = np.isinf(flow.weights)
        amount, error = self._mean(current(self.system, np.where(endless, 0.0, flow.weights)))
        if endless.any():
            lost = np.isinf(flow.mean(self.steady_state))
            amount, error = np.where(lost, np.inf, amount), np.where(lost, 0.0, error)
        return amount, error

    @property
    def entropy_production(self) -> FloatArray:
        """Entropy that all jumps put into their surroundings (...) [nats/time].

        Infinite where a jump happens that nothing undoes, and with heat into a bath at temperature 0.
        """
        return self._produced[0]

    @property
    def entropy_production_error(self) -> FloatArray:
        """How far rounding may have moved it (...)."""
        return self._produced[1]

    @property
    def does(self) -> NDArray[np.str_]:
        """What the machine does (...), as `FiguresOfMerit.does`; "nothing" without baths."""
        return np.full(self.batch_shape, "nothing") if self.merit is None else self.merit.does

    @property
    def efficiency(self) -> FloatArray:
        """As `FiguresOfMerit.efficiency` (...); NaN where it is no engine."""
        return self._merit("efficiency")

    @property
    def coefficient_of_performance(self) -> FloatArray:
        """As `FiguresOfMerit.coefficient_of_performance` (...); NaN where it is no refrigerator."""
        return self._merit("coefficient_of_performance")

    @property
    def share_of_carnot(self) -> FloatArray:
        """Either of them over what the second law allows (...); NaN where there is none."""
        return self._merit("share_of_carnot")

    def _merit(self, name: str) -> FloatArray:
        return np.full(self.batch_shape, np.nan) if self.merit is None else np.asarray(getattr(self.merit, name))

    @property
    def steady_state(self) -> Any:
        """The state at rest.

        Raises:
            TypeError: of a junction, whose leads are what it holds.
        """
        from thermokin.motion.steady_state import steady_state

        return steady_state(self.system) if self.counting is None else self.counting.steady_state


def _has_bathless(system: Any) -> bool:
    table = getattr(system, "table", None)
    if table is not None:
        return bool(table.bathless.any())
    return bool((np.asarray(getattr(system, "bath", 0)) < 0).any())


def ledger_of(counting: Counting) -> SteadyLedger:
    """The ledger of a model that is prepared for counting.

    Args:
        counting: the model at rest.

    Returns:
        The ledger.

    Raises:
        NotConvergedError: if rounding leaves too few digits of a heat.
    """
    return SteadyLedger(counting.model, merits_of(counting) if counting.model.baths else None, counting)


def steady_ledger(system: Any, *, initial: Initial | None = None) -> SteadyLedger:
    """The ledger of a system at rest, see `thermokin.ledger`.

    Args:
        system: a model, a junction of `tk.transport` or a Gaussian model.
        initial: says which steady state is meant, where a model keeps more than one.

    Returns:
        The ledger, whose entries beside the heats are made on first use.

    Raises:
        DegenerateSteadyStateError: if a model keeps more than one steady state and `initial` names none.
        NotConvergedError: if rounding leaves too few digits of a heat.
        TypeError: if it is no system, or `initial` is given for another system than a model.
    """
    if not isinstance(system, Model | OtherSystem) or not known_to(system, "entropy_flow"):
        raise TypeError(f"`model` must be a model, a junction or a Gaussian model, got {shown(system)}.")
    if isinstance(system, Model):
        return ledger_of(Counting(system, initial=initial))
    if initial is not None:
        raise TypeError("`initial` is for models alone.")
    baths = getattr(system, "baths", None) or getattr(system, "leads", ())
    return SteadyLedger(system, figures_of_merit(system) if baths else None, None)
