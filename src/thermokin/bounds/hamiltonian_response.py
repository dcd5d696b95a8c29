"""The bound by the response to a change of the Hamiltonian."""

from __future__ import annotations

from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Limit, Part, Theorem

__all__ = ["HAMILTONIAN_RESPONSE"]


def _at_rest(case: RestCase) -> Limit | None:
    if case.jumps.classical and case.perturbation is None:
        return None
    found = case.perturbed
    value, error = case.to_hamiltonian(found)
    response = Part("response to the Hamiltonian", value)
    return case.limit(
        (response, error), found.information, "information in the Hamiltonian", cost_error=found.information_error
    )


HAMILTONIAN_RESPONSE = Theorem(
    "response to the Hamiltonian",
    "Var J >= (d<J>/dtheta)^2 / f per time, H -> H + theta V, f = -8 Re tr{V L^D [(V - <V>) rho]}",
    "any steady state and any count; the jumps do not change",
    "resonance fluorescence, photons counted as the drive goes to 0",
    "gammelmark2014",
    rest=_at_rest,
)
