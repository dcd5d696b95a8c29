"""Searches for counterexamples: the smallest slack of an inequality over a family, and a proof of what is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin.bounds.theorem import Theorem
from thermokin.design.falsify_certificate import judged
from thermokin.design.falsify_inequality import Inequality, asked
from thermokin.design.falsify_landscape import landscape_of
from thermokin.design.falsify_result import Falsification
from thermokin.design.falsify_search import candidates
from thermokin.design.falsify_systems import System
from thermokin.model.family import Family
from thermokin.numerics.ball_numbers import flint

__all__ = ["falsify"]


def falsify(
    inequality: Inequality | Theorem | str,
    family: Family | Callable[..., System],
    ranges: Mapping[str, tuple[float, float]],
    *,
    current: str | None = None,
    within: bool = False,
    smooth: bool = True,
    samples: int = 1024,
    starts: int = 10,
    evaluations: int = 20_000,
    seed: int = 1,
    tables: Callable[[Mapping[str, float]], Mapping[str, Any]] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Falsification:
    """The smallest slack of an inequality over a family of models, and whether what breaks it is more than rounding.

    Sobol points in bulk, then L-BFGS-B from the best of them, with exact gradients of `tk.response` where the family is
    a `tk.Family` and it knows the outputs, else by differences in bulk. Every end with slack < 0 is evaluated again in
    ball arithmetic, which takes the doubles of the model as the rational numbers that they are: it is proven to break
    the inequality, and comes with a certificate and a study, or it is rejected as rounding.

    Args:
        inequality: one of `tk.design.Inequality`, or a bound of `tk.bounds.catalogue()`, by itself or by name.
        family: a family of models, or a function of named numbers that gives a model at rest, a
            `tk.design.Relaxation` or a junction. It is given arrays of numbers, and single ones if it takes none.
        ranges: smallest and largest value of each number that is searched, "gaps[0]" for one of a row; a range of more
            than a factor of ten is searched by its logarithm.
        current: what a bound of the catalogue is on, in words.
        within: whether points at which a hypothesis of the bound fails are left out.
        smooth: whether the slack is smooth; if not, CMA-ES follows the best points.
        samples: Sobol points.
        starts: how many of the best points are followed.
        evaluations: of models, at most; the last step of a search may take some more.
        seed: of the random numbers, >= 0.
        tables: makes the tables of a study file of the numbers, for functions of one's own.
        progress: is told which fraction of the evaluations is behind.

    Returns:
        The smallest slack, where it is, the candidates with their certificates, and how it was found.

    Raises:
        ArgumentError: if a bound has no current, or a range does not ascend.
        ImportError: if python-flint is not installed, or cma where it is needed.
        TypeError: if an argument is of the wrong type.
        ValueError: if there is no bound of that name, or nothing in the ranges has a slack.

    Cost:
        Some hundred to thousand models; of small ones some milliseconds each candidate in ball arithmetic.

    Reference:
        kalaee2021.

    Example:
        >>> import thermokin as tk
        >>> maser = tk.Family(tk.library.three_level_maser, {"rate_hot": 5e-4, "rate_cold": 0.05, "cold": 1.0})
        >>> ranges = {"drive": (0.0025, 0.25), "hot": (2.0, 300.0)}
        >>> wish = {"current": "heat from hot", "samples": 256, "starts": 2}
        >>> found = tk.design.falsify("bare thermodynamic", maser, ranges, **wish)
        >>> found.verdict
        'counterexample'
    """
    flint()
    for name, number in (("samples", samples), ("starts", starts), ("evaluations", evaluations), ("seed", seed + 1)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise ArgumentError(f"`{name}` must be a whole number, and large enough, got {number!r}.", name)
    meant = asked(inequality, current, within=within)
    landscape = landscape_of(meant, family, ranges)
    landscape.spent.told = lambda spent: progress(min(spent / evaluations, 1.0)) if progress is not None else None
    found = candidates(landscape, samples=samples, starts=starts, evaluations=evaluations, seed=seed, smooth=smooth)
    if not found:
        raise ValueError(f"no point of `ranges` has a slack of {meant.name!r}: the family refused all of them.")
    broken = tuple(judged(landscape, point, slack, tables) for point, slack in found if slack < 0.0)
    first = next((one for one in broken if one.verdict == "counterexample"), None)
    point, slack = found[0]
    numbers = dict(zip(landscape.names, landscape.numbers(point).tolist(), strict=True))
    return Falsification(
        meant.name,
        landscape.names,
        slack if first is None else first.slack,
        numbers if first is None else first.numbers,
        broken,
        landscape.spent.evaluations,
        ("exact" if landscape.exact else "differences") if smooth else "none",
        np.array(landscape.spent.history, dtype=np.float64).reshape(-1, 2),
    )
