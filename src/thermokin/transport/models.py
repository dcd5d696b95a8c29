"""Scatterers of textbooks: resonant level, boxcar, step, point contact, constant transmission."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from thermokin._typing import FloatArray, IntArray
from thermokin.model.parameter import Energy, Gap, Parameter
from thermokin.operators.as_numbers import as_real, common_axes, require_finite
from thermokin.transport.scatterer import Features, PreparedTransmission, Scatterer

__all__ = ["Share", "boxcar", "closed_numbers", "constant", "point_contact", "require_share", "resonant_level", "step"]

Formula = Callable[..., FloatArray]
Share: TypeAlias = Annotated[ArrayLike, Parameter(least=0.0, most=1.0)]
"""A transmission."""


@dataclass(frozen=True, eq=False)
class _Closed(Scatterer):
    """Two terminals with a transmission in closed form.

    Args:
        name: of the model.
        numbers: its parameters by name (...), in the order in which the formula takes them.
        formula: of anchor (m, 1), offset (m, q) and the parameters (m, 1): the transmission (m, q).
        where: features from the parameters.
        ends: names of the parameters between which alone anything passes.
    """

    name: str
    numbers: dict[str, FloatArray]
    formula: Formula
    where: Callable[..., Features]
    ends: tuple[str, str] | None = None

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(f'{name}={_said(value)}' for name, value in self.numbers.items())})"

    @property
    def parameters(self) -> Mapping[str, FloatArray]:
        """Its parameters."""
        return self.numbers

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes of its parameters."""
        return np.broadcast_shapes(*(value.shape for value in self.numbers.values()))

    @property
    def owner(self) -> tuple[int, ...]:
        """One channel on each side."""
        return (0, 1)

    def features(self, shape: tuple[int, ...]) -> Features:
        """From the parameters."""
        return self.where(*(np.broadcast_to(value, shape)[..., None] for value in self.numbers.values()))

    def window(self, shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray] | None:
        """From the parameters."""
        if self.ends is None:
            return None
        low, high = (np.broadcast_to(self.numbers[name], shape) for name in self.ends)
        return low, high

    def transmission(self, shape: tuple[int, ...]) -> PreparedTransmission:
        """The formula."""
        flat = [np.broadcast_to(value, shape).reshape(-1) for value in self.numbers.values()]

        def values(point: IntArray, anchor: FloatArray, offset: FloatArray) -> FloatArray:
            own = (value[point][:, None] for value in flat)
            return np.asarray(self.formula(anchor[:, None], offset, *own))[..., None]

        return values


def _said(value: FloatArray) -> str:
    return f"{value:.6g}" if value.ndim == 0 else f"array of shape {value.shape}"


def closed_numbers(**given: ArrayLike) -> dict[str, FloatArray]:
    """Parameters (...) of a closed form, by name: finite, and with axes that broadcast."""
    found = {name: as_real(value, name) for name, value in given.items()}
    for name, value in found.items():
        require_finite(value, name)
    common_axes({name: value.shape for name, value in found.items()})
    return found


def _positive(value: FloatArray, name: str) -> None:
    if (value <= 0.0).any():
        raise ValueError(f"`{name}` must be positive, got {value.min():.6g}.")


def require_share(value: FloatArray, name: str) -> None:
    """Refuse what is no transmission."""
    if (value < 0.0).any() or (value > 1.0).any():
        raise ValueError(f"`{name}` must be between 0 and 1, got {value.min():.6g} to {value.max():.6g}.")


def _none(like: FloatArray) -> FloatArray:
    return np.zeros((*like.shape[:-1], 0))


def resonant_level(energy: Energy, left: Gap, right: Gap) -> Scatterer:
    """One level between two wide bands: T(E) = left right / [(E - energy)^2 + (left + right)^2 / 4].

    Args:
        energy: of the level (...) [energy].
        left: rate at which it empties into the first lead (...) [energy].
        right: the same for the second.

    Returns:
        The scatterer. Levels as narrow as one likes keep their digits.

    Raises:
        ValueError: if a rate is not positive, or axes do not broadcast.

    Example:
        >>> import thermokin as tk
        >>> tk.transport.resonant_level(0.3, 0.4, 0.2)
        resonant_level(energy=0.3, left=0.4, right=0.2)
    """
    given = closed_numbers(energy=energy, left=left, right=right)
    for name in ("left", "right"):
        _positive(given[name], name)

    def formula(
        anchor: FloatArray, offset: FloatArray, level: FloatArray, one: FloatArray, two: FloatArray
    ) -> FloatArray:
        # Over the width, so that the square of a narrow one does not underflow.
        width = one + two
        away = ((anchor - level) + offset) / width
        return np.asarray((one / width) * (two / width) / (away * away + 0.25))

    return _Closed("resonant_level", given, formula, lambda e, a, b: Features(e, a + b, _none(e)))


