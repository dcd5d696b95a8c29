"""What stands between the leads: scattering amplitudes against energy, and where they vary."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.operators.as_numbers import as_real

__all__ = ["UNITARY", "Features", "PreparedScattering", "PreparedTransmission", "Scatterer"]

PreparedTransmission = Callable[[IntArray, FloatArray, FloatArray], FloatArray]
"""Of point (m,), anchor (m,) and offset (m, q): eigenvalues of t^+ t (m, q, n) at energy anchor + offset."""
PreparedScattering = Callable[[IntArray, FloatArray, FloatArray], ComplexArray]
"""The same, the scattering matrix (m, q, c, c)."""

UNITARY = 1e-8  # of S^+ S - 1: amplitudes of other programs carry errors of their own


@dataclass(frozen=True, eq=False)
class Features:
    """Where a scatterer varies.

    Args:
        centres: of resonances (..., r) [energy].
        widths: of them (..., r) [energy].
        edges: energies of jumps or kinks (..., e).

    Example:
        >>> import thermokin as tk
        >>> tk.transport.Features.of(resonances=[(0.3, 0.01)], edges=[-1.0, 1.0]).edges
        array([-1.,  1.])
    """

    centres: FloatArray
    widths: FloatArray
    edges: FloatArray

    @classmethod
    def of(cls, resonances: Sequence[tuple[float, float]] = (), edges: Sequence[float] = ()) -> Features:
        """The features of one point.

        Args:
            resonances: centre and width of each.
            edges: energies of jumps or kinks.

        Returns:
            The features.

        Raises:
            ValueError: if one is not finite, or a width is not positive.
        """
        found = as_real([list(pair) for pair in resonances] or np.zeros((0, 2)), "resonances")
        marks = as_real(list(edges), "edges") if len(edges) else np.zeros(0)
        if found.ndim != 2 or found.shape[1] != 2:
            raise ValueError("`resonances` must be pairs of a centre and a width, such as [(0.3, 0.01)].")
        if not np.isfinite(found).all() or not np.isfinite(marks).all() or (found[:, 1] <= 0.0).any():
            raise ValueError("`resonances` and `edges` must be finite, and the widths of resonances positive.")
        return cls(found[:, 0], found[:, 1], marks)


class Scatterer(ABC):
    """Amplitudes between the channels of some terminals. `Transmission` and `Scattering` take functions of one's own.

    One with two terminals may know the eigenvalues of t^+ t alone; then `transmission` says them and `scattering` is
    None. Otherwise `scattering` says the whole matrix. Where both are None nothing can be counted.

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> class Open(tk.transport.Scatterer):
        ...     owner = (0, 1)
        ...     def features(self, shape):
        ...         return tk.transport.Features.of()
        ...     def transmission(self, shape):
        ...         return lambda point, anchor, offset: np.ones((*offset.shape, 1))
        >>> leads = [tk.Bath("left", 1.0, 0.1, tk.Fermi()), tk.Bath("right", 1.0, -0.1, tk.Fermi())]
        >>> junction = tk.transport.Junction(Open(), leads)
        >>> found = tk.cumulants(junction, tk.particles(junction, "left"), order=1).mean
        >>> round(float(found), 8), round(0.2 / (2.0 * math.pi), 8)  # the bias over 2 pi
        (0.03183099, 0.03183099)
    """

    tolerance: ClassVar[float] = 1e-13
    """Of one panel of the quadrature over energy, relative to the whole: what its amplitudes are worth."""

    unknown: ClassVar[bool] = False
    """Whether it is a function of one's own, of which nothing is known but what is named."""

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes of its parameters."""
        return ()

    @property
    def parameters(self) -> Mapping[str, FloatArray]:
        """Its numbers (...) by name, which label the axes of a sweep."""
        return {}

    @property
    @abstractmethod
    def owner(self) -> tuple[int, ...]:
        """The terminal of each channel."""

    @property
    def cells(self) -> int:
        """Numbers that one energy takes, by which the quadrature decides how many it asks at once."""
        return len(self.owner) ** 2

    @abstractmethod
    def features(self, shape: tuple[int, ...]) -> Features:
        """Where it varies, for parameters broadcast to a shape.

        Args:
            shape: leading axes.

        Returns:
            The features, whose arrays broadcast to `shape`.
        """

    def window(self, shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray] | None:
        """The energies between which alone anything passes; None where there are no such.

        Args:
            shape: leading axes to which its parameters are broadcast.

        Returns:
            Both ends (...) [energy].
        """
        return None

    def transmission(self, shape: tuple[int, ...]) -> PreparedTransmission | None:
        """The transmission of two terminals; None where there are more.

        Args:
            shape: leading axes to which its parameters are broadcast and flattened.

        Returns:
            A function of energies; from the scattering matrix unless a subclass knows better.
        """
        whole, terminals = self.scattering(shape), np.array(self.owner)
        if whole is None or len(set(self.owner)) != 2:
            return None
        source, drain = (np.flatnonzero(terminals == number) for number in (0, 1))

        def values(point: IntArray, anchor: FloatArray, offset: FloatArray) -> FloatArray:
            through = whole(point, anchor, offset)[..., drain[:, None], source]
            if min(source.size, drain.size) == 1:
                return np.asarray((np.abs(through) ** 2).sum(axis=(-2, -1))[..., None])
            return np.asarray(np.linalg.svd(through, compute_uv=False) ** 2)

        return values

    def scattering(self, shape: tuple[int, ...]) -> PreparedScattering | None:
        """The scattering matrix; None where only a transmission is known.

        Args:
            shape: leading axes to which its parameters are broadcast and flattened.

        Returns:
            A function of energies.
        """
        return None

    def whole_matrix(self, shape: tuple[int, ...]) -> PreparedScattering:
        """The scattering matrix.

        Args:
            shape: leading axes to which its parameters are broadcast and flattened.

        Returns:
            A function of energies.

        Raises:
            TypeError: if the class says neither transmission nor scattering matrix.
        """
        found = self.scattering(shape)
        if found is None:
            raise TypeError(f"{type(self).__name__} must have a transmission or a scattering matrix.")
        return found
