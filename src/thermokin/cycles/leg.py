"""A leg of a protocol: a model that stands still or is driven for a while."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin._verbs import OtherSystem
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
from thermokin.cycles.nodes import Nodes, mean_levels, nodes_of_models, traceless
from thermokin.cycles.sampled_model import SampledModel
from thermokin.cycles.slopes import CHECKED, require_no_jump, require_slopes, told_slopes
from thermokin.model.bath import Bath
from thermokin.model.model import Model
from thermokin.numerics.chebyshev_pieces import ChebyshevPieces
from thermokin.numerics.magnus import Propagation
from thermokin.numerics.propagator_ladder import stacked_exponential
from thermokin.operators.as_numbers import shown

__all__ = ["Build", "Leg"]

Build: TypeAlias = Callable[[float], Model]

MOST_LEVELS = 16  # maps of 256 coordinates; the cost grows with the sixth power
EPSILON = float(np.finfo(np.float64).eps)  # each doubling of an exponential doubles what rounding did to its phases
FINE = 1e-12  # of propagators of d x d, whose digits cost little


class Leg(OtherSystem):
    """A model for a while. Its time runs from 0 to the duration, whatever came before.

    Args:
        duration: how long it lasts [time], > 0 and finite.
        model: a `Model`, or a function from the leg's time to one. A function that also takes an array of times (k,)
            and makes Hamiltonians (k, d, d) of it is asked for many at once. A `Drive` is a system without baths.
        rate_of_change: function from time to dH/dt (d, d) [energy/time] of the Hamiltonian of the motion, if known; by
            a Chebyshev series of the Hamiltonian if None.
        breaks: times inside the leg at which the drive bends, or rates jump [time].
        name: how results refer to it.

    Raises:
        ValueError: if the duration is not positive and finite, a break lies outside the leg, the model is a sweep, or
            what the function makes is no model of a leg.
        TypeError: if `model` is neither a model nor a function.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> bath = tk.Contact(tk.Bath("bath", 0.8), [[0, 1], [1, 0]], tk.Flat(0.01))
        >>> tk.Leg(10.0, lambda t: tk.davies(np.diag([0.0, 1.0 + t / 10.0]), [bath]), name="ramp")
        Leg 'ramp' of duration 10, driven, 2 levels, baths 'bath'
    """

    def __init__(
        self,
        duration: float,
        model: Model | Build | Drive,
        *,
        rate_of_change: Callable[[float], ArrayLike] | None = None,
        breaks: Sequence[float] = (),
        name: str = "",
    ) -> None:
        self.duration = checked_duration(duration)
        self.breaks = checked_breaks(breaks, self.duration)
        self.name = str(name)
        if not isinstance(model, Model) and not callable(model):
            raise TypeError(f"`model` of a leg must be a Model or a function from time to one, got {shown(model)}.")
        if rate_of_change is not None and not callable(rate_of_change):
            raise TypeError(f"`rate_of_change` must be a function from time to dH/dt, got {shown(rate_of_change)}.")
        self.model = model
        self._given = rate_of_change
        self._sampled = None if isinstance(model, Model) else SampledModel(model, self.duration, "model")
        self._look = None if self._sampled is None else Look(self._sampled, self.duration, self.breaks)
        if isinstance(model, Model) and model.batch_shape:
            raise ArgumentError(
                f"`model` of a leg must be one model, got a sweep of shape {model.batch_shape}; make a protocol for "
                "each point.",
                "model",
            )
        if self.has_jumps and self.dimension > MOST_LEVELS:
            raise ArgumentError(
                f"`model` has {self.dimension} levels; a leg with jumps is a map of d^2 x d^2 numbers, which serves "
                f"up to {MOST_LEVELS} levels. Leave out levels that are hardly populated.",
                "model",
            )
        self.has_warned = False  # of what it assumes, which its first protocol does
        self._maps: dict[Any, Propagation] = {}
        self.trusted: dict[Any, tuple[Propagation, float, bool]] = {}  # maps that have been looked at
        if rate_of_change is not None:
            if self._sampled is None:
                raise ArgumentError("`rate_of_change` is that of a driven leg; a fixed one has none.", "rate_of_change")
            told = told_slopes(rate_of_change, self.duration * CHECKED, self.dimension)
            require_slopes(told, self._checked, self._slope_series, self.duration)

    def __repr__(self) -> str:
        kind, baths = "driven, " if self.is_driven else "", ", ".join(map(repr, self.bath_names)) or "none"
        title = f"Leg {self.name!r}" if self.name else "Leg"
        return f"{title} of duration {self.duration:g}, {kind}{self.dimension} levels, baths {baths}"

    @property
    def is_driven(self) -> bool:
        """Whether its model is a function of time."""
        return self._sampled is not None

    @property
    def first(self) -> Model:
        """The model at its beginning."""
        return self.model if isinstance(self.model, Model) else self._sampled.first  # type: ignore[union-attr]

    @property
    def has_jumps(self) -> bool:
        """Whether anything but its Hamiltonian may move it: a bath that is idle at first can come in later."""
        return self.first.table.size > 0 or bool(self.first.baths)

    @property
    def dimension(self) -> int:
        """Number of levels."""
        return self.first.dimension

    @property
    def baths(self) -> tuple[Bath, ...]:
        """The baths at its beginning."""
        return self.first.baths

    @property
    def bath_names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(bath.name for bath in self.baths)

    @cached_property
    def counts_motion(self) -> bool:
        """Whether the energy that is counted is that of the Hamiltonian."""
        both = self._checked
        return bool(np.abs(both[:, 0] - both[:, 1]).max() <= 1e-14 * np.abs(both).max())

    @cached_property
    def energy_unit(self) -> float:
        """The largest element of its operators less their trace [energy], in which maps measure energies."""
        every = self._checked
        mean = np.trace(every, axis1=-2, axis2=-1)[..., None, None] / self.dimension
        return float(np.abs(every - mean * np.eye(self.dimension)).max()) or 1.0

    @cached_property
    def offset(self) -> FloatArray:
        """Mean level at time 0 of the Hamiltonian and of the counted operator (2,) [energy]: energies count from it."""
        return mean_levels(self.first) if self._sampled is None else self._sampled.offset

    @cached_property
    def ends(self) -> ComplexArray:
        """Hamiltonian and counted operator (2, 2, d, d) at the beginning and at the end, less the offset [energy]."""
        return self.operators(np.array([0.0, self.duration])) if self._look is None else self._look.ends

    @cached_property
    def _checked(self) -> ComplexArray:
        return self.operators(self.duration * CHECKED) if self._look is None else self._look.checked

    @cached_property
    def _slope_series(self) -> ChebyshevPieces:
        return require_no_jump(self._look.series)  # type: ignore[union-attr]

    @property
    def cuts(self) -> FloatArray:
        """Times at which it is cut: its ends, breaks, and where something happens suddenly (m,) [time]."""
        return np.array([0.0, self.duration]) if self._look is None else self._look.edges

    @property
    def probed(self) -> tuple[Model, ...]:
        """Models at a few of its times."""
        return (self.first,) if self._sampled is None else self._sampled.probed

    def nodes(self, times: FloatArray) -> Nodes:
        """The model at some of its times.

        Args:
            times: (k,) [time].

        Returns:
            Hamiltonians and jumps.
        """
        if self._sampled is not None:
            return self._sampled.nodes(times)
        return self._still.at(np.zeros(times.size, dtype=np.int64))

    def operators(self, times: FloatArray) -> ComplexArray:
        """The Hamiltonian of the motion and the operator whose energy is counted (k, 2, d, d), less the offset.

        Args:
            times: (k,) [time].

        Returns:
            The operators.
        """
        if self._sampled is not None:
            return self._sampled.operators(times)
        return np.stack([(still := self.nodes(times)).hamiltonian, still.counted], axis=1)

    def slopes(self, times: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Derivatives of the two operators (k, d, d) [energy/time].

        Args:
            times: (k,) [time].

        Returns:
            That of the Hamiltonian and that of the operator whose energy is counted.
        """
        if self._sampled is None:
            still = np.zeros((times.size, self.dimension, self.dimension), dtype=np.complex128)
            return still, still
        found = self._slope_series.derivative(times)
        motion, counted = found[:, 0], found[:, 1]
        if self._given is None:
            return motion, counted
        told = told_slopes(self._given, times, self.dimension)
        return told, told if self.counts_motion else counted

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

    @cached_property
    def _still(self) -> Nodes:
        return nodes_of_models([self.first], self.bath_names, self.offset)
