"""What a model of a family is solved as at one point, and how its tables move there."""

from __future__ import annotations

from dataclasses import dataclass

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin.linear_response.family_parameters import Place
from thermokin.linear_response.family_point import FamilyPoint
from thermokin.linear_response.jump_algebra import JumpAlgebra, MatrixAlgebra, PopulationAlgebra
from thermokin.linear_response.kept_subspace import require_kept, require_levels_kept
from thermokin.linear_response.moving_entries import MovingEntries
from thermokin.linear_response.parameter_changes import parameter_changes
from thermokin.linear_response.relaxation_response import RelaxationResponse
from thermokin.linear_response.relaxation_spectrum import RelaxationSpectrum
from thermokin.linear_response.table_change import TableChange
from thermokin.linear_response.turned_change import turn_between, turned_change
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.model import Model
from thermokin.solvers.resolvent import Resolvent

__all__ = ["PointTables"]


@dataclass(frozen=True, eq=False)
class PointTables:
    """The tables of one point.

    Args:
        point: the family there.
        places: the parameters.
        resolvent: the prepared generator.
    """

    point: FamilyPoint
    places: tuple[Place, ...]
    resolvent: Resolvent

    @property
    def liouvillian(self) -> Liouvillian:
        """The generator that is solved."""
        return self.resolvent.block.liouvillian

    @property
    def model(self) -> Model:
        """As it is solved: that of the family, or the same between eigenstates beside which jumps are weak."""
        return self.liouvillian.model

    @property
    def closed(self) -> bool:
        """Whether populations are closed."""
        return self.liouvillian.populations_closed

    @cached_property
    def changes(self) -> list[TableChange]:
        """Of the table, for each parameter."""
        return self._changes(gaining=not self.closed)

    @cached_property
    def every_change(self) -> list[TableChange]:
        """The same with all that moves coherences as well."""
        return self._changes(gaining=True) if self.closed else self.changes

    def _changes(self, *, gaining: bool) -> list[TableChange]:
        turned = self.model is not self.point.model
        block = None if turned else self.resolvent.block
        found = parameter_changes(self.point, self.places, block, gaining=gaining or turned)
        return [turned_change(one, self.point.model, self.model) for one in found] if turned else found

    @cached_property
    def in_own_frame(self) -> list[TableChange]:
        """The changes as the model of the family has them."""
        if self.model is self.point.model:
            return self.changes
        return parameter_changes(self.point, self.places, None, gaining=False)

    @cached_property
    def moving(self) -> MovingEntries:
        """The entries of the table, and what parameters add to its jumps."""
        return MovingEntries(self.model.table, self.changes, self.closed)

    @cached_property
    def moving_all(self) -> MovingEntries:
        """The same with phases, of all that moves coherences."""
        return MovingEntries(self.model.table, self.every_change, closed=False) if self.closed else self.moving

    def require_kept(self) -> None:
        """Refuse parameters that do not leave the subspace alone in which a start ends among several steady states.

        Raises:
            ArgumentError: if there are such.
        """
        levels, size = self.resolvent.block.levels, self.model.dimension
        names = [str(place) for place in self.places]
        if size < self.point.model.dimension:
            inside = turn_between(self.point.model, self.model)
            for name, change in zip(names, self._in_whole_space, strict=True):
                require_kept(name, change, self.point.model, inside)
        elif levels.size < size:
            for name, change in zip(names, self.every_change, strict=True):
                require_levels_kept(name, change, self.model, levels)

    @cached_property
    def _in_whole_space(self) -> list[TableChange]:
        """The changes, with all that moves coherences, of a model that is solved in a subspace."""
        return parameter_changes(self.point, self.places, None, gaining=True)

    def relaxation(self, *, whole: bool) -> RelaxationResponse:
        """The modes with what moves their eigenvalues.

        Args:
            whole: whether coherences that populations never feed are among them.

        Returns:
            The modes.
        """
        return self._relaxation_of_all if whole else self._relaxation_of_fed

    @cached_property
    def _relaxation_of_fed(self) -> RelaxationResponse:
        return self._relaxation(all_moves=not self.closed, whole=False)

    @cached_property
    def _relaxation_of_all(self) -> RelaxationResponse:
        return self._relaxation(all_moves=True, whole=True)

    def mode_response(self, *, whole: bool) -> RelaxationResponse:
        """The modes with all that moves them, coherences included.

        Args:
            whole: as in `relaxation`.

        Returns:
            The modes.
        """
        return self._relaxation(all_moves=True, whole=whole)

    def _relaxation(self, *, all_moves: bool, whole: bool) -> RelaxationResponse:
        model, origin = self.point.model, self.point.model.origin
        if whole and origin is not None and origin.shifted:
            raise ArgumentError(
                "`family` makes a model with a Lamb shift, which turns the coherences of its modes; how the shift "
                "moves is not worked out: leave `lamb_shift` out.",
                "family",
            )
        liouvillian = self.liouvillian
        changes, moving = (self.every_change, self.moving_all) if all_moves else (self.changes, self.moving)
        if self.model.dimension < model.dimension:  # modes are those of all of it, whatever a start says
            liouvillian, changes = Liouvillian(model), self._in_whole_space
            moving = MovingEntries(model.table, changes, closed=False)
        kind: type[JumpAlgebra] = PopulationAlgebra if moving.closed else MatrixAlgebra
        spectrum = RelaxationSpectrum(liouvillian, moving.entries, whole)
        names = [str(place) for place in self.places]
        return RelaxationResponse(spectrum, kind(moving.entries, self.resolvent.block), moving, changes, names)
