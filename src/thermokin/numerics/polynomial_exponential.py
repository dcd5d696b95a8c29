"""The action exp(W t) v of one large rate matrix by polynomials in W: Lanczos's, Chebyshev's, or uniformisation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import gammaln, ive

from thermokin._errors import NotConvergedError
from thermokin._threads import one_thread
from thermokin._typing import FloatArray, RateMatrix
from thermokin.numerics.rational_krylov import EVERY, coordinates, extend, unresolved

__all__ = [
    "chebyshev",
    "chebyshev_terms",
    "lanczos",
    "lanczos_vectors",
    "relax",
    "uniformisation",
    "uniformisation_terms",
]

KEPT = 1e-3  # a vector that decayed below this fraction is restarted, so that its relative accuracy stays near 1e-13
RESTARTS = 200
STRIP = 256  # rows of W that stay in the cache while they are used twice

Apply = Callable[[FloatArray, FloatArray], FloatArray]


def chebyshev_terms(reach: float) -> int:
    """Terms for exp(-x), 0 <= x <= reach, to rounding."""
    # exp(-a) I_k(a) falls as exp(-k^2 / 2a) with a = reach / 2, and faster than that once k exceeds a.
    return int(6.3 * np.sqrt(reach)) + 26


@one_thread()  # a product with one vector waits for memory: a second thread only costs
def chebyshev(rates: RateMatrix, fastest: float, vectors: FloatArray, times: FloatArray) -> FloatArray:
    """exp(W t) v under detailed balance with decay rates up to fastest, at all times from one recursion.

    exp(-a(1 - x)) = e^-a [I_0(a) + 2 sum_k I_k(a) T_k(x)], a = fastest t / 2, x = 1 + 2 W / fastest. W is similar to a
    symmetric matrix, which need not be formed: W_ij v_j are the same numbers in both, each rounded once.

    Args:
        rates: W (n, n) [1/time].
        fastest: upper bound of its decay rates.
        vectors: (n, m).
        times: (t,).

    Returns:
        (t, n, m).

    Cost:
        About 6 sqrt(fastest t) products of W with m vectors, for any number of times.

    Reference:
        talezer1984.
    """
    half = 0.5 * fastest * times
    terms = chebyshev_terms(fastest * float(times.max(initial=0.0)))
    weights = ive(np.arange(terms)[:, None], half)
    weights[1:] *= 2.0
    out = np.zeros((times.size, *vectors.shape))
    before, now = vectors, vectors + (2.0 / fastest) * (rates @ vectors)
    block, first = [before], 0
    for term in range(1, terms):
        block.append(now)
        if len(block) == 32 or term == terms - 1:
            out += np.tensordot(weights[first : first + len(block)], np.stack(block), axes=(0, 0))
            block, first = [], term + 1
        if term < terms - 1:
            before, now = now, 2.0 * (now + (2.0 / fastest) * (rates @ now)) - before
    return out


def lanczos_vectors(exits: FloatArray, time: float) -> int:
    """Vectors that `lanczos` takes, estimated: one for each fast level set aside, the rest as by Chebyshev's terms.

    Args:
        exits: total rate out of each level (n,).
        time: the last one.

    Returns:
        The number.
    """
    aside = np.arange(exits.size)
    return int((aside + 4.0 * np.sqrt(np.sort(exits)[::-1] * time)).min()) + 20  # measured


@one_thread()
def lanczos(rates: FloatArray, root: FloatArray, vector: FloatArray, times: FloatArray) -> FloatArray:
    """exp(W t) v under detailed balance, of a vector without a stationary part, from the Krylov space of W and v.

    The space adapts to the rates: few fast ones take a vector or two each. The stationary vector is taken out of each
    vector, so that late times keep their relative accuracy. Only the upper triangle of W is read.

    Args:
        rates: W (n, n) [1/time].
        root: pi^1/2 (n,).
        vector: v (n,).
        times: (t,) ascending, >= 0 [time].

    Returns:
        (t, n).

    Cost:
        Fewer products of W with a vector than Chebyshev's polynomials take, for any number of times.

    Reference:
        saad1992.
    """
    start = vector / root
    start -= root * (root @ start)
    length, size = float(np.linalg.norm(start)), start.size
    if length == 0.0:
        return np.zeros((times.size, size))
    # The best polynomial is in the space, so that no more are needed than Chebyshev's terms.
    most = min(size - 1, chebyshev_terms(-2.0 * float(np.diagonal(rates).min() * times.max(initial=0.0))))
    space, inner = np.empty((most + 2, size)), np.zeros((most, most))
    space[0], space[1] = root, start / length
    before, look = np.zeros((0, times.size)), 2 * EVERY
    for count in range(1, most + 1):
        ended = extend(lambda last: _symmetric_product(rates, root, last), space, inner, count) or count == most
        if ended or count == look:
            now = coordinates(inner[:count, :count], lambda found: np.maximum(-found, 0.0), times)
            if ended or not unresolved(before, now):
                break
            before, look = now, count + max(EVERY, count // 8)
    out = np.asarray(length * now.T @ space[1 : count + 1] * root)
    out[times == 0.0] = vector
    return out


def _symmetric_product(rates: FloatArray, root: FloatArray, vector: FloatArray) -> FloatArray:
    """pi^-1/2 W pi^1/2 v from the upper triangle of W, of which each strip serves twice while it is in the cache."""
    grown, shrunk, out = vector * root, vector / root, np.zeros(vector.size)
    for row in range(0, vector.size, STRIP):
        here, later = slice(row, row + STRIP), slice(row + STRIP, None)
        strip = rates[here, row:]
        out[here] += strip @ grown[row:] / root[here]
        out[later] += root[later] * (shrunk[here] @ strip[:, STRIP:])
    return out


def uniformisation_terms(reach: float) -> int:
    """Terms for exp(W t) with the largest exit rate times t equal to reach, to rounding."""
    return int(reach + 9.0 * np.sqrt(reach) + 30)


@one_thread()
def uniformisation(rates: RateMatrix, fastest: float, vectors: FloatArray, times: FloatArray) -> FloatArray:
    """exp(W t) v as a Poisson mixture of powers of the jump chain 1 + W/q: no term is negative if v is not.

    Args:
        rates: W (n, n) [1/time].
        fastest: q, the largest exit rate.
        vectors: (n, m).
        times: (t,).

    Returns:
        (t, n, m).

    Cost:
        About q t products of W with m vectors, for any number of times.

    Reference:
        grassmann1977.
    """
    jumps = fastest * times
    terms = uniformisation_terms(float(jumps.max(initial=0.0)))
    count = np.arange(terms)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(
            jumps > 0.0, count * np.log(np.where(jumps > 0.0, jumps, 1.0)) - jumps - gammaln(count + 1.0), 0.0
        )
    weights = np.where(jumps > 0.0, np.exp(log), (count == 0).astype(float))
    weights /= weights.sum(axis=0)
    out = np.zeros((times.size, *vectors.shape))
    now = vectors
    for term in range(terms):
        out += weights[term][:, None, None] * now
        now = now + (rates @ now) / fastest
    return out


def relax(
    apply: Apply,
    vectors: FloatArray,
    times: FloatArray,
    project: Callable[[FloatArray], FloatArray],
    begun: FloatArray | None = None,
) -> FloatArray:
    """Decaying vectors at all times to relative accuracy: restarted whenever they have shrunk a thousandfold.

    Args:
        apply: exp(W t) v of vectors (n, m) at times (t,), accurate relative to the start.
        vectors: (n, m) without a stationary part.
        times: (t,) ascending.
        project: takes the stationary part out, which rounding lets in.
        begun: (t, n, m) to be filled with the vectors from which each time was reached, whose rounding it has.

    Returns:
        (t, n, m).

    Raises:
        NotConvergedError: if the last times lie beyond hundreds of decades of decay.
    """
    out = np.zeros((times.size, *vectors.shape))
    now, state, done = 0.0, vectors, 0
    for _ in range(RESTARTS):
        if done == times.size or not state.any():
            return out
        ahead = times[done:] - now
        values = np.stack([project(value) for value in apply(state, ahead)])
        good = (_sizes(values) >= KEPT * _sizes(state[None])).all(axis=-1)
        kept = ahead.size if good.all() else int(np.argmin(good))
        out[done : done + kept] = values[:kept]
        if begun is not None:
            begun[done : done + kept] = state
        done += kept
        if kept:
            now, state = float(times[done - 1]), values[kept - 1]
        elif done < times.size:
            now, state = _partway(apply, state, now, float(ahead[0]), project)
    raise NotConvergedError(
        f"relaxation to time {times[-1]:g} takes more than {RESTARTS} restarts;",
        float(_sizes(state[None]).max()),
        "end the grid earlier.",
    )


def _sizes(values: FloatArray) -> FloatArray:
    return np.asarray(np.abs(values).sum(axis=-2))


def _partway(
    apply: Apply, state: FloatArray, now: float, step: float, project: Callable[[FloatArray], FloatArray]
) -> tuple[float, FloatArray]:
    """The longest of the steps step/2, step/4, ... within which no vector shrinks a thousandfold."""
    steps = np.asarray(step * 0.5 ** np.arange(40, 0, -1), dtype=np.float64)
    values = apply(state, steps)
    good = (_sizes(values) >= KEPT * _sizes(state[None])).all(axis=-1)
    last = max(int(np.flatnonzero(good).max(initial=0)), 0)
    return now + float(steps[last]), project(values[last])
