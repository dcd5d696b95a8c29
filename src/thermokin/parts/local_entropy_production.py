"""Entropy production of an evolution, split into what parts produce and the decay of their correlations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError, HypothesisError
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.gaussian.gaussian_evolution import GaussianEvolution, GaussianLedger
from thermokin.gaussian.model import NO_BATH
from thermokin.model.bath import bath_entropy
from thermokin.model.parameter import Known
from thermokin.motion.evolution import Evolution
from thermokin.operators.as_numbers import shown
from thermokin.parts.given_state import dims_given, given_state
from thermokin.parts.part_correlations import PartCorrelations
from thermokin.parts.sources import GaussianParts, MatrixParts, PartSource, mode_groups
from thermokin.parts.touching import touched_by_baths, touched_by_mode_baths
from thermokin.thermo.ledger import Ledger

__all__ = ["LocalEntropyProduction", "local_entropy_production"]


@dataclass(frozen=True, eq=False)
class LocalEntropyProduction(Result):
    """What parts produce by themselves, and what correlations add, since time 0.

    Args:
        ledger: of the evolution.
        correlations: of its states.
        start: of its state at time 0, with an axis of one time.
        baths: the part that each bath is booked with, by its name.
    """

    ledger: Ledger | GaussianLedger
    correlations: PartCorrelations
    start: PartCorrelations
    baths: Mapping[str, int]

    @property
    def dims(self) -> tuple[int, ...]:
        """Sizes of the parts."""
        return self.correlations.dims

    @property
    def times(self) -> FloatArray | None:
        """(..., t) [time]."""
        return self.correlations.times

    @property
    def parameters(self) -> Mapping[str, Known]:
        """What varies along the leading axes, by name."""
        return self.correlations.parameters

    @cached_property
    def parts(self) -> FloatArray:
        """Gain of each part's entropy, and what its baths gained (..., t, part) [nats].

        Not negative where each bath acts on its part alone and nothing couples parts; otherwise a part can gain from
        the others what it does not pay for.
        """
        gained = self.correlations.entropies - self.start.entropies
        flows = np.zeros(gained.shape)
        for name, part in self.baths.items():
            temperature = self.ledger.model.baths[self.ledger.model.bath_position(name)].temperature[..., None]
            flows[..., part] += bath_entropy(self.ledger.heat[name], temperature)
        return np.asarray(gained + flows)

    @cached_property
    def correlation_decay(self) -> FloatArray:
        """Total correlation at time 0 less that at each time (..., t) [nats]; >= 0 where maps of parts are local."""
        return np.asarray(self.start.total_correlation - self.correlations.total_correlation)

    @property
    def total(self) -> FloatArray:
        """The sum of all (..., t) [nats], which is the entropy production."""
        return np.asarray(self.parts.sum(axis=-1) + self.correlation_decay)


def local_entropy_production(
    evolution: Evolution | GaussianEvolution,
    baths: Mapping[str, int] | None = None,
    dims: Sequence[int] | None = None,
) -> LocalEntropyProduction:
    """The entropy produced along an evolution as that of parts and the decay of correlations.

    Sigma = sum_k [S_k(t) - S_k(0) - sum of Q_b/T_b over the baths b of part k] + I(0) - I(t), with I the total
    correlation of the parts.

    Args:
        evolution: what `evolve` of a model returns, of a Gaussian one too.
        baths: the part that each bath of the model belongs to, by its name; None for the one that its contacts touch.
        dims: sizes of the parts; None for those that QuTiP's objects have said. Of Gaussian models how many
            neighbouring modes each part has; None for one each.

    Returns:
        The split (..., t).

    Raises:
        ArgumentError: if a bath is missing or unknown, a part is none, or sizes do not make the dimension.
        HypothesisError: if jumps without a bath happen, whose entropy no part is booked with.
        TypeError: if `evolution` is not one.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> level, X = np.diag([0.0, 1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])
        >>> sites = [[tk.operators.embed(one, k, (2, 2)) for k in (0, 1)] for one in (level, X)]
        >>> contacts = [tk.Contact(tk.Bath(n, 0.5), sites[1][k], tk.Flat(0.05)) for k, n in enumerate("ab")]
        >>> model = tk.davies(sites[0][0] + sites[0][1], contacts)
        >>> bell = np.array([1.0, 0.0, 0.0, 1.0]) / np.sqrt(2.0)
        >>> run = tk.evolve(model, np.outer(bell, bell), [2.0, 200.0])
        >>> split = tk.local_entropy_production(run, {"a": 0, "b": 1}, (2, 2))
        >>> split.correlation_decay.round(6)
        array([0.457363, 1.386294])
    """
    if isinstance(evolution, GaussianEvolution):
        modes = mode_groups(evolution.model.modes, dims)
        begin = replace(evolution, moments=evolution.start[..., None, :, :], times=np.zeros(1))
        sources: tuple[PartSource, PartSource] = GaussianParts(evolution, modes), GaussianParts(begin, modes)
        names = tuple(bath.name for bath in evolution.model.baths)
        bathless = bool((evolution.model.bath == NO_BATH).any())
        touched = touched_by_mode_baths(evolution.model, modes, names, None)
        ledger: Ledger | GaussianLedger = GaussianLedger(evolution)
    elif isinstance(evolution, Evolution):
        given = given_state(evolution)
        sizes = dims_given(given, dims)
        sources = MatrixParts(given, sizes), MatrixParts(given_state(evolution.at([0.0])), sizes)
        names = tuple(bath.name for bath in evolution.model.baths)
        bathless = bool(evolution.model.table.bathless.any())
        touched = touched_by_baths(evolution.model, sizes, names, None)
        ledger = Ledger(evolution)
    else:
        raise TypeError(f"`evolution` must be what `evolve` of a model returns, got {shown(evolution)}.")
    found = _booked(baths, names, touched, len(sources[0].dims))
    if bathless:
        raise HypothesisError("jumps without a bath happen, whose entropy belongs to no part.")
    return LocalEntropyProduction(ledger, PartCorrelations(sources[0]), PartCorrelations(sources[1]), found)


def _booked(
    baths: Mapping[str, int] | None, names: tuple[str, ...], touched: tuple[tuple[int, ...], ...], parts: int
) -> dict[str, int]:
    """The part of each bath, as given, or the one that it touches."""
    if baths is None:
        several = [name for name, some in zip(names, touched, strict=True) if len(some) != 1]
        if several:
            raise ArgumentError(
                f"`baths` must say the part with which bath {several[0]!r} is booked, which touches several.", "baths"
            )
        return {name: some[0] for name, some in zip(names, touched, strict=True)}
    missing, odd = [name for name in names if name not in baths], [name for name in baths if name not in names]
    if missing or odd:
        raise ArgumentError(
            f"`baths` must say the part of each bath of the model, {', '.join(map(repr, names)) or 'none'}; "
            f"{'missing ' + ', '.join(map(repr, missing)) if missing else 'unknown ' + ', '.join(map(repr, odd))}.",
            "baths",
        )
    wrong = {name: part for name, part in baths.items() if part not in range(parts)}
    if wrong:
        raise ArgumentError(f"`baths` must name parts from 0 to {parts - 1}, got {shown(wrong)}.", "baths")
    return dict(baths)
