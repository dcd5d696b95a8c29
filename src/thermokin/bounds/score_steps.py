"""The auxiliary operator phi of one large system, by adaptive steps of its differential equation."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.bounds.score_source import ScoreSource

__all__ = ["stepped"]

TOLERANCES = (1e-10, 1e-7)  # fine and rough; their difference tells the error


def stepped(source: ScoreSource, times: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What phi and the information have come to at each time, integrated along with the state.

    Args:
        source: what drives phi; of one point.
        times: (t,) ascending, >= 0.

    Returns:
        phi's response (t, 4): forces fine, forces rough, speed fine, speed rough; and the information (t, 2).

    Cost:
        Sparse products with the generator, some dozen for each time in which the fastest element turns.

    Reference:
        vanvu2024.
    """
    found = [_solution(source, times, tolerance) for tolerance in TOLERANCES]
    answers = np.stack([found[0][0], found[1][0], found[0][1], found[1][1]], axis=-1)
    return answers, np.stack([found[0][2], found[1][2]], axis=-1)


def _solution(source: ScoreSource, times: FloatArray, tolerance: float) -> FloatArray:
    """Responses to forces and to speed, and the information (3, t)."""
    from scipy.integrate import solve_ivp  # takes longer to load than most of what is asked

    generator, size = source.generator.sparse, source.start.size
    unit = float(np.abs(source.weights).max()) or 1.0  # tolerances are absolute in units of the largest count

    def change(_: float, values: ComplexArray) -> ComplexArray:
        elements = values[: 3 * size].reshape(3, size)
        scored = source.at(elements[:1])
        moved = (generator @ elements.T).T
        moved[1:] += scored.drive[0, :-1].T
        counted = (source.counting @ elements[1:].T + scored.drive[0, -1]) / unit
        return np.concatenate([moved.ravel(), counted, scored.information])

    initial = np.zeros(3 * size + 3, dtype=np.complex128)
    initial[:size] = source.start
    end = float(times[-1])
    if end == 0.0:
        return np.zeros((3, times.size))
    solution = solve_ivp(
        change, (0.0, end), initial, method="DOP853", t_eval=times, rtol=tolerance, atol=1e-2 * tolerance
    )
    return np.asarray(solution.y[-3:].real * np.array([unit, unit, 1.0])[:, None])
