"""The numbers of a family of models from click records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from thermokin._errors import ArgumentError
from thermokin._threads import one_thread
from thermokin.inference.clicks import Clicks
from thermokin.inference.detector import Detector, detectors_of
from thermokin.inference.family_likelihood import FamilyLikelihood
from thermokin.inference.fit import Fit, fitted
from thermokin.inference.observed_generator import Seen
from thermokin.linear_response.family_parameters import family_of, listed_parameters, value_of
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.operators.as_numbers import shown

__all__ = ["infer"]


def infer(
    clicks: Clicks,
    family: Family | Callable[..., Model],
    at: Mapping[str, Any],
    parameters: Sequence[str],
    *,
    channels: Seen | None = None,
    detector: Detector | Mapping[str, Detector] | None = None,
    initial: Initial | None = None,
    confidence: float = 0.95,
    starts: int = 1,
    seed: int = 1,
) -> Fit:
    """The numbers of a family of models that make click records most likely, with their intervals.

    The likelihood is exact: the state is followed through the record by the generator without the clicks that did not
    come, whatever is not watched is averaged over, and what a detector misses and adds is part of the model. Its
    derivatives are exact as well, so that the largest value is found to a small part of the standard errors.

    A search climbs to the nearest maximum. Where the density of waits has nodes, as of an atom that a strong drive
    turns, ln p has one between any two numbers at which some wait falls on a node: let it begin at several places by
    `starts`, and look at `goodness`. They fill the ranges of the numbers; of one whose range has no end, a tenth to ten
    times where the search begins. `fit.starts` tells what each reached, `fit.at_end` which numbers lie at the end of
    their range.

    A run that begins without a click begins in the steady state of the model unless `initial` says otherwise; one that
    begins with a click begins in what that click leaves of the steady state.

    Args:
        clicks: the records.
        family: from numbers to a model, or a function that makes one.
        at: the numbers that are known, and where the search begins for those that are sought; names left out take their
            defaults.
        parameters: those that are sought.
        channels: for each detector the jumps at which it clicks: positions in `model.channels`, the name of a bath, or
            a current that counts them; None where the detectors are called like baths or positions.
        detector: what detectors miss and add, one for all or by name; None for ideal ones.
        initial: the state in which runs began, as in `evolve`, in the user's basis; None for the steady state.
        confidence: of the intervals, in (0, 1).
        starts: at how many places a search begins: `at`, the most likely of eight times as many others, and as many
            that are not; the largest maximum is returned.
        seed: of the other places, >= 0.

    Returns:
        The fit: values, standard errors by the observed Fisher information, profile intervals, and tests of the model.

    Raises:
        ArgumentError: if an argument is out of its range, a detector clicked where no jump is, or while it was dead,
            or the model at the start rules the records out.
        NotConvergedError: if the records do not settle the numbers.
        TypeError: if an argument is of the wrong type.

    Cost:
        Some ten to fifty times one likelihood with derivatives, which takes 2 to 10 microseconds a click of a two-level
        system, and the models that derivatives ask for; for each of the `starts`.

    Reference:
        gammelmark2014; radaelli2024.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> atom = tk.Family(lambda drive, decay=1.0: tk.Model(
        ...     [[0, drive / 2], [drive / 2, 0]], [tk.Channel([[0, np.sqrt(decay)], [0, 0]], None)]))
        >>> runs = tk.unravel(atom.at({"drive": 0.7}), tk.Ket([1, 0]), [0.0, 2000.0], trajectories=1, seed=1)
        >>> clicks = tk.inference.Clicks.of_trajectories(runs, {"photon": 0})
        >>> fit = tk.infer(clicks, atom, {"drive": 1.0}, ["drive"], channels={"photon": 0}, initial=tk.Ket([1, 0]))
        >>> bool(abs(fit["drive"] - 0.7) < 3 * fit.errors[0])
        True
    """
    if not isinstance(clicks, Clicks):
        raise TypeError(f"`clicks` must be Clicks, as tk.inference.read_clicks(...) gives, got {shown(clicks)}.")
    if not isinstance(confidence, float) or not 0.0 < confidence < 1.0:
        raise ArgumentError(f"`confidence` must be between 0 and 1, got {shown(confidence)}.", "confidence")
    for name, number, least in (("starts", starts, 1), ("seed", seed, 0)):
        if isinstance(number, bool) or not isinstance(number, int) or number < least:
            raise ArgumentError(f"`{name}` must be a whole number >= {least}, got {shown(number)}.", name)
    made = family_of(family)
    places = listed_parameters(made, at, parameters)
    for place in places:
        value = value_of(place.name, made.parameters[place.name], at)
        if value.ndim > (place.index is not None):
            raise ArgumentError(f"`at[{place.name!r}]` must be one number, from which the search begins.", "at")
    problem = FamilyLikelihood(clicks, made, dict(at), places, channels, detectors_of(detector, clicks.names), initial)
    with one_thread():
        _require_possible(problem)
        return fitted(problem, confidence, starts, seed)


def _require_possible(problem: FamilyLikelihood) -> None:
    """Refuse a start at which the records cannot be, which says more than a search that goes nowhere."""
    found = problem.at(problem.start)
    if not found.impossible.size:
        return
    clicks, step = problem.clicks, int(found.impossible[0])
    event = int(found.line.event[step])
    if event >= 0:
        number = int(found.line.click[step])
        what = f"{clicks.names[event]!r} cannot click as it did at {clicks.times[number]:.9g} (click {number})"
    else:
        what = f"the wait of {found.line.duration[step]:.9g} in run {int(found.line.run[step])} cannot be so long"
    raise ArgumentError(
        f"`at` makes a model by which {what}. Begin elsewhere, or say by `detector` that there are dark counts.", "at"
    )
