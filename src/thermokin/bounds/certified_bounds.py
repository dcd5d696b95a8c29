"""Bounds at rest in ball arithmetic: which slack is proven."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.bounds.bound import BoundAtRest, BoundsAtRest
from thermokin.counting.ball_counts import BallCounts, entropy_balls
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
    def information(self) -> Ball:
        """A tanh^2 Phi(sigma / 2A)."""
        return ball_information(self.entropy_production, self.activity)


CERTIFIABLE: Final[Mapping[str, Callable[[BallCase], Ball]]] = {
    "thermo-kinetic": lambda case: case.noise - case.forced**2 / case.information,
    "thermodynamic": lambda case: case.noise - case.forced**2 * 2 / case.entropy_production,
    "kinetic": lambda case: case.noise - case.sped_up**2 / case.activity,
    "bare thermo-kinetic": lambda case: case.noise - case.mean**2 / case.information,
    "bare thermodynamic": lambda case: case.noise - case.mean**2 * 2 / case.entropy_production,
    "bare kinetic": lambda case: case.noise - case.mean**2 / case.activity,
}
"""Bounds at rest whose slack ball arithmetic encloses, by name."""


def require_certifiable(*, at_rest: bool, initial: object) -> None:
    """Refuse certificates of bounds that are not at rest, or in one of several steady states.

    Args:
        at_rest: whether the steady state is asked for.
        initial: an initial state, or None.

    Raises:
        ArgumentError: if there is one to refuse.
    """
    if not at_rest or initial is not None:
        raise ArgumentError(
            "`certify` encloses bounds in the only steady state of a model; leave `times` and `initial` out, or "
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
        with_certificate(one, _certificate(one, current, taking_part)) if one.name in CERTIFIABLE else one
        for one in found
    )


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
