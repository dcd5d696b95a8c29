"""The numbered modes of a generator, those of one decay rate together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.linear_response.jump_algebra import Entries
from thermokin.linear_response.relaxation_parts import LonePart, Part, PopulationPart, SectorPart
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector, SectorMap, sector_map
from thermokin.motion.modes import LASTING, population_modes
from thermokin.motion.population_motion import population_motion
from thermokin.motion.sector_path import exponents

__all__ = ["Level", "RelaxationSpectrum"]

SAMPLES = 2  # roundings of the generator that are followed


@dataclass(frozen=True, eq=False)
class Level:
    """The modes of one eigenvalue: L R_j = value R_j, tr(M_i^+ R_j) = delta_ij.

    Args:
        spectrum: that it is of.
        value: their eigenvalue [1/time].
        held: (part, places in it) where they live.
    """

    spectrum: RelaxationSpectrum
    value: complex
    held: tuple[tuple[Part, IntArray], ...]

    @property
    def count(self) -> int:
        """How many modes there are."""
        return sum(places.size for _, places in self.held)

    @property
    def shown(self) -> str:
        """The eigenvalue in words, for messages."""
        return f"{self.value:.6g}" if self.value.imag else f"{self.value.real:.6g}"

    @cached_property
    def right(self) -> NDArray[Any]:
        """R_j, and after roundings (s, g, d, d), or (s, g, d) where only populations are held."""
        return self._operators[0]

    @cached_property
    def left(self) -> NDArray[Any]:
        """M_j, likewise."""
        return self._operators[1]

    @cached_property
    def _operators(self) -> tuple[NDArray[Any], NDArray[Any]]:
        random = np.random.default_rng(0)
        right: list[NDArray[Any]] = []
        left: list[NDArray[Any]] = []
        for part, places in self.held:
            vectors, covectors = part.vectors(places)
            for number in range(places.size):
                for one, solve, rounded, into in (
                    (vectors, part.solve, part.rounded, right),
                    (covectors, part.solve_adjoint, part.rounded_adjoint, left),
                ):
                    own = one[:, number]
                    pushes = np.stack([rounded(own, random) for _ in range(SAMPLES)], axis=1)
                    moved = own[:, None] - solve(places, self.value, pushes)
                    whole = np.concatenate([own[:, None], moved], axis=1)
                    into.append(self.spectrum.operators(part.sector, whole.T))
        return np.stack(right, axis=1), np.stack(left, axis=1)


@dataclass(frozen=True, eq=False)
class RelaxationSpectrum:
    """Eigenvalues of the generator, those that last first, then by how fast they decay, of a pair with Im > 0 first.

    Args:
        liouvillian: the generator.
        entries: of its jumps.
        whole: whether coherences that populations never feed are among them.
    """

    liouvillian: Liouvillian
    entries: Entries
    whole: bool
    _levels: dict[int, Level] = field(default_factory=dict)

    @property
    def populations(self) -> bool:
        """Whether all modes are of closed populations."""
        return self.liouvillian.populations_closed and not self.whole

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What moves by itself."""
        liouvillian = self.liouvillian
        if not liouvillian.populations_closed:
            every = np.ones_like(self.chart.label, dtype=bool)
            return self._of(
                every if self.whole else np.isin(self.chart.label, np.unique(np.diagonal(self.chart.label)))
            )
        modes = population_modes(liouvillian, population_motion(liouvillian))
        found = PopulationPart(modes.sector, modes, self.entries)
        return (found, *self.outside(found.sector)) if self.whole else (found,)

    def outside(self, *sectors: Sector) -> tuple[Part, ...]:
        """The parts beside some sectors, coherences all of them."""
        wanted = np.ones_like(self.chart.label, dtype=bool)
        for sector in sectors:
            wanted[sector.rows, sector.columns] = False
        return self._of(wanted)

    def _of(self, wanted: BoolArray) -> tuple[Part, ...]:
        groups, alone = self.chart.sectors(wanted)
        found = tuple(SectorPart(group, SectorGenerator(self.liouvillian, group).matrix) for group in groups)
        return (*found, LonePart(alone, exponents(self.liouvillian, alone))) if alone.size else found

    @cached_property
    def chart(self) -> SectorMap:
        """The sectors of all elements."""
        return sector_map(self.liouvillian)

    def operators(self, sector: Sector, vectors: NDArray[Any]) -> NDArray[Any]:
        """What elements (..., n) stand for: populations (..., d) if there is nothing else, matrices (..., d, d)."""
        size = self.liouvillian.dimension
        if self.populations:
            return vectors
        found = np.zeros((*vectors.shape[:-1], size, size), dtype=np.complex128)
        found[..., sector.rows, sector.columns] = vectors
        return found

    @cached_property
    def _numbered(self) -> tuple[IntArray, IntArray, ComplexArray, FloatArray, int]:
        """Part, place in it, eigenvalue, within what it and its decay are those of others (2, n), and how many last."""
        values = np.concatenate([part.values for part in self.parts])
        blurred = np.stack([np.concatenate([part.blurred for part in self.parts]),
                            np.concatenate([part.blurred_decay for part in self.parts])])  # fmt: skip
        owner = np.repeat(np.arange(len(self.parts)), [part.sector.size for part in self.parts])
        place = np.concatenate([np.arange(part.sector.size) for part in self.parts])
        still: BoolArray = -values.real <= LASTING * np.abs(values).max(initial=0.0)
        first = self.parts[0]
        if isinstance(first, PopulationPart):  # whose slow ones have digits of their own
            still[: first.sector.size] = np.arange(first.sector.size) < int(first.modes.lasting)
        order = np.argsort(np.where(still, -np.inf, -values.real), kind="stable")
        decay = np.where(still, -np.inf, -values.real)[order]
        with np.errstate(invalid="ignore"):  # of those that last
            apart = ~(np.diff(decay, prepend=np.nan) <= blurred[1, order])
        # Of those that decay alike, as of a conjugate pair, the ones that turn to greater phases come first.
        order = order[np.lexsort((-values.imag[order], np.cumsum(apart)))]
        return owner[order], place[order], values[order], blurred[:, order], int(still.sum())

    @property
    def values(self) -> ComplexArray:
        """The eigenvalues (n,) by number [1/time]."""
        return self._numbered[2]

    @property
    def lasting(self) -> int:
        """How many modes never decay."""
        return self._numbered[4]

    def require(self, number: int, what: str) -> int:
        """A number, if it is that of a mode that decays.

        Args:
            number: k.
            what: is asked for, for the message.

        Returns:
            The same.

        Raises:
            ArgumentError: if it is none.
        """
        if self.lasting <= number < self.values.size:
            return number
        if number >= self.values.size:
            reason = f"there are {self.values.size} modes, numbered from 0"
        else:
            reason = f"mode {number} does not decay: those that do are numbered from {self.lasting}"
        raise ArgumentError(f"`outputs` hold the {what}, but {reason}.", "outputs")

    def tied(self, number: int) -> list[Level]:
        """The modes that decay as fast as one, eigenvalue by eigenvalue.

        Args:
            number: k.

        Returns:
            The levels.

        Raises:
            ArgumentError: if modes of one of these eigenvalues coalesce.
        """
        rest = [int(place) for place in self._as_fast_as(number)]
        found = []
        while rest:
            level = self.alike(rest[0])
            found.append(self._level(level))
            rest = [one for one in rest if one not in level]
        return found

    def alike(self, number: int) -> IntArray:
        """The numbers of the modes that have the eigenvalue of one."""
        values, blurred = self.values, self._numbered[3][0]
        near = np.abs(values - values[number]) <= np.maximum(blurred, blurred[number])
        near[: self.lasting] = False
        return np.flatnonzero(near)

    def level_of(self, number: int) -> Level:
        """The modes of the eigenvalue of one.

        Args:
            number: k.

        Returns:
            The level.

        Raises:
            ArgumentError: if they coalesce.
        """
        return self._level(self.alike(number))

    def _as_fast_as(self, number: int) -> IntArray:
        decay, blurred = self.values.real, self._numbered[3][1]
        near = np.abs(decay - decay[number]) <= np.maximum(blurred, blurred[number])
        near[: self.lasting] = False
        return np.flatnonzero(near)

    def _level(self, numbers: IntArray) -> Level:
        known = self._levels.get(int(numbers[0]))
        if known is not None:
            return known
        owner, place, values = self._numbered[:3]
        held = []
        for one in np.unique(owner[numbers]):
            places = np.sort(place[numbers[owner[numbers] == one]])
            part = self.parts[one]
            if part.coalesced(places):
                raise ArgumentError(
                    f"`outputs` hold modes that coalesce at this point (an exceptional point): {places.size} of the "
                    f"eigenvalue {complex(values[numbers[0]]):.6g} are parallel. Beside it eigenvalues go as roots of "
                    "the parameter, which have no derivative; derive beside the point.",
                    "outputs",
                )
            held.append((part, places))
        value = complex(values[numbers].mean())
        # What holds its conjugate within rounding is its own conjugate.
        real = abs(value.imag) <= self._numbered[3][0][numbers].max()
        found = self._levels[int(numbers[0])] = Level(self, complex(value.real) if real else value, tuple(held))
        return found
