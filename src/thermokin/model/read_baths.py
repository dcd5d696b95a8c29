"""What has been made of collapse operators: the bath of each, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from thermokin.model.bath import Bath
from thermokin.model.opposed_jumps import JumpPair, MovedQuanta

__all__ = ["BALANCE", "LOCAL", "ReadBaths", "fitted_temperature", "indefinite", "listed_positions", "reasons_alone"]

BALANCE = 1e-10  # of a logarithm of two rates: mismatch that local detailed balance takes for rounding

LISTED = 512  # levels up to which the amounts of a jump are listed: an eigenbasis of more takes long
FAILS = "[H, L] = w L fails"
LOCAL = (
    "if the Hamiltonian holds a coupling or a drive besides, give it without them as energy_operator=; a sum of jumps "
    "of several amounts has none of its own"
)


@dataclass(frozen=True, eq=False)
class ReadBaths:
    """What has been made of collapse operators.

    Args:
        bath: of each position that has one.
        quanta: energy and particles that one jump gives, of each position that has a bath.
        notes: what was recognised, and why the rest was not, a line each.
    """

    bath: dict[int, Bath] = field(default_factory=dict)
    quanta: dict[int, tuple[float, float]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def take(self, bath: Bath, pairs: Sequence[JumpPair]) -> None:
        """Put pairs of jumps on a bath."""
        for pair in pairs:
            self.bath[pair.down] = self.bath[pair.up] = bath
            self.quanta[pair.down] = (-pair.quantum, -pair.particles)
            self.quanta[pair.up] = (pair.quantum, pair.particles)

    def tell(self, bath: Bath, positions: Sequence[int], origin: str) -> None:
        """Note what is on a bath, and where its temperature is from."""
        temperature = f"{float(bath.temperature):.6g}"
        self.notes.append(f"{listed_positions(positions)}: bath {bath.name!r} of temperature {temperature}, {origin}")

    def tell_rest(self, why: Mapping[int, str]) -> None:
        """A note for each reason why jumps have no bath."""
        reasons: dict[str, list[int]] = {}
        for place, reason in sorted(why.items()):
            if place not in self.bath:
                reasons.setdefault(reason, []).append(place)
        self.notes.extend(f"{listed_positions(places)}: no bath; {reason}" for reason, places in reasons.items())
        if any(FAILS in reason for reason in reasons):
            self.notes.append(LOCAL)


def reasons_alone(jumps: MovedQuanta) -> dict[int, str]:
    """Why jumps have no bath, where it can be seen of each alone.

    Args:
        jumps: what each jump moves.

    Returns:
        The reason by the position.
    """
    why: dict[int, str] = {}
    for place, jump in enumerate(jumps.jumps):
        if jump.largest == 0.0:
            why[place] = "the rate is 0"
        elif not jumps.definite[place]:
            why[place] = indefinite(jumps, place)
        elif jumps.quanta[place] == 0.0:
            why[place] = "no energy is moved, and no temperature follows"
    return why


def indefinite(jumps: MovedQuanta, place: int) -> str:
    """What a jump does that gives no one amount of energy, or of particles.

    Args:
        jumps: what each jump moves.
        place: its position.

    Returns:
        A clause.
    """
    if jumps.energy.dimension > LISTED:
        return f"{FAILS}, a jump gives several amounts"
    least, largest = jumps.amounts(place)
    return f"{FAILS}, a jump gives between {least:.4g} and {largest:.4g}"


def fitted_temperature(pairs: Sequence[JumpPair]) -> float:
    """T of pairs of one bath, by least squares of entropy = quantum/T.

    Args:
        pairs: one or more, of which one at least has an entropy.

    Returns:
        T [energy].
    """
    scale = max(pair.quantum for pair in pairs)
    upper = sum((pair.quantum / scale) ** 2 for pair in pairs)
    return scale * upper / sum(pair.quantum / scale * pair.entropy for pair in pairs)


def listed_positions(places: Sequence[int]) -> str:
    """Positions of collapse operators in words.

    Args:
        places: the positions.

    Returns:
        As "c_ops 0, 1".
    """
    return f"c_ops {', '.join(map(str, sorted(places)))}"
