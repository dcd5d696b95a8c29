"""The channels of a model as a sequence, each made when somebody looks at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thermokin.model.channel import Channel
from thermokin.model.jump_table import NO_BATH

if TYPE_CHECKING:
    from thermokin.model.model import Model

__all__ = ["Channels"]


@dataclass(frozen=True, eq=False)
class Channels(Sequence[Channel]):
    """The channels of a model, made from its jump table on demand."""

    model: Model

    def __repr__(self) -> str:
        found, count = [], Counter(self.model.table.bath.tolist())
        for position, bath in [*enumerate(self.model.baths), (NO_BATH, None)]:
            if count[position]:
                found.append(f"{count[position]} with {'no bath' if bath is None else repr(bath.name)}")
        return f"Channels of {self.model.dimension} levels: {', '.join(found) or 'none'}"

    def __len__(self) -> int:
        """Number of channels."""
        return self.model.table.size

    def __getitem__(self, position: int) -> Channel:  # type: ignore[override]
        """The channel at that position.

        Args:
            position: from 0, or from the end if negative.

        Returns:
            The channel, in the user's basis.

        Raises:
            IndexError: past the last channel.
        """
        table = self.model.table
        if not -table.size <= position < table.size:
            raise IndexError(f"the model has {table.size} channels, got position {position}.")
        position %= table.size
        return Channel(
            jump=table.elements(position) if self.model.frame is None else self.model.from_frame(table.jump(position)),
            bath=self.model.baths[bath] if (bath := int(table.bath[position])) != NO_BATH else None,
            energy=table.energy[..., position],
            particles=table.particles[..., position],
        )