def boxcar(low: Energy, high: Energy, height: Share = 1.0) -> Scatterer:
    """A window: T(E) = height between two energies, and 0 elsewhere.

    Args:
        low: where it opens (...) [energy].
        high: where it closes (...) [energy].
        height: transmission (...), within [0, 1].

    Returns:
        The scatterer.

    Raises:
        ValueError: if the window is empty, the height is outside [0, 1], or axes do not broadcast.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> leads = [tk.Bath("left", 0.1, 9.0, tk.Fermi()), tk.Bath("right", 0.1, -9.0, tk.Fermi())]
        >>> junction = tk.transport.Junction(tk.transport.boxcar(-1.0, 2.0), leads)
        >>> found = tk.cumulants(junction, tk.particles(junction, "left"), order=1).mean
        >>> round(float(found), 8), round(3.0 / (2.0 * math.pi), 8)  # the width of the window over 2 pi
        (0.47746483, 0.47746483)
    """
    given = closed_numbers(low=low, high=high, height=height)
    require_share(given["height"], "height")
    if (given["high"] <= given["low"]).any():
        raise ValueError("`high` must lie above `low`.")

    def formula(
        anchor: FloatArray, offset: FloatArray, one: FloatArray, two: FloatArray, height: FloatArray
    ) -> FloatArray:
        inside = ((anchor - one) + offset > 0.0) & ((anchor - two) + offset < 0.0)
        return np.where(inside, height, 0.0)

    def where(one: FloatArray, two: FloatArray, _: FloatArray) -> Features:
        return Features(_none(one), _none(one), np.concatenate([one, two], axis=-1))

    return _Closed("boxcar", given, formula, where, ("low", "high"))


def step(energy: Energy, height: Share = 1.0) -> Scatterer:
    """A sharp threshold: T(E) = height above an energy, and 0 below.

    Args:
        energy: the threshold (...) [energy].
        height: transmission (...), within [0, 1].

    Returns:
        The scatterer.

    Raises:
        ValueError: if the height is outside [0, 1], or axes do not broadcast.

    Reference:
        whitney2014.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> leads = [tk.Bath("left", 0.2, 0.0, tk.Fermi()), tk.Bath("right", 0.1, 0.0, tk.Fermi())]
        >>> junction = tk.transport.Junction(tk.transport.step(0.0), leads)
        >>> found = tk.cumulants(junction, tk.particles(junction, "left"), order=1).mean
        >>> round(float(found), 8), round(0.1 * math.log(2.0) / (2.0 * math.pi), 8)  # driven by heat alone
        (0.01103178, 0.01103178)
    """
    given = closed_numbers(energy=energy, height=height)
    require_share(given["height"], "height")

    def formula(anchor: FloatArray, offset: FloatArray, edge: FloatArray, height: FloatArray) -> FloatArray:
        return np.where((anchor - edge) + offset > 0.0, height, 0.0)

    return _Closed("step", given, formula, lambda e, h: Features(_none(e), _none(e), e))


def point_contact(energy: Energy, width: Gap) -> Scatterer:
    """A quantum point contact with a saddle: T(E) = 1 / (1 + exp(-(E - energy) / width)).

    Args:
        energy: top of the saddle (...) [energy].
        width: hbar times the curvature across over 2 pi (...) [energy].

    Returns:
        The scatterer.

    Raises:
        ValueError: if the width is not positive, or axes do not broadcast.

    Reference:
        buttiker1990.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> leads = [tk.Bath("left", 1e-3, 1e-3, tk.Fermi()), tk.Bath("right", 1e-3, -1e-3, tk.Fermi())]
        >>> junction = tk.transport.Junction(tk.transport.point_contact(0.0, width=0.1), leads)
        >>> found = tk.cumulants(junction, tk.particles(junction, "left"), order=1).mean
        >>> round(float(found) * 2.0 * math.pi / 2e-3, 6)  # half a quantum of conductance at the top of the saddle
        0.5
    """
    given = closed_numbers(energy=energy, width=width)
    _positive(given["width"], "width")

    def formula(anchor: FloatArray, offset: FloatArray, top: FloatArray, width: FloatArray) -> FloatArray:
        return np.asarray(expit(((anchor - top) + offset) / width))

    return _Closed("point_contact", given, formula, lambda e, w: Features(e, w, _none(e)))


def constant(transmission: Share) -> Scatterer:
    """One channel whose transmission does not depend on energy.

    Args:
        transmission: (...), within [0, 1].

    Returns:
        The scatterer.

    Raises:
        ValueError: if it is outside [0, 1].

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> leads = [tk.Bath("left", 1.0, 0.1, tk.Fermi()), tk.Bath("right", 1.0, -0.1, tk.Fermi())]
        >>> junction = tk.transport.Junction(tk.transport.constant(0.5), leads)
        >>> found = tk.cumulants(junction, tk.particles(junction, "left"), order=1).mean
        >>> round(float(found), 8), round(0.5 * 0.2 / (2.0 * math.pi), 8)  # Ohm's law: T (mu - mu') / 2 pi
        (0.01591549, 0.01591549)
    """
    given = closed_numbers(transmission=transmission)
    require_share(given["transmission"], "transmission")

    def formula(_: FloatArray, offset: FloatArray, share: FloatArray) -> FloatArray:
        return np.broadcast_to(share, offset.shape)

    return _Closed("constant", given, formula, lambda t: Features(_none(t), _none(t), _none(t)))
