"""One-way channels: the Mach-Zehnder interferometer of edge states, and a ring of terminals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.model.parameter import Energy, Number, Parameter
from thermokin.operators.as_numbers import as_whole
from thermokin.transport.models import Share, closed_numbers, require_share
from thermokin.transport.scatterer import Features, PreparedScattering, Scatterer

__all__ = ["mach_zehnder", "one_way_ring"]

Delay: TypeAlias = Annotated[ArrayLike, Parameter("1/energy")]
Terminals: TypeAlias = Annotated[int, Parameter(least=3, most=100, role="whole")]


@dataclass(frozen=True, eq=False)
class _OneWay(Scatterer):
    """Terminals with one channel each and a scattering matrix in closed form.

    Args:
        name: of the model.
        terminals: how many.
        numbers: parameters by name (...).
    """

    name: str
    terminals: int
    numbers: dict[str, FloatArray]

    def __repr__(self) -> str:
        return f"{self.name} with {self.terminals} terminals"

    @property
    def parameters(self) -> dict[str, FloatArray]:
        """Its parameters."""
        return self.numbers

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes of its parameters."""
        return np.broadcast_shapes(*(value.shape for value in self.numbers.values()))

    @property
    def owner(self) -> tuple[int, ...]:
        """One channel each."""
        return tuple(range(self.terminals))

    def _own(self, name: str, shape: tuple[int, ...], point: IntArray) -> FloatArray:
        return np.asarray(np.broadcast_to(self.numbers[name], shape).reshape(-1)[point][:, None])


class _Interferometer(_OneWay):
    def features(self, shape: tuple[int, ...]) -> Features:
        """Fringes, one for each turn of the phase."""
        delay = np.broadcast_to(self.numbers["delay"], shape)[..., None]
        least = np.finfo(float).tiny
        width = 1.0 / np.maximum(np.abs(delay), least)
        nothing = np.zeros((*shape, 0))
        return Features(np.zeros((*shape, 1)), width, nothing) if delay.any() else Features(nothing, nothing, nothing)

    def scattering(self, shape: tuple[int, ...]) -> PreparedScattering:
        """Two splitters with a phase between them, from the sources to the drains; drains send back to the sources."""

        def values(point: IntArray, anchor: FloatArray, offset: FloatArray) -> ComplexArray:
            first, second, phase, delay = (self._own(name, shape, point) for name in self.numbers)
            turned = np.exp(1j * (phase + delay * (anchor[:, None] + offset)))
            (through, aside), (passed, turned_off) = (
                (np.sqrt(share), 1j * np.sqrt(1.0 - share)) for share in (first, second)
            )
            found = np.zeros((*offset.shape, 4, 4), dtype=np.complex128)
            # The upper arm, with the phase, and the lower: rows are where a channel ends.
            found[..., 2, 0] = passed * turned * through + turned_off * aside
            found[..., 2, 1] = passed * turned * aside + turned_off * through
            found[..., 3, 0] = turned_off * turned * through + passed * aside
            found[..., 3, 1] = turned_off * turned * aside + passed * through
            found[..., 0, 2] = found[..., 1, 3] = 1.0
            return found

        return values


class _Ring(_OneWay):
    def features(self, shape: tuple[int, ...]) -> Features:
        """The edges of the window."""
        edges = np.stack([np.broadcast_to(self.numbers[name], shape) for name in ("low", "high")], axis=-1)
        nothing = np.zeros((*shape, 0))
        return Features(nothing, nothing, edges)

    def scattering(self, shape: tuple[int, ...]) -> PreparedScattering:
        """From each terminal to the next within the window, and back outside it."""
        onward = np.roll(np.eye(self.terminals, dtype=np.complex128), 1, axis=0)

        def values(point: IntArray, anchor: FloatArray, offset: FloatArray) -> ComplexArray:
            low, high = (self._own(name, shape, point) for name in ("low", "high"))
            inside = ((anchor[:, None] - low) + offset > 0.0) & ((anchor[:, None] - high) + offset < 0.0)
            return np.where(inside[..., None, None], onward, np.eye(self.terminals))

        return values


def mach_zehnder(first: Share, second: Share, phase: Number = 0.0, delay: Delay = 0.0) -> Scatterer:
    """A Mach-Zehnder interferometer of one-way edge channels: two sources, then two drains.

    Args:
        first: transmission of the first splitter (...), within [0, 1].
        second: transmission of the second (...).
        phase: of one arm beside the other at energy 0 (...).
        delay: by how much the phase grows with energy (...) [1/energy].

    Returns:
        The scatterer, with four terminals: sources 0 and 1, drains 2 and 3. What a drain sends ends in a source.

    Raises:
        ValueError: if a transmission is outside [0, 1], or axes do not broadcast.

    Reference:
        samuelsson2017.

    Example:
        >>> import thermokin as tk
        >>> tk.transport.mach_zehnder(0.5, 0.5, phase=0.3)
        mach_zehnder with 4 terminals
    """
    given = closed_numbers(first=first, second=second, phase=phase, delay=delay)
    for name in ("first", "second"):
        require_share(given[name], name)
    return _Interferometer("mach_zehnder", 4, given)


def one_way_ring(terminals: Terminals, low: Energy, high: Energy) -> Scatterer:
    """Terminals in a ring that an edge channel joins one way, within a window of energies.

    Args:
        terminals: how many, >= 3.
        low: where the window opens (...) [energy].
        high: where it closes (...) [energy].

    Returns:
        The scatterer: what terminal l sends ends in terminal l + 1.

    Raises:
        ValueError: if there are fewer than three terminals, or the window is empty.
        TypeError: if `terminals` is no whole number.

    Reference:
        brandner2025.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> leads = [tk.Bath(name, 0.1, mu, tk.Fermi()) for name, mu in (("a", 9.0), ("b", -9.0), ("c", -9.0))]
        >>> junction = tk.transport.Junction(tk.transport.one_way_ring(3, 0.0, 1.0), leads)
        >>> means = [float(tk.cumulants(junction, tk.particles(junction, name), order=1).mean) for name in "abc"]
        >>> (2.0 * np.pi * np.array(means)).round(6)  # what `a` sends ends in `b`
        array([ 1., -1.,  0.])
    """
    given = closed_numbers(low=low, high=high)
    if (given["high"] <= given["low"]).any():
        raise ValueError("`high` must lie above `low`.")
    return _Ring("one_way_ring", as_whole(terminals, "terminals", 3), given)
