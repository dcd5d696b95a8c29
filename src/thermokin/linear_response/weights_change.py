"""How what jumps count moves with a parameter: heat with gaps, entropy with temperatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import FloatArray
from thermokin.linear_response.table_change import TableChange
from thermokin.model.current_words import Term, terms_of
from thermokin.model.jump_entropy import heat_weights
from thermokin.model.model import Model
from thermokin.numerics.level_sums import scatter

__all__ = ["WeightsChanges"]


@dataclass(frozen=True, eq=False)
class WeightsChanges:
    """What is counted in words, moving with several parameters.

    Args:
        model: the model.
        changes: of its table, for each parameter.
    """

    model: Model
    changes: Sequence[TableChange]

    @cached_property
    def _runs(self) -> list[tuple[int, slice]]:
        """Entries that follow one another and belong to one bath, with that bath; -1 for none."""
        bath = self.model.table.bath[self.model.table.channel]
        first = np.flatnonzero(np.diff(bath, prepend=-2))
        ends = [*first[1:], bath.size]
        return [(int(bath[begin]), slice(int(begin), int(end))) for begin, end in zip(first, ends, strict=True)]

    @cached_property
    def _energy(self) -> _Moved:
        return _Moved(np.stack([change.energy for change in self.changes]))

    @cached_property
    def _particles(self) -> _Moved | None:
        """None where the particles of all jumps stay."""
        if not any(change.particles.any() for change in self.changes):
            return None
        return _Moved(np.stack([change.particles[self.model.table.channel] for change in self.changes]))

    @cached_property
    def _heat(self) -> FloatArray:
        """What each entry counts of heat (m,)."""
        return np.asarray(heat_weights(self.model)[self.model.table.channel])

    @cached_property
    def _logarithm(self) -> _Moved:
        """How ln of the strength of a jump over that of the one that undoes it moves."""
        table = self.model.table
        moved = np.stack([2.0 * (np.conj(table.amplitude) * one.amplitude).real for one in self.changes])
        found = scatter(moved, table.channel, table.size) / table.channel_strength
        return _Moved(np.where(table.reverse >= 0, found - found[:, table.reverse], 0.0)[:, table.channel])

    def along(self, words: str, shares: FloatArray) -> tuple[FloatArray, FloatArray]:
        """How a number moves by what its current counts.

        Args:
            words: the current, sound.
            shares: derivatives of the number with respect to what each entry counts (s, m).

        Returns:
            For each parameter the derivative (s, p), and the sum of the sizes of its terms (p,).
        """
        tally = _Coefficients.none(len(self.model.baths))
        for term in terms_of(words):
            tally.add(term, self.model)
        total, size = np.zeros((len(shares), len(self.changes))), np.zeros(len(self.changes))
        table = self.model.table
        for bath, run in self._runs:
            part, largest = shares[:, run], np.abs(shares[0, run])
            for factor, moved in self._by_entry(tally, bath):
                total += factor * (part @ moved.values[:, run].T)
                size += abs(factor) * (moved.sizes[:, run] @ largest)
            if bath >= 0:
                amounts = table.particles[table.channel[run]], self._heat[run]
                for amount, moves in zip(amounts, tally.of_bath(bath, self.changes), strict=True):
                    total += np.outer(part @ amount, moves)
                    size += float(largest @ np.abs(amount)) * np.abs(moves)
        return total, size

    def _by_entry(self, tally: _Coefficients, bath: int) -> list[tuple[float, _Moved]]:
        """What moves from entry to entry of a bath, with what it is multiplied by."""
        found: list[tuple[float, _Moved]] = []
        if tally.energy[bath]:
            found.append((tally.energy[bath], self._energy))
        if tally.particles[bath] and self._particles is not None:
            found.append((tally.particles[bath], self._particles))
        if tally.own[bath]:
            found.append((tally.own[bath], self._logarithm))
        return found


@dataclass(frozen=True, eq=False)
class _Moved:
    """Derivatives (p, m) of a number of each entry."""

    values: FloatArray

    @cached_property
    def sizes(self) -> FloatArray:
        return np.abs(self.values)


@dataclass(frozen=True, eq=False)
class _Coefficients:
    """What a current counts, by bath; jumps without one last.

    Args:
        energy: times the energy of a jump (b + 1,).
        particles: times its particles.
        potential: less, times the chemical potential and the particles.
        warmth: times the heat and 1/T^2.
        own: times the logarithm of how much likelier a jump without a bath is than the one that undoes it.
    """

    energy: FloatArray
    particles: FloatArray
    potential: FloatArray
    warmth: FloatArray
    own: FloatArray

    @classmethod
    def none(cls, baths: int) -> _Coefficients:
        return cls(*(np.zeros(baths + 1) for _ in range(5)))

    def add(self, term: Term, model: Model) -> None:
        baths = range(len(model.baths)) if term.bath is None else [model.bath_position(term.bath)]
        everywhere = [*baths, -1] if term.bath is None else list(baths)
        if term.quantity == "energy":
            self.energy[everywhere] += term.factor
        elif term.quantity == "particles":
            self.particles[everywhere] += term.factor
        elif term.quantity in {"heat", "entropy_flow"}:
            for place in baths:
                self._add_heat(term, place, model)
            if term.quantity == "entropy_flow" and term.bath is None:
                self.own[-1] += term.factor

    def _add_heat(self, term: Term, place: int, model: Model) -> None:
        bath, factor = model.baths[place], term.factor
        if term.quantity == "entropy_flow":
            factor = -factor / float(bath.temperature)
            self.warmth[place] -= factor / float(bath.temperature)
        self.energy[place] += factor
        self.particles[place] -= factor * float(bath.chemical_potential)
        self.potential[place] += factor

    def of_bath(self, bath: int, changes: Sequence[TableChange]) -> tuple[FloatArray, FloatArray]:
        """What multiplies the particles and the heat of the jumps of a bath, for each parameter (p,)."""
        potential = np.array([change.potential[bath] for change in changes])
        temperature = np.array([change.temperature[bath] for change in changes])
        return -self.potential[bath] * potential, self.warmth[bath] * temperature
