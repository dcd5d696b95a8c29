"""A leg of a protocol: a model that stands still or is driven for a while."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.cycles.arguments import checked_breaks, checked_duration
from thermokin.cycles.drive import Drive
from thermokin.cycles.driven_generator import (
    exchange_generator,
    in_units,
    row_units,
    unitary_exchange,
)
from thermokin.cycles.driven_maps import driven_maps
from thermokin.cycles.look import Look
from thermokin.cycles.momentary_model import MomentaryModel
from thermokin.cycles.nodes import traceless
from thermokin.cycles.sampled_model import SampledModel
from thermokin.cycles.slopes import CHECKED, require_slopes, told_slopes
from thermokin.cycles.swept_leg import SweptModelError, leg_points
from thermokin.model.model import Model
from thermokin.numerics.magnus import Propagation
from thermokin.numerics.propagator_ladder import stacked_exponential
from thermokin.operators.as_numbers import shown

__all__ = ["Build", "Leg"]

Build: TypeAlias = Callable[[float], Model]

MOST_LEVELS = 16  # maps of 256 coordinates; the cost grows with the sixth power
EPSILON = float(np.finfo(np.float64).eps)  # each doubling of an exponential doubles what rounding did to its phases
FINE = 1e-12  # of propagators of d x d, whose digits cost little


class Leg(MomentaryModel):
    """A model for a while. Its time runs from 0 to the duration, whatever came before.

    Args:
        duration: how long it lasts [time], > 0 and finite; (...) at the points of a sweep.
        model: a `Model`, or a function from the leg's time to one. A function that also takes an array of times (k,)
            and makes Hamiltonians (k, d, d) of it is asked for many at once. A `Drive` is a system without baths.
            Models with leading axes are a sweep; of a function of time, which may be asked for the times of all points
            at once, their last leading axes.
        rate_of_change: function from time to dH/dt (d, d) [energy/time] of the Hamiltonian of the motion, if known; by
            a Chebyshev series of the Hamiltonian if None.
        breaks: times inside the leg at which the drive bends, or rates jump [time].
        name: how results refer to it.

    Raises:
        ValueError: if the duration is not positive and finite, a break lies outside the leg, leading axes do
            not broadcast, or what the function makes is no model of a leg.
        TypeError: if `model` is neither a model nor a function.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> bath = tk.Contact(tk.Bath("bath", 0.8), [[0, 1], [1, 0]], tk.Flat(0.01))
        >>> tk.Leg(10.0, lambda t: tk.davies(np.diag([0.0, 1.0 + t / 10.0]), [bath]), name="ramp")
        Leg 'ramp' of duration 10, driven, 2 levels, baths 'bath'
    """

    def __init__(
        self,
        duration: ArrayLike,
        model: Model | Build | Drive,
        *,
        rate_of_change: Callable[[float], ArrayLike] | None = None,
        breaks: Sequence[float] = (),
        name: str = "",
    ) -> None:
        if not isinstance(model, Model) and not callable(model):
            raise TypeError(f"`model` of a leg must be a Model or a function from time to one, got {shown(model)}.")
        if rate_of_change is not None and not callable(rate_of_change):
            raise TypeError(f"`rate_of_change` must be a function from time to dH/dt, got {shown(rate_of_change)}.")
        self.name, self.model, self.has_warned = str(name), model, False  # of what it assumes, by its first protocol
        self.points: NDArray[Any] | None = None
        self._given = rate_of_change
        self._maps: dict[Any, Propagation] = {}
        self.trusted: dict[Any, tuple[Propagation, float, bool]] = {}  # maps that have been looked at
        swept = model.batch_shape if isinstance(model, Model) else ()
        if not np.ndim(duration) and not swept:
            try:
                self._begin(duration, model, breaks)
            except SweptModelError as found:
                swept = found.shape
            else:
                return
        self._sweep(duration, swept, breaks)

    def _begin(self, duration: ArrayLike, model: Model | Build | Drive, breaks: Sequence[float]) -> None:
        self.duration = checked_duration(duration)
        self.breaks = checked_breaks(breaks, self.duration)
        self._sampled = None if isinstance(model, Model) else SampledModel(model, self.duration, "model")
        self._look = None if self._sampled is None else Look(self._sampled, self.duration, self.breaks)
        if self.has_jumps and self.dimension > MOST_LEVELS:
            raise ArgumentError(
                f"`model` has {self.dimension} levels; a leg with jumps is a map of d^2 x d^2 numbers, which serves "
                f"up to {MOST_LEVELS} levels. Leave out levels that are hardly populated.",
                "model",
            )
        if self._given is not None:
            if self._sampled is None:
                raise ArgumentError("`rate_of_change` is that of a driven leg; a fixed one has none.", "rate_of_change")
            told = told_slopes(self._given, self.duration * CHECKED, self.dimension)
            require_slopes(told, self._checked, self._slope_series, self.duration)

    def _sweep(self, duration: ArrayLike, swept: tuple[int, ...], breaks: Sequence[float]) -> None:
        """A leg for each point of a sweep."""
        if self._given is not None:
            raise ArgumentError("`rate_of_change` is that of one leg, got a sweep; leave it out.", "rate_of_change")
        self.points, durations = leg_points(
            lambda lasts, model: Leg(lasts, model, breaks=breaks, name=self.name), duration, swept, self.model
        )
        one = self.points.reshape(-1)[0]
        self.duration, self.breaks, self._sampled, self._look = durations, one.breaks, one._sampled, one._look  # type: ignore[assignment]

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes of a sweep."""
        return () if self.points is None else self.points.shape

    def __repr__(self) -> str:
        kind, baths = "driven, " if self.is_driven else "", ", ".join(map(repr, self.bath_names)) or "none"
        title = f"Leg {self.name!r}" if self.name else "Leg"
        if self.points is not None:
            return f"{title}, {kind}{self.dimension} levels, baths {baths}, swept over {self.batch_shape}"
        return f"{title} of duration {self.duration:g}, {kind}{self.dimension} levels, baths {baths}"

    def exchange_maps(self, times: FloatArray, tolerance: float, *, positive: bool = False) -> Propagation:
        """Maps of the state, with what is exchanged, between some of its times.

        Args:
            times: (m + 1,) ascending [time].
            tolerance: of all maps together.
            positive: by steps that keep complete positivity, at order 2.

        Returns:
            Maps (m, n, n) of coordinates of the state and of the rows of what is exchanged.
        """
        if not self.has_jumps:
            operators = self.operators if self._look is None else self._look.operators
            return unitary_exchange(self.unitary_maps(times, min(tolerance, FINE)), operators(times))
        count = len(self.bath_names)
        units = row_units(self.dimension, count, self.energy_unit)
        found = self.maps_between(
            ("exchange", positive),
            lambda at: exchange_generator(self.nodes(at), count, *self.slopes(at)) / units[:, None],
            times,
            tolerance,
            positive=positive,
        )
        return replace(found, maps=in_units(found.maps, units))

    def unitary_maps(self, times: FloatArray, tolerance: float) -> Propagation:
        """The propagators exp(-i int H dt) of the Hamiltonian alone between some of its times.

        Args:
            times: (m + 1,) ascending [time].
            tolerance: of all maps together.

        Returns:
            Maps (m, d, d) of kets.
        """
        operators = self.operators if self._look is None else self._look.operators
        return self.maps_between("unitary", lambda at: -1j * traceless(operators(at)[:, 0]), times, tolerance)

    def maps_between(
        self,
        key: Any,
        generator: Callable[[FloatArray], NDArray[Any]],
        times: FloatArray,
        tolerance: float,
        *,
        positive: bool = False,
    ) -> Propagation:
        """Maps of a generator, kept where a key names it, since legs come again in a protocol.

        Args:
            key: says which generator it is; None for one that is not kept.
            generator: matrices (k, n, n) at times (k,).
            times: (m + 1,) ascending [time].
            tolerance: of all maps together.
            positive: by steps that keep complete positivity, at order 2.

        Returns:
            Maps (m, n, n).
        """
        asked = (key, times.tobytes(), tolerance)
        if key is not None and asked in self._maps:
            return self._maps[asked]
        if self._sampled is None:
            still = generator(np.zeros(1))
            maps = stacked_exponential(np.diff(times)[:, None, None] * still)
            error = EPSILON * float(np.abs(still).sum(axis=-1).max() * (times[-1] - times[0]))
            found = Propagation(maps, times.size - 1, error, at_floor=False)
        else:
            found = driven_maps(self._look, key, generator, times, tolerance, positive=positive)  # type: ignore[arg-type]
        if key is not None:
            self._maps[asked] = found
        return found
