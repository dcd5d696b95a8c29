"""Single runs of a driven system: when its jumps happen, and the heat of each at its time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin._verbs import answers
from thermokin.cycles.driven_evolution import protocol_times, start_matrix
from thermokin.cycles.leg import Leg
from thermokin.cycles.protocol import Protocol, require_protocol
from thermokin.cycles.silent_motion import silent_motion
from thermokin.motion.initial import Initial
from thermokin.operators.as_numbers import as_whole
from thermokin.trajectories.trajectories import SampleCumulants, sample_cumulants
from thermokin.trajectories.unravel import seeded_blocks

__all__ = ["DrivenTrajectories", "unravel"]

BLOCK = 4096  # runs that are followed together
MOST_RUNS = 10**7
EMPTY = 1e-14  # eigenvalues of a state up to which rounding alone makes them


@dataclass(frozen=True, eq=False)
class DrivenTrajectories(Result):
    """Jump records of n runs of a protocol. Jumps stand one run after the other, in order of time within a run.

    Args:
        protocol: the protocol.
        times: the times asked for (t,) [time].
        runs: number n.
        trajectory: which run each jump belongs to (m,), ascending.
        jump_times: when each happens (m,) [time].
        bath: position in `protocol.bath_names` of the bath of each (m,); -1 for none.
        heat: into the system of each, by its channel at its time (m,) [energy].
        jump_energy: that each gives to the operator whose energy is counted (m,) [energy].
        entropy: that each puts into its bath (m,) [nats].
        kets: at the end of the protocol (n, d), in the user's basis, each up to its phase.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> bath = tk.Contact(tk.Bath("cold", 0.0), [[0, 1], [1, 0]], tk.Flat(0.01))
        >>> ramp = tk.Leg(10.0, lambda t: tk.davies(np.diag([0.0, 1.0 + t / 10.0]), [bath]))
        >>> heat = tk.unravel(ramp, tk.Populations([0.0, 1.0]), [10.0], trajectories=200).amounts("cold")
        >>> bool(((heat == 0.0) | (-2.0 <= heat) & (heat <= -1.0)).all())  # a quantum of the gap of its time, or none
        True
    """

    protocol: Protocol
    times: FloatArray
    runs: int
    trajectory: IntArray
    jump_times: FloatArray
    bath: IntArray
    heat: FloatArray
    jump_energy: FloatArray
    entropy: FloatArray
    kets: ComplexArray = field(repr=False)

    def __len__(self) -> int:
        """Number n of runs."""
        return self.runs

    def amounts(self, bath: str | None = None) -> FloatArray:
        """Heat from a bath since time 0, run by run.

        Args:
            bath: its name; None for the number of all jumps.

        Returns:
            (n, t) [energy].

        Raises:
            ArgumentError: if no bath has that name.
        """
        if bath is not None and bath not in self.protocol.bath_names:
            names = ", ".join(map(repr, self.protocol.bath_names)) or "none"
            raise ArgumentError(f"`bath` must be one of {names}, got {bath!r}.", "bath")
        each = np.ones(self.heat.size)
        if bath is not None:
            each = np.where(self.bath == self.protocol.bath_names.index(bath), self.heat, 0.0)
        slots = self.times.size + 1
        place = self.trajectory * slots + np.searchsorted(self.times, self.jump_times, side="left")
        sums = np.bincount(place, weights=each, minlength=self.runs * slots).reshape(self.runs, slots)
        return np.asarray(np.cumsum(sums[:, :-1], axis=1), dtype=np.float64)

    def cumulants(self, bath: str | None = None, *, order: int = 2) -> SampleCumulants:
        """Cumulants over runs of the heat from a bath, with standard errors.

        Args:
            bath: its name; None for the number of all jumps.
            order: the largest, 1 to 3.

        Returns:
            The estimates (t, order).

        Raises:
            ValueError: if no bath has that name, or the order is out of range.
        """
        return sample_cumulants(self.amounts(bath), order, self.times)


@answers(Leg, "unravel")
@answers(Protocol, "unravel")
def unravel(
    model: Protocol | Leg, initial: Initial, times: ArrayLike, *, trajectories: int = 10_000, seed: int = 1
) -> DrivenTrajectories:
    """Single runs of a protocol: exact jump times, each jump with the heat of its channel at that time.

    Between jumps psi moves by the propagator of H - (i/2) sum L^+ L, a polynomial of time on short panels; the next
    jump comes when |psi|^2 has fallen to a uniform random number, solved to rounding (no time step). A mixed start is
    drawn from its eigenstates. Runs of many cycles are those of `tk.Protocol(list(legs) * cycles)`.

    Args:
        model: a protocol; a leg alone is one.
        initial: anything `evolve` takes, without leading axes.
        times: (t,) ascending, within the duration, up to which amounts are read [time].
        trajectories: how many runs.
        seed: >= 0; the same seed gives the same records.

    Returns:
        The records.

    Raises:
        ArgumentError: if a number is out of range, the initial state has leading axes, or a leg turns too often.
        TypeError: if an argument is of the wrong type.

    Cost:
        Per run and turn of the state some microseconds; per jump the models at its time.

    Reference:
        dalibard1992; dum1992.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> bath = tk.Contact(tk.Bath("bath", 0.8), [[0, 1], [1, 0]], tk.Flat(0.01))
        >>> ramp = tk.Leg(10.0, lambda t: tk.davies(np.diag([0.0, 1.0 + t / 10.0]), [bath]))
        >>> runs = tk.unravel(ramp, tk.Gibbs(0.8), [10.0], trajectories=2000, seed=3)
        >>> mean = runs.cumulants("bath")
        >>> bool(abs(mean.mean[0] + 0.01711131) < 3.0 * mean.mean_error[0])
        True
    """
    protocol = require_protocol(model, single=True)
    count = as_whole(trajectories, "trajectories", 1, MOST_RUNS)
    chosen = as_whole(seed, "seed", 0, 2**63 - 1)
    grid = protocol_times(protocol, times)
    rho = start_matrix(protocol, initial)
    if rho.ndim != 2:
        raise ArgumentError(f"`initial` must be one state here, got leading axes {rho.shape[:-2]}.", "initial")
    chances, frame = np.linalg.eigh(rho)
    ladder = np.cumsum(np.where(chances > EMPTY, chances, 0.0))

    def block(size: int, random: np.random.Generator) -> _Runs:
        drawn = np.searchsorted(ladder / ladder[-1], random.random(size), side="right")
        runs = _Runs(protocol, np.ascontiguousarray(frame.T[np.minimum(drawn, ladder.size - 1)]), random)
        for position in range(len(protocol.legs)):
            runs.follow(position)
        return runs

    blocks = seeded_blocks(block, count, BLOCK, chosen, None)
    return _joined(protocol, grid, blocks)


class _Runs:
    """Runs that are followed together, panel by panel.

    Args:
        protocol: the protocol.
        kets: where they start (n, d).
        random: source of randomness.
    """

    def __init__(self, protocol: Protocol, kets: ComplexArray, random: np.random.Generator) -> None:
        self._protocol, self._random = protocol, random
        self.kets = kets
        self._left: FloatArray = 1.0 - random.random((kets.shape[0],))  # in (0, 1]: of the survival, at the next jump
        self.records: list[tuple[IntArray, FloatArray, IntArray, FloatArray, FloatArray, FloatArray]] = []

    def follow(self, position: int) -> None:
        """One leg."""
        leg, begin = self._protocol.legs[position], float(self._protocol.starts[position])
        silent = silent_motion(leg)
        owner = np.array([self._protocol.bath_names.index(name) for name in leg.bath_names] + [-1])
        for panel in range(silent.edges.size - 1):
            end = silent.at(panel, np.ones(1))[0]
            after = np.full(self._left.size, -1.0)
            moved = self.kets @ end.T
            jumping = np.flatnonzero((np.abs(moved) ** 2).sum(axis=-1) < self._left)
            while jumping.size:
                place = silent.falls(panel, self.kets[jumping], self._left[jumping], after[jumping])
                low, high = silent.edges[panel : panel + 2]
                time = np.clip(0.5 * (low + high) + 0.5 * (high - low) * place, 0.0, leg.duration)
                maps = silent.at(panel, place)
                kets = self._jumped(leg, jumping, begin, time, (maps @ self.kets[jumping, :, None])[..., 0], owner)
                # As if the panel had begun in what the ket would have come from.
                self.kets[jumping] = np.linalg.solve(maps, kets[..., None])[..., 0]
                after[jumping] = place
                moved[jumping] = self.kets[jumping] @ end.T
                jumping = jumping[(np.abs(moved[jumping]) ** 2).sum(axis=-1) < self._left[jumping]]
            self.kets = moved

    def _jumped(
        self, leg: Leg, who: IntArray, begin: float, time: FloatArray, kets: ComplexArray, owner: IntArray
    ) -> ComplexArray:
        """Kets after a jump of each of some runs, which is noted."""
        nodes = leg.nodes(time)
        found = (nodes.jumps @ kets[:, None, :, None])[..., 0]
        odds = np.cumsum((np.abs(found) ** 2).sum(axis=-1), axis=-1)
        drawn = self._random.random(who.size) * odds[:, -1]
        channel = np.minimum((odds <= drawn[:, None]).sum(axis=-1), odds.shape[-1] - 1)
        each = np.arange(who.size)
        bath = owner[nodes.bath[each, channel]]
        numbers = (values[each, channel] for values in (nodes.heat, nodes.energy, nodes.entropy))
        self.records.append((who, begin + time, bath, *numbers))
        after = found[each, channel]
        after /= np.linalg.norm(after, axis=-1, keepdims=True)
        self._left[who] = 1.0 - self._random.random((who.size,))
        return np.asarray(after)


def _joined(protocol: Protocol, grid: FloatArray, blocks: list[_Runs]) -> DrivenTrajectories:
    """All blocks, their jumps sorted by run and time."""
    columns: list[list[FloatArray]] = [[np.zeros(0)] for _ in range(6)]
    first = 0
    for block in blocks:
        for record in block.records:
            for column, values in zip(columns, (record[0] + first, *record[1:]), strict=True):
                column.append(values.astype(np.float64))
        first += block.kets.shape[0]
    who, when, bath, heat, energy, entropy = (np.concatenate(column) for column in columns)
    order = np.lexsort((when, who))
    kets = np.concatenate([block.kets for block in blocks])
    kets /= np.linalg.norm(kets, axis=-1, keepdims=True)
    return DrivenTrajectories(
        protocol=protocol,
        times=grid,
        runs=first,
        trajectory=who[order].astype(np.int64),
        jump_times=when[order],
        bath=bath[order].astype(np.int64),
        heat=heat[order],
        jump_energy=energy[order],
        entropy=entropy[order],
        kets=kets,
    )
