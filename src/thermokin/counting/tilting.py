"""How the tilted generator of one block is solved, chosen once and asked for any fields."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray
from thermokin.counting.dense_tilting import by_continuation, by_spectrum
from thermokin.counting.sparse_tilting import by_inverse_iteration, leading_gap
from thermokin.counting.tilted_generator import TiltedGenerator, TiltedStates, joined
from thermokin.counting.tilted_sectors import at_rest
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.solvers.choice import DENSE_UP_TO
from thermokin.solvers.method import Auto, Krylov, Method, Sparse

__all__ = ["Tilting"]

SPECTRUM_UP_TO = 40  # coordinates up to which all eigenvalues are cheaper than Newton's method


@dataclass(frozen=True, eq=False)
class Tilting:
    """The tilted generator with its solver.

    Args:
        generator: the generator.
        method: `Dense()` or `Sparse()`; `Auto()` takes the quicker.

    Raises:
        ValueError: if another method is asked for, a sweep for `Sparse()`, or a sector is too large.
        TypeError: if it is not a method.
    """

    generator: TiltedGenerator
    method: Method

    def __post_init__(self) -> None:
        if not isinstance(self.method, Method):
            raise TypeError(f"`method` must be Auto(), Dense() or Sparse(), got {self.method!r}.")
        if type(self.method) is Krylov:
            raise ValueError(f"a tilted generator is solved by Dense() or Sparse(), not by {self.method!r}.")
        if type(self.generator.block) is SectorGenerator:
            raise ValueError(f"a sector of {self.generator.block.size} elements is too large for a tilted generator.")
        if isinstance(self.method, Sparse) and (self.batch or self.generator.weights.ndim > 1):
            raise ValueError("`Sparse()` takes one point at a time; a sweep needs Dense() or Auto().")

    @property
    def batch(self) -> tuple[int, ...]:
        """Leading axes of the model and the weights together."""
        model = self.generator.block.liouvillian.model
        return np.broadcast_shapes(model.batch_shape, self.generator.weights.shape[:-1])

    @property
    def thin(self) -> bool:
        """Whether sparse algebra serves it."""
        if isinstance(self.method, Sparse):
            return True
        return isinstance(self.method, Auto) and not self.batch and self.generator.block.size > DENSE_UP_TO

    def solve(self, fields: FloatArray) -> TiltedStates:
        """The dominant eigenpair at each field.

        Args:
            fields: s (f, ...), with one axis for each of the batch.

        Returns:
            The states.

        Raises:
            NotConvergedError: if an eigenpair is not found to its tolerance.
        """
        resting = (fields == 0.0).reshape(len(fields), -1).all(axis=-1)
        small = not self.thin and self.generator.block.size <= SPECTRUM_UP_TO
        if small and not resting.any():
            return self._solved(fields, None, small=small)
        rest, told = self._rest
        if rest is None or not resting.any():
            states = self._solved(fields, rest, small=small)
            return states if told else states.without_digits(resting)
        parts = [self._with_gap(rest, small=small)] * int(resting.sum())
        if not resting.all():
            parts.insert(0, self._solved(fields[~resting], rest, small=small))
        order = np.argsort(np.concatenate([np.flatnonzero(~resting), np.flatnonzero(resting)]))
        return joined(parts).taken([int(place) for place in order])

    def _solved(self, fields: FloatArray, rest: TiltedStates | None, *, small: bool) -> TiltedStates:
        if self.thin:
            return by_inverse_iteration(self.generator, fields, rest)
        return by_spectrum(self.generator, fields) if small else by_continuation(self.generator, fields, rest)

    @cached_property
    def _rest(self) -> tuple[TiltedStates | None, bool]:
        """The states at s = 0 by the solvers of the steady state, and whether their derivatives have digits at all."""
        try:
            return at_rest(self.generator, self.method), True
        except NotConvergedError:
            return None, False

    def _with_gap(self, rest: TiltedStates, *, small: bool) -> TiltedStates:
        """The states at s = 0 with the gap, where all eigenvalues are cheap."""
        if not small:
            return rest
        if self.generator.block.size == 1:
            return replace(rest, gap=np.full_like(rest.values, np.inf))
        decay = np.sort(np.linalg.eigvals(self.generator.block.matrix).real, axis=-1)
        return replace(rest, gap=np.broadcast_to(-decay[..., -2], rest.values.shape))

    def gap(self, field: float) -> float:
        """The distance of the two largest real parts in the spectrum of one point.

        Args:
            field: s.

        Returns:
            The gap [1/time], inf where there is one eigenvalue.

        Raises:
            NotConvergedError: if Arnoldi's method does not converge.
        """
        if self.thin:
            return leading_gap(self.generator, field)
        return float(by_spectrum(self.generator, np.array([field])).gap[0])
