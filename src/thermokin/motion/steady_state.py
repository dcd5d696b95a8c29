"""The steady state of a model, and whether it is the only one."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import DegenerateSteadyStateError, LostPointsWarning, NotConvergedError, users_level
from thermokin._result import ArrayResult
from thermokin._threads import few_threads, one_thread
from thermokin._typing import BoolArray, ComplexArray, FloatArray, OperatorLike
from thermokin._verbs import verb
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.motion.bulk_state import bulk_state, state_of
from thermokin.motion.certified_state import certified_state, refuse_start
from thermokin.motion.initial import Initial, InitialState, initial_state
from thermokin.motion.lasting_coherences import kept_apart
from thermokin.motion.observable import Observed, hermitian_parts
from thermokin.motion.population_motion import population_motion
from thermokin.motion.sector_coordinates import DENSE_UP_TO
from thermokin.motion.sector_path import SectorPath, empty_paths
from thermokin.motion.stationary_resolvent import stationary_resolvent
from thermokin.numerics.ball_certificate import Certificate, with_certificate
from thermokin.operators.as_numbers import in_sweep
from thermokin.solvers.bulk import bulk_machine
from thermokin.solvers.method import Auto, Dense, Method
from thermokin.solvers.resolvent import Resolvent
from thermokin.solvers.uniqueness import degenerate_within

__all__ = ["SteadyState", "steady_state", "steady_state_of_start"]

TRACE_KEPT = 1e-10  # error of the trace with which a mixture is given
TOO_WEAK = (
    "dissipation is absent or too weak beside the Hamiltonian{} to tell in double precision whether there is one "
    "steady state or several; it is NaN there. Leave those points out, or raise the temperature."
)
UNLINKED = (
    "the steady state is not unique{}, where levels that are linked elsewhere are not (a coupling or a temperature "
    "vanishes); it is NaN there, and right at all other points. Give `initial` to say which one is meant."
)
LASTING = 1e-14  # of the fastest element's rate: one of a lone coherence below it is no decay


@dataclass(frozen=True, eq=False)
class SteadyState(Observed, ArrayResult):
    """A steady state, with what is known of its own error.

    Args:
        model: the model.
        frame_state: in the frame, populations (..., d) where they are closed, else the density matrix (..., d, d).
        residual: largest element of L rho over the largest rate times the largest element of rho (...).
        resolvent: the prepared generator that it came from, or what prepares it; None where an initial state chose
            among several.
        coherences_tested: whether it was looked for coherences that last for ever though no population feels them. They
            are not in models of more than 2048 levels with coherences, where that would cost more than the state; such
            a coherence changes neither this state's populations nor any current.
        certificate: an enclosure of the state in the frame (..., d, d), where one was asked for.

    Example:
        >>> import math, numpy as np, thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> energy = tk.steady_state(qubit).expectation(np.diag([0.0, 1.0]))
        >>> round(float(energy), 8), round(1.0 / (math.e + 1.0), 8)
        (0.26894142, 0.26894142)
    """

    model: Model
    frame_state: FloatArray | ComplexArray
    residual: FloatArray
    resolvent: Resolvent | Callable[[], Resolvent] | None = None
    coherences_tested: bool = True
    certificate: Certificate | None = field(default=None, kw_only=True)

    @cached_property
    def condition(self) -> FloatArray:
        """Estimate of the condition number of the generator with the trace fixed (...); inf beside a second zero.

        Cost:
            A factorisation, where the state came without one.
        """
        if self.resolvent is None:
            return np.full(self.residual.shape, np.inf)
        with one_thread():
            prepared = self.resolvent() if callable(self.resolvent) else self.resolvent
            return prepared.condition

    @property
    def lost(self) -> BoolArray:
        """At which points of a sweep (...) the state is not known, or not the only one, and NaN."""
        return np.asarray(np.isnan(self.populations).any(axis=-1))

    @property
    def trace_defect(self) -> FloatArray:
        """|tr rho - 1| (...)."""
        return np.asarray(np.abs(self.populations.sum(axis=-1) - 1.0))

    @cached_property
    def positivity_defect(self) -> FloatArray:
        """How far the smallest eigenvalue lies below zero (...), 0 for a state.

        Cost:
            One eigendecomposition where there are coherences.
        """
        lowest = self.populations if self.is_diagonal else np.linalg.eigvalsh(_filled(self))
        return np.where(self.lost, np.nan, np.maximum(0.0, -lowest.min(axis=-1)))

    @property
    def is_diagonal(self) -> bool:
        """Whether only populations are held."""
        return not np.iscomplexobj(self.frame_state)

    @property
    def populations(self) -> FloatArray:
        """(..., d) in the frame."""
        if self.is_diagonal:
            return np.asarray(self.frame_state.real)
        return np.real(np.diagonal(self.frame_state, axis1=-2, axis2=-1))

    @property
    def matrix(self) -> ComplexArray:
        """The density matrix (..., d, d) in the frame."""
        if not self.is_diagonal:
            return np.asarray(self.frame_state)
        size = self.frame_state.shape[-1]
        return np.asarray(self.frame_state[..., None] * np.eye(size, dtype=np.complex128))

    @property
    def state(self) -> ComplexArray:
        """The density matrix (..., d, d) in the user's basis."""
        return self.model.from_frame(self.matrix)

    _density_matrices = state

    def _parts(self, operator: OperatorLike | FrameOperator) -> tuple[FrameOperator, FrameOperator | None]:
        return hermitian_parts(self.model, operator, ("model", self.populations.shape[:-1]))

    def _mean(self, operator: FrameOperator) -> FloatArray:
        if self.is_diagonal or operator.matrix is None:
            return np.asarray((self.populations * operator.diagonal).sum(axis=-1))
        return np.asarray((self.frame_state * operator.matrix.swapaxes(-1, -2)).sum(axis=(-2, -1)).real)

    @property
    def values(self) -> ComplexArray:
        """What it reads as where an array is wanted: the density matrix (..., d, d) in the user's basis."""
        return self.state


