"""Files that ask for much: answered from keys and sizes, in lines that can be counted."""

from __future__ import annotations

import io
import re
import time
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from malformed_counting_studies import CHAIN
from malformed_studies import SOUND
from thermokin._errors import StudyError
from thermokin.cli.app import app
from thermokin.study import read
from thermokin.study.array_file import ArrayFile, ArrayFileError, array_file
from thermokin.study.dotted_depth import DEEPEST, too_deep
from thermokin.study.read import check_study, read_study
from thermokin.study.weight import LIGHT, levels_of, weight

LEVELS = SOUND.replace('name = "qubit"\ngap = 1.0\n', 'energies = [0, 1, 2, 3]\ncoupling = "big.npz"\n')
BATHS = "".join(f'[[baths]]\nname = "b{i}"\ntemperature = 1.0\nrate = 1.0\ncoupling = "big.npz"\n' for i in range(12))
TWELVE = f'[model]\nenergies = [0, 1, 2, 3]\n{BATHS}[counting]\ncurrents = ["heat from b0"]\n'
MOMENT = 2.0  # seconds of processor time: ten times what the slowest of these takes


def member(folder: Path, data: bytes, kind: int = zipfile.ZIP_DEFLATED) -> None:
    """An archive with one member, claimed to be an array."""
    with zipfile.ZipFile(folder / "big.npz", "w", kind) as archive:
        archive.writestr("coupling.npy", data)


