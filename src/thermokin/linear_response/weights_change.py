"""How what jumps count moves with a parameter: heat with gaps, entropy with temperatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import FloatArray
from thermokin.linear_response.moving_entries import Moved
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
    def _energy(self) -> Moved:
        return Moved.of([change.energy for change in self.changes])

    @cached_property
    def _particles(self) -> Moved | None:
        """None where the particles of all jumps stay."""
        if not any(change.particles.any() for change in self.changes):
            return None
        return Moved.of([change.particles[self.model.table.channel] for change in self.changes])

    @cached_property
    def _heat(self) -> FloatArray:
        """What each entry counts of heat (m,)."""
        return np.asarray(heat_weights(self.model)[self.model.table.channel])

    @cached_property
    def _logarithm(self) -> Moved:
        """How ln of the strength of a jump over that of the one that undoes it moves."""
        table = self.model.table
        moved = np.stack([2.0 * (np.conj(table.amplitude) * one.amplitude).real for one in self.changes])
        found = scatter(moved, table.channel, table.size) / table.channel_strength
        return Moved.of(list(np.where(table.reverse >= 0, found - found[:, table.reverse], 0.0)[:, table.channel]))

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
        for rows, moved in self._by_entry(tally, shares):
            total += moved.along(rows)
            size += moved.size(rows[0])
        for bath, run in self._runs:
            moves = tally.of_bath(bath, self.changes) if bath >= 0 else ()
            for amount, along in zip((table.particles[table.channel[run]], self._heat[run]), moves, strict=False):
                if along.any():
                    total += np.outer(shares[:, run] @ amount, along)
                    size += float(np.linalg.norm(shares[0, run]) * np.linalg.norm(amount)) * np.abs(along)
        return total, size

    def _by_entry(self, tally: _Coefficients, shares: FloatArray) -> list[tuple[FloatArray, Moved]]:
        """What moves from entry to entry, with the shares that it has in the number (s, m)."""
        found: list[tuple[FloatArray, Moved]] = []
        for coefficients, moved in (
            (tally.energy, self._energy),
            (tally.particles, self._particles),
            (tally.own, self._logarithm if tally.own.any() and self.model.table.bathless.any() else None),
        ):
            if moved is not None and moved.places.size and coefficients.any():
                rows = np.zeros_like(shares)
                for bath, run in self._runs:
                    np.multiply(shares[:, run], coefficients[bath], out=rows[:, run])
                found.append((rows, moved))
        return found


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
