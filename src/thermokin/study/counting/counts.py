"""Everything that is counted of a system, put together for what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thermokin.counting.cumulant_generating_function import CumulantGeneratingFunction
from thermokin.counting.noise_spectrum import NoiseSpectrum
from thermokin.model.model import Model
from thermokin.motion.steady_state import SteadyState
from thermokin.study.questions.counting import Counted
from thermokin.study.questions.distribution import Exchange

__all__ = ["Counts", "Exchange"]


@dataclass(frozen=True, eq=False)
class Counts(Counted):
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
