"""Scattering matrices that kwant calculates, energy by energy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.operators.as_numbers import as_whole
from thermokin.transport.scatterer import UNITARY, Features, PreparedScattering, Scatterer

__all__ = ["from_kwant"]

Answer = TypeVar("Answer")

BISECTIONS = 40  # of an interval in which a channel opens
ASIDE = 1e-10  # of the range of energies: where a channel opens exactly kwant knows no modes, and knows them beside it


@dataclass(frozen=True, eq=False)
class _Kwant(Scatterer):
    """A finalised system of kwant.

    Args:
        solve: of an energy: the scattering matrix as kwant gives it.
        open_channels: of an energy: the number of open channels of each lead.
        most: the largest number of open channels of each lead.
        marks: features of the scattering.
        known: matrices already calculated, by energy.
    """

    tolerance: ClassVar[float] = 1e-8  # kwant takes milliseconds an energy

    solve: Callable[[float], Any]
    open_channels: Callable[[float], tuple[int, ...]]
    most: tuple[int, ...]
    marks: Features
    known: dict[float, ComplexArray] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"kwant system with {len(self.most)} leads and at most {sum(self.most)} channels"

    @property
    def owner(self) -> tuple[int, ...]:
        """The lead of each channel that opens anywhere."""
        return tuple(lead for lead, count in enumerate(self.most) for _ in range(count))

    def features(self, shape: tuple[int, ...]) -> Features:
        """Where channels open, and what the user says."""
        return self.marks

    def scattering(self, shape: tuple[int, ...]) -> PreparedScattering:
        """A matrix an energy; a channel that is closed reflects."""

        def values(_: IntArray, anchor: FloatArray, offset: FloatArray) -> ComplexArray:
            energies = anchor[:, None] + offset
            found = np.stack([self._at(float(energy)) for energy in energies.reshape(-1)])
            return found.reshape(*energies.shape, *found.shape[1:])

        return values

    def _at(self, energy: float) -> ComplexArray:
        if energy not in self.known:
            self.known[energy] = self._solved(energy)
        return self.known[energy]

    def _solved(self, energy: float) -> ComplexArray:
        counts = self.open_channels(energy)
        if any(own > most for own, most in zip(counts, self.most, strict=True)):
            raise ValueError(
                f"at energy {energy:.6g} more channels are open, {counts}, than anywhere on the grid of `energies`, "
                f"{self.most}; widen `energies` or raise `samples`."
            )
        starts = np.concatenate([[0], np.cumsum(self.most)[:-1]])
        place = np.concatenate([start + np.arange(own) for start, own in zip(starts, counts, strict=True)]).astype(int)
        whole = np.eye(sum(self.most), dtype=np.complex128)
        if place.size:
            matrix = np.asarray(self.solve(energy).data, dtype=np.complex128)
            defect = np.abs(matrix.conj().T @ matrix - np.eye(place.size)).max()
            if not defect <= UNITARY:
                raise ValueError(
                    f"the scattering matrix must be unitary: at energy {energy:.6g} S^+ S differs from 1 by "
                    f"{defect:.3g}."
                )
            whole[np.ix_(place, place)] = matrix
        return whole


def from_kwant(
    system: Any,
    energies: tuple[float, float],
    *,
    params: Mapping[str, Any] | None = None,
    resonances: Sequence[tuple[float, float]] = (),
    samples: int = 200,
) -> Scatterer:
    """The scatterer that a finalised system of kwant is.

    Its leads are the terminals, in kwant's order; energies are in the unit of its hoppings.

    Args:
        system: a finalised `kwant.Builder` with leads.
        energies: the range that leads reach, within which channels are counted [energy].
        params: of the system, as kwant takes them.
        resonances: centre and width [energy] of each narrow feature.
        samples: at how many energies channels are counted; where their number changes is found between these.

    Returns:
        The scatterer.

    Raises:
        ImportError: if kwant is not installed.
        TypeError: if the system has no leads.
        ValueError: if the range is empty, or no lead conducts within it.

    Cost:
        One solution by kwant for each energy of a quadrature, some hundreds a point; they are kept.

    Reference:
        groth2014.

    Example:
        >>> import kwant
        >>> import thermokin as tk
        >>> chain, lead = kwant.Builder(), kwant.Builder(kwant.TranslationalSymmetry([-1]))
        >>> site = kwant.lattice.chain(norbs=1)
        >>> chain[site(0)], lead[site(0)], lead[site.neighbors()] = 0.0, 0.0, -1.0
        >>> for side in (lead, lead.reversed()):
        ...     _ = chain.attach_lead(side)
        >>> tk.transport.from_kwant(chain.finalized(), (-1.9, 1.9)).owner  # a terminal, a channel
        (0, 1)
    """
    import kwant

    leads = list(getattr(system, "leads", ()))
    if not leads:
        raise TypeError("`system` must be a finalised system of kwant with leads; call `.finalized()` first.")
    if not (len(energies) == 2 and energies[0] < energies[1]):
        raise ValueError(f"`energies` must be two energies, the lower first, got {energies}.")
    given = None if params is None else dict(params)
    aside = ASIDE * (energies[1] - energies[0])

    def open_channels(energy: float) -> tuple[int, ...]:
        return _beside(
            lambda near: tuple(len(lead.modes(near, params=given)[0].momenta) // 2 for lead in leads), energy, aside
        )

    grid = np.linspace(*energies, as_whole(samples, "samples", 2))
    counts = [open_channels(float(energy)) for energy in grid]
    most = tuple(int(number) for number in np.max(counts, axis=0))
    if not sum(most):
        raise ValueError(f"no lead has an open channel between {energies[0]:g} and {energies[1]:g}.")
    steps = zip(grid[:-1], grid[1:], counts[:-1], counts[1:], strict=True)
    edges = [_opening(open_channels, low, high, before) for low, high, before, after in steps if before != after]
    marks = Features.of(resonances, edges)

    def solve(energy: float) -> Any:
        return _beside(lambda near: kwant.smatrix(system, near, params=given), energy, aside)

    return _Kwant(solve, open_channels, most, marks)


def _beside(asked: Callable[[float], Answer], energy: float, aside: float) -> Answer:
    """What kwant answers at an energy, or just above it where a channel opens exactly there and kwant fails."""
    try:
        return asked(energy)
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):
        return asked(energy + aside)


def _opening(count: Callable[[float], tuple[int, ...]], low: float, high: float, before: tuple[int, ...]) -> float:
    """Where the number of open channels changes."""
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if count(float(middle)) == before else (low, middle)
    return float(high)
