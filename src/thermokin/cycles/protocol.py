"""A protocol: legs one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin._verbs import OtherSystem
from thermokin.cycles.leg import Leg
from thermokin.cycles.leg_validity import leg_validity
from thermokin.cycles.swept_leg import common_shape
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath
from thermokin.operators.as_numbers import shown

__all__ = ["Protocol", "require_protocol"]

MEETS = 1e-9  # of the larger Hamiltonian: a jump that is rounding of two formulas
SAME = 4e-15  # of the larger Hamiltonian: what two formulas for one number differ by
ROUNDING = 1e-15  # of the mean level


class Protocol(OtherSystem):
    """Legs one after the other, all on one space.

    Args:
        legs: the legs; the same object may come again and is integrated once.
        quench: whether Hamiltonians may jump between legs; the work tr((H+ - H-) rho) of a jump is then booked at the
            seam. Without it, legs must meet.

    Raises:
        ValueError: if there is no leg, the spaces differ, one name means two baths, or legs do not meet.
        TypeError: if a leg is not a `Leg`.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> bath = tk.Contact(tk.Bath("bath", 0.8), [[0, 1], [1, 0]], tk.Flat(0.01))
        >>> ramp = tk.Leg(10.0, lambda t: tk.davies(np.diag([0.0, 1.0 + t / 10.0]), [bath]))
        >>> back = tk.Leg(10.0, lambda t: tk.davies(np.diag([0.0, 2.0 - t / 10.0]), [bath]))
        >>> tk.Protocol([ramp, back])
        Protocol of 2 legs, duration 20, 2 levels, baths 'bath'
    """

    def __init__(self, legs: Iterable[Leg], *, quench: bool = False) -> None:
        self.legs = tuple([legs] if isinstance(legs, Leg) else legs)
        self.quench = bool(quench)
        if not self.legs:
            raise ArgumentError("`legs` must hold at least one Leg.", "legs")
        for position, leg in enumerate(self.legs):
            if not isinstance(leg, Leg):
                raise TypeError(
                    f"`legs[{position}]` must be a Leg, got {shown(leg)}; wrap it: tk.Leg(duration, model)."
                )
            if leg.dimension != self.legs[0].dimension:
                raise ArgumentError(
                    f"`legs[{position}]` has {leg.dimension} levels, `legs[0]` has {self.legs[0].dimension}; all legs "
                    "of a protocol live on one space.",
                    f"legs[{position}]",
                )
        self.points: NDArray[Any] | None = None
        shapes = {f"legs[{position}]": leg.batch_shape for position, leg in enumerate(self.legs)}
        self.batch_shape = common_shape(shapes)
        if self.batch_shape:
            self._sweep()
            return
        self.baths = self._distinct()
        for position in range(1, len(self.legs) if not self.quench else 0):
            self._require_meeting(position, f"between `legs[{position - 1}]` and `legs[{position}]`")
        self._warn()

    def _warn(self) -> None:
        for leg in dict.fromkeys(self.legs):
            if leg.is_driven and not leg.has_warned:  # a fixed model has warned when it was made
                leg.has_warned = True
                for assumption in self._validity_of(leg):
                    assumption.warn()

    def _sweep(self) -> None:
        """A protocol for each point of a sweep."""
        self.points = np.empty(self.batch_shape, dtype=object)
        every = [_spread(leg, self.batch_shape) for leg in self.legs]
        for point in np.ndindex(*self.batch_shape):
            here: list[Any] = [legs[point] for legs in every]
            self.points[point] = Protocol(here, quench=self.quench)
        first = self.points.reshape(-1)[0]
        for other in self.points.reshape(-1):
            if other.bath_names != first.bath_names:
                raise ArgumentError("`legs` have other baths at some points of the sweep; sweep each alone.", "legs")
        self.baths = first.baths

    def __repr__(self) -> str:
        baths = ", ".join(map(repr, self.bath_names)) or "none"
        count = f"{len(self.legs)} leg{'s' if len(self.legs) > 1 else ''}"
        if self.batch_shape:
            return f"Protocol of {count}, {self.dimension} levels, baths {baths}, swept over {self.batch_shape}"
        return f"Protocol of {count}, duration {self.duration:g}, {self.dimension} levels, baths {baths}"

    @property
    def dimension(self) -> int:
        """Number of levels."""
        return self.legs[0].dimension

    @property
    def duration(self) -> float:
        """Of all legs [time], (...) at the points of a sweep."""
        total = sum(leg.duration for leg in self.legs)
        return np.broadcast_to(total, self.batch_shape) if self.batch_shape else float(total)  # type: ignore[return-value]

    @property
    def bath_names(self) -> tuple[str, ...]:
        """Names of all baths, in the order in which legs meet them."""
        return tuple(bath.name for bath in self.baths)

    @cached_property
    def starts(self) -> FloatArray:
        """When each leg begins, and when the last one ends (legs + 1,) [time]."""
        return np.concatenate([[0.0], np.cumsum([leg.duration for leg in self.legs])])

    @cached_property
    def validity(self) -> tuple[Assumption, ...]:
        """What the legs' models assume, each with the figure that says how far it holds."""
        if self.points is not None:
            return tuple(line for one in self.points.reshape(-1) for line in one.validity)
        return tuple(one for leg in dict.fromkeys(self.legs) for one in self._validity_of(leg))

    def _validity_of(self, leg: Leg) -> Sequence[Assumption]:
        return leg_validity(leg, leg.name or f"leg {self.legs.index(leg)}")

    @property
    def offset(self) -> FloatArray:
        """Mean level of the Hamiltonian and of the counted operator at time 0 (2,) [energy]."""
        return self.legs[0].offset

    def ends(self, position: int) -> ComplexArray:
        """Hamiltonian and counted operator of a leg at both ends, counted from the protocol's offset.

        Args:
            position: of the leg.

        Returns:
            (2, 2, d, d) [energy].
        """
        return self._ends[position]

    @cached_property
    def _ends(self) -> list[ComplexArray]:
        one = np.eye(self.dimension)
        return [leg.ends + (leg.offset - self.offset)[:, None, None] * one for leg in self.legs]

    def at_seam(self, seam: int) -> tuple[ComplexArray, ComplexArray]:
        """Hamiltonian and counted operator before and after a seam.

        Args:
            seam: number of the leg that follows; 0 for the start, where the last leg comes before.

        Returns:
            (2, d, d) before and (2, d, d) after, counted from the protocol's offset [energy]. What differs by rounding
            alone is the same, so that no work of a jump is booked where there is none.
        """
        old, new = self.ends(seam - 1)[1], self.ends(seam)[0]
        rounding = SAME * max(np.abs(old).max(), np.abs(new).max())
        return (new, new) if np.abs(new - old).max() <= rounding else (old, new)

    def require_period(self) -> None:
        """Refuse what does not come back to its first Hamiltonian.

        Raises:
            ValueError: if the last leg does not meet the first and quenches are not allowed.
        """
        if self.points is not None:
            for one in self.points.reshape(-1):
                one.require_period()
        elif not self.quench:
            self._require_meeting(0, "from the last leg back to the first: no period")

    def _require_meeting(self, seam: int, where: str) -> None:
        old, new = self.at_seam(seam)
        jump, scale = np.abs(new - old).max(), max(np.abs(old).max(), np.abs(new).max())
        if jump > MEETS * scale + ROUNDING * np.abs(self.offset).max():
            raise ArgumentError(
                f"the Hamiltonian jumps by {jump:.4g} {where}; let legs meet, or pass quench=True, which books the "
                "work of the jump.",
                "legs",
            )

    def _distinct(self) -> tuple[Bath, ...]:
        found: dict[str, Bath] = {}
        for position, leg in enumerate(self.legs):
            for bath in leg.baths:
                if found.setdefault(bath.name, bath) != bath:
                    known = found[bath.name]
                    raise ArgumentError(
                        f"`legs[{position}]` has a bath {bath.name!r} at temperature {float(bath.temperature):g}, an "
                        f"earlier leg one at {float(known.temperature):g}; give each its own name.",
                        f"legs[{position}]",
                    )
        return tuple(found.values())


def _spread(leg: Leg, shape: tuple[int, ...]) -> NDArray[Any]:
    """A leg at each point of a sweep; one that does not depend on the point is the same object at all."""
    points = np.empty((), dtype=object)
    points[()] = leg
    return np.broadcast_to(points if leg.points is None else leg.points, shape)


def require_protocol(protocol: object, *, single: bool = False) -> Protocol:
    """What was given as a protocol; a leg alone is a protocol of one.

    Args:
        protocol: what was given.
        single: whether a sweep is refused.

    Returns:
        The protocol.

    Raises:
        TypeError: if it is neither.
        ArgumentError: if it is a sweep where one is wanted.
    """
    if isinstance(protocol, Leg):
        protocol = Protocol([protocol])
    if not isinstance(protocol, Protocol):
        raise TypeError(
            f"`protocol` must be a Protocol or a Leg, got {shown(protocol)}; make tk.Protocol([tk.Leg(...)])."
        )
    if single and protocol.batch_shape:
        raise ArgumentError(
            f"`protocol` must be one protocol here, got a sweep of shape {protocol.batch_shape}; take one of its "
            "points, as in protocol.points[0].",
            "protocol",
        )
    return protocol
