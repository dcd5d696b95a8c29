"""A task swept over a grid: planned, resumed, computed, sealed."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import asdict, replace
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from thermokin._errors import LostPointsWarning, SweepError, ValidityWarning, users_level
from thermokin._typing import FloatArray
from thermokin.sweeps.engine import Progress, Tell, computed
from thermokin.sweeps.evaluation import Block, Head, Task
from thermokin.sweeps.grid import Grid
from thermokin.sweeps.identity import identity
from thermokin.sweeps.job import Job
from thermokin.sweeps.labels import MEMBERS, Labels, in_memory
from thermokin.sweeps.new_store import created
from thermokin.sweeps.options import Options
from thermokin.sweeps.plan import Plan, planned, shown_bytes, shown_seconds
from thermokin.sweeps.store import MARKERS, Store, damaged, identity_of, plan_of, require_zarr

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Sweep", "untold"]

QUICK = 5.0  # seconds of work for which no processes are started


def untold(progress: Progress) -> None:
    """Tell nobody."""


class Sweep:
    """A task over a grid.

    Args:
        task: what is swept.
        axes: values (n,) of each number, by name.
        said: attributes of each axis, by its name.
        of: what the task is, in words, by name; a store refuses another.
        about: what is said of the data as a whole.
        options: how it is computed.

    Raises:
        SweepError: if the store holds something else, or zarr is missing.
    """

    def __init__(
        self,
        task: Task,
        axes: Mapping[str, FloatArray],
        said: Mapping[str, Mapping[str, str]],
        of: Mapping[str, str],
        about: Mapping[str, str],
        options: Options,
    ) -> None:
        self.task, self.axes, self.axes_said, self.about, self.options = task, dict(axes), said, about, options
        self.identity = identity(of, axes, options.seed)
        self.path = None if options.store is None else Path(options.store).expanduser().absolute()
        if self.path is not None:
            require_zarr()
        self.store = self._earlier()

    def _earlier(self) -> Store | None:
        """The store of an earlier run; None if there is none."""
        path = self.path
        if path is None or not path.exists():
            return None
        held = identity_of(path)
        if held is None:
            if path.is_dir() and not any(path.iterdir()):
                return None
            if (path / MARKERS).is_dir():
                raise SweepError(damaged(path))
            raise SweepError(f"`store` {path} holds something else than a sweep; name another folder.")
        if difference := held.unlike(self.identity):
            raise SweepError(f"`store` {path} holds another sweep: {difference}. Name another folder, or remove it.")
        return Store(path)

    def plan(self) -> Plan:
        """What it will take; that of the store, if there is one, without its times."""
        if self.store is not None and self.path is not None:
            return _stored_plan(self.path, self._shape)
        return planned(self.task, self.axes, points=self.options.chunk, bulk=self.options.bulk, seed=self.options.seed)

    @property
    def _shape(self) -> tuple[int, ...]:
        return tuple(values.size for values in self.axes.values())

    def said(self) -> str:
        """What is to come, in a few lines, and what is there of it."""
        lines = [self.plan().said(self.options.hands)]
        if self.store is not None:
            lines = lines[0].splitlines()[:1]
            grid = Grid(self.axes, self.plan().chunk)
            there = sum(map(grid.size_of, self.store.done()))
            lines.append(f"{there} of them are in {self.path} already")
        return "\n".join(lines)

    def is_complete(self) -> bool:
        """Whether nothing is missing in the store."""
        return self.store is not None and self.store.is_complete

    def run(self, tell: Tell = untold) -> xr.Dataset:
        """Compute what is missing.

        Args:
            tell: is told how far it is.

        Returns:
            The data.

        Raises:
            SweepError: if it cannot begin or go on.
        """
        plan = self.plan()
        self._require_meant(plan)
        if self.path is not None and self.store is None:
            self.store = created(self.path, self.identity, _told(plan), self._labels(plan))
            plan = _stored_plan(self.path, self._shape, plan)  # that of whoever came first
        self._require_cut(plan)
        labels = self._labels(plan)
        done = set() if self.store is None else self.store.done()
        number, count = self.options.shard
        missing = [one for one in labels.grid.chunks[number - 1 :: count] if one not in done]
        failed, warned, blocks = self._compute(plan, labels, missing, done, tell)
        data = in_memory(labels, blocks) if self.store is None else self._sealed(labels)
        _warn(failed, plan.points, warned)
        return data

    def _sealed(self, labels: Labels) -> xr.Dataset:
        """The data of the store, which is told that it is complete if it is."""
        store = cast(Store, self.store)
        if not set(labels.grid.chunks) - store.done():
            try:
                store.seal(labels)
            except OSError as error:
                said = f"`store` {store.path} has all points and cannot be closed: {error.strerror or error}."
                raise SweepError(f"{said} Asked for again, it will be.") from error
        return store.dataset()

    def _compute(
        self, plan: Plan, labels: Labels, missing: list[int], done: set[int], tell: Tell
    ) -> tuple[int, dict[str, str], dict[int, Block]]:
        grid, options = labels.grid, self.options
        number, count = options.shard
        job = Job(self.task, plan.heads, grid, plan.bulk, options.seed, self.path, self.identity.key)
        own = [one for one in grid.chunks[number - 1 :: count] if one in done]
        before = sum(map(grid.size_of, own))
        failed = 0 if self.store is None else sum(self.store.failed(one) for one in own)
        executor = options.executor
        if executor is None:
            work = plan.seconds * plan.points * len(missing) / len(grid.chunks)
            alone = options.hands == 1 or len(missing) < 2 or work < QUICK
            executor = "serial" if alone else "processes"
        warned: dict[str, str] = {}
        blocks: dict[int, Block] = {}
        for one in computed(job, missing, executor, workers=options.hands, before=before, tell=tell):
            failed += one.failed
            warned = {**one.warned, **warned}
            if one.block is not None:
                blocks[one.number] = one.block
        return failed, warned, blocks

    def _labels(self, plan: Plan) -> Labels:
        names = [*self.axes, *(name for head in plan.heads for name in (head.name, *head.own))]
        twice = next((name for name in self.axes if names.count(name) > 1), None)
        bad = twice or next(
            (name for name in names if "/" in name or name in MEMBERS or name.startswith((".", "__"))), None
        )
        if bad is not None:
            raise SweepError(
                f"the data cannot hold an output of the name {bad!r}, which is taken or not allowed; give it "
                f'another, as outputs={{"another name": {bad!r}}}.'
            )
        return Labels(Grid(self.axes, plan.chunk), self.axes_said, plan.heads, self.about)

    def _require_meant(self, plan: Plan) -> None:
        if plan.points > self.options.most:
            shape = " x ".join(map(str, plan.shape))
            time = (
                f"about {shown_seconds(plan.seconds * plan.points)} of one processor's time and "
                if plan.seconds
                else ""
            )
            raise SweepError(
                f"the sweep has {plan.points} points ({shape}), more than {self.options.most}: {time}"
                f"{shown_bytes(plan.stored)} of data. Take fewer values, or say that they are meant: "
                f"most={plan.points}."
            )

    def _require_cut(self, plan: Plan) -> None:
        wanted = self.options.chunk
        if wanted is not None and self.store is not None and prod(plan.chunk) > wanted:
            raise SweepError(
                f"`store` {self.path} is cut into chunks of {prod(plan.chunk)} points; leave `chunk` out, or name "
                "another folder."
            )


def _told(plan: Plan) -> dict[str, Any]:
    return {"chunk": list(plan.chunk), "bulk": plan.bulk, "heads": [asdict(head) for head in plan.heads]}


def _stored_plan(path: Path, shape: tuple[int, ...], known: Plan | None = None) -> Plan:
    told = plan_of(path)
    try:
        heads = tuple(
            Head(**{**one, "own": {name: tuple(values) for name, values in one["own"].items()}})
            for one in told["heads"]
        )
        found = Plan(shape, heads, bool(told["bulk"]), tuple(map(int, told["chunk"])), 0.0, 0.0)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SweepError(damaged(path)) from error
    return found if known is None else replace(found, seconds=known.seconds, held=known.held)


def _warn(failed: int, points: int, warned: Mapping[str, str]) -> None:
    """One word for each kind of warning, whatever the number of points."""
    for kind, text in warned.items():
        known = ValidityWarning if kind == ValidityWarning.__name__ else UserWarning
        said = text.partition(", at point")[0]  # which points, it says of one chunk alone
        warnings.warn(f"at some points of the sweep {said}.", known, stacklevel=users_level())
    if failed:
        message = (
            f"{failed} of {points} points of the sweep failed and are NaN; `error` holds a code for each of them, "
            "which its attribute `meanings` puts into words."
        )
        warnings.warn(LostPointsWarning(message), stacklevel=users_level())
