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
from thermokin.model.contact import Contact

__all__ = ["LARGEST", "Truncation", "require_qutip"]

LARGEST = 200_000  # numbers of all auxiliary matrices together
ODE = {"method": "adams", "atol": 1e-11, "rtol": 1e-9, "nsteps": 1_000_000, "progress_bar": "", "store_ados": True}
ROUNDING = 1e-14  # of a coefficient, whose imaginary part vanishes


def require_qutip() -> tuple[Any, Any]:
    """The packages qutip and qutip.solver.heom, or the error that says how to get them.

    Returns:
        Both.

    Raises:
        ModuleNotFoundError: if QuTiP is not installed.
    """
    try:
        import qutip
        from qutip.solver import heom
    except ModuleNotFoundError as error:
        if error.name != "qutip":
            raise
        raise ModuleNotFoundError(
            "`hierarchy` needs QuTiP, which is not installed; install the extra: pip install 'thermokin[qutip]'.",
            name="qutip",
        ) from None
    return qutip, heom


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
    def solver(self) -> Any:
        """QuTiP's solver."""
        qutip, heom = require_qutip()
        baths = [_bath(expansion, place) for place, expansion in enumerate(self.expansions)]
        return heom.HEOMSolver(qutip.Qobj(self.hamiltonian), baths, self.depth, options=ODE)

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
        every = hierarchy_rest(matrix, self.hamiltonian, decays, self._places[1:])
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
        grid = np.concatenate([[0.0], times]) if before else times
        if grid.size == 1:  # QuTiP moves, or says nothing
            grid = np.array([0.0, 1e-6 / max(float(np.abs(self.hamiltonian).max()), 1e-300)])
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
        return flows_of(self.hamiltonian, self.contacts, tier, self.solver.ados.exponents)


def _bath(expansion: CorrelationExpansion, place: int) -> Any:
    """The expansion as QuTiP takes it; the place of the contact is its tag."""
    qutip, heom = require_qutip()
    operator = qutip.Qobj(expansion.contact.operator)
    c, v = expansion.coefficients, expansion.rates
    if expansion.added is not None:
        return heom.FermionicBath(operator, *expansion.added, c, v, tag=place)
    # C = C_R + i C_I with real functions C_R and C_I: each is a sum over all rates and their conjugates, which are
    # rates as well, and QuTiP adds up what has one rate.
    rates = np.concatenate([v, v.conj()])
    real, imaginary = 0.5 * np.concatenate([c, c.conj()]), -0.5j * np.concatenate([c, -c.conj()])
    turning = (np.abs(rates.imag) > 0.0) | (np.abs(np.concatenate([c, c]).imag) > ROUNDING * np.abs(c).max())
    return heom.BosonicBath(operator, real, rates, imaginary[turning], rates[turning], combine=True, tag=place)
