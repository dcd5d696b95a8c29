"""The comparison of a heating and a cooling quench: everything in one object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._threads import at_once, both_at_once, few_threads
from thermokin._typing import FloatArray
from thermokin.motion.time_grid import checked_times
from thermokin.operators.distance import Distance
from thermokin.quench.branch import DISTANCES, Branch, branch
from thermokin.quench.crossings import Quantity, crossing_time
from thermokin.quench.protocol import Quench, QuenchPair
from thermokin.quench.spectral_account import SpectralAccount
from thermokin.quench.verdicts import Verdict, verdicts

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, eq=False)
class Comparison(Result):
    """Heating against cooling. Everything is made on first use.

    Args:
        pair: the two quenches.
        heating: the heating branch.
        cooling: the cooling branch.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"gap": 1.0, "rate": 0.01})
        >>> found = tk.compare(tk.reciprocal(qubit, cold=0.5, hot=2.0), np.linspace(0.0, 300.0, 31))
        >>> time = found.crossing(lambda side: side.ledger.entropy_production_rate)
        >>> round(float(time), 4)  # until then heating produces more
        15.8017
    """

    pair: QuenchPair
    heating: Branch
    cooling: Branch

    @property
    def times(self) -> FloatArray:
        """(..., t) [time]."""
        return self.heating.times

    @cached_property
    def spectral(self) -> SpectralAccount:
        """Gaps, overlaps and the mode that carries the asymmetry."""
        return SpectralAccount(self.heating, self.cooling)

    def crossing(self, quantity: Quantity, *, error: Quantity | None = None) -> FloatArray:
        """When a quantity of the two quenches crosses, within the times given.

        Args:
            quantity: reads a number over time (..., t) from a branch.
            error: reads what rounding may make of it, such as `side.ledger.entropy_production_error`; a lead within the
                errors of both is none. If None the number is taken to have 12 digits.

        Returns:
            (...) [time]; nan where it does not cross.
        """
        with self._few_threads:
            return crossing_time(self.heating, self.cooling, quantity, error, self._early)

    @cached_property
    def _early(self) -> tuple[Branch | None, Branch | None]:
        return self.heating.early(), self.cooling.early()

    @cached_property
    def crossings(self) -> dict[str, FloatArray]:
        """First crossing (...) of the rates, the accumulated entropy production, the completion and each distance.

        Distances are compared as the fraction that is left. nan where a quantity does not cross.
        """
        searches: dict[str, Callable[[], FloatArray]] = {
            "entropy production rate": partial(
                self.crossing, lambda side: side.ledger.entropy_production_rate, error=lambda side: side.rate_error
            ),
            "entropy production": partial(
                self.crossing,
                lambda side: side.ledger.entropy_production,
                error=lambda side: side.ledger.entropy_production_error,
            ),
            "completion": partial(self.crossing, lambda side: side.kinematics.completion),
        }
        searches |= {
            measure.name: partial(self.crossing, _remaining(measure), error=_remaining_error(measure))
            for measure in self.heating.measures
        }
        with self._few_threads:
            both_at_once(_prepared, self.heating, self.cooling)
            _ = self._early
        found = at_once(list(searches.values()), self.heating.numbers)
        return dict(zip(searches, found, strict=True))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Which statements about heating and cooling hold here, each with its two numbers."""
        with self._few_threads:
            return verdicts(self.heating, self.cooling, self.crossings["entropy production rate"])

    @property
    def _few_threads(self) -> AbstractContextManager[None]:
        return few_threads(self.heating.evolution.model.dimension)

    def verdict(self, name: str) -> Verdict:
        """The verdict of that name.

        Args:
            name: a verdict's name.

        Returns:
            The verdict.

        Raises:
            ValueError: if there is none of that name.
        """
        for verdict in self.verdicts:
            if verdict.name == name:
                return verdict
        raise ValueError(f"`name` must be one of {', '.join(repr(v.name) for v in self.verdicts)}, got {name!r}.")


def _prepared(side: Branch) -> None:
    """Make what the searches share, so that no two of them make it at once."""
    _ = side.ledger, side.kinematics, side.distances


def _remaining(measure: Distance) -> Quantity:
    return lambda side: side.remaining(measure)


def _remaining_error(measure: Distance) -> Quantity:
    return lambda side: side.remaining_error(measure)


def compare(pair: QuenchPair, times: ArrayLike, *, distances: Sequence[Distance] = DISTANCES) -> Comparison:
    """Heating against cooling over time.

    Args:
        pair: the two quenches, from `reciprocal`, `equidistant` or one's own.
        times: (..., t) strictly ascending, >= 0 [time].
        distances: the distances to follow.

    Returns:
        The comparison.

    Raises:
        ValueError: if the times or an initial state are not valid.
        TypeError: if they are of the wrong type.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"gap": 1.0, "rate": 0.01})
        >>> found = tk.compare(tk.reciprocal(qubit, cold=0.5, hot=2.0), [0.0, 50.0])
        >>> sides = found.heating, found.cooling
        >>> [round(float(side.distance(tk.distances.Trace())[-1]), 6) for side in sides]  # heating is faster
        [0.033541, 0.133988]
    """
    grid, sides = checked_times(times), (pair.heating, pair.cooling)
    heating, cooling = at_once(
        [partial(branch, side, grid, distances) for side in sides], min(_swept_numbers(side, grid) for side in sides)
    )
    return Comparison(pair, heating, cooling)


def _swept_numbers(quench: Quench, times: FloatArray) -> int:
    """Populations over time of a sweep; 0 of a single system, whose preparation may need all memory there is."""
    model = quench.model
    lead = np.broadcast_shapes(model.energies.shape[:-1], *(bath.temperature.shape for bath in model.baths))
    return prod(lead) * model.dimension * times.shape[-1] if lead else 0


def leading_shape(comparison: Comparison) -> tuple[int, ...]:
    """Leading axes of a comparison's numbers."""
    sides = (comparison.heating, comparison.cooling)
    return np.broadcast_shapes(*(side.evolution.populations.shape[:-2] for side in sides))
