"""Whatever a TOML file says, the answer is a study or lines that name its problems."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

import malformed_counting_studies
from malformed_studies import SOUND
from thermokin.errors import StudyError
from thermokin.study.counting.bath_section import BathSection as OneOfBaths
from thermokin.study.counting.counting_section import (
    CountingSection,
    DistributionSection,
    RateFunctionGrid,
    SpectrumGrid,
)
from thermokin.study.counting.model_section import MODELS as COUNTED_MODELS
from thermokin.study.quench.bath_section import BathSection
from thermokin.study.quench.model_section import MODELS
from thermokin.study.quench.protocol_section import PROTOCOLS
from thermokin.study.quench.report_section import ReportSection
from thermokin.study.quench.times_section import ListedTimes, TimeGrid
from thermokin.study.read import read_study
from thermokin.study.spectrum_section import SPECTRA
from thermokin.study.toml_text import toml_text
from thermokin.study.units_section import UnitsSection

COUNTED = [CountingSection, SpectrumGrid, DistributionSection, RateFunctionGrid, OneOfBaths, *COUNTED_MODELS.values()]
SECTIONS = [
    *MODELS.values(),
    *COUNTED,
    *SPECTRA.values(),
    *PROTOCOLS.values(),
    BathSection,
    ReportSection,
    UnitsSection,
]
KEYS = sorted({key for section in [*SECTIONS, ListedTimes, TimeGrid] for key in section.model_fields})
WORDS = [
    *MODELS,
    *SPECTRA,
    *PROTOCOLS,
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
