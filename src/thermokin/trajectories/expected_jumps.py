"""How many jumps single runs will record, and the refusal of more than a machine holds."""

from __future__ import annotations

import numpy as np

from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.model import Model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Initial
from thermokin.operators.numbers import shown

__all__ = ["require_room", "require_runs"]

MOST_RUNS = 10**9
MOST_JUMPS = 1e10  # 120 GB of records, and half an hour at best
JUMP_BYTES = 12  # a time and a channel
EARLY = 1e-9  # of the horizon: the first time at which the rate of jumps is looked at
SAMPLES = 37  # times at which it is


def require_runs(trajectories: int) -> None:
    """Refuse more runs than can be kept.

    Args:
        trajectories: how many.

    Raises:
        ValueError: if there are more than a thousand million.
    """
    if trajectories > MOST_RUNS:
        raise ValueError(f"`trajectories` must be at most {MOST_RUNS:,}, got {shown(trajectories)}.")


def require_room(model: Model, initial: Initial, trajectories: int, horizon: float) -> None:
    """Refuse records that no machine holds, by the mean number of jumps.

    Args:
        model: without leading axes.
        initial: as in `evolve`.
        trajectories: how many runs.
        horizon: how long they last [time].

    Raises:
        ValueError: if more than 1e10 jumps are to be expected.
    """
    liouvillian = Liouvillian(model)
    fastest = float(np.abs(liouvillian.decay.dense).sum(axis=-1).max())
    if fastest * horizon * trajectories <= MOST_JUMPS:
        return
    times = np.concatenate([[0.0], np.geomspace(EARLY * horizon, horizon, SAMPLES)])
    rates = evolve(model, initial, times).expectation(liouvillian.decay)
    expected = float(np.trapezoid(rates, times)) * trajectories
    if expected > MOST_JUMPS:
        raise ValueError(
            f"`trajectories` and `times` ask for about {expected:.1e} jumps, {JUMP_BYTES * expected / 2.0**30:.1e} GiB "
            f"of records; at most {MOST_JUMPS:.0e} jumps are sampled. Ask for fewer runs or shorter times; "
            "integrated_cumulants(...) and distribution(...) count without single runs."
        )
