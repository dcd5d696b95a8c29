"""What a search for a counterexample found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.design.falsify_systems import System
from thermokin.numerics.ball_certificate import Certificate

__all__ = ["Candidate", "Falsification"]

COUNTEREXAMPLE, ROUNDING, WITHIN = "counterexample", "rounding", "within its error"
OPEN, NONE = "not certified", "none found"


@dataclass(frozen=True, eq=False)
class Candidate:
    """A point at which doubles say that the inequality is broken.

    Args:
        numbers: by name.
        slack: in doubles.
        verdict: "counterexample" if ball arithmetic proves slack < 0; "rounding" if it proves slack > 0 or cannot tell
            it from 0; "within its error" if it has no formula here and the numerical error that the bound itself knows
            of is larger; "not certified" if it is not.
        reason: why it is not certified; "" elsewhere.
        certificate: an enclosure of the slack, where there is one.
        study: the text of a study file of this system; "" where none can be written.
        system: the model, relaxation or junction.
    """

    numbers: Mapping[str, float]
    slack: float
    verdict: str
    reason: str
    certificate: Certificate | None
    study: str
    system: System


@dataclass(frozen=True, eq=False)
class Falsification(Result):
    """What a search for the smallest slack found.

    Args:
        inequality: its name.
        names: of the numbers that were searched.
        slack: the smallest, of a proven counterexample if there is one.
        numbers: where, by name.
        candidates: all distinct ends of the search with slack < 0, smallest first.
        evaluations: models that were evaluated.
        gradients: "exact", "differences" or "none".
        history: evaluations and smallest slack so far, where it fell (h, 2).
    """

    inequality: str
    names: tuple[str, ...]
    slack: float
    numbers: Mapping[str, float]
    candidates: tuple[Candidate, ...]
    evaluations: int
    gradients: str
    history: FloatArray

    @property
    def counterexample(self) -> Candidate | None:
        """The proven one of smallest slack; None without one."""
        return next((one for one in self.candidates if one.verdict == COUNTEREXAMPLE), None)

    @property
    def verdict(self) -> str:
        """What holds of the best candidate, "none found" without any."""
        said = {one.verdict for one in self.candidates}
        return next((word for word in (COUNTEREXAMPLE, OPEN, WITHIN, ROUNDING) if word in said), NONE)

    @property
    def certificate(self) -> Certificate | None:
        """The enclosure of the slack of the counterexample."""
        return None if self.counterexample is None else self.counterexample.certificate

    @property
    def study(self) -> str:
        """The text of a study file of the counterexample; "" without one."""
        return "" if self.counterexample is None else self.counterexample.study

    @property
    def rejected(self) -> int:
        """How many candidates are rounding."""
        return sum(one.verdict == ROUNDING for one in self.candidates)

    @property
    def spent(self) -> FloatArray:
        """Evaluations after which the smallest slack fell (h,)."""
        return np.asarray(self.history[:, 0])
