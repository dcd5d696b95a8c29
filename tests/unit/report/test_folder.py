"""The output folder: there whole or not at all, and never in place of something else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from thermokin.report.folder import MARKER, OutputFolder, Refuse, Replace

WAIT_FOR_EVER = """
import sys, time
from thermokin.report.folder import OutputFolder, Replace
with OutputFolder(sys.argv[1], Replace()) as folder:
    (folder / "half.txt").write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


def write(target: Path, text: str = "new", existing: Refuse | Replace = Refuse()) -> None:  # noqa: B008 - frozen
    with OutputFolder(target, existing) as folder:
        (folder / "report.html").write_text(text)
        (folder / "figures").mkdir()
        (folder / "figures" / "heat.svg").write_text(text)


def interrupted(target: Path, failure: BaseException) -> None:
    with OutputFolder(target, Replace()) as folder:
        (folder / "half.txt").write_text("half")
        raise failure


def overtaken(target: Path) -> None:
    with OutputFolder(target) as folder:
        (folder / "report.html").write_text("second")
        write(target, "first")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def writer_in_another_process(target: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", WAIT_FOR_EVER, str(target)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process


def test_the_folder_appears_when_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    with OutputFolder(target) as folder:
        (folder / "report.html").write_text("x")
        assert not target.exists()
    assert names(target) == {"report.html", MARKER}
    assert names(tmp_path / "deep") == {"out"}


@pytest.mark.parametrize("failure", [RuntimeError("no"), KeyboardInterrupt("no"), SystemExit("no")])
def test_an_interrupted_run_leaves_nothing(tmp_path: Path, failure: BaseException) -> None:
    with pytest.raises(type(failure), match="no"):
        interrupted(tmp_path / "deep" / "out", failure)
    assert names(tmp_path) == set()


def test_an_interrupted_replacement_leaves_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "out"
    write(target, "old")
    with pytest.raises(KeyboardInterrupt, match="no"):
        interrupted(target, KeyboardInterrupt("no"))
    assert (target / "report.html").read_text() == "old"
    assert names(tmp_path) == {"out"}


@pytest.mark.skipif(os.name != "posix", reason="asks whether a process lives by signal 0")
def test_a_killed_run_leaves_no_target_and_the_next_run_clears_its_rest(tmp_path: Path) -> None:
    target = tmp_path / "out"
    process = writer_in_another_process(target)
    # A run beside it must not take the living one's folder away.
    write(target)
    assert len([name for name in names(tmp_path) if name.endswith(".partial")]) == 1
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (target / "report.html").read_text() == "new"
    write(target, "newer", Replace())
    assert names(tmp_path) == {"out"}
    assert (target / "report.html").read_text() == "newer"


@pytest.mark.skipif(os.name != "posix", reason="asks whether a process lives by signal 0")
def test_a_run_killed_between_the_two_renames_loses_nothing(tmp_path: Path) -> None:
    target = tmp_path / "out"
    write(target, "old")
    process = writer_in_another_process(target)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    partial = next(path for path in tmp_path.iterdir() if path.name.endswith(".partial"))
    target.rename(partial.with_name(partial.name.removesuffix(".partial") + ".previous.partial"))
    with pytest.raises(FileExistsError, match="is not empty"):
        write(target)
    assert (target / "report.html").read_text() == "old"
    assert names(tmp_path) == {"out"}


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "out", "old")
    with pytest.raises(FileExistsError, match=r"out` is not empty; name another folder, or ask for it to be replaced"):
        write(tmp_path / "out")
    assert (tmp_path / "out" / "report.html").read_text() == "old"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out")
    assert (tmp_path / "out" / "report.html").read_text() == "new"
    assert names(tmp_path) == {"out"}


def test_a_folder_of_ours_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with OutputFolder(target) as folder:
        (folder / "stale.txt").write_text("old")
    write(target, existing=Replace())
    assert names(target) == {"report.html", "figures", MARKER}
    assert names(tmp_path) == {"out"}


def test_a_folder_that_we_did_not_write_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years")
    with pytest.raises(FileExistsError, match="was not written by thermokin and is left alone"):
        write(tmp_path / "thesis", existing=Replace())
    assert names(tmp_path / "thesis") == {"chapter.tex"}


@pytest.mark.parametrize("marker", ["", "[]", "{}", '{"written by": "someone", "files": []}', "\x00"])
def test_a_marker_that_is_not_ours_does_not_count(tmp_path: Path, marker: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / MARKER).write_text(marker)
    with pytest.raises(FileExistsError, match="was not written by thermokin"):
        write(tmp_path / "out", existing=Replace())


def test_a_folder_of_ours_with_a_file_added_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "out"
    write(target, "old")
    (target / "figures" / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"also holds 'figures/notes.txt', which thermokin did not write"):
        write(target, existing=Replace())
    assert (target / "figures" / "notes.txt").read_text() == "mine"


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(FileExistsError, match="must be a folder, but a file of that name exists"):
        write(tmp_path / "out", existing=Replace())


def test_results_are_kept_when_another_run_came_first(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(FileExistsError, match="The results of this run are in"):
        overtaken(target)
    assert (target / "report.html").read_text() == "first"
    (spare,) = names(tmp_path) - {"out"}
    assert (tmp_path / spare / "report.html").read_text() == "second"


def test_a_link_to_a_folder_keeps_being_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", "old")
    (tmp_path / "out").symlink_to(tmp_path / "real", target_is_directory=True)
    write(tmp_path / "out", existing=Replace())
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "real" / "report.html").read_text() == "new"


ODD = {
    "a file in the way": ("file", "must be a folder, but a file of that name exists"),
    "a folder inside a file": ("file/inside", "cannot be a folder of results: Not a directory"),
    "links in a circle": ("circle", "cannot be a folder of results: Too many levels of symbolic links"),
    "a long name": ("n" * 300, "cannot be a folder of results: File name too long"),
    "a long name in a folder to be made": ("new/" + "n" * 300, "cannot be a folder of results: File name too long"),
    "a long path": ("p/" * 2500 + "x", "cannot be a folder of results: File name too long"),
    "a device": ("/dev/null", "must be a folder, but a file of that name exists"),
    "where nothing can be made": ("/proc/x", "cannot be a folder of results: "),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_place_is_refused_by_its_name_before_anything_is_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to("other")
    (tmp_path / "other").symlink_to("circle")
    where, need = ODD[name]
    with pytest.raises(OSError, match=f"{need}.*; name another folder") as caught, OutputFolder(where):
        pytest.fail("the folder was entered")
    assert str(caught.value).count(f"{where}`") == 1
    assert names(tmp_path) == {"file", "circle", "other"}


@pytest.mark.parametrize("length", [100, 200, 255])
def test_a_name_as_long_as_the_system_allows_is_a_name(length: int, tmp_path: Path) -> None:
    target = tmp_path / ("n" * length)
    process = writer_in_another_process(target)
    process.kill()
    process.communicate()
    write(target)
    write(target, "newer", Replace())
    assert (target / "report.html").read_text() == "newer"
    assert names(tmp_path) == {target.name}
