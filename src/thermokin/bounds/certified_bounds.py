"""Bounds at rest in ball arithmetic: which slack is proven."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.bounds.bound import BoundAtRest, BoundsAtRest
from thermokin.counting.ball_counts import BallCounts, entropy_balls
from thermokin.counting.ball_hamiltonian import hamiltonian_information, hamiltonian_response, whole_information
from thermokin.counting.certified_cumulants import weight_balls
from thermokin.linear_response.steady_jumps import SteadyJumps
from thermokin.liouville.ball_generator import BallGenerator, ball_generators
from thermokin.model.current import Current
from thermokin.numerics.ball_certificate import Certificate, certificate_of, with_certificate
from thermokin.numerics.ball_information import ball_information
from thermokin.numerics.ball_numbers import Ball, ball, flint, sharpened

__all__ = ["CERTIFIABLE", "BallCase", "ball_slack", "certified_bounds", "require_certifiable"]


@dataclass(frozen=True, eq=False)
class BallCase:
    """A current at one point at rest, in ball arithmetic.

    Args:
        current: what is counted.
        jumps: of the model at rest.
        taking_part: (e,) which jumps are sped up.
        counts: of the point.
        point: its place among the flattened points.
    """

    current: Current
    jumps: SteadyJumps
    taking_part: FloatArray
    counts: BallCounts
    point: int

    @cached_property
    def weights(self) -> list[Ball]:
        """What each jump counts."""
        return weight_balls(self.counts, self.current, self.point)

    @cached_property
    def mean_and_noise(self) -> list[Ball]:
        """J and D."""
        return self.counts.cumulants(self.weights, 2)

    @property
    def mean(self) -> Ball:
        """J."""
        return self.mean_and_noise[0]

    @property
    def noise(self) -> Ball:
        """D."""
        return self.mean_and_noise[1]

    @cached_property
    def entropy_production(self) -> Ball:
        """Entropy per time."""
        flow = entropy_balls(self.current.model, self.counts.generator, self.point)
        return self.counts.mean(self.counts.spread(flow))

    @cached_property
    def activity(self) -> Ball:
        """Jumps per time that take part."""
        return self.counts.mean(self._parts)

    @cached_property
    def _parts(self) -> list[Ball]:
        return [ball(float(one)) for one in self.taking_part]

    @cached_property
    def forced(self) -> Ball:
        """The response to the forces, J(1 + delta)."""
        if self.jumps.classical and self.current.is_odd:
            return self.mean
        return self.counts.response(self.weights, self.counts.forces(self.jumps.reverse))

    @cached_property
    def sped_up(self) -> Ball:
        """The response to a speed-up of all jumps, J(1 + psi)."""
        return self.mean if self.jumps.classical else self.counts.response(self.weights, self._parts)

    @cached_property
    def forces_information(self) -> Ball:
        """sum_e l_e^2 a_e."""
        return self._worth(self.counts.forces(self.jumps.reverse))

    def _worth(self, scores: Sequence[Ball]) -> Ball:
        return self.counts.mean([one**2 for one in scores])

    @cached_property
    def best(self) -> Ball:
        """sum_e v_e^2 / a_e over the jumps that happen, v_e the response to the rate of each."""
        total, nothing = flint().arb(0), flint().arb(0)
        for place, rate in enumerate(self.counts.rates):
            if rate.is_zero():
                continue
            alone = [flint().arb(1) if one == place else nothing for one in range(len(self.counts.rates))]
            total += self.counts.response(self.weights, alone) ** 2 / rate
        return total

    @cached_property
    def scaled(self) -> Ball:
        """(dJ/dtheta)^2 over the information in a scale of all forces."""
        flow = entropy_balls(self.current.model, self.counts.generator, self.point)
        halves = self.counts.spread([one / 2 if one.is_finite() else flint().arb(0) for one in flow])
        return self.counts.response(self.weights, halves) ** 2 / self._worth(halves)

    @cached_property
    def residual_time(self) -> Ball:
        """sum_i p_i / k_i of closed populations, k_i what leaves level i by the jumps that take part."""
        self._require_classical("clock")
        generator, state = self.counts.generator, self.counts.state
        leaving = [flint().arb(0)] * generator.table.dimension
        for _, source, jump, value in generator.gains:
            leaving[source] += value.real * self._parts[jump]
        return sum((state[k].real / one for k, one in enumerate(leaving) if not state[k].is_zero()), flint().arb(0))

    @cached_property
    def stirred(self) -> Ball:
        """(dJ/dtheta)^2 over the information in the scale of the Hamiltonian."""
        response = hamiltonian_response(self.counts, self.weights)
        return response**2 / hamiltonian_information(self.counts)

    @cached_property
    def quantum_activity(self) -> Ball:
        """The information in the scale of the whole generator; jumps per time where populations are closed."""
        if self.jumps.classical:
            return sum(self.counts.rates, flint().arb(0))
        return whole_information(self.counts)

    def _require_classical(self, name: str) -> None:
        if not self.jumps.classical:
            raise ArgumentError(f"the bound {name!r} is had in ball arithmetic of rate equations alone.", "certify")

    @cached_property
    def information(self) -> Ball:
        """A tanh^2 Phi(sigma / 2A)."""
        return ball_information(self.entropy_production, self.activity)


CERTIFIABLE: Final[Mapping[str, Callable[[BallCase], Ball]]] = {
    "thermo-kinetic": lambda case: case.noise - case.forced**2 / case.information,
    "thermodynamic": lambda case: case.noise - case.forced**2 * 2 / case.entropy_production,
    "kinetic": lambda case: case.noise - case.sped_up**2 / case.activity,
    "thermo-kinetic, exact information": lambda case: case.noise - case.forced**2 / case.forces_information,
    "optimal scores": lambda case: case.noise - case.best,
    "scaled forces": lambda case: case.noise - case.scaled,
    "response to the Hamiltonian": lambda case: case.noise - case.stirred,
    "dynamical activity": lambda case: case.noise - case.mean**2 / case.quantum_activity,
    "clock": lambda case: case.noise - case.mean**2 * case.residual_time,
    "bare thermo-kinetic": lambda case: case.noise - case.mean**2 / case.information,
    "bare thermodynamic": lambda case: case.noise - case.mean**2 * 2 / case.entropy_production,
    "bare kinetic": lambda case: case.noise - case.mean**2 / case.activity,
}
"""Bounds at rest whose slack ball arithmetic encloses, by name."""
OF_RATES: Final = frozenset({"clock"})
"""Those of them that are had of rate equations alone."""


def require_certifiable(*, at_rest: bool, initial: object, perturbation: object) -> None:
    """Refuse certificates of bounds that are not at rest, or in one of several steady states.

    Args:
        at_rest: whether the steady state is asked for.
        initial: an initial state, or None.
        perturbation: a change of the Hamiltonian that is not its scale, or None.

    Raises:
        ArgumentError: if there is one to refuse.
    """
    if not at_rest or initial is not None:
        raise ArgumentError(
            "`certify` encloses bounds in the only steady state of a model; leave `times` and `initial` out, or "
            "`certify`.",
            "certify",
        )
    if perturbation is not None:
        raise ArgumentError(
            "`certify` encloses responses to the scale of the Hamiltonian alone; leave `perturbation` out, or "
            "`certify`.",
            "certify",
        )


def certified_bounds(found: BoundsAtRest, current: Current, taking_part: FloatArray) -> BoundsAtRest:
    """Bounds at rest, each with an enclosure of its slack where `CERTIFIABLE` knows how.

    Args:
        found: the bounds.
        current: what they bound.
        taking_part: (e,) which jumps are sped up.

    Returns:
        The bounds.

    Raises:
        ArgumentError: if there are more than 256 unknowns.
        ImportError: if python-flint is not installed.
        NotConvergedError: if the steady state is not proven to be the only one.
    """
    flint()
    return BoundsAtRest(
        with_certificate(one, _certificate(one, current, taking_part)) if _is_certifiable(one) else one for one in found
    )


def _is_certifiable(bound: BoundAtRest) -> bool:
    """Whether the formula is known of the system that it is about."""
    return bound.name in CERTIFIABLE and (bound.name not in OF_RATES or SteadyJumps(bound.steady_state).classical)


def _certificate(bound: BoundAtRest, current: Current, taking_part: FloatArray) -> Certificate:
    jumps, balls, most = SteadyJumps(bound.steady_state), [], 0
    for point, generator in enumerate(ball_generators(current.model)):
        one, bits = ball_slack(bound.name, current, jumps, taking_part, (point, generator))
        balls.append(one)
        most = max(most, bits)
    return certificate_of(f"slack of the bound {bound.name!r}", balls, current.model.batch_shape, most)


def ball_slack(
    name: str, current: Current, jumps: SteadyJumps, taking_part: FloatArray, at: tuple[int, BallGenerator]
) -> tuple[Ball, int]:
    """The slack of one bound at one point.

    Args:
        name: of the bound, in `CERTIFIABLE`.
        current: what is counted.
        jumps: of the model at rest.
        taking_part: (e,) which jumps are sped up.
        at: the place of the point among the flattened ones, and its generator.

    Returns:
        A real ball, not finite where the limit divides by what is 0 or infinite; and the bits.
    """
    point, generator = at

    def found() -> Ball:
        return CERTIFIABLE[name](BallCase(current, jumps, taking_part, BallCounts(replace(generator)), point))

    return sharpened(found, lambda one: [one], f"the bound {name!r}")
