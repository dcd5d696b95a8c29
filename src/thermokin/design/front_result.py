"""Machines of which none is better in all respects, with what a classical one could do in their place."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import BoolArray, FloatArray
from thermokin.design.front_quantities import Quantity, evaluated, quantity_of
from thermokin.design.front_ranges import Ranges
from thermokin.design.front_study import study_of
from thermokin.model.family import Family
from thermokin.model.model import Model

__all__ = ["Front"]

CLASSICAL = 2.0  # least product of a noise and an entropy production over a squared current, in classical processes
NOISE_OF = "noise of "
PRODUCTION = "entropy production"


@dataclass(frozen=True, eq=False)
class Front(Result):
    """Machines of which none is better in all objectives, found by search and moved until their gradients balance.

    Args:
        family: of models.
        ranges: the numbers that were chosen, and from where.
        quantities: the objectives (o,).
        directions: "max" or "min" of each (o,).
        cube: the points, as places between both ends of each range (k, p), by the first objective.
        values: the objectives (k, o).
        residual: how far the exact gradients are from balance at each point (k,); NaN where they are not known.
        reasons: why they are not known, empty where they are (k,).
        cloud: objectives of all points of the search that none was better than (m, o).
        volumes: volume that the best points dominated after each generation (g,), in units of the first sample's.
        evaluations: how many points were calculated.
        failures: how often each reason kept one from being calculated.
        initial: says which steady state is meant.
        tables: makes the tables of a study of a machine's numbers; None for functions of the library.

    Example:
        >>> import thermokin as tk
        >>> fridge = tk.Family(tk.library.three_level_refrigerator, {"work": 6.0, "hot": 1.5, "cold": 1.0})
        >>> wishes = {"heat from cold": "max", "coefficient of performance": "max"}
        >>> few = {"points": 2, "samples": 32, "population": 8, "generations": 1}
        >>> found = tk.design.front(fridge, {"gap_cold": (0.1, 3.0)}, wishes, **few)
        >>> bool((found.of("coefficient of performance") < (1.0 / 1.5 - 1.0 / 6.0) / (1.0 - 1.0 / 1.5)).all())  # Carnot
        True
    """

    family: Family
    ranges: Ranges
    quantities: tuple[Quantity, ...]
    directions: tuple[str, ...]
    cube: FloatArray
    values: FloatArray
    residual: FloatArray
    reasons: tuple[str, ...]
    cloud: FloatArray
    volumes: FloatArray
    evaluations: int
    failures: Mapping[str, int]
    initial: Any = None
    tables: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None

    @property
    def objectives(self) -> tuple[str, ...]:
        """Their words (o,)."""
        return tuple(one.words for one in self.quantities)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the numbers that were chosen (p,)."""
        return self.ranges.names

    @property
    def numbers(self) -> FloatArray:
        """The numbers that were chosen (k, p)."""
        return self.ranges.numbers(self.cube)

    def __len__(self) -> int:
        """How many machines there are."""
        return len(self.cube)

    def of(self, name: str) -> FloatArray:
        """One of the objectives or of the numbers, at all points.

        Args:
            name: its words.

        Returns:
            (k,).

        Raises:
            ValueError: if there is none of that name.
        """
        for names, columns in ((self.objectives, self.values), (self.parameters, self.numbers)):
            if name in names:
                return np.asarray(columns[:, names.index(name)])
        raise ValueError(f"`name` must be one of {', '.join((*self.objectives, *self.parameters))}, got {name!r}.")

    def given(self, point: int) -> dict[str, Any]:
        """The numbers of one machine by name, as the family takes them."""
        return self.ranges.given(self.cube[point])

    def model(self, point: int) -> Model:
        """One of the machines."""
        return self.family.at(self.given(point))

    def study(self, point: int) -> str:
        """A study file of one machine, which reproduces its numbers.

        Args:
            point: which.

        Returns:
            The text of a TOML file.

        Raises:
            TypeError: if the family is not of a function of the library, or an objective is no word of studies.
        """
        return study_of(self.family, self.given(point), self.quantities, self.tables)

    @property
    def steadied(self) -> str:
        """The current whose uncertainty is judged: the first whose noise is an objective, else the useful one."""
        words = [factor.words for one in self.quantities for factor in one.factors if factor.wanted is not None]
        noisy = [one.removeprefix(NOISE_OF) for one in words if one.startswith(NOISE_OF)]
        return noisy[0] if noisy else "useful current"

    @cached_property
    def _judged(self) -> FloatArray:
        """Mean and noise of that current, and entropy production (k, 3); NaN without baths."""
        words = (self.steadied, f"noise of {self.steadied}", PRODUCTION)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the search has judged these models
            model = self.family.at(self.ranges.given(self.cube))
            if not model.baths:
                return np.full((len(self), 3), np.nan)
            return evaluated(model, tuple(quantity_of(one, {}) for one in words), self.initial)[0]

    @property
    def uncertainty_product(self) -> FloatArray:
        """Noise of that current times entropy production over its square (k,); NaN without baths.

        Reference:
            barato2015.
        """
        mean, noise, production = self._judged.T
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(noise * production / mean**2)

    @property
    def below(self) -> BoolArray:
        """Which machines are steadier than a classical jump process of their entropy production can be (k,)."""
        return self.uncertainty_product < CLASSICAL * (1.0 - 1e-9)

    @property
    def classical(self) -> FloatArray:
        """The best of each objective that a classical jump process allows beside the rest of a point (k, o).

        Of a noise 2 J^2 / sigma, of the entropy production 2 J^2 / D, of the current itself sqrt(D sigma / 2), of the
        product D sigma / J^2 two, all of the current J that `steadied` names with its noise D; NaN for what the
        uncertainty relation says nothing of.

        Reference:
            barato2015.
        """
        mean, noise, production = self._judged.T
        with np.errstate(divide="ignore", invalid="ignore"):
            known = {
                f"noise of {self.steadied}": CLASSICAL * mean**2 / production,
                PRODUCTION: CLASSICAL * mean**2 / noise,
                self.steadied: np.sqrt(noise * production / CLASSICAL),
            }
        if self.steadied == "useful current":
            known["uncertainty product"] = np.where(np.isfinite(mean), CLASSICAL, np.nan)
        nothing = np.full(len(self), np.nan)
        return np.stack([known.get(words, nothing) for words in self.objectives], axis=-1)
