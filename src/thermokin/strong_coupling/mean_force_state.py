"""States of mean force side by side, and the thermodynamics of a strongly coupled system at equilibrium."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import HypothesisError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray
from thermokin.operators.distances import trace_distance
from thermokin.operators.gibbs import gibbs, gibbs_populations
from thermokin.operators.tensor import partial_trace
from thermokin.strong_coupling.coordinate import Coordinate
from thermokin.strong_coupling.enlarged_system import BareSystem, enlarged_system
from thermokin.strong_coupling.second_order import second_order
from thermokin.strong_coupling.ultrastrong import couplings_commute, projected_hamiltonian

__all__ = ["MeanForce"]

EMPTY = 4.0 * np.finfo(float).eps  # a population of which no digit is known


@dataclass(frozen=True, eq=False)
class MeanForce(Result):
    """A strongly coupled system at equilibrium.

    Energies and entropy are those of system and bath together less those of the bath alone.

    Args:
        bare: the system and its strong contacts.
        temperature: of all baths (...).
        dims: levels of the system and of each coordinate.

    Example:
        >>> import math, numpy as np, thermokin as tk
        >>> spin = tk.operators.pauli()
        >>> contact = tk.Contact(tk.Bath("bath", 0.5), spin.z, tk.Brownian(0.7, frequency=2.0, width=1e-3))
        >>> found = tk.mean_force(0.5 * spin.z, [contact])  # the bath measures the energy, and moves nothing
        >>> bool(np.abs(found.state - found.gibbs).max() < 1e-9)
        True
        >>> round(float(found.free_energy), 7), round(-0.5 * math.log(2.0 * math.cosh(0.5 / 0.5)), 7)
        (-0.563464, -0.563464)
    """

    bare: BareSystem
    temperature: FloatArray
    dims: tuple[int, ...]

    @property
    def levels(self) -> tuple[int, ...]:
        """Kept of each coordinate (c,)."""
        return self.dims[1:]

    @cached_property
    def _together(self) -> tuple[FloatArray, ComplexArray]:
        """Energies (..., D) of system and coordinates, and their eigenvectors."""
        matrix = enlarged_system(self.bare, self.levels).hamiltonian
        energies, frame = np.linalg.eigh(matrix if matrix.imag.any() else matrix.real)
        return energies, frame

    @cached_property
    def state(self) -> ComplexArray:
        """With the coordinates (..., d, d)."""
        energies, frame = self._together
        populations = gibbs_populations(energies, self.temperature)
        whole = (frame * populations[..., None, :]) @ frame.conj().swapaxes(-1, -2)
        return partial_trace(whole, 0, self.dims)

    @cached_property
    def _second_order(self) -> tuple[ComplexArray, FloatArray]:
        return second_order(self.bare, self.temperature)

    @property
    def second_order(self) -> ComplexArray:
        """To second order in the coupling, by the whole spectrum (..., d, d); not positive where it fails."""
        return self._second_order[0]

    @property
    def second_order_error(self) -> FloatArray:
        """Estimate of what its quadrature lacks (...)."""
        return self._second_order[1]

    @cached_property
    def second_order_lowest(self) -> FloatArray:
        """Its lowest eigenvalue (...); below 0 it is no state."""
        return np.asarray(np.linalg.eigvalsh(self.second_order)[..., 0])

    @cached_property
    def ultrastrong(self) -> ComplexArray:
        """In the limit of ultrastrong coupling (..., d, d).

        Raises:
            HypothesisError: if couplings of different baths do not commute.
        """
        if not couplings_commute(self.bare).all():
            raise HypothesisError(
                "couplings of strong baths do not commute: they measure different things, and which of them wins "
                "depends on how their strengths grow; no one limit of ultrastrong coupling exists."
            )
        return gibbs(projected_hamiltonian(self.bare), self.temperature)

    @cached_property
    def gibbs(self) -> ComplexArray:
        """Without a bath (..., d, d)."""
        return gibbs(self.bare.hamiltonian, self.temperature)

    @cached_property
    def distances(self) -> FloatArray:
        """Trace distance of `state` to `gibbs`, `second_order` and `ultrastrong` (..., 3); NaN where there is none."""
        limit = gibbs(projected_hamiltonian(self.bare), self.temperature)
        last = np.where(couplings_commute(self.bare), trace_distance(self.state, limit), np.nan)
        # The second order need not be positive, which a distance of states asks.
        apart = 0.5 * np.abs(np.linalg.eigvalsh(self.state - self.second_order)).sum(axis=-1)
        found = np.broadcast_arrays(trace_distance(self.state, self.gibbs), apart, last)
        return np.stack(found, axis=-1)

    @cached_property
    def free_energy(self) -> FloatArray:
        """-T ln Z, Z of all over that of the bath (...) [energy]."""
        energies = self._together[0]
        lowest = energies[..., :1]
        weight = np.exp(-(energies - lowest) / self.temperature[..., None]).sum(axis=-1)
        found = lowest[..., 0] - self.temperature * np.log(weight)
        for one in self._modes:
            found = found - self.temperature * np.log1p(-np.exp(-one.frequency / self.temperature))
        return np.asarray(found)

    @cached_property
    def energy(self) -> FloatArray:
        """Of all less that of the bath (...) [energy]."""
        energies = self._together[0]
        found = (energies * gibbs_populations(energies, self.temperature)).sum(axis=-1)
        for one in self._modes:
            found = found - one.frequency * self._filling(one)
        return np.asarray(found)

    @cached_property
    def system_energy(self) -> FloatArray:
        """Mean of H_S (...) [energy]."""
        return np.asarray(np.einsum("...ij,...ji->...", self.bare.hamiltonian, self.state).real)

    @property
    def entropy(self) -> FloatArray:
        """Of all less that of the bath (...) [nats]; it may be negative."""
        return np.asarray((self.energy - self.free_energy) / self.temperature)

    @cached_property
    def heat_capacity(self) -> FloatArray:
        """dU/dT (...) [nats]; it may be negative."""
        energies = self._together[0]
        weights = gibbs_populations(energies, self.temperature)
        apart = energies - (energies * weights).sum(axis=-1, keepdims=True)
        found = (apart**2 * weights).sum(axis=-1)
        for one in self._modes:
            filling = self._filling(one)
            found = found - one.frequency**2 * filling * (filling + 1.0)
        return np.asarray(found / self.temperature**2)

    @property
    def _modes(self) -> list[Coordinate]:
        return [one for one in self.bare.taken.values() if isinstance(one, Coordinate)]

    def _filling(self, one: Coordinate) -> FloatArray:
        """Mean number of quanta in a mode alone."""
        ratio = one.frequency / self.temperature
        return np.asarray(np.exp(-ratio) / -np.expm1(-ratio))

    @cached_property
    def hamiltonian(self) -> ComplexArray:
        """Of mean force, H with rho = e^(-(H - free energy) / T) (..., d, d) [energy].

        Levels far above the temperature are known to rounding over their population only.

        Raises:
            HypothesisError: if a level is emptier than rounding.
        """
        values, vectors = np.linalg.eigh(self.state)
        if (values <= EMPTY).any():
            raise HypothesisError(
                f"a level of the system has the population {values.min():.1e}, below rounding, so that its energy of "
                "mean force is not known; raise the temperature, or leave the level out."
            )
        levels = self.free_energy[..., None] - self.temperature[..., None] * np.log(values)
        return np.asarray((vectors * levels[..., None, :]) @ vectors.conj().swapaxes(-1, -2))
