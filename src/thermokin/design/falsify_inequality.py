"""Inequalities that a search tries to break: of the catalogue by name, or written down by the user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.bounds.asked import of_name
from thermokin.bounds.catalogue import catalogue, evaluate
from thermokin.bounds.certified_bounds import CERTIFIABLE, BallCase
from thermokin.bounds.coherent_transport import CHIRAL
from thermokin.bounds.rest_case import RestCase
from thermokin.bounds.theorem import Theorem
from thermokin.counting.ball_counts import BallCounts
from thermokin.counting.counting import cumulants
from thermokin.design.falsify_balls import ball_system
from thermokin.design.falsify_functions import sinh, thermo_kinetic_information
from thermokin.design.falsify_systems import Relaxation, System, numbers, word_of
from thermokin.liouville.ball_generator import ball_generators
from thermokin.model.current_words import current_of
from thermokin.model.model import Model
from thermokin.numerics.ball_numbers import Ball, flint

__all__ = ["Inequality", "OfTheorem", "asked"]

ANSWERED = frozenset({"mean", "noise", "covariance", "production", "gap"})
"""Outputs whose exact derivatives `tk.response` has."""


@dataclass(frozen=True, eq=False)
class Inequality:
    """The claim slack >= 0. It is a function of outputs, written with + - * / ** abs and `tk.design.functions` alone.

    Args:
        name: what it is called.
        outputs: words by the names that the function uses: a current as "heat from hot" for its mean, "noise of ...",
            "covariance of ... and ...", "entropy production", "gap"; at rest also "response of ... to hot", the change
            of a mean with the logarithm of the rates of all jumps of a bath, or to "all jumps", and "pair entropy
            production of hot", (a - a~) ln(a/a~) summed over its pairs of jumps. Of a relaxation means and noises are
            of what was exchanged since time 0.
        slack: makes the slack of a mapping of names to numbers: arrays of doubles, or balls.
        where: says of the same numbers whether the claim is made there, with comparisons joined by &; None for
            everywhere.

    Example:
        >>> import thermokin as tk
        >>> words = {"J": "heat from hot", "D": "noise of heat from hot", "sigma": "entropy production"}
        >>> relation = tk.design.Inequality("TUR", words, lambda q: q["D"] * q["sigma"] / (2.0 * q["J"] ** 2) - 1.0)
        >>> relation.name
        'TUR'
    """

    name: str
    outputs: Mapping[str, str]
    slack: Callable[[Mapping[str, Any]], Any]
    where: Callable[[Mapping[str, Any]], Any] | None = None

    @property
    def answered(self) -> bool:
        """Whether `tk.response` knows the derivatives of all outputs."""
        return all(word_of(words).kind in ANSWERED for words in self.outputs.values())

    def of(self, system: System) -> FloatArray:
        """The slack in doubles.

        Args:
            system: with leading axes or without.

        Returns:
            (...), NaN where it is not known.
        """
        found = {name: numbers(system, words) for name, words in self.outputs.items()}
        with np.errstate(all="ignore"):
            return self.claimed(found)

    def claimed(self, found: Mapping[str, Any]) -> FloatArray:
        """The slack of numbers in doubles (...), NaN where it is not claimed."""
        slack = np.asarray(self.slack(found), dtype=np.float64)
        return slack if self.where is None else np.where(self.where(found), slack, np.nan)

    def in_balls(self, system: System) -> Callable[[], Ball]:
        """What makes the slack in balls.

        Args:
            system: of one point.

        Returns:
            The function; it works at the precision that is set when it is called.

        Raises:
            ArgumentError: if the system is not had in ball arithmetic.
        """
        prepared = ball_system(system)

        def found() -> Ball:
            fresh = prepared.fresh()
            balls = {name: fresh.number(words) for name, words in self.outputs.items()}
            # Where it is not proven that the claim is made, nothing is.
            unclaimed = self.where is not None and not self.where(balls)
            return flint().arb.nan() if unclaimed else self.slack(balls)

        return found


@dataclass(frozen=True, eq=False)
class OfTheorem:
    """A bound of the catalogue as the claim (value - limit) / value >= 0.

    Args:
        theorem: the bound.
        current: in words.
        within: whether it is claimed where its hypotheses hold alone.
    """

    theorem: Theorem
    current: str
    within: bool

    answered = False

    @property
    def name(self) -> str:
        """What the catalogue calls it."""
        return self.theorem.name

    @property
    def outputs(self) -> Mapping[str, str]:
        """The current."""
        return {"current": self.current}

    def of(self, system: System) -> FloatArray:
        """The slack in doubles (...), NaN where it is not known or not claimed."""
        bound = self._bound(system)
        if bound is None:
            return np.full((), np.nan)
        with np.errstate(all="ignore"):
            slack = np.asarray(bound.slack / np.abs(bound.value))
        if self.within:
            slack = np.where(bound.applies, slack, np.nan)
        return slack[..., 0] if isinstance(system, Relaxation) else slack

    def covered(self, system: System) -> bool:
        """Whether the numerical error that the bound itself knows of covers what it is broken by."""
        bound = self._bound(system)
        return bound is not None and bool(np.all(bound.holds))

    def _bound(self, system: System) -> Any:
        """The bound; None where it says nothing."""
        if isinstance(system, Relaxation):
            times = np.asarray(system.time, dtype=np.float64)[..., None]
            current = current_of(system.model, self.current)
            given: tuple[Any, ...] = (system.model, current, system.initial, times)
        else:
            given = (system, current_of(system, self.current))  # type: ignore[arg-type]
        found: Any = evaluate(*given, theorems=[self.theorem], outside=True)
        return next(iter(found), None)

    def in_balls(self, system: System) -> Callable[[], Ball]:
        """What makes the slack in balls, as `Inequality.in_balls`."""
        if not isinstance(system, Model) or self.name not in CERTIFIABLE:
            raise ArgumentError(f"the bound {self.name!r} is not had in ball arithmetic here.", "inequality")
        (generator,) = ball_generators(system)
        current = current_of(system, self.current)
        case = RestCase(cumulants(system, current))

        def found() -> Ball:
            counts = BallCounts(type(generator)(**_fields(generator)))
            balls = BallCase(current, case.jumps, case.taking_part, counts, 0)
            return CERTIFIABLE[self.name](balls) / balls.noise

        return found


def _fields(generator: Any) -> dict[str, Any]:
    return {name: getattr(generator, name) for name in ("hamiltonian", "table", "rows", "columns", "group")}


def _flow(share: float) -> Callable[[Mapping[str, Any]], Any]:
    return lambda q: q["D"] / abs(q["J"]) * sinh(q["sigma"] / (2.0 * share * abs(q["J"]))) - 1.0


SLACKS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "bare thermodynamic": lambda q: q["D"] * q["sigma"] / (2.0 * q["J"] ** 2) - 1.0,
    "bare thermo-kinetic": lambda q: q["D"] * thermo_kinetic_information(q["sigma"], q["A"]) / q["J"] ** 2 - 1.0,
    "bare kinetic": lambda q: q["D"] * q["A"] / q["J"] ** 2 - 1.0,
    "coherent fermions": _flow(1.0),
    "coherent fermions, any symmetry": _flow(CHIRAL),
}
"""Bounds of the catalogue that are functions of mean J, noise D, entropy production and activity A."""
NEEDS: Mapping[str, tuple[str, ...]] = {"bare kinetic": ("A",), "bare thermo-kinetic": ("sigma", "A")}


def asked(inequality: object, current: str | None, *, within: bool) -> Inequality | OfTheorem:
    """The inequality that is meant.

    Args:
        inequality: one, a bound of the catalogue, or the name of one.
        current: of a bound of the catalogue, in words.
        within: whether points at which a hypothesis fails are left out.

    Returns:
        The inequality.

    Raises:
        TypeError: if it is none.
        ArgumentError: if a bound has no current, or an inequality of one's own has one.
        ValueError: if there is no bound of that name.
    """
    if isinstance(inequality, Inequality):
        if current is not None or within:
            raise ArgumentError("`current` and `within` are for bounds of the catalogue; leave them out.", "current")
        return inequality
    if not isinstance(inequality, str | Theorem):
        raise TypeError(
            "`inequality` must be a tk.design.Inequality, or the name of a bound of tk.bounds.catalogue(), "
            f"got {inequality!r}."
        )
    theorem = of_name(inequality, catalogue())
    if current is None:
        raise ArgumentError(f'`current` must say what the bound {theorem.name!r} is on, as "heat from hot".', "current")
    if within or theorem.name not in SLACKS:
        return OfTheorem(theorem, current, within)
    words = {"J": current, "D": f"noise of {current}"}
    more = {"sigma": "entropy production", "A": "activity"}
    words |= {name: more[name] for name in NEEDS.get(theorem.name, ("sigma",))}
    return Inequality(theorem.name, words, SLACKS[theorem.name])
