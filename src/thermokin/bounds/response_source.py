"""What drives the auxiliary operator phi: the state's change under each jump, weighted with the jump's score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector
from thermokin.model.current import Current
from thermokin.motion.evolution import Evolution

__all__ = ["Drive", "ResponseSource", "response_source", "scores"]


def scores(rates: FloatArray, reverse: NDArray[np.int32]) -> FloatArray:
    """Forces l_k = (a_k - a_k~)/(a_k + a_k~) of jumps: 0 for one that undoes itself, 1 for one without partner.

    Args:
        rates: a_k (..., k).
        reverse: (k,) which jump undoes each; -1 for none.

    Returns:
        (..., k); 0 where neither of the two happens.
    """
    partner = np.where(reverse >= 0, rates[..., reverse], 0.0)
    both = rates + partner
    return np.where(both > 0.0, (rates - partner) / np.where(both > 0.0, both, 1.0), 0.0)


@dataclass(frozen=True, eq=False)
class Drive:
    """The drive at some states.

    Args:
        drive: (..., q, n + 1, 2): sum_k l_k D[L_k] rho, and sum_k c_k l_k a_k last; for forces and for speed.
        information: sum_k l_k^2 a_k of the forces (..., q) [1/time].
    """

    drive: ComplexArray
    information: FloatArray


@dataclass(frozen=True, eq=False)
class ResponseSource:
    """The elements of the density matrix that hold populations, and the jumps that act on them.

    Args:
        generator: of these elements.
        start: their initial values (..., n).
        counting: row (..., n) whose product with the elements is the rate of the current.
        operators: L_k (..., k, d, d).
        weights: c_k (..., k).
        taking_part: (k,) 1 for jumps that are sped up.
    """

    generator: SectorGenerator
    start: ComplexArray
    counting: ComplexArray
    operators: ComplexArray
    weights: FloatArray
    taking_part: FloatArray

    def at(self, states: ComplexArray) -> Drive:
        """The drive.

        Args:
            states: the elements at some times (..., q, n).

        Returns:
            The drive there.
        """
        rows, columns = self.generator.sector.rows, self.generator.sector.columns
        size = self.generator.liouvillian.dimension
        matrices = np.zeros((*states.shape[:-1], size, size), dtype=np.complex128)
        matrices[..., rows, columns] = states
        jumps = self.operators[..., None, :, :, :]
        half = jumps @ matrices[..., None, :, :]
        rates = (half * jumps.conj()).real.sum(axis=(-2, -1))
        forces = scores(rates, self.generator.liouvillian.table.reverse)
        speed = np.broadcast_to(self.taking_part, rates.shape)
        drive = np.empty((*states.shape[:-1], states.shape[-1] + 1, 2), dtype=np.complex128)
        adjoint = jumps.conj().swapaxes(-1, -2)
        for column, score in enumerate((forces, speed)):
            given = (half @ adjoint * score[..., None, None]).sum(axis=-3)
            lost = (adjoint @ half * score[..., None, None]).sum(axis=-3)
            change = given - 0.5 * (lost + lost.conj().swapaxes(-1, -2))
            drive[..., :-1, column] = change[..., rows, columns]
            drive[..., -1, column] = (self.weights[..., None, :] * score * rates).sum(axis=-1)
        return Drive(drive, np.asarray((forces**2 * rates).sum(axis=-1)))


def response_source(evolution: Evolution, current: Current, taking_part: FloatArray) -> ResponseSource:
    """The source of phi along an evolution.

    Args:
        evolution: the evolution.
        current: the current.
        taking_part: (k,) 1 for jumps that are sped up.

    Returns:
        The source, in the sectors that hold populations: nothing outside them is ever counted.
    """
    liouvillian, model = evolution.liouvillian, evolution.model
    sector = _sector(evolution)
    generator = SectorGenerator(liouvillian, sector)
    jumps = [model.table.jump(position) for position in range(model.table.size)]
    size = model.dimension
    operators = np.stack(jumps, axis=-3) if jumps else np.zeros((0, size, size), dtype=np.complex128)
    counting = generator.mean_of(liouvillian.current_observable(current))
    return ResponseSource(
        generator, evolution.initial.elements(sector), counting, operators, current.weights, taking_part
    )


def _sector(evolution: Evolution) -> Sector:
    size = evolution.model.dimension
    if evolution.motion is not None:
        return Sector(np.arange(size), np.arange(size))
    if _decay_hides_links(evolution.liouvillian):
        return Sector(np.repeat(np.arange(size), size), np.tile(np.arange(size), size))
    holding = [path.sector for path in evolution.paths if path.sector.diagonal.any()]
    return Sector(
        np.concatenate([sector.rows for sector in holding]),
        np.concatenate([sector.columns for sector in holding]),
    )


def _decay_hides_links(liouvillian: Liouvillian) -> bool:
    """Whether elements of L_k^+ L_k cancel in the sum over k: single jumps then leave the sectors of the generator."""
    table = liouvillian.table
    one, two = table.pairs
    linked = (table.row[one] == table.row[two]) & (table.column[one] != table.column[two])
    links = np.zeros((table.dimension, table.dimension), dtype=bool)
    links[table.column[one[linked]], table.column[two[linked]]] = True
    size = table.dimension
    decay = liouvillian.decay.matrix
    kept = np.zeros_like(links) if decay is None else (decay != 0.0).reshape(-1, size, size).any(axis=0)
    return bool((links & ~kept).any())
