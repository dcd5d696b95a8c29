"""Records from files: CSV and Parquet alike, and tables that are none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from click_records import network_records
from thermokin.inference import read_amounts, read_clicks

TABLE = {"time": [0.1, 0.5, 0.9], "channel": ["a", "b", "a"]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    pytest.importorskip("pyarrow")
    return tmp_path / "clicks.parquet"


def test_parquet_and_csv_hold_the_same_records(file: Path) -> None:
    rates = np.array([[0.0, 1.2], [0.7, 0.0]])
    clicks = network_records(rates, 1, 50.0, 1)[0]
    table = pd.DataFrame({"time": clicks.times, "channel": np.array(clicks.names)[clicks.labels]})
    table.to_parquet(file)
    table.to_csv(file.with_suffix(".csv"), index=False)
    for path in (file, file.with_suffix(".csv")):
        found = read_clicks(path, begin=0.0, end=50.0, names=clicks.names)
        np.testing.assert_array_equal(found.times, clicks.times)
        np.testing.assert_array_equal(found.labels, clicks.labels)
        assert found.names == clicks.names


@pytest.mark.parametrize("write", [pd.DataFrame.to_parquet, pd.DataFrame.to_csv])
def test_runs_and_amounts_are_read_from_both(file: Path, write: Any) -> None:
    path = file if write is pd.DataFrame.to_parquet else file.with_suffix(".csv")
    write(pd.DataFrame({"shot": [7, 7, 8], "t": [0.5, 0.9, 0.1], "d": [1, 2, 1], "amount": [1.0, 2.5, 3.0]}), path)
    runs = read_clicks(path, time="t", channel="d", run="shot", begin=0.0, end=1.0)
    assert (runs.runs, runs.names, runs.duration) == (2, ("1", "2"), 2.0)
    amounts = read_amounts(path, 2.0, run="shot")
    assert (amounts.values.tolist(), amounts.run.tolist()) == ([1.0, 2.5, 3.0], [0, 0, 1])


@pytest.mark.parametrize(
    "channel",
    [[1, 2, 1], [1.0, 2.0, 1.0], ["1", "2", "1"], pd.Categorical(["1", "2", "1"]), pd.array([1, 2, 1], dtype="Int64")],
)
def test_detectors_are_names_or_whole_numbers(file: Path, channel: Any) -> None:
    pd.DataFrame({**TABLE, "channel": channel}).to_parquet(file)
    assert read_clicks(file, begin=0.0).names == ("1", "2")


def test_a_time_that_is_the_index_is_a_column(file: Path) -> None:
    pd.DataFrame(TABLE).set_index("time").to_parquet(file)
    assert len(read_clicks(file, begin=0.0)) == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"time": [0.1, np.nan, 0.9]}, "holds 'nan' for 'time' in row 2"),
        ({"time": [0.1, 0.9, 0.5]}, "must not descend"),
        ({"time": ["x", "0.5", "0.9"]}, "holds 'x' for 'time' in row 1"),
        ({"time": [[0.1], [0.5], [0.9]]}, "which is no finite number (3 such rows)"),
        ({"time": [True, True, True]}, "holds truth values for 'time'"),
        ({"time": pd.to_datetime(["2020-01-01"] * 3)}, "holds dates or spans of time for 'time'"),
        ({"time": pd.to_timedelta([1, 2, 3], unit="s")}, "write numbers in place of them"),
        ({"channel": pd.array([1, None, 1], dtype="Int64")}, "has no 'channel' in row 2"),
        ({"channel": [1.0, 2.5, 1.0]}, "neither a name nor a whole number"),
        ({"channel": [["a"], ["b"], ["a"]]}, "neither a name nor a whole number"),
        ({"run": [1.0, np.nan, 2.0]}, "has no 'run' in row 2"),
    ],
)
def test_tables_of_parquet_that_are_none_are_refused(file: Path, change: dict[str, Any], message: str) -> None:
    pd.DataFrame({**TABLE, **change}).to_parquet(file)
    with pytest.raises(ValueError, match=re.escape(message)):
        read_clicks(file, begin=0.0, end=1.0, run="run" if "run" in change else None)


def test_columns_that_are_not_there_are_named(file: Path) -> None:
    pd.DataFrame({"tim": [1.0], "channel": ["a"]}).to_parquet(file)
    with pytest.raises(ValueError, match=r"its columns are 'tim', 'channel'\. Did you mean 'tim'\?"):
        read_clicks(file)
    file = file.with_suffix(".csv")
    file.write_text("time;channel\n1;a\n")
    with pytest.raises(ValueError, match="say by `separator` what is between them"):
        read_clicks(file)


@pytest.mark.parametrize("content", [b"", b"PAR1 nonsense", b"time,channel\n1,a\n"])
def test_files_that_are_no_parquet_are_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(ValueError, match="is no table"):
        read_clicks(file)


def test_a_file_that_was_cut_off_is_refused(file: Path) -> None:
    pd.DataFrame(TABLE).to_parquet(file)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(ValueError, match="is no table"):
        read_clicks(file)


def test_tables_without_rows(file: Path) -> None:
    empty = pd.DataFrame({**TABLE, "run": [1, 1, 2], "amount": 1.0}).iloc[:0]
    empty.to_parquet(file)
    assert len(read_clicks(file, begin=0.0, end=1.0, names=["a"])) == 0
    with pytest.raises(ValueError, match="`begin` must be given for a run without clicks"):
        read_clicks(file)
    with pytest.raises(ValueError, match="holds no clicks, and nothing tells what runs there were"):
        read_clicks(file, run="run")
    with pytest.raises(ValueError, match="holds no amounts"):
        read_amounts(file, 1.0)


@pytest.mark.parametrize("content", ["amount,run\n1,x\n2,\n", "amount,run\nx,x\n"])
def test_amounts_that_are_none_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "amounts.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"has no 'run' in row 2|holds 'x' for 'amount' in row 1"):
        read_amounts(path, 1.0, run="run")
