"""How many models the fuzzer throws: a thousand in the test command, as many as asked for over a night."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

VARIABLE = "THERMOKIN_FUZZ"
DEFAULT = 1200  # models in all, so that the tests of this folder take about 15 s on one core


def budget(share: float) -> settings:
    """Settings that give a test its share of all models.

    Without the variable every run throws the same models; with it, those of `--hypothesis-seed`.
    """
    asked = os.environ.get(VARIABLE)
    return settings(
        max_examples=max(10, round(share * int(asked or DEFAULT))),
        deadline=None,
        derandomize=asked is None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
