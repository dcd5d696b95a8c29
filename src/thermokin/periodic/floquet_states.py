"""Floquet states of a driven system and what it exchanges in its periodic state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray
from thermokin.machines.steady_ledger import SteadyLedger, steady_ledger
from thermokin.model.assumption import Assumption
from thermokin.model.model import Model
from thermokin.motion.lasting_coherences import kept_apart
from thermokin.motion.steady_state import SteadyState, steady_state
from thermokin.operators.as_numbers import as_real
from thermokin.periodic.floquet_modes import FloquetModes

__all__ = ["FloquetStates"]


@dataclass(frozen=True, eq=False)
class FloquetStates(Result):
    """Quasi-energies and modes of a periodic drive, with the model of the jumps between them.

    `model` is an ordinary `Model`: `tk.ledger`, `tk.heat` and `tk.cumulants`, `tk.bounds`, `tk.evolve`, `tk.unravel`
    take it. Its states are those of the system at whole periods; `lab` brings them to other times.

    Args:
        model: the model, in the basis of the modes.
        floquet_modes: the modes over a period.
        turning: whether the quasi-energies are the model's Hamiltonian; where different changes of quasi-energy share a
            jump it is 0, and the model that of the interaction picture.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> sz, sx = np.diag([0.5, -0.5]), np.array([[0.0, 1.0], [1.0, 0.0]])
        >>> shaken = tk.Drive([sz, [0.6 * sz, np.cos]])  # the gap alone: its mean remains
        >>> found = tk.floquet(shaken, [tk.Contact(tk.Bath("hot", 1.0), sx, tk.Ohmic(0.001))], 2 * np.pi)
        >>> found.mean_energies.round(9), found.lab(found.modes_at(0.0)[:, 0], 0.0).shape
        (array([-0.5,  0.5]), (2,))
    """

    model: Model
    floquet_modes: FloquetModes
    turning: bool

    @property
    def quasienergies(self) -> FloatArray:
        """Each in the zone about the mean energy of its mode (d,) [energy]; modulo `frequency` they are unique."""
        return self.floquet_modes.quasienergies

    @property
    def mean_energies(self) -> FloatArray:
        """Of the modes, over a period, ascending (d,) [energy]."""
        return self.floquet_modes.mean_energies

    @property
    def modes(self) -> ComplexArray:
        """At time 0, in columns (d, d)."""
        return np.asarray(self.floquet_modes.at_points[0])

    @property
    def period(self) -> float:
        """Of the drive [time]."""
        return self.floquet_modes.period

    @property
    def frequency(self) -> float:
        """Of the drive, 2 pi / period [energy]."""
        return self.floquet_modes.frequency

    @property
    def error(self) -> float:
        """Estimate of what the modes lack."""
        return self.floquet_modes.error

    @property
    def validity(self) -> tuple[Assumption, ...]:
        """What the model assumes."""
        return self.model.validity

    def modes_at(self, times: ArrayLike) -> ComplexArray:
        """The modes at any times, in columns.

        Args:
            times: (...) [time].

        Returns:
            (..., d, d).
        """
        at = as_real(times, "times")
        size = self.quasienergies.size
        return self.floquet_modes.at(at.reshape(-1)).reshape(*at.shape, size, size)

    @cached_property
    def steady_state(self) -> SteadyState:
        """Of the model: the periodic state at whole periods.

        Raises:
            DegenerateSteadyStateError: if there are several.
        """
        return self._counted_state or steady_state(self.model)

    @property
    def _counted_state(self) -> SteadyState | None:
        """The state of the ledger, if that has been made and leaves nothing to be said; None elsewhere."""
        ledger = vars(self).get("ledger")
        if ledger is None or ledger.counting is None:
            return None
        found: SteadyState = ledger.counting.steady_state
        if found.model is not self.model or found.lost.any():
            return None
        kept = kept_apart(ledger.counting.resolvent.block.liouvillian, found.frame_state)
        return found if kept.tested and (kept.parts == 1).all() else None

    @cached_property
    def populations(self) -> FloatArray:
        """Of the modes in the periodic state (..., d)."""
        turned = self.model.to_frame(self.steady_state.state)
        return np.real(np.diagonal(turned, axis1=-2, axis2=-1)).copy()

    @cached_property
    def ledger(self) -> SteadyLedger:
        """What the periodic state exchanges per time, averaged over a period, as `tk.ledger(model)`."""
        with few_threads(self.model.dimension):  # set once, not for each bath
            return steady_ledger(self.model)

    @property
    def heat(self) -> FloatArray:
        """From each bath (..., b) [energy/time]."""
        return self.ledger.heat

    @property
    def power(self) -> FloatArray:
        """Delivered to the drive (...) [energy/time]: the energy of all jumps; negative where the drive pays."""
        return self.ledger.drive_power

    @property
    def entropy_production(self) -> FloatArray:
        """Per time (...) [nats/time]."""
        return self.ledger.entropy_production

    @cached_property
    def jump_rates(self) -> FloatArray:
        """Mean rate of each channel in the periodic state (..., k) [1/time]; its quantum is `model.table.energy`."""
        table, rest = self.model.table, self.steady_state
        if rest.is_diagonal:
            each = table.strength * rest.populations[..., table.column]
            rates = np.zeros((*each.shape[:-1], table.size))
            np.add.at(rates.T, table.channel, each.T)
            return rates
        state = self.model.to_frame(rest.state)
        jumps = [table.jump(channel) for channel in range(table.size)]
        flows = [np.real(np.einsum("...ij,...jk,...ik->...", jump, state, jump.conj())) for jump in jumps]
        return np.stack(flows, axis=-1) if flows else np.zeros((*state.shape[:-2], 0))

    def lab(self, states: ArrayLike, times: ArrayLike) -> ComplexArray:
        """States of the model, as `tk.evolve(model, ...)` gives them, in the laboratory.

        Args:
            states: (..., d, d) at those times, or one for all.
            times: (...) [time].

        Returns:
            (..., d, d), P(t) rho P(t)^+ with P(t) = sum_a |phi_a(t)><phi_a(0)|.
        """
        at = as_real(times, "times")
        modes = self.modes_at(at)
        if not self.turning:
            modes = modes * np.exp(-1j * np.multiply.outer(at, self.quasienergies))[..., None, :]
        turn = modes @ self.modes.conj().T
        return np.asarray(turn @ np.asarray(states) @ turn.conj().swapaxes(-1, -2))

    def state(self, times: ArrayLike) -> ComplexArray:
        """The periodic state in the laboratory.

        Args:
            times: (t,) or () [time].

        Returns:
            (..., t, d, d) or (..., d, d).
        """
        at = as_real(times, "times")
        rest = self.steady_state.state
        return self.lab(rest if at.ndim == 0 else rest[..., None, :, :], at)