def said(text: str, folder: Path) -> list[str]:
    """What a check answers to a study file."""
    (folder / "study.toml").write_text(text, encoding="utf-8")
    begin = time.process_time()
    try:
        return check_study(folder / "study.toml", "study.toml")
    except StudyError as error:
        return list(error.problems)
    finally:
        assert time.process_time() - begin < MOMENT


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No array file may be read beyond its header."""

    def refused(self: ArrayFile) -> None:
        pytest.fail(f"{self} was read")

    monkeypatch.setattr(ArrayFile, "read", refused)


@pytest.mark.parametrize(
    "text",
    [
        "[" + ".".join("a" * 20_000) + "]\n",
        "x = 1\n[[" + " . ".join(["'b'", '"c.c"'] * 5_000) + "]]\n",
        ".".join("a" * 50_000) + " = 1\n",
        "x = { " + ".".join("a" * 20_000) + " = 1 }\n",
    ],
)
def test_a_key_of_very_many_parts_is_refused_before_it_is_parsed(text: str, tmp_path: Path) -> None:
    line = 2 if text.startswith("x = 1\n") else 1
    assert said(text, tmp_path) == [f"study.toml:{line}: must have keys of at most 32 parts, got a longer one"]


STEPS = st.sampled_from(["a", "b-1", '"x.y"', "'#'", '"\\""', '""']) | st.integers(0, 99).map(str)
DOTTED = st.lists(STEPS, min_size=1, max_size=3 * DEEPEST)
NOISE = st.sampled_from(
    ['"a.b.c"', '"""\n[a.a]\n""\\""""', "'''\n'x'.y = '''", "1.5", "[1.5, 2.5]", "1979-05-27", "{ a.b = 1.5 }"]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(DOTTED, NOISE, st.booleans()), min_size=1, max_size=4), st.sampled_from([".", " . ", ".\t"]))
def test_the_first_key_of_too_many_parts_is_found_whatever_strings_and_comments_say(
    entries: list[tuple[list[str], str, bool]], dot: str
) -> None:
    text, deep = "", []
    for number, (steps, value, header) in enumerate(entries):
        path = dot.join([f"k{number}", *steps])
        if len(steps) >= DEEPEST:
            deep.append(text.count("\n") + 1)
        text += (f"[{path}]\nv = {value}" if header else f"{path} = {value}") + " # " + "a." * 40 + "\n"
    assert too_deep(text) == (deep[0] if deep else None)
    if not deep:
        tomllib.loads(text)


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize(("text", "count"), [(LEVELS, 1), (TWELVE, 12)])
def test_sizes_that_disagree_are_told_from_headers_and_no_number_is_read(text: str, count: int, tmp_path: Path) -> None:
    stream = io.BytesIO()
    head = {"descr": "<c16", "fortran_order": False, "shape": (2000, 2000)}
    np.lib.format.write_array_header_1_0(stream, head)
    member(tmp_path, stream.getvalue() + bytes(16 * 2000**2))  # 64 MB in 62 kB
    lines = said(text, tmp_path)
    assert len(lines) == count
    assert all("coupling: must have 4 rows and columns, as energies has, got 2000" in line for line in lines)
    with pytest.raises(StudyError, match="must have 4 rows and columns"):
        read_study(tmp_path / "study.toml")


@pytest.mark.parametrize("version", [b"\x01\x00", b"\x02\x00"])
def test_a_header_that_inflates_is_cut_short(version: bytes, tmp_path: Path) -> None:
    claimed = (60_000).to_bytes(2, "little") if version[0] == 1 else (2**31).to_bytes(4, "little")
    member(tmp_path, b"\x93NUMPY" + version + claimed + b" " * 20_000_000)
    with pytest.raises(ArrayFileError, match="can't be read"):
        array_file(tmp_path / "big.npz", "coupling", 2)


def test_an_archive_with_a_long_directory_is_refused_before_it_is_listed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "big.npz", "w") as archive:
        for number in range(700):
            archive.writestr("x" * 2000 + f"{number}.npy", b"")
    with pytest.raises(ArrayFileError, match="must hold few arrays, got an archive with a directory of 14"):
        array_file(tmp_path / "big.npz", "coupling", 2)


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_inflates_without_a_limit_is_refused(kind: int, tmp_path: Path) -> None:
    member(tmp_path, b"\x93NUMPY", kind)
    with pytest.raises(ArrayFileError, match="must be packed as numpy"):
        array_file(tmp_path / "big.npz", "coupling", 2)


def test_a_file_that_stands_in_many_places_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez(tmp_path / "big.npz", coupling=np.ones((4, 4)) - np.eye(4))
    (tmp_path / "study.toml").write_text(TWELVE, encoding="utf-8")
    times, reading = [], ArrayFile.read
    monkeypatch.setattr(ArrayFile, "read", lambda self: (times.append(self), reading(self))[1])
    arrays = read_study(tmp_path / "study.toml").arrays
    assert len(times) == 1
    assert sum(place[-1] == "coupling" for place in arrays) == 12


HEAVY = {
    "xxz_chain": (CHAIN.replace("sites = 3", "sites = 12"), 4096),
    "coupled_oscillators": (
        '[model]\nname = "coupled_oscillators"\nlevels = 40\nfrequency = 1.0\ncoupling = 0.01\nrate = 0.01\nhot = 2.0\n'
        'cold = 1.0\n[counting]\ncurrents = ["heat from hot"]\n',
        1600,
    ),
    "oscillator": (SOUND.replace('"qubit"\ngap = 1.0', '"oscillator"\nlevels = 10000\nfrequency = 1.0'), 10_000),
    "spin": (SOUND.replace('"qubit"\n', '"spin"\nJ = 4999.5\n'), 10_000),
    "random_levels": (SOUND.replace('"qubit"\ngap = 1.0', '"random_levels"\ncount = 10000\nseed = 1'), 10_000),
    "levels": (SOUND.replace('name = "qubit"\ngap = 1.0', f"energies = {list(range(1000))}"), 1000),
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_check_builds_no_model_of_very_many_levels(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, levels = HEAVY[name]
    monkeypatch.setattr(read, "_finished", lambda draft: pytest.fail("the model was built"))
    line = f"study.toml: sound as far as keys and sizes tell: its {levels} levels are looked at by a run"
    assert said(text, tmp_path) == [line]


@pytest.mark.parametrize("name", HEAVY)
def test_a_check_of_very_many_levels_still_finds_keys_that_disagree(name: str, tmp_path: Path) -> None:
    text = HEAVY[name][0]
    wrong = text.replace("cold = 0.5", "cold = 5.0").replace('"heat from ', '"heat from no')
    (line,) = said(wrong, tmp_path)
    assert "must be > protocol.cold = 5" in line or "must come from a bath of the model" in line


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("".join(f"[t{number:x}]\n" for number in range(30_000)), 30_000),
        ('[model]\nname = "qubit"\n' + "".join(f"k{number:x} = 1\n" for number in range(28_000)), 28_000),
        (SOUND.replace("points = 11", "points = 11\nvalues = [" + '"", ' * 60_000 + "]"), 1),
        (SOUND.partition("[times]")[0] + "[times]\nvalues = [" + '"", ' * 60_000 + "]\n", 60_000),
        (SOUND.partition("[times]")[0] + "[times]\nvalues = [" + "{}, " * 60_000 + "]\n", 60_000),
        (LEVELS.replace('"big.npz"', "[" + "[1], " * 50_000 + "]"), 50_000),
        (LEVELS.replace('"big.npz"', "[" + '["x"], ' * 40_000 + "]"), 40_000),
        (TWELVE.replace(BATHS, "[[baths]]\n" * 29_000), 1),
        ("x = " + "[" * 140_000 + "]" * 140_000, 1),
        ("x = " + "{a=" * 70_000 + "1" + "}" * 70_000, 1),
        ("[model]\n" + "k" * 290_000 + " = 1\n", 1),
        ("[model]\nname = " + '"' + "k" * 290_000 + '"\n', 1),
        (SOUND.replace("gap = 1.0", "gap = 0x" + "f" * 290_000), 1),
        (SOUND.replace("points = 11", "points = 1" + "0" * 4000), 1),
        ("#" * 310_000, 1),
    ],
)
def test_whatever_a_file_holds_is_answered_in_a_moment_by_few_lines(text: str, least: int, tmp_path: Path) -> None:
    lines = said(text, tmp_path)
    assert 1 <= len(lines) <= 51
    assert max(map(len, lines)) < 2100
    if least > 50:
        more = int(lines[-1].removeprefix("study.toml: and ").removesuffix(" more problems"))
        assert least <= more + 50 <= 2 * least + 10


def test_a_run_takes_the_files_that_a_check_takes_and_refuses_those_that_it_refuses(tmp_path: Path) -> None:
    longest = SOUND + "#" * (read.LARGEST_FILE - len(SOUND))
    assert said(longest, tmp_path)[-1].startswith("study.toml: sound: qubit of 2 levels")
    assert read_study(tmp_path / "study.toml").task.summary().startswith("qubit of 2 levels")
    need = "study.toml: must be at most 0.3 MB, got 0.31 MB (keep matrices in .npy files)"
    assert said(SOUND + "#" * 310_000, tmp_path) == [need]
    with pytest.raises(StudyError, match=re.escape(need)):
        read_study(tmp_path / "study.toml", "study.toml")


def test_the_weight_of_a_study_counts_levels_by_baths_and_numbers_of_arrays(tmp_path: Path) -> None:
    shapes: dict[Any, tuple[int, ...]] = {("model", "energies"): (4,), ("baths", 0, "coupling"): (4, 4)}
    np.savez(tmp_path / "big.npz", coupling=np.ones((4, 4)) - np.eye(4))
    (tmp_path / "study.toml").write_text(TWELVE, encoding="utf-8")
    study = read_study(tmp_path / "study.toml").study
    sections = {"model": study.model, "baths": study.baths}
    assert levels_of(sections, shapes) == 4
    assert weight(sections, shapes) == 4 + 16 + 12 * 16
    assert levels_of({}, {}) == 0
    assert weight({}, {("model", "coupling"): (2000, 2000)}) > LIGHT


def test_the_check_command_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(HEAVY["xxz_chain"][0], encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "study.toml")])
    assert result.exit_code == 0
    assert result.stderr.endswith("sound as far as keys and sizes tell: its 4096 levels are looked at by a run\n")