@verb
def steady_state(
    model: Model, *, initial: Initial | None = None, method: Method | None = None, certify: bool = False
) -> SteadyState:
    """The state that does not change, L rho = 0.

    Args:
        model: the model.
        initial: where the motion starts, needed only if the model keeps more than one steady state.
        method: how to solve, `Auto()` if None; thermal populations need none.
        certify: whether ball arithmetic encloses it too, for up to 256 unknowns; see `certificate`.

    Returns:
        The steady state, with its residual, condition, and defects of trace and positivity.

    Raises:
        DegenerateSteadyStateError: if there is more than one and no initial state says which is meant. Where levels
            that a sweep links are not linked at some of its points, as at temperature 0, these alone are NaN, named by
            a `LostPointsWarning`.
        NotConvergedError: if an iteration stalls, or a sparse solve stays above rounding.
        ValueError: if the initial state is not valid, or a sweep asks for a method that takes one point.
        TypeError: if an argument is of the wrong type.
        ImportError: if `certify` is asked for without python-flint.

    Cost:
        O(N^2) for thermal populations, O(n^3) for a small sector of n elements, one sparse factorisation or one
        iteration without a matrix for a large one.

    Example:
        >>> import thermokin as tk
        >>> spin = tk.library.spin(1, gap=1.0, rate=0.01, temperature=0.5)
        >>> populations = tk.steady_state(spin).populations
        >>> (populations / populations[0]).round(6)  # 1, e^-2, e^-4
        array([1.      , 0.135335, 0.018316])
    """
    liouvillian = Liouvillian(model)
    start = None if initial is None else initial_state(model, initial)
    wanted = Auto() if method is None else method
    if certify:
        refuse_start(initial)
    with few_threads(liouvillian.dimension):
        found = _found(liouvillian, start, wanted)
    return with_certificate(found, certified_state(model)) if certify else found


def _found(liouvillian: Liouvillian, start: InitialState | None, method: Method) -> SteadyState:
    try:
        state = _solved(liouvillian, start, method)
        kept = kept_apart(liouvillian, _filled(state))
        where = (kept.parts.reshape(liouvillian.model.batch_shape) > 1) & ~state.lost
        if where.any():
            raise degenerate_within(list(range(liouvillian.dimension)), int(kept.parts.max()), where)
        _name(state.lost, UNLINKED if liouvillian.populations_closed else TOO_WEAK)
        return state if kept.tested else replace(state, coherences_tested=False)
    except DegenerateSteadyStateError:
        if start is None:
            raise
    return steady_state_of_start(liouvillian, start)


