"""The generator in which counting takes place: that of the model, or of the subspace in which a start ends."""

from __future__ import annotations

from thermokin._errors import DegenerateSteadyStateError
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.motion.initial import InitialState
from thermokin.motion.invariant_subspaces import inside_support
from thermokin.motion.stationary_resolvent import stationary_resolvent
from thermokin.motion.steady_state import steady_state_of_start
from thermokin.solvers.method import Method
from thermokin.solvers.resolvent import Resolvent
from thermokin.solvers.uniqueness import mixed

__all__ = ["counted_resolvent"]


def counted_resolvent(liouvillian: Liouvillian, method: Method, start: InitialState | None) -> Resolvent:
    """The prepared generator, its stationary vector known to be the only one.

    A start in one of several steady states that no basis state tells apart is followed into the subspace that it ends
    in; there the steady state is the only one.

    Args:
        liouvillian: the generator.
        method: how to solve.
        start: says which steady state is meant; None if there is only one.

    Returns:
        The resolvent.

    Raises:
        DegenerateSteadyStateError: if there are several and the start does not end in a single one.
    """
    try:
        return _solved(liouvillian, method, start)
    except DegenerateSteadyStateError:
        if start is None or liouvillian.populations_closed or liouvillian.model.batch_shape:
            raise
    return _where_it_ends(liouvillian, method, start)


def _where_it_ends(liouvillian: Liouvillian, method: Method, start: InitialState) -> Resolvent:
    ended = steady_state_of_start(liouvillian, start)
    try:
        return _solved(inside_support(liouvillian, ended.matrix), method, None)
    except DegenerateSteadyStateError as error:
        raise mixed(error.sectors) from error


def _solved(liouvillian: Liouvillian, method: Method, start: InitialState | None) -> Resolvent:
    made = stationary_resolvent(liouvillian, method, start)
    _ = made.stationary  # whether there is only one is known before anything is counted
    return made
