"""Claim: Otto cycles of two qubits 20 times faster than iterated `mesolve`, twice `propagator` and a linear solve.

Two coupled qubits, one bath each by instantaneous Davies jumps while the Hamiltonian stands still, and two strokes
without baths in which it moves, so that coherence passes through the cycle. Both are asked for 1e-10: the peer
iterates `mesolve` from the mixed state until an element changes by less than that over a cycle, or multiplies the
`propagator` of each leg's Liouvillian and solves for the fixed point. What we give has heat, work and entropy of each
leg beside the state. Both sides have the fixed legs' models (jump operators) at hand; ours reads its legs anew in every
run. Iteration is claimed against where baths are so weak that 38 cycles pass until a start is forgotten; where 13 do,
the ratio is printed.

Measured beside it, without a claim: the peer as who knows the structure would write it (`expm` of the fixed legs, 4 x 4
unitaries of the strokes), which gives the state alone, and in a third of our time.

A fast wrong answer fails: the state within 1e-10 of SciPy's, which integrates at 1e-13 and uses no line of the package
but the jump operators, and no farther from it than the peer's.
"""

from __future__ import annotations

import statistics
import warnings

import numpy as np
import qutip
from harness.claims import Claims
from harness.cycle_peer import PeerLeg, by_propagators, by_shortest, iterated, reference
from harness.timing import Timed, in_turn, repeats_asked

import thermokin as tk
from thermokin.errors import ValidityWarning

ITERATED, PROPAGATOR, TOLERANCE = 20.0, 2.0, 1e-10
CONTACT, STROKE = 10.0, 1.0
STRENGTHS = (0.03, 0.1)  # of the baths: 38 and 13 cycles until a start is forgotten
METHOD = "dop853"  # the fastest of the peer's here

Z, X, ONE = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [1.0, 0.0]]), np.eye(2)
LOW = 0.5 * np.kron(Z, ONE) + 0.65 * np.kron(ONE, Z) + 0.2 * np.kron(X, X)
STEP = 0.5 * np.kron(Z, ONE) + 0.25 * np.kron(ONE, Z)


def models(strength: float) -> tuple[tk.Model, tk.Model]:
    """The two contacts."""
    hot = tk.Contact(tk.Bath("hot", 2.0), np.kron(X, ONE), tk.Ohmic(strength))
    cold = tk.Contact(tk.Bath("cold", 0.4), np.kron(ONE, X), tk.Ohmic(strength))
    return tk.davies(LOW + STEP, [hot]), tk.davies(LOW, [cold])


def ours(hot: tk.Model, cold: tk.Model) -> tk.LimitCycle:
    """The cycle with its ledger."""
    down = tk.Drive([LOW + STEP, [-STEP, lambda t: t / STROKE]])
    up = tk.Drive([LOW, [STEP, lambda t: t / STROKE]])
    legs = [tk.Leg(CONTACT, hot), tk.Leg(STROKE, down), tk.Leg(CONTACT, cold), tk.Leg(STROKE, up)]
    return tk.limit_cycle(tk.Protocol(legs), tolerance=TOLERANCE)


def peer_legs(hot: tk.Model, cold: tk.Model) -> list[PeerLeg]:
    """The same legs for the peer."""

    def jumps(model: tk.Model) -> list[qutip.Qobj]:
        return [qutip.Qobj(np.asarray(model.from_frame(model.table.jump(k)))) for k in range(model.table.size)]

    low, step = qutip.Qobj(LOW), qutip.Qobj(STEP)
    down = qutip.QobjEvo([low + step, [-step, lambda t: t / STROKE]])
    up = qutip.QobjEvo([low, [step, lambda t: t / STROKE]])
    contacts = [PeerLeg(low + step, CONTACT, jumps(hot)), PeerLeg(low, CONTACT, jumps(cold))]
    return [contacts[0], PeerLeg(down, STROKE), contacts[1], PeerLeg(up, STROKE)]


def busy(time: Timed) -> float:
    return statistics.median(time.processor)


def compare(strength: float, repeats: int, claims: Claims) -> None:
    """All ways at one strength of the baths."""
    hot, cold = models(strength)
    legs = peer_legs(hot, cold)
    found = in_turn(
        {
            "ours": lambda: ours(hot, cold),
            "propagator": lambda: by_propagators(legs, TOLERANCE, METHOD),
            "shortest": lambda: by_shortest(legs, TOLERANCE, METHOD),
            "iterated": lambda: iterated(legs, TOLERANCE, METHOD),
        },
        repeats,
        in_a_row=10,
    )
    exact, cycles = reference(legs), found["iterated"].result[1]
    states = {name: time.result for name, time in found.items()}
    states["ours"], states["iterated"] = found["ours"].result.state, found["iterated"].result[0]
    errors = {name: float(np.abs(state - exact).max()) for name, state in states.items()}
    print(f"strength {strength:g}: {cycles} cycles")
    for name, time in found.items():
        print(f"  {name:11s} {time}, error {errors[name]:.1e}")
    if strength == STRENGTHS[0]:
        claims.faster("iterated mesolve", busy(found["ours"]), busy(found["iterated"]), ITERATED)
    else:
        print(f"         iterated mesolve: {busy(found['iterated']) / busy(found['ours']):.0f} times (no claim)")
    claims.faster("propagator and solve", busy(found["ours"]), busy(found["propagator"]), PROPAGATOR)
    print(f"         the peer's shortest way: {busy(found['shortest']) / busy(found['ours']):.1f} times (no claim)")
    claims.small("error of the state", errors["ours"], TOLERANCE)
    claims.small("our error beside the peer's best", errors["ours"], min(errors["iterated"], errors["propagator"]))
    claims.small("error beside what is stated", errors["ours"], found["ours"].result.error + 1e-14)


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    warnings.simplefilter("ignore", ValidityWarning)
    for strength in STRENGTHS:
        compare(strength, repeats, claims)
    claims.finish()


if __name__ == "__main__":
    main()
