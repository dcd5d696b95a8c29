"""Array files: read without pickle, and refused by one clear line each when they are not what they say."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from thermokin.files.array_file import ArrayFileError, array_file
from thermokin.study.read import read_study

SQUARE = np.arange(4.0).reshape(2, 2)


def npy(array: np.ndarray, allow_pickle: bool = False) -> bytes:  # noqa: FBT001, FBT002
    """The bytes of a .npy file."""
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=allow_pickle)
    return stream.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    """The bytes of a .npz file."""
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def packed(name: str, data: bytes) -> bytes:
    """The bytes of a compressed zip archive with one member."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def header(text: str) -> bytes:
    """The bytes of a .npy file that ends after its header."""
    padded = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded.encode()


HUGE = header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000), }")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.npy", npy(SQUARE)),
        ("A.NPY", npy(np.asfortranarray(SQUARE))),
        ("a.npz", npz(anything=SQUARE)),
        ("a.npz", npz(other=SQUARE + 1, coupling=SQUARE)),
    ],
)
def test_an_array_comes_back_as_it_was_saved(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    np.testing.assert_array_equal(array_file(tmp_path / name, "coupling", 2).read(), SQUARE)


def test_a_complex_array_keeps_its_imaginary_part(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", 1j * SQUARE)
    np.testing.assert_array_equal(array_file(tmp_path / "a.npy", "coupling", 2).read(), 1j * SQUARE)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"1,2", r"must name a \.npy or \.npz file, got one that ends in '\.csv'"),
        ("a", b"1,2", r"got one that ends in ''"),
        ("a.npy", b"", r"must be a \.npy file, got an empty file"),
        ("a.npy", b"hello world", r"must be a \.npy file, got something else by its first bytes"),
        ("a.npy", npz(a=SQUARE), r"got a zip archive; if numpy\.savez wrote it, name it \.npz"),
        ("a.npz", npy(SQUARE), r"got a single array; if numpy\.save wrote it, name it \.npy"),
        ("a.npy", pickle.dumps(SQUARE), r"got a pickle, which is never read; use numpy\.save"),
        ("a.npz", pickle.dumps(SQUARE), r"got a pickle, which is never read"),
        ("a.npy", npy(np.array([[None, 1]]), allow_pickle=True), r"must hold numbers, got Python objects"),
        ("a.npz", packed("a.npy", npy(np.array([[None, 1]]), allow_pickle=True)), r"got Python objects"),
        ("a.npy", npy(np.array([["x", "y"]])), r"must hold numbers, got dtype <U1"),
        ("a.npy", npy(np.zeros(3)), r"must have 2 axes and not be empty, got shape \(3,\)"),
        ("a.npy", npy(np.zeros((0, 0))), r"not be empty, got shape \(0, 0\)"),
        ("a.npy", npy(np.zeros((1, 10_001), dtype=np.int8)), r"at most 10000 entries along an axis, got shape"),
        ("a.npy", HUGE, r"at most 10000 entries along an axis"),
        ("a.npz", packed("a.npy", HUGE), r"at most 10000 entries along an axis"),
        ("a.npy", npy(SQUARE)[:-5], r"must be whole, and 5 bytes are missing at its end"),
        ("a.npz", packed("a.npy", npy(SQUARE)[:-5]), r"must be whole, and 5 bytes are missing"),
        ("a.npy", npy(SQUARE)[:60], r"must name a whole \.npy file, got one that can't be read"),
        ("a.npy", header("{'descr': __import__('os')}"), r"got one that can't be read"),
        ("a.npy", b"\x93NUMPY\x09\x00", r"got one that can't be read"),
        ("a.npz", npz(a=SQUARE)[:-30], r"must name a whole \.npz file, got one that can't be read"),
        ("a.npz", packed("a.txt", b"hello"), r"must hold arrays, got something else under the name a\.txt"),
        ("a.npz", npz(x=SQUARE, y=SQUARE), r"must hold one array, or one named coupling, got x, y"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ArrayFileError, match=message):
        array_file(tmp_path / name, "coupling", 2).read()


def folder(path: Path) -> None:
    path.mkdir()


def nothing(path: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("make", "message"),
    [(folder, r"must name a file, got something else, such as a folder"), (nothing, r"there is none of this name")],
)
def test_what_is_no_file_is_refused(tmp_path: Path, make: Callable[[Path], None], message: str) -> None:
    make(tmp_path / "a.npy")
    with pytest.raises(ArrayFileError, match=message):
        array_file(tmp_path / "a.npy", "coupling", 2).read()


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArrayFileError, match=r"none of this name|can't be read"):
        array_file(tmp_path / "a\0.npy", "coupling", 2).read()


def test_damage_anywhere_in_a_file_is_an_error_and_never_a_crash(tmp_path: Path) -> None:
    whole = npz(coupling=SQUARE)
    path = tmp_path / "a.npz"
    for position in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        path.write_bytes(bytes(damaged))
        assert "\n" not in refusal(path)


def refusal(path: Path) -> str:
    """What is said about a file; nothing if it is read."""
    try:
        array_file(path, "coupling", 2).read()
    except ArrayFileError as error:
        return str(error)
    return ""


def test_a_file_of_truth_values_holds_zeros_and_ones(tmp_path: Path) -> None:
    np.save(tmp_path / "flip.npy", np.array([[0, 1], [1, 0]], dtype=bool))
    np.save(tmp_path / "energy.npy", np.diag([0.0, 1.0]))
    study = tmp_path / "study.toml"
    study.write_text(
        '[model]\nname = "operators"\nhamiltonian = "energy.npy"\ncoupling = "flip.npy"\nrate = 0.01\n'
        '[protocol]\nkind = "reciprocal"\ncold = 0.5\nhot = 2.0\n[times]\nstop = 10.0\npoints = 3\n'
    )
    assert read_study(study).study.summary().startswith("operators of 2 levels")
