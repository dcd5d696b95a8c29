"""The prepared object of counting statistics: one factorisation, all currents, orders and frequencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._threads import few_threads
from thermokin._verbs import verb
from thermokin.counting.bulk_counted import bulk_covariance, bulk_cumulants
from thermokin.counting.certified_cumulants import certified_cumulants
from thermokin.counting.counted_resolvent import counted_resolvent
from thermokin.counting.covariance import Covariance, covariance_of
from thermokin.counting.cumulants import Cumulants, cumulants_of
from thermokin.counting.noise_spectrum import NoiseSpectrum, spectrum_of
from thermokin.counting.steady_counts import listed_currents, whole_order
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.current import Current, own
from thermokin.model.current_checks import require_finite_weights
from thermokin.model.model import Model, require_model
from thermokin.motion.certified_state import refuse_start
from thermokin.motion.initial import Initial, initial_state
from thermokin.motion.steady_state import SteadyState
from thermokin.motion.time_grid import checked_frequencies
from thermokin.numerics.ball_certificate import with_certificate
from thermokin.solvers.dense import DenseResolvent
from thermokin.solvers.method import Auto, Method
from thermokin.solvers.resolvent import Resolvent

__all__ = ["Counting", "covariance", "cumulants", "spectrum"]


@final
@dataclass(frozen=True, eq=False, init=False)
class Counting:
    """Counting statistics of a model in its steady state, from one factorisation.

    Args:
        model: the model.
        initial: says which steady state is meant, where the model keeps more than one.
        method: how to solve; `Auto()` if None.

    Raises:
        DegenerateSteadyStateError: if there is more than one and no initial state ends in a single one.
        NotConvergedError: if an iteration stalls.
        ValueError: if the initial state is not valid, or a sweep asks for a method that takes one point.
        TypeError: if an argument is of the wrong type.

    Example:
        >>> import thermokin as tk
        >>> turns = tk.rates([[0.0, 1.0], [1.0, 0.0]], weights={"turns": [[0.0, 1.0], [0.0, 0.0]]})
        >>> rest, current = tk.Counting(turns), tk.current(turns, "turns")
        >>> mean, noise = rest.cumulants(current).values
        >>> round(float(noise / mean), 8), (rest.spectrum(current, [0.0]).values / noise).round(8)
        (0.5, array([1.]))
    """

    model: Model
    resolvent: Resolvent

    def __init__(self, model: Model, *, initial: Initial | None = None, method: Method | None = None) -> None:
        require_model(model)
        start = None if initial is None else initial_state(model, initial)

        object.__setattr__(self, "model", model)
        with few_threads(model.dimension):
            wanted = Auto() if method is None else method
            object.__setattr__(self, "resolvent", counted_resolvent(Liouvillian(model), wanted, start))

    @cached_property
    def steady_state(self) -> SteadyState:
        """The steady state in which everything is counted."""
        block = self.resolvent.block
        state = block.frame_state(self.resolvent.stationary)
        return SteadyState(block.liouvillian.model, state, self.resolvent.residual, self.resolvent)

    def cumulants(self, current: Current, *, order: int = 2) -> Cumulants:
        """Cumulants per time, see `thermokin.cumulants`.

        Args:
            current: a current of the model.
            order: largest cumulant, >= 1.

        Returns:
            The cumulants.

        Raises:
            NotConvergedError, ValueError, TypeError: as there.
        """
        self._own(current)
        whole_order(order)
        with few_threads(self.model.dimension):
            return cumulants_of(self.resolvent, self.steady_state, current, order)

    def covariance(self, currents: Sequence[Current]) -> Covariance:
        """Covariances per time, see `thermokin.covariance`.

        Args:
            currents: currents of the model.

        Returns:
            The covariances.

        Raises:
            ValueError: as there, and `NotConvergedError` and `TypeError`.
        """
        listed = listed_currents(currents)
        if not listed:
            raise ValueError("`currents` must hold at least one current.")
        for current in listed:
            self._own(current)
        with few_threads(self.model.dimension):
            return covariance_of(self.resolvent, self.steady_state, listed)

    def spectrum(self, current: Current, frequencies: ArrayLike) -> NoiseSpectrum:
        """Noise against frequency, see `thermokin.spectrum`.

        Args:
            current: a current of the model.
            frequencies: (f,) [1/time].

        Returns:
            The spectrum.

        Raises:
            NotConvergedError, ValueError, TypeError: as there.
        """
        self._own(current)
        grid = checked_frequencies(frequencies)
        with few_threads(self.model.dimension):
            return spectrum_of(self.resolvent, self.steady_state, current, grid)

    def _own(self, current: Current) -> None:
        own(current, self.model)
        require_finite_weights(current, "cumulants")
        if current.weights.ndim > 1 and not isinstance(self.resolvent, DenseResolvent):
            raise ValueError(f"current {current.name!r} is a sweep of weights, which needs the method Dense().")


@verb
def cumulants(
    model: Model,
    current: Current,
    *,
    initial: Initial | None = None,
    order: int = 2,
    method: Method | None = None,
    certify: bool = False,
) -> Cumulants:
    """Cumulants per time of a current in the steady state, by the Drazin recursion.

    With N the amount exchanged in a long time t, c_n = lim <<N^n>> / t: mean current, noise, skewness rate, ...

    Args:
        model: the model.
        current: the current, of that model.
        initial: says which steady state is meant, where the model keeps more than one.
        order: largest cumulant, >= 1.
        method: how to solve; `Auto()` if None.
        certify: whether ball arithmetic encloses them too, for up to 256 unknowns; see `certificate`.

    Returns:
        The cumulants, which read as an array (..., order), with their errors and the factorial cumulants.

    Raises:
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        NotConvergedError: if an iteration stalls, or rounding leaves fewer than six digits of a cumulant.
        ValueError: if the current is of another model, an argument not valid, or a cumulant beyond double precision.
        TypeError: if an argument is of the wrong type.
        ImportError: if `certify` is asked for without python-flint.

    Cost:
        One factorisation, shared by all orders; one solve for each order above the first.

    Reference:
        flindt2010, landi2024.

    Example:
        >>> import thermokin as tk
        >>> turns = tk.rates([[0.0, 1.0], [1.0, 0.0]], weights={"turns": [[0.0, 1.0], [0.0, 0.0]]})
        >>> tk.cumulants(turns, tk.current(turns, "turns"), order=3).values.round(12)  # of e^{s/2} - 1: 1/2^n
        array([0.5  , 0.25 , 0.125])
    """
    whole_order(order)
    if certify:
        refuse_start(initial)
    found = None
    if order in {1, 2} and _in_bulk(model, [current], method, initial):
        with few_threads(model.dimension):
            found = bulk_cumulants(model, current, order)
    if found is None:
        found = Counting(model, initial=initial, method=method).cumulants(current, order=order)
    return with_certificate(found, certified_cumulants(current, order)) if certify else found


@verb
def covariance(
    model: Model, currents: Sequence[Current], *, initial: Initial | None = None, method: Method | None = None
) -> Covariance:
    """Covariances per time of several currents in the steady state, lim <<N_a N_b>> / t.

    Args:
        model: the model.
        currents: currents of that model.
        initial: says which steady state is meant, where the model keeps more than one.
        method: how to solve; `Auto()` if None.

    Returns:
        The covariances, which read as an array (..., currents, currents), with their errors.

    Raises:
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        NotConvergedError: if an iteration stalls, or rounding leaves fewer than six digits of a covariance.
        ValueError: if a current belongs to another model, or there is none.
        TypeError: if an argument is of the wrong type.

    Cost:
        One factorisation, and one solve for each current.

    Reference:
        landi2024.

    Example:
        >>> import thermokin as tk
        >>> pair = tk.library.coupled_qubits([1.0, 1.0], coupling=0.2, rate=0.001, hot=2.0, cold=1.0)
        >>> found = tk.covariance(pair, [tk.heat(pair, "hot"), tk.heat(pair, "cold")])
        >>> (1e4 * found.values).round(4)  # what one bath gives the other takes
        array([[ 6.149, -6.149],
               [-6.149,  6.149]])
    """
    if _in_bulk(model, currents, method, initial):
        with few_threads(model.dimension):
            found = bulk_covariance(model, currents)
        if found is not None:
            return found
    return Counting(model, initial=initial, method=method).covariance(currents)


@verb
def spectrum(
    model: Model,
    current: Current,
    frequencies: ArrayLike,
    *,
    initial: Initial | None = None,
    method: Method | None = None,
) -> NoiseSpectrum:
    """Noise of a current against frequency in the steady state.

    The spectrum of counted jumps, such as a photocurrent; not an emission spectrum, which is one of field amplitudes.
    S(w) = int dt exp(i w t) <<I(t) I(0)>>, I the current in time. S(0) is the second cumulant per time; for w far above
    all rates S is the shot noise sum_k c_k^2 a_k, a_k the jumps of channel k per time.

    Args:
        model: the model.
        current: the current, of that model.
        frequencies: w (f,) [1/time].
        initial: says which steady state is meant, where the model keeps more than one.
        method: how to solve; `Auto()` if None.

    Returns:
        The spectrum, which reads as an array (..., f), with both limits beside it.

    Raises:
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        NotConvergedError: if an iteration stalls, or rounding leaves fewer than six digits at zero or a slow frequency.
        ValueError: if the current belongs to another model, or frequencies are not finite.
        TypeError: if an argument is of the wrong type.

    Cost:
        One solve for each frequency; a large model takes all of them from one Krylov space.

    Reference:
        landi2024.

    Example:
        >>> import thermokin as tk
        >>> turns = tk.rates([[0.0, 1.0], [1.0, 0.0]], weights={"turns": [[0.0, 1.0], [0.0, 0.0]]})
        >>> found = tk.spectrum(turns, tk.current(turns, "turns"), [0.0, 2.0, 100.0]).values
        >>> found.round(6)  # 1/2 - 1 / (4 + w^2): half the shot noise at 0, as after a turn none follows at once
        array([0.25  , 0.375 , 0.4999])
    """
    return Counting(model, initial=initial, method=method).spectrum(current, frequencies)


def _in_bulk(model: object, currents: object, method: object, initial: object) -> bool:
    """Whether all points of a sweep may be taken at once: a valid question that names neither method nor state."""
    if not isinstance(model, Model) or not model.batch_shape or initial is not None:
        return False
    if not isinstance(currents, Sequence) or not currents or not (method is None or isinstance(method, Auto)):
        return False
    return all(
        isinstance(current, Current) and current.model is model and np.isfinite(current.weights).all()
        for current in currents
    )
