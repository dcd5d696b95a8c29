"""Scatterers that are functions of energy of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.transport.scatterer import UNITARY, Features, PreparedScattering, PreparedTransmission, Scatterer

__all__ = ["Scattering", "Transmission"]

ABOVE = 1e-10  # of a transmission above one or below zero: rounding
BLURRED = 8.0  # roundings of an energy: a narrower feature at it is one that no function of energies resolves


def checked_transmission(values: FloatArray, energies: FloatArray) -> FloatArray:
    """Transmissions that are between 0 and 1.

    Args:
        values: (m, q, n).
        energies: (m, q).

    Returns:
        They, less what rounding leaves outside.

    Raises:
        ValueError: if one is not; it says at which energy.
    """
    wrong = ~((values >= -ABOVE) & (values <= 1.0 + ABOVE))
    if wrong.any():
        here = np.argwhere(wrong)[0]
        raise ValueError(
            f"a transmission must be between 0 and 1, got {values[tuple(here)]:.6g} at energy "
            f"{energies[here[0], here[1]]:.6g}."
        )
    return np.clip(values, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Transmission(Scatterer):
    """Two terminals joined by a transmission that is a function of energy.

    Args:
        function: of energies (n,): the transmission (n,), or of each of several channels (n, k).
        resonances: centre and width [energy] of each narrow feature; the quadrature looks there first.
        edges: energies at which it jumps or has a kink.
        band: energies between which alone anything passes, where there are such.

    Raises:
        TypeError: if the function is none.
        ValueError: if resonances or edges are not finite or narrower than the rounding of their energies, or the
            function gives numbers outside [0, 1].

    Example:
        >>> import numpy as np, thermokin as tk
        >>> wire = tk.transport.Transmission(lambda energy: 1.0 / (1.0 + np.exp(-energy / 0.1)))
        >>> leads = [tk.Bath(name, 1e-3, mu, tk.Fermi()) for name, mu in (("left", 1e-3), ("right", -1e-3))]
        >>> junction = tk.transport.Junction(wire, leads)
        >>> current = tk.cumulants(junction, tk.particles(junction, "left"), order=1).mean
        >>> round(float(current) * 2.0 * np.pi / 2e-3, 6)  # half a quantum of conductance at the top of the barrier
        0.5
    """

    unknown: ClassVar[bool] = True

    function: Callable[[FloatArray], ArrayLike]
    resonances: Sequence[tuple[float, float]] = ()
    edges: Sequence[float] = ()
    band: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.band is not None and not (len(self.band) == 2 and self.band[0] < self.band[1]):
            raise ValueError(f"`band` must be two energies, the lower first, got {self.band}.")
        if not callable(self.function):
            raise TypeError("`function` must be a function of an array of energies, or use a model of tk.transport.")
        self.features(())

    @property
    def owner(self) -> tuple[int, ...]:
        """One channel on each side; more are told by the function."""
        return (0, 1)

    def features(self, shape: tuple[int, ...]) -> Features:
        """What the user says."""
        return _told(self.resonances, [*self.edges, *(self.band or ())])

    def window(self, shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray] | None:
        """The band."""
        if self.band is None:
            return None
        return np.full(shape, self.band[0]), np.full(shape, self.band[1])

    def transmission(self, shape: tuple[int, ...]) -> PreparedTransmission:
        """The function."""
        return self._values

    def _values(self, _: IntArray, anchor: FloatArray, offset: FloatArray) -> FloatArray:
        energies = anchor[:, None] + offset
        values = np.asarray(_called(self.function, energies.reshape(-1), "transmission"), dtype=np.float64)
        if values.shape[:1] != (energies.size,) or values.ndim > 2:
            raise ValueError(
                f"the transmission must be a function of an array of energies: at {energies.size} energies it gave "
                f"shape {values.shape}, and ({energies.size},) or ({energies.size}, channels) is needed."
            )
        through = checked_transmission(values.reshape(*energies.shape, -1), energies)
        if self.band is not None:
            beyond = (energies < self.band[0]) | (energies > self.band[1])
            if (through[beyond] != 0.0).any():
                raise ValueError(
                    f"nothing may pass outside `band`, {self.band}, got a transmission of {through[beyond].max():.6g}."
                )
        return through


def _told(resonances: Sequence[tuple[float, float]], edges: Sequence[float]) -> Features:
    """The features that the user says, once it is seen that a function of energies can tell them."""
    found = Features.of(resonances, edges)
    for centre, width in zip(found.centres, found.widths, strict=True):
        if width < BLURRED * np.spacing(abs(centre)):
            raise ValueError(
                f"`resonances` must be wider than the rounding of their energies, got a width of {width:g} at "
                f"{centre:g}: a function of energies sees nothing there. Count energies and potentials from its "
                "centre, or use tk.transport.resonant_level."
            )
    return found


def _called(function: Callable[[FloatArray], ArrayLike], energies: FloatArray, what: str) -> ArrayLike:
    """What a function gives for energies; a `TypeError` with a remedy where it takes single ones alone."""
    try:
        return function(energies)
    except (TypeError, ValueError) as error:
        try:
            function(np.asarray(energies[0]))
        except Exception:  # then it is no function of one energy either, and the first error tells
            raise error from None
        raise TypeError(
            f"the {what} must be a function of an array of energies, and this one takes single energies ({error}); use "
            "functions of NumPy such as np.exp and np.where, or lambda energies: [f(one) for one in energies]."
        ) from error


@dataclass(frozen=True, eq=False)
class Scattering(Scatterer):
    """Any number of terminals joined by a scattering matrix that is a function of energy.

    Args:
        function: of energies (n,): S (n, c, c), from the channel of the column to that of the row.
        terminals: the terminal of each channel (c,), counted from 0.
        resonances: centre and width [energy] of each narrow feature.
        edges: energies at which it jumps or has a kink.

    Raises:
        TypeError: if the function is none.
        ValueError: if terminals are not numbered from 0 on, resonances or edges are not finite, or a matrix is not
            unitary.

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> half = math.sqrt(0.5) * np.array([[1.0, 1.0j], [1.0j, 1.0]])
        >>> splitter = tk.transport.Scattering(lambda energy: np.broadcast_to(half, (energy.size, 2, 2)), (0, 1))
        >>> leads = [tk.Bath("left", 1.0, 0.1, tk.Fermi()), tk.Bath("right", 1.0, -0.1, tk.Fermi())]
        >>> junction = tk.transport.Junction(splitter, leads)
        >>> found = tk.cumulants(junction, tk.particles(junction, "left"), order=1).mean
        >>> round(float(found), 8), round(0.5 * 0.2 / (2.0 * math.pi), 8)  # half of all pass
        (0.01591549, 0.01591549)
    """

    unknown: ClassVar[bool] = True

    function: Callable[[FloatArray], ArrayLike]
    terminals: Sequence[int]
    resonances: Sequence[tuple[float, float]] = ()
    edges: Sequence[float] = ()

    def __post_init__(self) -> None:
        if not callable(self.function):
            raise TypeError("`function` must be a function of an array of energies.")
        if sorted(set(self.terminals)) != list(range(len(set(self.terminals)))) or not len(self.terminals):
            raise ValueError(f"`terminals` must number the terminals from 0 on, got {list(self.terminals)}.")
        self.features(())

    @property
    def owner(self) -> tuple[int, ...]:
        """As given."""
        return tuple(int(number) for number in self.terminals)

    def features(self, shape: tuple[int, ...]) -> Features:
        """What the user says."""
        return _told(self.resonances, self.edges)

    def scattering(self, shape: tuple[int, ...]) -> PreparedScattering:
        """The function."""
        return self._values

    def _values(self, _: IntArray, anchor: FloatArray, offset: FloatArray) -> ComplexArray:
        energies, count = anchor[:, None] + offset, len(self.owner)
        values = np.asarray(_called(self.function, energies.reshape(-1), "scattering matrix"), dtype=np.complex128)
        if values.shape != (energies.size, count, count):
            raise ValueError(
                f"the scattering matrix must be a function of an array of energies: at {energies.size} energies it "
                f"gave shape {values.shape}, and ({energies.size}, {count}, {count}) is needed."
            )
        defect = np.abs(values.conj().swapaxes(-1, -2) @ values - np.eye(count)).max(axis=(-2, -1))
        if not (defect <= UNITARY).all():
            here = int(np.argmax(~(defect <= UNITARY)))
            raise ValueError(
                f"the scattering matrix must be unitary: at energy {energies.reshape(-1)[here]:.6g} S^+ S differs from "
                f"1 by {defect[here]:.3g}."
            )
        return values.reshape(*energies.shape, count, count)
