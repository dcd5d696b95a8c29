"""Claim: an oscillator of 100 levels, its full density matrix at 200 times, at least 300 times faster than `mesolve`.

A truncated mode on a flat Bose bath at T = 3 hw, from a Gibbs state at T = 0.5 hw (the claim is about this start) or
from the coherent state |2> (no claim; shown, since all coherences then move), to rest (ten damping times). Ours is
everything: model, evolution, and the matrices. QuTiP is `mesolve` alone, with H and both jump operators at hand, at its
own tolerances; its default integrator decides, `vern7`, the fastest of those tried here, is shown beside it.
"""

from __future__ import annotations

import warnings
from functools import partial

import numpy as np
import qutip
from harness.claims import Claims
from harness.timing import REPEATS_OF_LONG, Task, in_turn, repeats_asked
from numpy.typing import NDArray
from scipy.linalg import expm

import thermokin as tk

LEVELS, FREQUENCY, RATE, BATH, START, AMPLITUDE = 100, 1.0, 0.1, 3.0, 0.5, 2.0
TIMES = np.linspace(0.0, 10.0 / RATE, 200)
SOLVER = 1e-3  # agreement asked of integrators at their default tolerance of 1e-6 a step
CHECKED = (1, 7, 40, 199)  # times at which an independent route is taken

Array = NDArray[np.complex128]


def ours(initial: tk.Gibbs | Array) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        model = tk.library.oscillator(LEVELS, FREQUENCY, RATE, BATH)
    return tk.evolve(model, initial, TIMES).states


def mesolve(start: qutip.Qobj, method: str) -> Array:
    lower, occupation = qutip.destroy(LEVELS), 1.0 / np.expm1(FREQUENCY / BATH)
    jumps = [np.sqrt(RATE * (occupation + 1.0)) * lower, np.sqrt(RATE * occupation) * lower.dag()]
    options = {"progress_bar": "", "nsteps": 10**6, "method": method}
    solved = qutip.mesolve(FREQUENCY * lower.dag() * lower, start, TIMES, jumps, options=options)
    return np.stack([state.full() for state in solved.states])


def by_diagonals(start: Array) -> Array:
    """The states at some times: each diagonal rho_(n, n+k) is a chain of its own, moved by its own exponential."""
    occupation = 1.0 / np.expm1(FREQUENCY / BATH)
    down, up = RATE * (occupation + 1.0), RATE * occupation
    states = np.zeros((len(CHECKED), LEVELS, LEVELS), dtype=np.complex128)
    for offset in range(LEVELS):
        elements = np.diagonal(start, offset)
        if not elements.any():
            continue
        row = np.arange(LEVELS - offset, dtype=float)
        column = row + offset
        raised = [np.where(level < LEVELS - 1, level + 1.0, 0.0) for level in (row, column)]
        loss = -0.5 * down * (row + column) - 0.5 * up * (raised[0] + raised[1])
        generator = np.diag(loss + 1j * FREQUENCY * offset)
        generator += np.diag(down * np.sqrt((row[1:]) * (column[1:])), 1)
        generator += np.diag(up * np.sqrt((row[:-1] + 1.0) * (column[:-1] + 1.0)), -1)
        for place, at in enumerate(CHECKED):
            moved = expm(generator * TIMES[at]) @ elements
            here = np.arange(LEVELS - offset)
            states[place, here, here + offset] = moved
            states[place, here + offset, here] = moved.conj()
    return states


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    thermal = np.exp(-FREQUENCY * np.arange(LEVELS) / START)
    gibbs = np.diag(thermal / thermal.sum()).astype(complex)
    ket = qutip.coherent(LEVELS, AMPLITUDE)
    coherent = (ket * ket.dag()).full()
    for name, initial, start, matrix in (
        ("Gibbs", tk.Gibbs(START), qutip.qdiags(np.diagonal(gibbs), 0), gibbs),
        ("coherent", coherent, ket * ket.dag(), coherent),
    ):
        tasks: dict[str, Task] = {"ours": partial(ours, initial)}
        tasks |= {f"mesolve {method}": partial(mesolve, start, method) for method in ("adams", "vern7")}
        found = in_turn(tasks, repeats if name == "Gibbs" else min(repeats, REPEATS_OF_LONG))
        print(f"{name} start, N = {LEVELS}")
        for label, time in found.items():
            print(f"  {label:15s} {time}")
        here = found["ours"]
        for method in ("adams", "vern7"):
            peer = found[f"mesolve {method}"]
            print(f"  mesolve {method} / ours = {peer.median / here.median:.0f}")
            claims.agree(f"{name}: states, against mesolve {method}", here.result, peer.result, SOLVER)
        claims.agree(f"{name}: states, against expm of each diagonal", here.result[list(CHECKED)], by_diagonals(matrix))
        if name == "Gibbs":
            claims.faster("full states from Gibbs", here.median, found["mesolve adams"].median, 300.0)
    claims.finish()


if __name__ == "__main__":
    main()
