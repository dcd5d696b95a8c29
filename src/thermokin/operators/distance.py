"""How far apart two states are, as a value: what a protocol or a comparison is told to measure with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from thermokin._typing import FloatArray
from thermokin.operators import distances
from thermokin.operators.entropy import divergence_of_checked, relative_entropy
from thermokin.operators.state_pair import pair_of_populations


class Distance(ABC):
    """A measure of how far apart two states are: zero if and only if they are equal, and never negative.

    Attributes:
        name: what a figure or a table calls it.
        unit: in words, "1" for none.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> class Largest(tk.distances.Distance):
        ...     name = "largest difference"
        ...     def of_checked(self, p, q, difference):
        ...         return np.abs(difference).max(axis=-1)
        ...     def between_states(self, a, b, *, difference=None):
        ...         return np.linalg.norm(np.asarray(a) - np.asarray(b), ord=2)
        >>> float(Largest().between_populations([1.0, 0.0, 0.0], [0.5, 0.25, 0.25]))
        0.5
    """

    name: ClassVar[str]
    unit: ClassVar[str] = "1"

    @abstractmethod
    def of_checked(self, p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
        """The distance of populations that are known to be valid: those of an evolution are not checked again.

        Args:
            p: probabilities (..., d).
            q: probabilities (..., d); leading axes broadcast.
            difference: p - q (..., d).

        Returns:
            Distances (...).
        """

    def between_populations(self, p: object, q: object, *, difference: object = None) -> FloatArray:
        """The distance of populations p from populations q.

        Args:
            p: probabilities (..., d).
            q: probabilities (..., d); leading axes broadcast.
            difference: p - q (..., d), if it is known to more digits than the subtraction keeps.

        Returns:
            Distances (...).

        Raises:
            TypeError: if an argument does not hold real numbers.
            ValueError: if populations are not finite or do not sum to one, or the shapes do not match.
            UnphysicalStateError: if one is below -1e-12; closer to zero a negative one counts as zero.
        """
        return self.of_checked(*pair_of_populations(p, q, difference))

    @abstractmethod
    def between_states(self, a: object, b: object, *, difference: object = None) -> FloatArray:
        """The distance of the state a from the state b.

        Args:
            a: density matrix (..., d, d).
            b: density matrix (..., d, d); leading axes broadcast.
            difference: a - b (..., d, d), if it is known to more digits than the subtraction keeps.

        Returns:
            Distances (...).

        Raises:
            TypeError: if an argument does not hold numbers.
            ValueError: if a state is not a Hermitian matrix of trace one, or the shapes do not match.
            UnphysicalStateError: if a state has an eigenvalue below -1e-12.
        """


def require_distance(value: object, name: str) -> None:
    """Refuse what is no distance.

    Args:
        value: what was given.
        name: the argument's name.

    Raises:
        TypeError: if it is none.
    """
    if not isinstance(value, Distance):
        raise TypeError(f"`{name}` must be a distance, such as RelativeEntropy() or Trace(), got {value!r}.")


@dataclass(frozen=True)
class RelativeEntropy(Distance):
    """The relative entropy D(p||q) [nats]: not symmetric, inf where the support of p leaves that of q.

    Example:
        >>> import thermokin as tk
        >>> round(float(tk.distances.RelativeEntropy().between_populations([1.0, 0.0], [0.5, 0.5])), 8)  # ln 2
        0.69314718
    """

    name: ClassVar[str] = "relative entropy"
    unit: ClassVar[str] = "nats"

    def of_checked(self, p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
        """The relative entropy D(p||q), (...) [nats]; see `relative_entropy_of_populations`."""
        return divergence_of_checked(p, q, difference)

    def between_states(self, a: object, b: object, *, difference: object = None) -> FloatArray:
        """The relative entropy D(a||b), (...) [nats]; see `relative_entropy`."""
        return relative_entropy(a, b, difference=difference)


@dataclass(frozen=True)
class Trace(Distance):
    """The trace distance, half the trace norm of the difference.

    Example:
        >>> import thermokin as tk
        >>> float(tk.distances.Trace().between_populations([1.0, 0.0], [0.75, 0.25]))
        0.25
    """

    name: ClassVar[str] = "trace distance"

    def of_checked(self, p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
        """The trace distance, 1/2 sum_n |p_n - q_n| (...)."""
        return distances.half_absolute_sum(difference)

    def between_states(self, a: object, b: object, *, difference: object = None) -> FloatArray:
        """The trace distance, (...); see `trace_distance`."""
        return distances.trace_distance(a, b, difference=difference)


class _Angle(Distance):
    """An angle between states that for populations is the one on the sphere of their square roots."""

    unit: ClassVar[str] = "radians"

    def of_checked(self, p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
        """The angle, arccos sum_n sqrt(p_n q_n) (...) [radians]; see `chord_angle`."""
        return distances.chord_angle(p, q, difference)


@dataclass(frozen=True)
class Bures(_Angle):
    """The Bures angle, arccos of the root fidelity [radians]; it orders pairs of states as the Bures distance does.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> found = tk.distances.Bures().between_populations([1.0, 0.0], [0.75, 0.25])
        >>> round(float(found) / math.pi, 8)  # arccos sqrt(3/4)
        0.16666667
    """

    name: ClassVar[str] = "Bures angle"

    def between_states(self, a: object, b: object, *, difference: object = None) -> FloatArray:
        """The Bures angle, (...) [radians]; see `bures_angle`."""
        return distances.bures_angle(a, b, difference=difference)


@dataclass(frozen=True)
class HilbertSchmidt(Distance):
    """The Hilbert-Schmidt distance, the Frobenius norm of the difference.

    Example:
        >>> import thermokin as tk
        >>> round(float(tk.distances.HilbertSchmidt().between_populations([1.0, 0.0], [0.5, 0.5])), 8)  # sqrt(1/2)
        0.70710678
    """

    name: ClassVar[str] = "Hilbert-Schmidt distance"

    def of_checked(self, p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
        """The Hilbert-Schmidt distance, sqrt(sum_n (p_n - q_n)^2) (...)."""
        return distances.root_square_sum(difference)

    def between_states(self, a: object, b: object, *, difference: object = None) -> FloatArray:
        """The Hilbert-Schmidt distance, (...); see `hilbert_schmidt_distance`."""
        return distances.hilbert_schmidt_distance(a, b, difference=difference)


@dataclass(frozen=True)
class WignerYanase(_Angle):
    """The Wigner-Yanase angle, arccos tr sqrt(a) sqrt(b) [radians]; the Bures angle if the states commute.

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ground, both = np.diag([1.0, 0.0]), np.full((2, 2), 0.5)
        >>> round(float(tk.distances.WignerYanase().between_states(ground, both)) / math.pi, 8)  # arccos |<0|+>|^2
        0.33333333
    """

    name: ClassVar[str] = "Wigner-Yanase angle"

    def between_states(self, a: object, b: object, *, difference: object = None) -> FloatArray:
        """The Wigner-Yanase angle, (...) [radians]; see `wigner_yanase_angle`."""
        return distances.wigner_yanase_angle(a, b, difference=difference)
