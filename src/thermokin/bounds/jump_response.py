"""How a mean amount answers when jumps are tilted by scores, for any state: the auxiliary operator phi."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray
from thermokin.bounds.panelled_response import by_panels
from thermokin.bounds.response_source import ResponseSource, response_source
from thermokin.model.current import Current
from thermokin.motion.evolution import Evolution

__all__ = ["JumpResponse", "by_adaptive_steps", "jump_response"]

STEPPING_FROM = 120  # elements from which adaptive steps are quicker than exponentials, for one point
TOLERANCES = (1e-10, 1e-7)  # of adaptive steps, fine and rough; their difference tells the error
ABSOLUTE = 1e-2  # the absolute tolerance, in units of the relative one: small amounts keep two digits more


@dataclass(frozen=True, eq=False)
class JumpResponse:
    """Responses of a mean amount and the information in them, each with the error that its quadrature admits to.

    Args:
        to_forces: <J>(1+delta) (..., t), the response to the forces l_k = (a_k - a_k~)/(a_k + a_k~).
        to_speed: (..., t), the response to a speed-up of all jumps.
        information: int sum_k l_k^2 a_k dt (..., t).
        to_forces_error: of `to_forces`.
        to_speed_error: of `to_speed`.
        information_error: of `information`.
    """

    to_forces: FloatArray
    to_speed: FloatArray
    information: FloatArray
    to_forces_error: FloatArray
    to_speed_error: FloatArray
    information_error: FloatArray


def jump_response(evolution: Evolution, current: Current, taking_part: FloatArray) -> JumpResponse:
    """int_0^t dt sum_k c_k [l_k a_k + tr(L_k phi L_k^+)] with phi' = L phi + sum_k l_k D[L_k] rho, phi(0) = 0.

    l_k is either the force of a jump or 1. rho and phi move by exact exponentials, and the source is integrated by
    Kronrod's rule on panels that grow with time until nothing is left of the start; one large system is integrated by
    adaptive steps instead.

    Args:
        evolution: an evolution of any model.
        current: c_k.
        taking_part: (k,) 1 for jumps that are sped up, 0 for those left alone.

    Returns:
        The responses.

    Cost:
        Sixteen exponentials of the generator for each length of panel, and d^2 numbers for each channel and node; for
        one large system some dozen products for each time in which its fastest element turns.

    Reference:
        vanvu2024, prech2025, gammelmark2014.
    """
    source = response_source(evolution, current, taking_part)
    with few_threads(evolution.model.dimension):
        return _responded(evolution, source)


def _responded(evolution: Evolution, source: ResponseSource) -> JumpResponse:
    size, single = source.start.shape[-1], not evolution.model.batch_shape and source.start.ndim == 1
    if size > STEPPING_FROM and single and evolution.times.ndim == 1:
        answers, informations = by_adaptive_steps(source, evolution.times)
        rounding = np.zeros(())
    else:
        answers, informations, rounding = by_panels(source, evolution.times)
    return JumpResponse(
        to_forces=answers[..., 0],
        to_speed=answers[..., 2],
        information=informations[..., 0],
        to_forces_error=np.abs(answers[..., 0] - answers[..., 1]) + rounding,
        to_speed_error=np.abs(answers[..., 2] - answers[..., 3]) + rounding,
        information_error=np.abs(informations[..., 0] - informations[..., 1]),
    )


def by_adaptive_steps(source: ResponseSource, times: FloatArray) -> tuple[FloatArray, FloatArray]:
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


def _solution(source: ResponseSource, times: FloatArray, tolerance: float) -> FloatArray:
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
        change, (0.0, end), initial, method="DOP853", t_eval=times, rtol=tolerance, atol=ABSOLUTE * tolerance
    )
    return np.asarray(solution.y[-3:].real * np.array([unit, unit, 1.0])[:, None])
