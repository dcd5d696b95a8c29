"""Every question that a study can ask. A new one is its file and one line here."""

from __future__ import annotations

from thermokin.study.question import Question
from thermokin.study.questions.bounds import BOUNDS
from thermokin.study.questions.counting import COUNTING
from thermokin.study.questions.distribution import DISTRIBUTION
from thermokin.study.questions.machine import MACHINE
from thermokin.study.questions.quench import QUENCH
from thermokin.study.questions.rate_function import RATE_FUNCTION
from thermokin.study.questions.response import RESPONSE
from thermokin.study.questions.spectrum import SPECTRUM

__all__ = ["QUESTIONS"]

QUESTIONS: list[Question] = [QUENCH, MACHINE, COUNTING, BOUNDS, RESPONSE, SPECTRUM, DISTRIBUTION, RATE_FUNCTION]
"""In the order in which a report answers them; a file without any is taken to ask the first."""
