"""What a sound study should still be told: assumptions in doubt, truncations that show, and what it amounts to."""

from __future__ import annotations

import numpy as np

from thermokin.operators.gibbs import gibbs_populations
from thermokin.study.model_section import Oscillator
from thermokin.study.protocol_section import ReciprocalSection
from thermokin.study.read import StudyFile
from thermokin.study.times_section import times_of

__all__ = ["remarks", "summary", "truncations"]

VISIBLE = 1e-6  # population of the last level kept from which a truncation shows in the sixth digit


def summary(file: StudyFile) -> str:
    """The study in one line.

    Args:
        file: the study and its pair.

    Returns:
        Model, protocol and times in words.
    """
    study, times = file.study, times_of(file.study.times)
    protocol, temperatures = study.protocol, file.pair.temperatures
    if isinstance(protocol, ReciprocalSection):
        between = f"reciprocal between {protocol.cold:g} and {protocol.hot:g}"
    else:
        partner = float(temperatures["hot"])
        between = f"equidistant from {protocol.target:g}: {protocol.cold:g} and its partner {partner:.6g}"
    levels = file.pair.heating.model.dimension
    return f"{study.model.name} of {levels} levels, {between}, {len(times)} times from {times[0]:g} to {times[-1]:g}"


def remarks(file: StudyFile) -> list[str]:
    """What is in doubt about a study that is sound by its form.

    Args:
        file: the study and its pair.

    Returns:
        One line for each doubt.
    """
    doubts = [
        (quench.name, assumption)
        for quench in (file.pair.heating, file.pair.cooling)
        for assumption in quench.model.validity
        if assumption.in_doubt
    ]
    found = [
        f"the {assumption.name} assumption of {name} is in doubt: {assumption.statement.rstrip(',')} is "
        f"{assumption.smallest:.3g}, below 10 (lower the rate)"
        for name, assumption in doubts
    ]
    return list(dict.fromkeys([*found, *truncations(file)]))


def truncations(file: StudyFile) -> list[str]:
    """Where a truncation shows in the numbers.

    Args:
        file: the study and its pair.

    Returns:
        One line for each.
    """
    model = file.study.model
    if not isinstance(model, Oscillator):
        return []
    hottest = float(file.pair.temperatures["hot"])
    last = float(gibbs_populations(model.frequency * np.arange(model.levels), hottest)[-1])
    if last <= VISIBLE:
        return []
    return [
        f"model.levels: the last of {model.levels} levels holds {last:.2g} of the population at temperature "
        f"{hottest:g}, so the truncation shows (raise model.levels)"
    ]
