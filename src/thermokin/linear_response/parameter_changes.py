"""How the table of a model at a point of a family moves with each of some parameters."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from thermokin._errors import ArgumentError, ValidityWarning
from thermokin._typing import BoolArray, FloatArray
from thermokin.linear_response.eigenframe_change import SecularChanges
from thermokin.linear_response.family_parameters import Place
from thermokin.linear_response.family_point import FamilyPoint
from thermokin.linear_response.table_change import TableChange, table_arrays, table_change
from thermokin.liouville.block import Block
from thermokin.liouville.hermitian_block import HermitianBlock
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.jump_table import JumpTable
from thermokin.numerics.differences import jacobian
from thermokin.numerics.level_sums import equal_pairs

__all__ = ["parameter_changes", "require_joined"]

PARTED = 1e-8  # of the largest change of a gap: differences that are rounding


def parameter_changes(
    point: FamilyPoint, places: Sequence[Place], block: Block | None, *, gaining: bool
) -> list[TableChange]:
    """How the table moves with each parameter: through the eigenstates where contacts made it, else as it is.

    Args:
        point: the family there.
        places: the parameters.
        block: of the model's generator, which says what coherences are coupled to populations; None if not to be asked.
        gaining: whether elements that jumps gain are told: they move coherences, and populations by these alone.

    Returns:
        A change for each parameter.

    Raises:
        ArgumentError: if one has no derivative.
    """
    with warnings.catch_warnings():  # doubts about assumptions have been told at the point itself
        warnings.simplefilter("ignore", ValidityWarning)
        return _found(point, places, block, gaining=gaining)


def _found(point: FamilyPoint, places: Sequence[Place], block: Block | None, *, gaining: bool) -> list[TableChange]:
    steps, room = np.array([point.steps(place) for place in places]).T
    if point.inputs is None or point.model.origin is None:
        return _by_tables(point, places, steps, room)
    found = _by_eigenstates(point, places, steps, room, gaining=gaining)
    if block is not None:
        for place, change in zip(places, found, strict=True):
            _require_whole(str(place), change, block)
    return found


def _by_tables(point: FamilyPoint, places: Sequence[Place], steps: FloatArray, room: FloatArray) -> list[TableChange]:
    model = point.model
    slopes = jacobian(
        lambda moved: table_arrays(point.model_at(places, moved), model), table_arrays(model, model), steps, room
    )
    return [table_change(made, model) for made in slopes]


def _by_eigenstates(
    point: FamilyPoint, places: Sequence[Place], steps: FloatArray, room: FloatArray, *, gaining: bool
) -> list[TableChange]:
    origin, inputs = point.model.origin, point.inputs
    assert origin is not None  # noqa: S101 - asked by the caller
    assert inputs is not None  # noqa: S101
    if origin.shifted and not Liouvillian(point.model).populations_closed:
        raise ArgumentError(
            "`family` makes a model with a Lamb shift that moves its populations; how the shift moves is not worked "
            "out: leave `lamb_shift` out.",
            "family",
        )
    secular = SecularChanges(point.model, origin, inputs, gaining)
    slopes = jacobian(
        lambda moved: secular.arrays(point.inputs_at(places, moved)),
        secular.base_arrays,
        steps,
        room,
        secular.roundings,
    )
    return [secular.change(made, str(place)) for place, made in zip(places, slopes, strict=True)]


def _require_whole(name: str, change: TableChange, block: Block) -> None:
    """Refuse to part gaps of one jump whose levels' coherence is coupled to populations."""
    if isinstance(block, HermitianBlock):
        require_joined(name, change, block.liouvillian.table, block.generator.position >= 0)


def require_joined(name: str, change: TableChange, table: JumpTable, inside: BoolArray) -> None:
    """Refuse to part gaps of one jump that leads from coherences of a sector to others.

    Args:
        name: of the parameter.
        change: that it makes.
        table: the jumps.
        inside: (d, d) which elements the sector holds.

    Raises:
        ArgumentError: if it does.
    """
    largest = max(float(np.abs(change.energy).max(initial=0.0)), change.scale)
    if largest == 0.0:
        return
    one, two = equal_pairs(table.channel)
    apart = np.abs(change.energy[one] - change.energy[two]) > PARTED * largest
    one, two = one[apart], two[apart]
    held = inside[table.column[one], table.column[two]] & inside[table.row[one], table.row[two]]
    if held.any():
        first, second = (int(part[np.argmax(held)]) for part in (one, two))
        pairs = [(int(table.column[entry]), int(table.row[entry])) for entry in (first, second)]
        populations = bool(np.diagonal(inside).any())
        what = (
            "degenerate levels whose coherence is coupled to populations"
            if populations
            else "equal gaps whose coherences feed one another"
        )
        raise ArgumentError(
            f"`parameters` hold {name!r}, which splits {what}: the gaps of levels {pairs[0]} and {pairs[1]} are those "
            "of one jump here and of two beside this point, so that there is no derivative. Choose a point at which "
            "they are apart, or use `local` with a `bare` Hamiltonian whose gaps stay.",
            "parameters",
        )
