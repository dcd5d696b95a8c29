"""Click records and amounts from tables in files: CSV, or Parquet where pyarrow is installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import ArgumentError
from thermokin.inference.amounts import Amounts
from thermokin.inference.clicks import Clicks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_amounts", "read_clicks"]

PARQUET = (".parquet", ".pq")


def read_clicks(
    path: str | Path,
    *,
    time: str = "time",
    channel: str | None = "channel",
    run: str | None = None,
    begin: float | None = None,
    end: float | None = None,
    names: Sequence[str] | None = None,
    separator: str = ",",
) -> Clicks:
    """Click records from a table with a line for each click.

    Args:
        path: of a CSV file with a line of names on top (lines that begin with # are left out), or of a Parquet file.
        time: name of the column of times, which do not descend within a run [time].
        channel: name of the column that tells the detector; None for a single detector.
        run: name of the column that tells the run; None for one run.
        begin: when watching began in each run; None for its first click [time].
        end: when it ended; None for its last click [time].
        names: of all detectors; None for those that clicked.
        separator: between columns of a CSV file.

    Returns:
        The clicks, for `tk.infer` and the functions of `tk.inference`.

    Raises:
        ArgumentError: if the file cannot be read as such a table; the line is named.
        FileNotFoundError: if there is no such file.
        ModuleNotFoundError: if Parquet is asked for without pyarrow.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> import numpy as np
        >>> import thermokin as tk
        >>> with TemporaryDirectory() as folder:
        ...     table = Path(folder) / "clicks.csv"
        ...     np.savetxt(table, ["time,channel", "0.3,up", "0.9,down", "1.4,up"], fmt="%s")
        ...     clicks = tk.inference.read_clicks(table, begin=0.0, end=2.0)
        >>> clicks.names, clicks.counts
        (('down', 'up'), array([1, 2]))
    """
    columns = [time] + [name for name in (channel, run) if name is not None]
    table = _table(Path(path), columns, separator, columns[1:])  # a detector may be called 01
    when = _numbers(table, time, Path(path))
    which = None if channel is None else _labels(table, channel, Path(path))
    known = list(names) if names is not None else None
    if run is None:
        return _told(Path(path), partial(Clicks, when, which, begin=begin, end=end, names=known))
    runs = _labels(table, run, Path(path))
    if not runs.size:
        raise ArgumentError(
            f"`path`: {Path(path).name} holds no clicks, and nothing tells what runs there were.", "path"
        )
    if which is not None and known is None:
        known = list(dict.fromkeys(which.tolist()))
    found = []
    for one in dict.fromkeys(runs.tolist()):
        own = runs == one
        make = partial(Clicks, when[own], None if which is None else which[own], begin=begin, end=end, names=known)
        found.append(_told(Path(path), make))
    return Clicks.joined(found)


def read_amounts(
    path: str | Path, window: float, *, amount: str = "amount", run: str | None = None, separator: str = ","
) -> Amounts:
    """Amounts in successive windows from a table with a line for each.

    Args:
        path: of a CSV or Parquet file, as in `read_clicks`.
        window: length of each window [time].
        amount: name of the column of amounts.
        run: name of the column that tells the run; None for one run.
        separator: between columns of a CSV file.

    Returns:
        The amounts, for `tk.inference.statistics`.

    Raises:
        ArgumentError: if the file cannot be read as such a table.
        FileNotFoundError: if there is no such file.
        ModuleNotFoundError: if Parquet is asked for without pyarrow.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> import numpy as np
        >>> import thermokin as tk
        >>> with TemporaryDirectory() as folder:
        ...     table = Path(folder) / "charges.csv"
        ...     np.savetxt(table, ["amount", "3", "1", "4", "1"], fmt="%s")
        ...     charges = tk.inference.read_amounts(table, window=0.5)
        >>> charges.mean  # 9 in 4 windows of 0.5
        4.5
    """
    table = _table(Path(path), [amount] + ([] if run is None else [run]), separator)
    values = _numbers(table, amount, Path(path))
    if not values.size:
        raise ArgumentError(f"`path`: {Path(path).name} holds no amounts.", "path")
    if run is None:
        return Amounts(values, window)
    runs = _labels(table, run, Path(path))
    return Amounts([values[runs == one] for one in dict.fromkeys(runs.tolist())], window)


def _table(path: Path, columns: list[str], separator: str, words: Sequence[str] = ()) -> pd.DataFrame:
    import pandas as pd

    if not path.is_file():
        raise FileNotFoundError(f"`path` must be a file; there is none at {path}.")
    try:
        if path.suffix.lower() in PARQUET:
            table = pd.read_parquet(path)
        else:
            table = pd.read_csv(
                path, sep=separator, comment="#", skipinitialspace=True, dtype=dict.fromkeys(words, str)
            )
    except ImportError:
        raise ModuleNotFoundError(
            f"{path.name} is a Parquet file, which pyarrow reads: install thermokin[parquet], or export it as CSV."
        ) from None
    except (ValueError, UnicodeDecodeError, OSError) as error:
        raise ArgumentError(f"`path`: {path.name} is no table: {str(error).splitlines()[0]}", "path") from None
    if any(name in table.index.names for name in columns):  # a table written by its index
        table = table.reset_index()
    for name in columns:
        if name not in table.columns:
            known = [str(one) for one in table.columns]
            near = get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            if len(known) == 1 and any(mark in known[0] for mark in ";\t|"):
                hint = " If that is more than one, say by `separator` what is between them."
            raise ArgumentError(
                f"`path`: {path.name} has no column {name!r}; its columns are {', '.join(map(repr, known[:8]))}.{hint}",
                "path",
            )
    return table


def _numbers(table: pd.DataFrame, name: str, path: Path) -> NDArray[Any]:
    import pandas as pd

    kind = table[name].dtype.kind
    if kind in "mMb":
        what = "truth values" if kind == "b" else "dates or spans of time"
        raise ArgumentError(
            f"`path`: {path.name} holds {what} for {name!r}, whose unit is not known; write numbers in place of them.",
            "path",
        )
    numbers = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = np.flatnonzero(~np.isfinite(numbers))
    if bad.size:
        raise ArgumentError(
            f"`path`: {path.name} holds {str(table[name].iloc[bad[0]])!r} for {name!r} in row {bad[0] + 1} below the "
            f"names, which is no finite number ({bad.size} such rows).",
            "path",
        )
    return np.asarray(numbers)


def _labels(table: pd.DataFrame, name: str, path: Path) -> NDArray[Any]:
    column = table[name]
    bad = np.flatnonzero(column.isna().to_numpy())
    if bad.size:
        raise ArgumentError(f"`path`: {path.name} has no {name!r} in row {bad[0] + 1} below the names.", "path")
    whole = column.dtype.kind == "f" and bool((column == column.round()).all())
    strange = [] if whole else [one for one in column if not isinstance(one, str | int | np.integer)]
    if strange:
        raise ArgumentError(
            f"`path`: {path.name} holds {str(strange[0])!r} for {name!r}, which is neither a name nor a whole number.",
            "path",
        )
    return np.asarray((column.astype(np.int64) if whole else column).astype(str).to_numpy(dtype=str))


def _told(path: Path, make: Callable[[], Clicks]) -> Clicks:
    try:
        return make()
    except ArgumentError as error:
        raise ArgumentError(f"`path`: {path.name}: {error}", "path") from None
