"""Whatever a TOML file says, the answer is a study or lines that name its problems."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any, get_args

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

import malformed_counting_studies
from malformed_studies import SOUND
from thermokin.errors import StudyError
from thermokin.files.toml_file import toml_text
from thermokin.study.model_table import SPECTRA, Asked, layouts
from thermokin.study.parse import sections_of
from thermokin.study.questions import QUESTIONS
from thermokin.study.read import read_study


def models(made: Asked) -> dict[str, Any]:
    """The tables [model] by name, of systems whose temperatures are set or their own."""
    sections = sections_of(layouts(made)["model"])
    return {get_args(section.model_fields["name"].annotation)[0]: section for section in sections}


MODELS, COUNTED_MODELS = models(Asked("one", "set")), models(Asked("several", "own"))
LAYOUTS = [layout for made in (Asked("one", "set"), Asked("several", "own")) for layout in layouts(made).values()]
LAYOUTS += [layout for question in QUESTIONS for layout in (*question.tables.values(), *question.older.values())]
LAYOUTS += [question.report for question in QUESTIONS if question.report is not None]
KEYS = sorted({key for layout in LAYOUTS for section in sections_of(layout) for key in section.model_fields})
WORDS = [
    *MODELS,
    *SPECTRA,
    *("reciprocal", "equidistant"),
    "bose",
    "fermi",
    "spin",
    "linear",
    "log",
    "trace",
    "reduced",
    "x.npy",
    *COUNTED_MODELS,
    *("heat from hot", "particles", "activity - heat", "2 energy from cold + 0 heat", "entropy_flow"),
    *("auto", "krylov"),
]
NUMBERS = st.integers(-3, 6) | st.sampled_from([10**30, -(10**400), 0.5, 1.5, 1e308, 5e-324]) | st.floats()
LEAVES = NUMBERS | st.booleans() | st.sampled_from(WORDS) | st.text(max_size=5)
ROWS = st.lists(st.floats(-2.0, 3.0), max_size=4)
VALUES = LEAVES | ROWS | st.lists(ROWS, max_size=4) | st.lists(LEAVES, max_size=3)
TABLE = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), VALUES, max_size=6)
TABLES = ("model", "bath", "protocol", "times", "report", "units", "baths", "counting", "spectrum", "distribution")
TABLES += ("quench", "sweep", "channels", "rate_function", "infer", "design")


def lines_about(text: str, folder: Path) -> tuple[str, ...]:
    """The lines that are said about a file; none if it is sound."""
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        read_study(path, "study.toml")
    except StudyError as error:
        return error.problems or ("nothing is said",)
    return ()


def answered(text: str, folder: Path) -> None:
    """Assert that a file is read, or refused by lines that begin with its name."""
    for line in lines_about(text, folder):
        assert line.startswith("study.toml:")
        assert line.isprintable()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables=st.dictionaries(st.sampled_from([*TABLES, "modle"]), TABLE | LEAVES, max_size=6))
def test_any_tables_are_answered_by_lines(tables: dict[str, Any], tmp_path: Path) -> None:
    answered(toml_text(tables), tmp_path)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(list(MODELS)), edits=st.integers(1, 3))
def test_a_sound_study_with_some_values_exchanged_is_answered(
    data: st.DataObject, name: str, edits: int, tmp_path: Path
) -> None:
    tables: dict[str, Any] = copy.deepcopy(tomllib.loads(SOUND))
    fields = MODELS[name].model_fields
    tables["model"] = {key: data.draw(VALUES) for key in fields if fields[key].is_required()} | {"name": name}
    for _ in range(edits):
        table = tables[data.draw(st.sampled_from(sorted(tables)))]
        table[data.draw(st.sampled_from(KEYS))] = data.draw(VALUES | TABLE)
    answered(toml_text(tables), tmp_path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(list(COUNTED_MODELS)), edits=st.integers(1, 3))
def test_a_sound_counting_study_with_some_values_exchanged_is_answered(
    data: st.DataObject, name: str, edits: int, tmp_path: Path
) -> None:
    tables: dict[str, Any] = copy.deepcopy(tomllib.loads(malformed_counting_studies.SOUND))
    fields = COUNTED_MODELS[name].model_fields
    given = {key: data.draw(VALUES) for key in fields if fields[key].is_required()} | {"name": name}
    tables["model"] = given if data.draw(st.booleans()) else tables["model"]
    places = [*(tables[table] for table in sorted(tables) if table != "baths"), *tables["baths"]]
    for _ in range(edits):
        data.draw(st.sampled_from(places))[data.draw(st.sampled_from(KEYS))] = data.draw(VALUES | TABLE)
    answered(toml_text(tables), tmp_path)


SWEPT = """
[model]
name = "three_level_maser"
drive = 0.02
hot = 4.0
[sweep]
"model.drive" = { start = 0.01, stop = 0.02, points = 2 }
"model.hot" = [2.0, 3.0]
[counting]
currents = ["heat from hot"]
"""
WRITTEN = """
[model]
hamiltonian = [[0.0, 0.1], [0.1, 0.0]]
energy_operator = [[0.0, 0.0], [0.0, 1.0]]
[[baths]]
name = "warm"
temperature = 2.0
[[baths.couplings]]
coupling = [[0.0, 1.0], [1.0, 0.0]]
rate = 0.02
[[channels]]
jump = [[1, 0], [0, -1]]
[distribution]
currents = ["heat from warm"]
times = [1.0]
start = { populations = [0.5, 0.5] }
"""


def tables_within(value: Any) -> list[dict[str, Any]]:
    """Every table of a file, however deep."""
    if isinstance(value, dict):
        return [value, *(inner for one in value.values() for inner in tables_within(one))]
    return [inner for one in value for inner in tables_within(one)] if isinstance(value, list) else []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), text=st.sampled_from([SWEPT, WRITTEN]), edits=st.integers(1, 3))
def test_a_sweep_or_written_channels_with_some_values_exchanged_are_answered(
    data: st.DataObject, text: str, edits: int, tmp_path: Path
) -> None:
    tables: dict[str, Any] = tomllib.loads(text)
    for _ in range(edits):
        table = data.draw(st.sampled_from(tables_within(tables)))
        table[data.draw(st.sampled_from([*KEYS, *table]))] = data.draw(VALUES | TABLE)
    answered(toml_text(tables), tmp_path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    position=st.integers(0, len(SOUND)),
    inserted=st.text(max_size=3) | st.sampled_from(["[", '"', "\n", "'''", "{", "="]),
)
def test_a_sound_study_with_stray_letters_is_answered(position: int, inserted: str, tmp_path: Path) -> None:
    answered(SOUND[:position] + inserted + SOUND[position:], tmp_path)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=4),
        st.recursive(
            LEAVES | ROWS, lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=6
        ),
        max_size=4,
    )
)
def test_a_table_written_as_toml_reads_back_the_same(tables: dict[str, Any]) -> None:
    text = toml_text(tables)
    assert repr(tomllib.loads(text)) == repr(tables) or sorted_repr(tomllib.loads(text)) == sorted_repr(tables)


def sorted_repr(value: Any) -> str:
    """A representation in which the order of keys does not matter, and nan equals itself."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {sorted_repr(value[key])}" for key in sorted(value)) + "}"
    return repr(value)
