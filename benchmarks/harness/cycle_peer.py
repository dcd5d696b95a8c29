"""A cycle of legs in QuTiP: integrated again and again, and by its propagators and a linear solve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import qutip
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.linalg import expm

Array = NDArray[np.complex128]

RETURNED = 1e-10
"""Largest change of an element of the state over a cycle at which iteration ends."""

MOST = 500


@dataclass(frozen=True)
class PeerLeg:
    """A leg as QuTiP takes it.

    Args:
        hamiltonian: an operator, or a `QobjEvo`.
        duration: of the leg.
        jumps: collapse operators, which stand still.
    """

    hamiltonian: Any
    duration: float
    jumps: Sequence[qutip.Qobj] = field(default=())


def options(tolerance: float, method: str) -> dict[str, Any]:
    """QuTiP's options for a relative tolerance; the absolute one is a hundredth, as its defaults have it."""
    return {
        "method": method,
        "rtol": tolerance,
        "atol": 0.01 * tolerance,
        "nsteps": 10**6,
        "progress_bar": "",
        "store_final_state": True,
    }


def iterated(legs: Sequence[PeerLeg], tolerance: float, method: str) -> tuple[Array, int]:
    """The state that returns to itself, by `mesolve` cycle after cycle from the mixed state, and after how many."""
    size = legs[0].hamiltonian.shape[0]
    rho, settings = qutip.qeye(size) / size, options(tolerance, method)
    cycles = 0
    while cycles < MOST:
        before, cycles = rho, cycles + 1
        for leg in legs:
            span = [0.0, leg.duration]
            rho = qutip.mesolve(leg.hamiltonian, rho, span, c_ops=list(leg.jumps), options=settings).final_state
        if np.abs((rho - before).full()).max() < RETURNED:
            break
    return rho.full(), cycles


def by_propagators(legs: Sequence[PeerLeg], tolerance: float, method: str) -> Array:
    """The same by `qutip.propagator` of each leg's Liouvillian, their product, and a linear solve."""
    settings, whole = options(tolerance, method), None
    for leg in legs:
        generator = qutip.liouvillian(leg.hamiltonian, list(leg.jumps))
        found = qutip.propagator(generator, leg.duration, options=settings)
        whole = found if whole is None else found * whole
    return _fixed_point(whole.full(), legs[0].hamiltonian.shape[0])


def by_shortest(legs: Sequence[PeerLeg], tolerance: float, method: str) -> Array:
    """The same as who knows the structure would write it: `expm` of fixed legs, unitaries of those without jumps."""
    settings, whole = options(tolerance, method), None
    for leg in legs:
        if leg.jumps:
            found = (qutip.liouvillian(leg.hamiltonian, list(leg.jumps)) * leg.duration).expm()
        else:
            found = qutip.to_super(qutip.propagator(leg.hamiltonian, leg.duration, options=settings))
        whole = found if whole is None else found * whole
    return _fixed_point(whole.full(), legs[0].hamiltonian.shape[0])


def reference(legs: Sequence[PeerLeg]) -> Array:
    """The same by SciPy: DOP853 at 1e-13 for unitaries, `expm` for fixed legs, each map of d^2 x d^2."""
    size = legs[0].hamiltonian.shape[0]
    whole = np.eye(size**2, dtype=complex)
    for leg in legs:
        if leg.jumps:
            found = expm(qutip.liouvillian(leg.hamiltonian, list(leg.jumps)).full() * leg.duration)
        else:
            found = np.kron((unitary := _unitary(leg, size)).conj(), unitary)
        whole = found @ whole
    return _fixed_point(whole, size)


def _unitary(leg: PeerLeg, size: int) -> Array:
    def motion(time: float, flat: Array) -> Array:
        return (-1j * leg.hamiltonian(time).full() @ flat.reshape(size, size)).reshape(-1)

    start = np.eye(size, dtype=complex).reshape(-1)
    found = solve_ivp(motion, (0.0, leg.duration), start, method="DOP853", rtol=3e-14, atol=1e-15)
    return np.asarray(found.y[:, -1].reshape(size, size))


def _fixed_point(whole: Array, size: int) -> Array:
    """The state M rho = rho of trace one, columns stacked as QuTiP has them."""
    trace = np.eye(size).reshape(1, -1)
    matrix = np.concatenate([whole - np.eye(size**2), trace])
    right = np.zeros(size**2 + 1, dtype=complex)
    right[-1] = 1.0
    return np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0].reshape(size, size).T)
