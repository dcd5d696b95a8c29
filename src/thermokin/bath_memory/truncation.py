"""A hierarchy cut at a depth and at a number of exponentials, as QuTiP solves it."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.bath_memory.correlation_expansion import CorrelationExpansion, expansion_of
from thermokin.bath_memory.first_tier import Flows, flows_of
from thermokin.bath_memory.hierarchy_rest import hierarchy_rest
from thermokin.bath_memory.qutip_baths import bath_of, require_qutip
from thermokin.model.contact import Contact

__all__ = ["LARGEST", "Truncation"]

LARGEST = 200_000  # numbers of all auxiliary matrices together
ODE = {"method": "adams", "atol": 1e-11, "rtol": 1e-9, "nsteps": 1_000_000, "progress_bar": "", "store_ados": True}


@dataclass(frozen=True, eq=False)
class Truncation:
    """The hierarchy of a system at one depth.

    Args:
        hamiltonian: H (d, d) [energy].
        contacts: the contacts.
        depth: tiers of auxiliary matrices.
        terms: poles of the occupation of each contact's bath.
    """

    hamiltonian: ComplexArray
    contacts: tuple[Contact, ...]
    depth: int
    terms: tuple[int, ...]

    @cached_property
    def expansions(self) -> tuple[CorrelationExpansion, ...]:
        """The correlation functions of all contacts."""
        both = enumerate(zip(self.contacts, self.terms, strict=True))
        return tuple(expansion_of(contact, terms, f"contacts[{place}]") for place, (contact, terms) in both)

    @property
    def size(self) -> int:
        """How many numbers all auxiliary matrices have; exponents of leads are excited once at most."""
        many = sum(one.rates.size for one in self.expansions if one.added is None)
        once = sum(2 * one.rates.size for one in self.expansions if one.added is not None)
        found = 0
        for used in range(self.depth + 1):
            ways = comb(many + used - 1, used) if many else int(used == 0)
            found += ways * sum(comb(once, more) for more in range(self.depth - used + 1))
        return int(found * self.hamiltonian.shape[-1] ** 2)

    @cached_property
    def unit(self) -> float:
        """The energy that is 1 to the solver, whose tolerances are absolute: the width of H, or the slowest decay."""
        slowest = min(float(one.rates.real.min()) for one in self.expansions)
        return max(float(np.ptp(np.linalg.eigvalsh(self.hamiltonian))), slowest)

    @cached_property
    def solver(self) -> Any:
        """QuTiP's solver, in which energies are counted in `unit`."""
        qutip, heom = require_qutip()
        baths = [bath_of(expansion, place, self.unit) for place, expansion in enumerate(self.expansions)]
        return heom.HEOMSolver(qutip.Qobj(self.hamiltonian / self.unit), baths, self.depth, options=ODE)

    def rest(self) -> Flows:
        """State and flows at rest, as if at one time.

        Returns:
            The flows.

        Raises:
            NotConvergedError: if the iteration stalls.
            DegenerateSteadyStateError: if there is more than one state at rest.
        """
        from scipy.sparse import csr_matrix

        matrix = csr_matrix(self.solver.rhs(0).to("CSR").data.as_scipy())
        ados = self.solver.ados
        decays = np.array(ados.labels, dtype=np.complex128) @ np.array(ados.vk, dtype=np.complex128)
        every = hierarchy_rest(matrix, self.hamiltonian / self.unit, decays, self._places[1:])
        return self._flows(every[self._places][None])

    def path(self, start: ComplexArray, times: FloatArray) -> Flows:
        """State and flows over time, from a state that the baths at rest have not met before.

        Args:
            start: rho(0) (d, d).
            times: (t,), ascending and >= 0 [time].

        Returns:
            The flows.
        """
        qutip, _ = require_qutip()
        before = times[0] > 0.0
        grid = self.unit * (np.concatenate([[0.0], times]) if before else times)
        if grid.size == 1:  # QuTiP moves, or says nothing
            grid = np.array([0.0, 1e-6])
        made = self.solver.run(qutip.Qobj(start), grid).ado_states[int(before) :][: times.size]
        return self._flows(np.array([[one.extract(place).full() for place in self._places] for one in made]))

    @cached_property
    def _places(self) -> list[int]:
        """Where the state and its first tier stand among all auxiliary matrices."""
        ados = self.solver.ados
        count = len(ados.exponents)
        labels = [(0,) * count, *(tuple(map(int, row)) for row in np.eye(count, dtype=int))]
        return [int(ados.idx(label)) for label in labels]

    def _flows(self, tier: ComplexArray) -> Flows:
        scaled = flows_of(self.hamiltonian / self.unit, self.contacts, tier, self.solver.ados.exponents, self.unit)
        return scaled.times(self.unit)
