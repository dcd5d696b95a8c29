"""The verb `ledger`: of an evolution what it costs, of a system alone what it exchanges at rest."""

from __future__ import annotations

from typing import Any, overload

from thermokin._verbs import OtherSystem
from thermokin.machines.steady_ledger import SteadyLedger, steady_ledger
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution
from thermokin.motion.initial import Initial
from thermokin.thermo.ledger import Ledger
from thermokin.thermo.ledger import ledger as evolution_ledger

__all__ = ["ledger"]


@overload
def ledger(model: Model, evolution: Evolution) -> Ledger: ...


@overload
def ledger(model: Model | OtherSystem, evolution: None = None, *, initial: Initial | None = None) -> SteadyLedger: ...


@overload
def ledger(model: OtherSystem, evolution: object) -> Any: ...


def ledger(model: Any, evolution: Any = None, *, initial: Initial | None = None) -> Any:
    """What is exchanged and produced: along an evolution, or, without one, per time at rest.

    Args:
        model: a model, a Gaussian model, or, at rest, a junction of `tk.transport`.
        evolution: of that model; at rest if None.
        initial: says which steady state is meant, where a model keeps more than one; at rest only.

    Returns:
        The ledger: along an evolution over time (..., t); at rest heat, power, particles, entropy and activity per
        time (...), of each bath (..., b), with their errors, Fano factors and figures of merit.

    Raises:
        DegenerateSteadyStateError: at rest, if a model keeps more than one steady state and `initial` names none.
        NotConvergedError: at rest, if rounding leaves too few digits of a heat.
        ValueError: if the evolution belongs to another model.
        TypeError: if an argument is of the wrong type, or `initial` is given beside an evolution.

    Cost:
        Entries are made on first use; at rest one factorisation serves all of them.

    Example:
        >>> import thermokin as tk
        >>> maser = tk.library.three_level_maser(drive=0.02, hot=6.0, rate_hot=0.01, rate_cold=0.02)
        >>> rest = tk.ledger(maser)
        >>> str(rest.does), bool(abs(rest.power - rest.heat.sum()) < 1e-15)
        ('engine', True)
    """
    if evolution is None:
        return steady_ledger(model, initial=initial)
    if initial is not None:
        raise TypeError("`initial` says which steady state is meant; an evolution has a start of its own.")
    return evolution_ledger(model, evolution)
