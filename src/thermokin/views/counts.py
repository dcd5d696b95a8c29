"""Everything that is counted of a system, put together for what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thermokin._typing import FloatArray
from thermokin.counting.counting import Counting
from thermokin.counting.covariance import Covariance
from thermokin.counting.cumulant_generating_function import CumulantGeneratingFunction
from thermokin.counting.cumulants import Cumulants
from thermokin.counting.distribution import Distribution
from thermokin.counting.noise_spectrum import NoiseSpectrum
from thermokin.model.model import Model
from thermokin.motion.steady_state import SteadyState

__all__ = ["AtRest", "Counts", "Exchange"]


@dataclass(frozen=True, eq=False)
class AtRest:
    """What is counted at rest.

    Args:
        counting: the prepared generator.
        cumulants: per time, by the words of each current.
        covariance: per time, of all currents.
        entropy_production: per time [nats/time]; infinite if heat flows into a bath at temperature 0.
        coarser: cumulants with one level less, by words; empty where nothing is truncated.
    """

    counting: Counting
    cumulants: Mapping[str, Cumulants]
    covariance: Covariance
    entropy_production: float
    coarser: Mapping[str, FloatArray]


@dataclass(frozen=True, eq=False)
class Exchange:
    """The distribution of an amount, and its cumulants by another route.

    Args:
        distribution: at each time.
        cumulants: (t, 3) of the amount exchanged, by the hierarchy of its moments.
        binned: whether probabilities are those of bins.
    """

    distribution: Distribution
    cumulants: FloatArray
    binned: bool


@dataclass(frozen=True, eq=False)
class Counts(AtRest):
    """The answers of all questions about currents.

    Args:
        spectra: noise against frequency, by words.
        exchanges: distributions, by words.
        generating: scaled cumulant generating functions, by words.
        drawn: whether there are figures.
    """

    spectra: Mapping[str, NoiseSpectrum]
    exchanges: Mapping[str, Exchange]
    generating: Mapping[str, CumulantGeneratingFunction]
    drawn: bool

    @classmethod
    def of(cls, answers: Mapping[str, Any], drawn: bool) -> Counts:  # noqa: FBT001 - a key of the report
        """Put the answers together."""
        spectra, exchanges, generating = (
            answers.get(name, {}) for name in ("spectrum", "distribution", "rate_function")
        )
        return cls(
            **vars(answers["counting"]), spectra=spectra, exchanges=exchanges, generating=generating, drawn=drawn
        )

    @property
    def model(self) -> Model:
        """The model."""
        return self.counting.model

    @property
    def order(self) -> int:
        """The largest cumulant."""
        return int(next(iter(self.cumulants.values())).values.shape[-1])

    @property
    def steady_state(self) -> SteadyState:
        """The state in which everything is counted."""
        return self.counting.steady_state
