"""Currents between leads through a window of energies, in ball arithmetic: rigorous integrals over energy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from thermokin._errors import ArgumentError
from thermokin.design.falsify_systems import word_of
from thermokin.model.current_words import current_of
from thermokin.numerics.ball_numbers import Ball, ball, flint
from thermokin.transport.junction import Junction

__all__ = ["BallJunction"]

WINDOWS = ("one_way_ring", "boxcar")


@dataclass(frozen=True, eq=False)
class BallJunction:
    """Leads of fermions joined within a window of energies, by a one-way ring or by a constant transmission.

    Args:
        junction: of one point.
        kind: "one_way_ring" or "boxcar".
    """

    junction: Junction
    kind: str

    @classmethod
    def of(cls, junction: Junction) -> BallJunction:
        """The junction, seen to be one of these.

        Args:
            junction: the junction.

        Returns:
            It in ball arithmetic.

        Raises:
            ArgumentError: if it is not.
        """
        kind = str(getattr(junction.scatterer, "name", ""))
        warm = all(float(lead.temperature) > 0.0 for lead in junction.leads)
        if kind not in WINDOWS or junction.sign <= 0.0 or not warm:
            raise ArgumentError(
                f"junctions are certified for fermions at temperatures above 0 in {' or '.join(WINDOWS)} alone.",
                "family",
            )
        return cls(junction, kind)

    def fresh(self) -> BallJunction:
        """The same at the precision that is set now."""
        return self

    def _filling(self, lead: int, energy: Ball) -> Ball:
        bath = self.junction.leads[lead]
        reduced = (energy - ball(float(bath.chemical_potential))) / ball(float(bath.temperature))
        return 1 / (1 + reduced.exp())

    def _over_window(self, spectral: Callable[[Ball], Ball]) -> Ball:
        found, numbers = flint(), self.junction.scatterer.parameters
        low, high = (ball(float(numbers[name])) for name in ("low", "high"))
        total = found.acb.integral(lambda energy, _: spectral(energy), found.acb(low), found.acb(high))
        return total.real / (2 * found.arb.pi())

    def _mean(self, worth: Callable[[int, Ball], Ball]) -> Ball:
        """The mean of what counts worth(lead, energy) for each quantum that leaves a lead."""
        count = len(self.junction.leads)

        def ring(energy: Ball) -> Ball:
            return sum(
                ((worth(lead, energy) - worth((lead + 1) % count, energy)) * self._filling(lead, energy))
                for lead in range(count)
            )

        def box(energy: Ball) -> Ball:
            apart = self._filling(0, energy) - self._filling(1, energy)
            return self._height * (worth(0, energy) - worth(1, energy)) * apart

        return self._over_window(ring if self.kind == WINDOWS[0] else box)

    @property
    def _height(self) -> Ball:
        return ball(float(self.junction.scatterer.parameters["height"]))

    def _noise(self, worth: Callable[[int, Ball], Ball]) -> Ball:
        count = len(self.junction.leads)

        def ring(energy: Ball) -> Ball:
            total = flint().acb(0)
            for lead in range(count):
                filling = self._filling(lead, energy)
                total += (worth(lead, energy) - worth((lead + 1) % count, energy)) ** 2 * filling * (1 - filling)
            return total

        def box(energy: Ball) -> Ball:
            one, two, height = self._filling(0, energy), self._filling(1, energy), self._height
            spread = height * (one * (1 - one) + two * (1 - two)) + height * (1 - height) * (one - two) ** 2
            return (worth(0, energy) - worth(1, energy)) ** 2 * spread

        return self._over_window(ring if self.kind == WINDOWS[0] else box)

    def number(self, words: str) -> Ball:
        """An output.

        Args:
            words: a mean, a noise, or the entropy production.

        Returns:
            A real ball.

        Raises:
            ArgumentError: if it is not had in ball arithmetic.
        """
        word = word_of(words)
        if word.kind == "production":
            return self._mean(self._entropy)
        if word.kind not in {"mean", "noise"}:
            raise ArgumentError(f"{words!r} is not had of a junction in ball arithmetic.", "inequality")
        current = current_of(self.junction, word.current)  # type: ignore[arg-type]
        particles = [ball(float(one)) for one in current.particles]  # type: ignore[attr-defined]
        energies = [ball(float(one)) for one in current.energy]  # type: ignore[attr-defined]

        def worth(lead: int, energy: Ball) -> Ball:
            return particles[lead] + energies[lead] * energy

        return self._mean(worth) if word.kind == "mean" else self._noise(worth)

    def _entropy(self, lead: int, energy: Ball) -> Ball:
        bath = self.junction.leads[lead]
        return (ball(float(bath.chemical_potential)) - energy) / ball(float(bath.temperature))
