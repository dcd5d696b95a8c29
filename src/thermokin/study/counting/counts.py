"""Everything that a counting study asks for, calculated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.counting import Counting
from thermokin.counting.covariance import Covariance
from thermokin.counting.cumulant_generating_function import (
    CumulantGeneratingFunction,
    cumulant_generating_function,
)
from thermokin.counting.cumulants import Cumulants
from thermokin.counting.distribution import Distribution, distribution
from thermokin.counting.integrated_cumulants import integrated_cumulants
from thermokin.counting.noise_spectrum import NoiseSpectrum
from thermokin.model.current import Current, entropy_flow
from thermokin.model.model import Model
from thermokin.motion.initial import Gibbs, Initial
from thermokin.motion.steady_state import SteadyState
from thermokin.solvers.method import Auto, Dense, Krylov, Method, Sparse
from thermokin.study.counting.current_words import current_of
from thermokin.study.counting.model_section import Truncated
from thermokin.study.counting.study import CountingStudy
from thermokin.study.grid_section import grid_of

if TYPE_CHECKING:
    from thermokin.study.kind import Tell

__all__ = ["METHODS", "Counts", "Exchange", "counts_of"]

METHODS: Mapping[str, Method] = MappingProxyType(
    {"auto": Auto(), "dense": Dense(), "sparse": Sparse(), "krylov": Krylov()}
)
AGREED = 3  # cumulants of a distribution that are held against those of the moment hierarchy


@dataclass(frozen=True, eq=False)
class Exchange:
    """The distribution of an amount, and its cumulants by another route.

    Args:
        distribution: at each time.
        cumulants: (t, 3) of the amount exchanged, by the hierarchy of its moments.
    """

    distribution: Distribution
    cumulants: FloatArray


@dataclass(frozen=True, eq=False)
class Counts:
    """The numbers of a counting study.

    Args:
        study: the study.
        model: its model.
        counting: the prepared generator.
        cumulants: per time, by the words of each current.
        covariance: per time, of all currents.
        entropy_production: per time [nats/time]; infinite if heat flows into a bath at temperature 0.
        spectra: noise against frequency, by words.
        exchanges: distributions, by words.
        generating: scaled cumulant generating functions, by words.
        coarser: cumulants with one level less, by words; empty where nothing is truncated.
    """

    study: CountingStudy
    model: Model
    counting: Counting
    cumulants: Mapping[str, Cumulants]
    covariance: Covariance
    entropy_production: float
    spectra: Mapping[str, NoiseSpectrum]
    exchanges: Mapping[str, Exchange]
    generating: Mapping[str, CumulantGeneratingFunction]
    coarser: Mapping[str, FloatArray]

    @property
    def steady_state(self) -> SteadyState:
        """The state in which everything is counted."""
        return self.counting.steady_state


def counts_of(study: CountingStudy, model: Model, truncated: Callable[[], Model] | None, tell: Tell) -> Counts:
    """Calculate all that a study asks for.

    Args:
        study: the study.
        model: its model.
        truncated: makes the model with one level less; None where nothing is truncated.
        tell: is told what is being done and which fraction is behind.

    Returns:
        The numbers.

    Raises:
        DegenerateSteadyStateError: if the model keeps more than one steady state.
        NotConvergedError: if an iteration stalls.
        ValueError: if a current cannot be counted in the way that is asked for.
    """
    method = METHODS[study.counting.method]
    currents = {words: current_of(model, words) for words in study.counting.currents}
    tell("steady state", 0.0)
    counting = Counting(model, method=method)
    tell("cumulants", 0.2)
    cumulants = {words: counting.cumulants(current, order=study.counting.order) for words, current in currents.items()}
    covariance = counting.covariance(tuple(currents.values()))
    coarser = {} if truncated is None else _coarser(study, truncated(), method)
    tell("spectrum", 0.4)
    spectra = {}
    if study.spectrum is not None:
        grid = grid_of(study.spectrum)
        spectra = {words: counting.spectrum(currents[words], grid) for words in study.chosen(study.spectrum)}
    tell("distribution", 0.5)
    exchanges = _exchanges(study, model, currents, counting.steady_state)
    tell("rate function", 0.8)
    generating = {}
    if study.rate_function is not None:
        fields = grid_of(study.rate_function)
        for words in study.chosen(study.rate_function):
            generating[words] = cumulant_generating_function(model, currents[words], fields, method=method)
    production = _entropy_production(model, counting)
    return Counts(study, model, counting, cumulants, covariance, production, spectra, exchanges, generating, coarser)


def truncated_study(study: CountingStudy) -> CountingStudy | None:
    """The study with one level less, where its model is truncated.

    Args:
        study: the study.

    Returns:
        It, or None.
    """
    model = study.model
    if not isinstance(model, Truncated) or model.levels < 3:
        return None
    return study.model_copy(update={"model": model.model_copy(update={"levels": model.levels - 1})})


def _coarser(study: CountingStudy, model: Model, method: Method) -> dict[str, FloatArray]:
    counting = Counting(model, method=method)
    return {
        words: counting.cumulants(current_of(model, words), order=study.counting.order).values
        for words in study.counting.currents
    }


def _exchanges(
    study: CountingStudy, model: Model, currents: Mapping[str, Current], rest: SteadyState
) -> dict[str, Exchange]:
    table = study.distribution
    if table is None:
        return {}
    heated = table.initial_temperature
    start: Initial = rest.state if heated is None else Gibbs(heated)
    times = np.array(table.times)
    found = {}
    for words in study.chosen(table):
        made = distribution(model, currents[words], start, times, width=table.width)
        found[words] = Exchange(made, integrated_cumulants(model, currents[words], start, times, order=AGREED).values)
    return found


def _entropy_production(model: Model, counting: Counting) -> float:
    """At rest all entropy that is produced flows into the baths."""
    flow = entropy_flow(model)
    if not np.isfinite(flow.weights).all():
        return float("inf")
    return float(counting.cumulants(flow, order=1).mean)
