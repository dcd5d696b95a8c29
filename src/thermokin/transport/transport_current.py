"""What is counted between leads: an amount for each quantum that leaves one, linear in its energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.operators.as_numbers import as_real, require_finite, shown
from thermokin.transport.joined_leads import JoinedLeads

__all__ = ["TransportCurrent", "own_current"]


@dataclass(frozen=True, eq=False)
class TransportCurrent:
    """An amount that quanta of energy E take out of the leads: particles_l + energy_l E each.

    Currents of one junction can be added, subtracted, multiplied and divided by numbers.

    Args:
        name: what it counts.
        particles: (..., leads) [amount].
        energy: (..., leads) [amount/energy].
        junction: the junction.
    """

    name: str
    particles: FloatArray
    energy: FloatArray
    junction: JoinedLeads
    __array_ufunc__: ClassVar[None] = None

    def __post_init__(self) -> None:
        own = self.junction.batch_shape
        for numbers in (self.particles, self.energy):
            axes = numbers.shape[:-1]
            if len(axes) > len(own) or any(one not in {1, of} for one, of in zip(axes[::-1], own[::-1], strict=False)):
                raise ValueError(
                    f"weights of shape {axes} do not fit the junction, whose leading axes are {own}: a current has the "
                    "sweep of its junction and none of its own; ask for several currents by tk.covariance."
                )

    def __repr__(self) -> str:
        return f"Current {self.name!r} of {self.junction!r}"

    def __add__(self, other: TransportCurrent) -> TransportCurrent:
        """Weights add."""
        return self._with(other, 1.0)

    def __sub__(self, other: TransportCurrent) -> TransportCurrent:
        """Weights subtract."""
        return self._with(other, -1.0)

    def __mul__(self, factor: ArrayLike) -> TransportCurrent:
        """Weights scale."""
        number = as_real(factor, "factor")
        require_finite(number, "factor")
        own = number[..., None]
        return TransportCurrent(f"{shown(factor)} {self.name}", own * self.particles, own * self.energy, self.junction)

    __rmul__ = __mul__

    def __truediv__(self, divisor: ArrayLike) -> TransportCurrent:
        """Weights scale by the reciprocal."""
        number = as_real(divisor, "divisor")
        if (number == 0.0).any():
            raise ValueError(f"`divisor` of current {self.name!r} must not be 0.")
        return self * (1.0 / number)

    def __neg__(self) -> TransportCurrent:
        """Weights change sign."""
        return TransportCurrent(f"-{self.name}", -self.particles, -self.energy, self.junction)

    def _with(self, other: TransportCurrent, sign: float) -> TransportCurrent:
        if not isinstance(other, TransportCurrent):
            raise TypeError(f"only a current of the same junction can be added to {self.name!r}, got {shown(other)}.")
        if other.junction is not self.junction:
            raise ValueError(f"currents {self.name!r} and {other.name!r} belong to different junctions.")
        word = "+" if sign > 0.0 else "-"
        return TransportCurrent(
            f"{self.name} {word} {other.name}",
            self.particles + sign * other.particles,
            self.energy + sign * other.energy,
            self.junction,
        )


def own_current(current: object, junction: JoinedLeads) -> TransportCurrent:
    """The current, seen to be one of this junction.

    Args:
        current: what was given as a current.
        junction: the junction.

    Returns:
        The current.

    Raises:
        TypeError: if it is none.
        ValueError: if it belongs to another junction.
    """
    if not isinstance(current, TransportCurrent):
        raise TypeError(
            f"`current` must be a current of the junction, such as tk.particles(junction, ...), got {shown(current)}."
        )
    if current.junction is not junction:
        raise ValueError(f"current {current.name!r} belongs to another junction; make it from this one.")
    return current
