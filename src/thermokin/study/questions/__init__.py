"""Every question that a study can ask. A new one is its file and one line here."""

from __future__ import annotations

from thermokin.study.question import Question
from thermokin.study.questions.bounds import BOUNDS
from thermokin.study.questions.bounds_between_leads import BOUNDS_BETWEEN_LEADS
from thermokin.study.questions.charging import CHARGING
from thermokin.study.questions.counting import COUNTING
from thermokin.study.questions.cycle import CYCLE
from thermokin.study.questions.design import DESIGN
from thermokin.study.questions.distribution import DISTRIBUTION
from thermokin.study.questions.ergotropy import ERGOTROPY
from thermokin.study.questions.floquet import FLOQUET
from thermokin.study.questions.friction import FRICTION
from thermokin.study.questions.hierarchy import HIERARCHY
from thermokin.study.questions.infer import INFER
from thermokin.study.questions.ledger import LEDGER, LEDGER_BETWEEN_LEADS
from thermokin.study.questions.machine import MACHINE
from thermokin.study.questions.parts import PARTS
from thermokin.study.questions.quench import QUENCH
from thermokin.study.questions.rate_function import RATE_FUNCTION
from thermokin.study.questions.redfield import REDFIELD
from thermokin.study.questions.response import RESPONSE
from thermokin.study.questions.slow_drive import SLOW_DRIVE
from thermokin.study.questions.spectrum import SPECTRUM
from thermokin.study.questions.strong_coupling import MEAN_FORCE, STRONG_COUPLING
from thermokin.study.questions.transport import TRANSPORT

__all__ = ["QUESTIONS"]

_AT_REST = [QUENCH, MACHINE, LEDGER, COUNTING, BOUNDS, RESPONSE, SPECTRUM, DISTRIBUTION, RATE_FUNCTION, INFER, DESIGN]
_OF_STATES = [ERGOTROPY, CHARGING, PARTS, FRICTION, SLOW_DRIVE]
_STRONGLY_COUPLED = [STRONG_COUPLING, MEAN_FORCE, REDFIELD, HIERARCHY]
_BETWEEN_LEADS = [TRANSPORT, LEDGER_BETWEEN_LEADS, BOUNDS_BETWEEN_LEADS]
QUESTIONS: list[Question] = [*_AT_REST, *_OF_STATES, *_STRONGLY_COUPLED, *_BETWEEN_LEADS, CYCLE, FLOQUET]
"""In the order in which a report answers them; a file without any is taken to ask the first."""