def _solved(liouvillian: Liouvillian, start: InitialState | None, method: Method) -> SteadyState:
    machine = bulk_machine(liouvillian, method) if start is None else None
    together = None if machine is None else bulk_state(machine)
    if together is not None:
        return SteadyState(liouvillian.model, *together, partial(stationary_resolvent, liouvillian, Dense(), None))
    resolvent = stationary_resolvent(liouvillian, method, start)
    return SteadyState(liouvillian.model, state_of(liouvillian, resolvent), resolvent.residual, resolvent)


def _filled(state: SteadyState) -> FloatArray | ComplexArray:
    """The state in the frame, a mixed one in place of matrices that are lost; lost populations are on no level."""
    if state.is_diagonal or not state.lost.any():
        return state.frame_state
    size = state.frame_state.shape[-1]
    return np.where(state.lost[..., None, None], np.eye(size) / size, state.frame_state)


def _name(lost: BoolArray, cause: str) -> None:
    """Warn of points that are lost."""
    if lost.any():
        message = cause.format(in_sweep(lost))
        warnings.warn(LostPointsWarning(message, np.argwhere(lost).tolist()), stacklevel=users_level())


def steady_state_of_start(liouvillian: Liouvillian, start: InitialState) -> SteadyState:
    """Where a start ends if there are several stationary states: their mixture, by the projector on all of them.

    Returns:
        The steady state.

    Raises:
        DegenerateSteadyStateError: if a sector with several is too large for the projector.
        NotConvergedError: if rounding hides what lasts.
    """
    size = liouvillian.dimension
    motion = population_motion(liouvillian) if liouvillian.populations_closed else None
    paths = empty_paths(liouvillian, start, motion)
    if motion is not None and not paths:
        limit = motion.limit
        return SteadyState(liouvillian.model, limit.of(start.populations[..., None])[..., 0], limit.residual)
    parts: list[ComplexArray] = []
    residuals: list[FloatArray] = []
    if motion is not None:
        populations = motion.limit.of(start.populations[..., None])[..., 0]
        parts.append(np.asarray(populations[..., None] * np.eye(size), dtype=np.complex128))
        residuals.append(motion.limit.residual)
    for path in paths:
        generator = SectorGenerator(liouvillian, path.sector)
        staying = _staying(path, generator.elements(start.populations, start.matrix))
        parts.append(generator.frame_state(staying))
        if path.motion is not None and path.sector.size <= DENSE_UP_TO:
            residuals.append(_residual(generator, staying))
    state = np.sum(np.broadcast_arrays(*parts), axis=0)
    hermitian = 0.5 * (state + state.conj().swapaxes(-1, -2))
    wrong = ~(np.abs(np.trace(hermitian, axis1=-2, axis2=-1).real - 1.0) <= TRACE_KEPT)
    if wrong.any():
        raise NotConvergedError(
            f"where the start ends is lost{in_sweep(np.asarray(wrong))}: rates are too small beside the "
            "Hamiltonian for double precision to tell what lasts.",
            np.inf,
            "Leave those points out, or the rates that are too slow to matter.",
        )
    return SteadyState(liouvillian.model, hermitian, np.max(np.broadcast_arrays(*residuals, np.zeros(())), axis=0))


def _staying(path: SectorPath, elements: ComplexArray) -> ComplexArray:
    """What stays of the elements of one sector (..., n)."""
    if path.motion is None:
        assert path.exponents is not None  # noqa: S101 - one of the two is always there
        slowest = np.abs(path.exponents).max(axis=-1, keepdims=True, initial=0.0)
        return np.asarray(np.where(np.abs(path.exponents) <= LASTING * slowest, elements, 0.0))
    if path.sector.size <= DENSE_UP_TO:
        return np.asarray((path.motion.limit @ elements[..., None])[..., 0])
    if not path.sector.diagonal.any():
        return np.zeros_like(elements)
    raise DegenerateSteadyStateError(
        f"a sector of {path.sector.size} elements keeps several steady states; the one that an initial state "
        f"ends in is found up to {DENSE_UP_TO} elements. Write the model in the subspace that it starts in."
    )


def _residual(generator: SectorGenerator, vector: ComplexArray) -> FloatArray:
    flow = np.abs((generator.matrix @ vector[..., None])[..., 0]).max(axis=-1)
    scale = np.abs(generator.matrix).max(axis=(-2, -1)) * np.abs(vector).max(axis=-1)
    return np.asarray(flow / np.where(scale > 0.0, scale, 1.0))  # a sector that the state leaves empty is at rest
