"""`sweep`: a family of models over a grid of its numbers, into memory or into a store that can be resumed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin._result import CONVENTIONS
from thermokin._typing import FloatArray
from thermokin.design.family_outputs import BOUND, THEOREMS, FamilyTask, SweepOutputs
from thermokin.linear_response.family_parameters import family_of
from thermokin.linear_response.outputs import listed_outputs
from thermokin.model.current_words import terms_of
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.operators.as_numbers import shown
from thermokin.sweeps.engine import Tell
from thermokin.sweeps.executors import ExecutorLike
from thermokin.sweeps.fingerprint import fingerprint, named
from thermokin.sweeps.options import MOST_POINTS, Options
from thermokin.sweeps.refinement import Refine, refined
from thermokin.sweeps.sweeping import Sweep, untold

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["sweep"]


def sweep(
    family: Family | Callable[..., Model],
    values: Mapping[str, Sequence[float] | FloatArray],
    outputs: SweepOutputs,
    *,
    store: str | Path | None = None,
    executor: ExecutorLike = None,
    workers: int | None = None,
    shard: tuple[int, int] = (1, 1),
    refine: Refine | None = None,
    chunk: int | None = None,
    bulk: bool | None = None,
    seed: int = 0,
    most: int = MOST_POINTS,
    tell: Tell = untold,
) -> xr.Dataset:
    """Outputs of a family at every value of some of its numbers with every value of the others.

    Outputs are words as in `response`, "ratio of [bound] on [current]" and "limit of [bound] on [current]" for bounds
    of the catalogue at rest, or a mapping of names to words or functions: of a model, or of a model and a
    `numpy.random.Generator`, that give numbers, a current, or one of the classes of `thermokin.outputs`. A pair of
    these and a text states the unit.

    Families whose numbers may be arrays are evaluated in blocks, after a check at three points that these agree with
    single ones; others point by point. The grid is cut into chunks of about a second's work. A chunk goes into the
    store when it is computed, its marker last: killed at any moment, the same call computes what is missing, and no
    chunk twice. A point that fails is NaN, and `error` beside it says why.

    Args:
        family: a family, or a function that makes a model of named numbers.
        values: a list (n,) of each number that varies, by name.
        outputs: what is asked at every point.
        store: a folder, in Zarr format 3; None keeps all in memory. It refuses another family, other outputs, values,
            versions or seed.
        executor: "serial", "processes", any executor of `concurrent.futures`, a dask client, or the address of a dask
            scheduler, whose workers share the folder. None takes processes where the work is worth it.
        workers: how many processes; as many as there are processors if None.
        shard: (k, n) computes the k-th of n parts of all chunks, as (1, 4), for job arrays that share a store.
        refine: adds values where an output bends, `Refine(tolerance, most)`; the store then holds a folder for each
            round.
        chunk: points of a chunk at most.
        bulk: whether many points are asked for at once; None finds out.
        seed: of the random numbers of functions that want them, drawn from a sequence of its own for each chunk.
        most: how many points are meant at most.
        tell: is told of the progress.

    Returns:
        The data: an axis with unit for each number, a variable for each output, and `error`, 0 where nothing failed.
        Data of a store are read when they are looked at.

    Raises:
        SweepError: if the family fails at the first, middle and last point, there are more points than `most`, the
            store holds another sweep, its disk is full, or workers are gone; what is finished stays.
        ValueError: if a name means nothing, or a value is none.
        TypeError: if an argument is of the wrong type.

    Cost:
        That of its points, on one BLAS thread each; ten milliseconds for a chunk in a store.

    Example:
        >>> import thermokin as tk
        >>> maser = tk.Family(tk.library.three_level_maser, {"cold": 1.0})
        >>> wanted = ["heat from hot", "ratio of thermodynamic on heat from hot"]
        >>> data = tk.sweep(maser, {"drive": [0.02, 0.05, 0.1], "hot": [3.0, 4.0]}, wanted)
        >>> data["heat from hot"].dims, data["hot"].attrs["units"]
        (('drive', 'hot'), 'energy')
    """
    made = family_of(family)
    axes, asked = _axes(made, values), _asked(outputs)
    options = Options(store, executor, workers, shard, chunk, bulk, seed, most)
    known = made.parameters
    said = {
        name: {"long_name": f"{name}, {known[name].words}".rstrip(", "), "units": known[name].unit} for name in axes
    }
    task = FamilyTask(made, asked)
    about = {"title": "a sweep", "conventions": CONVENTIONS, "family": repr(made)}

    def begun(at: Mapping[str, FloatArray], where: Options) -> Sweep:
        return Sweep(task, at, said, _described(made, asked), about, where)

    return begun(axes, options).run(tell) if refine is None else refined(begun, axes, options, refine, tell)


def _axes(family: Family, values: object) -> dict[str, FloatArray]:
    """The values of each number, seen to be some."""
    if not isinstance(values, Mapping) or not values:
        raise TypeError(
            f'`values` must map names to lists of numbers, as {{"drive": [0.1, 0.2]}}, got {shown(values)}.'
        )
    found, known = {}, family.parameters
    for name, given in values.items():
        if name not in known:
            near = get_close_matches(str(name), list(known), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"`values` must name numbers of {family!r}, got {name!r}{hint}")
        try:
            numbers = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError):
            raise TypeError(f"`values[{name!r}]` must be a list of numbers, got {shown(given)}.") from None
        if numbers.ndim != 1 or not numbers.size:
            raise ValueError(
                f"`values[{name!r}]` must be a list of one or more numbers, got the shape {numbers.shape}."
            )
        if known[name].axes or known[name].choices:
            raise ValueError(
                f"`values[{name!r}]` must be of a single number; make a family of the numbers it depends on."
            )
        flaw = known[name].flaw(numbers)
        if flaw:
            raise ValueError(f"`values[{name!r}]` {flaw}.")
        if known[name].role == "whole" and (numbers != np.round(numbers)).any():
            raise ValueError(f"`values[{name!r}]` must be whole numbers.")
        if np.unique(numbers).size < numbers.size:
            raise ValueError(f"`values[{name!r}]` must hold each number once.")
        found[str(name)] = numbers
    return found


def _asked(outputs: object) -> SweepOutputs:
    """The outputs, their words seen to mean something."""
    if not isinstance(outputs, Mapping) and (isinstance(outputs, str) or not isinstance(outputs, Sequence)):
        listed_outputs(outputs)  # which refuses it
        raise TypeError(f"`outputs` must be a list of words or a mapping, got {shown(outputs)}.")
    if not outputs:
        raise ValueError("`outputs` must name at least one output.")
    pairs = outputs if isinstance(outputs, Mapping) else {words: words for words in outputs}
    if len(pairs) < len(outputs):
        raise ValueError("`outputs` must name each output once.")
    for name, given in pairs.items():
        wanted = given[0] if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], str) else given
        bound = BOUND.fullmatch(wanted) if isinstance(wanted, str) else None
        if bound is None:
            listed_outputs({name: wanted})
        elif bound["bound"] not in THEOREMS:
            near = get_close_matches(bound["bound"], list(THEOREMS), n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(map(repr, THEOREMS))}."
            raise ValueError(f"`outputs` must name a bound at rest of the catalogue, got {bound['bound']!r}; {hint}")
        else:
            terms_of(bound["current"])
    return outputs


def _described(family: Family, outputs: SweepOutputs) -> dict[str, str]:
    """What the family and its outputs are, for a store to know them by."""
    pairs = outputs.items() if isinstance(outputs, Mapping) else ((words, words) for words in outputs)
    return {
        "family": named(family.build),
        **{f"given {name}": _number(value) for name, value in family.settled.items()},
        **{f"output {name!r}": _told(wanted) for name, wanted in pairs},
        "tolerance": "numbers with fewer than six digits are lost",
    }


def _number(value: Any) -> str:
    return repr(value) if isinstance(value, int | float | str) else f"{type(value).__name__} {fingerprint(value)}"


def _told(wanted: Any) -> str:
    if isinstance(wanted, tuple):
        return f"{_told(wanted[0])} [{wanted[1]}]"
    return wanted if isinstance(wanted, str) else named(wanted)
