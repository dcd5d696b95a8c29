"""What flows between parts, what baths bring to each, and how both add up."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ValidityWarning, users_level
from thermokin._result import Result
from thermokin._typing import BoolArray, FloatArray
from thermokin.model.parameter import Known
from thermokin.operators.as_numbers import as_whole

__all__ = ["BondCurrents"]

FAR = 1e-9  # of what all baths exchange: less of it where they do not touch is rounding


@dataclass(frozen=True, eq=False)
class BondCurrents(Result):
    """Currents between parts, with the balance of each.

    Args:
        quantity: what flows, in words.
        unit: of the quantity, in words.
        dims: sizes of the parts; of Gaussian models how many modes each has.
        bonds: pairs of parts (j, k), j < k, in the order of the axis `bond`.
        currents: what flows from j to k (..., bond) [quantity/time].
        generated: what the Hamiltonian makes on each part (..., part) [quantity/time]; 0 of the energy.
        sources: what each bath puts into each part (..., bath, part) [quantity/time].
        remote: the same of terms in which no part is that the bath touches (..., bath, part); 0 of local generators.
        baths: names of the baths, with "no bath" for jumps without one.
        temperatures: of the baths (..., bath) [energy]; NaN of jumps without one.
        touched: parts that each of them touches.
        amounts: of each part (..., part) [quantity].
        change: of these per time, by the equation of motion (..., part) [quantity/time]; 0 at rest.
        error: how far `residual` may be from 0 by rounding and by what the state lacks (..., part) [quantity/time].
        links: sets of parts that a term of the Hamiltonian joins.
        times: (..., t) [time]; None at rest.
        parameters: what varies along the leading axes, by name.
        positions: where the parts stand (part, 2); None if nobody has said it.

    Example:
        >>> import thermokin as tk
        >>> pair = tk.gaussian.oscillator_chain(2, frequency=1.0, coupling=0.05, rate=0.1, hot=2.0, cold=0.5)
        >>> found = tk.bond_currents(pair)  # as fast over the bond as from the hot bath and into the cold
        >>> round(float(found.between(0, 1)), 6), found.sources.sum(axis=-1).round(6)
        (0.034624, array([ 0.034624, -0.034624]))
    """

    quantity: str
    unit: str
    dims: tuple[int, ...]
    bonds: tuple[tuple[int, int], ...]
    currents: FloatArray
    generated: FloatArray
    sources: FloatArray
    remote: FloatArray
    baths: tuple[str, ...]
    temperatures: FloatArray
    touched: tuple[tuple[int, ...], ...]
    amounts: FloatArray
    change: FloatArray
    error: FloatArray
    links: tuple[tuple[int, ...], ...]
    times: FloatArray | None
    parameters: Mapping[str, Known]
    positions: FloatArray | None = None

    def between(self, start: int, end: int) -> FloatArray:
        """What flows from one part to another (...) [quantity/time].

        Args:
            start: number of the part that it leaves.
            end: number of the part that it enters.

        Returns:
            (...); negative where it flows the other way, 0 where there is no bond.

        Raises:
            ValueError: if there is no such part.
            TypeError: if a number is not whole.
        """
        start, end = (as_whole(part, name, 0, len(self.dims) - 1) for part, name in ((start, "start"), (end, "end")))
        pair, sign = ((start, end), 1.0) if start < end else ((end, start), -1.0)
        if pair not in self.bonds:
            return np.zeros(self.currents.shape[:-1])
        return np.asarray(sign * self.currents[..., self.bonds.index(pair)])

    @cached_property
    def inflow(self) -> FloatArray:
        """What bonds bring to each part (..., part) [quantity/time]."""
        found = np.zeros((*self.currents.shape[:-1], len(self.dims)))
        for place, (start, end) in enumerate(self.bonds):
            found[..., start] -= self.currents[..., place]
            found[..., end] += self.currents[..., place]
        return found

    @property
    def residual(self) -> FloatArray:
        """What the balance of each part leaves: change - bonds - baths - made (..., part) [quantity/time]."""
        return np.asarray(self.change - self.inflow - self.generated - self.sources.sum(axis=-2))

    @cached_property
    def unseen(self) -> FloatArray:
        """What leaves each part, of what baths bring that touch it, without any bond (..., part) [quantity/time].

        The balance fails by it where each bath is booked with what it touches alone: what it puts elsewhere is booked
        with the parts that it touches, in equal shares.
        """
        found = -self.remote.sum(axis=-2)
        for bath, parts in enumerate(self.touched):
            for part in parts:
                found[..., part] += self.remote[..., bath, :].sum(axis=-1) / len(parts)
        return np.asarray(found)

    @property
    def remote_share(self) -> FloatArray:
        """Of all that baths exchange with parts, how much they put where they do not touch (...), 0 to 1."""
        far, every = (np.abs(one).sum(axis=(-2, -1)) for one in (self.remote, self.sources))
        known = far > self.error.sum(axis=-1)
        return np.asarray(np.where(known, far, 0.0) / np.where(known, every, 1.0))

    @cached_property
    def hidden(self) -> BoolArray:
        """At which points (...) of a system at rest baths reach beyond what they touch, and bonds bring nothing.

        True of secular generators, whose states commute with the Hamiltonian.
        """
        if self.times is not None:
            return np.zeros(self.currents.shape[:-1], dtype=bool)
        still = (np.abs(self.inflow) <= self.error).all(axis=-1)
        return np.asarray(still & (self.remote_share > FAR))

    @property
    def remark(self) -> str:
        """What is to be known before a current is believed; empty if nothing."""
        share = float(np.nan_to_num(self.remote_share).max(initial=0.0))
        if share <= FAR:
            return ""
        if not self.hidden.any():
            return (
                f"baths put up to {share:.2g} of the {self.quantity} that they exchange where they do not touch, which "
                "no bond carries; `unseen` says how much leaves each part so."
            )
        most = float(np.abs(self.unseen[self.hidden]).max())
        where = "" if self.hidden.all() else f", at {int(self.hidden.sum())} of {self.hidden.size} points"
        still = not self.bonds or float(np.abs(self.currents[self.hidden]).max()) <= float(
            self.error[self.hidden].max()
        )
        how = "without a current on any bond" if still else "past all bonds, on which currents go round rings alone"
        return (
            f"this secular generator moves {self.quantity} between baths {how}{where}: up to "
            f"{most:.3g} per time of a part goes to others that its bath does not touch; where parts couple "
            "weakly beside their levels tk.local and, of Gaussian models, SiteContact show currents on bonds."
        )

    def told(self) -> BondCurrents:
        """The same, once its user is warned of currents that no bond shows."""
        if self.hidden.any():
            warnings.warn(self.remark, ValidityWarning, stacklevel=users_level())
        return self
