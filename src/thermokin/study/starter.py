"""Commented studies to begin from, one for each kind of question."""

from __future__ import annotations

from pathlib import Path

from thermokin._errors import StudyError
from thermokin.files.toml_file import one_line
from thermokin.study.problem import described, nearest

__all__ = ["starters", "write_starter"]

FOLDER = Path(__file__).with_name("starters")
ORDER = (
    *("quench", "counting", "distribution", "machine", "ledger", "bounds", "response", "sweep", "transport", "cycle"),
    *("floquet", "ergotropy", "charging", "parts", "friction", "slow_drive", "strong_coupling", "mean_force"),
    *("redfield", "hierarchy", "infer", "design", "operators", "stability"),
)


def starters() -> dict[str, str]:
    """Every kind of starter with what it is about, in one line."""
    return {kind: _text(kind).partition("\n")[0].removeprefix("# ") for kind in ORDER}


def _text(kind: str) -> str:
    return (FOLDER / f"{kind}.toml").read_text(encoding="utf-8")


def write_starter(kind: str, path: Path | None = None) -> list[Path]:
    """Write a starter, and the data that it reads beside it; what is there is never replaced.

    Args:
        kind: which.
        path: the file; its kind with .toml, in the working folder, if None.

    Returns:
        The files that were written, the study first.

    Raises:
        StudyError: if there is no such kind, or a file of that name is there.
    """
    if kind not in ORDER:
        near = nearest(kind, list(ORDER))
        hint = f'did you mean "{near}"?' if near else "`thermokin new --list` says what each is about"
        raise StudyError([f"must be one of {', '.join(ORDER)}, got {described(kind)} ({hint})"])
    study = Path(f"{kind}.toml") if path is None else path
    if study.is_dir():
        study /= f"{kind}.toml"
    if not study.name.isprintable():
        raise StudyError([f"{one_line(str(study))}: must be a name without control characters"])
    text = _text(kind).replace(f"{kind}.toml --out {kind} ", f"{study.name} --out {study.stem} ")
    text = text.replace(f"{kind}.toml", study.name).replace(f"{kind}.csv", f"{study.stem}.csv")
    files = {study: text}
    data = FOLDER / f"{kind}.csv"
    if data.exists():
        if study.suffix.lower() == ".csv":
            raise StudyError([f"{one_line(str(study))}: must not end in .csv, which its data do; say {kind}.toml"])
        files[study.with_suffix(".csv")] = data.read_text(encoding="utf-8")
    there = [one for one in files if one.exists() or one.is_symlink()]
    if there:
        raise StudyError(
            [f"{one_line(str(one))}: is there already, and is not replaced; name another" for one in there]
        )
    for one, content in files.items():
        with one.open("x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    return list(files)
