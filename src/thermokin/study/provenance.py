"""Where a result comes from: versions, machine, threads, seed, wall time."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from thermokin import __version__
from thermokin.report.blocks import Block, Cell, Definitions, Heading, Level, Notice, Paragraph
from thermokin.study.problem import described
from thermokin.study.read import StudyFile
from thermokin.study.study import Study

__all__ = ["doubts", "parameters", "provenance"]

_PACKAGES = ("numpy", "scipy", "xarray", "h5netcdf", "matplotlib")


def provenance(study: Study, seconds: float) -> dict[str, str]:
    """What somebody needs who wants the same numbers again."""
    found = {"thermokin": __version__, "Python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    libraries = {
        f"{pool.get('internal_api', '?')} {pool.get('version') or '?'}, {pool.get('num_threads', '?')} threads"
        for pool in threadpool_info()
        if pool.get("user_api") == "blas"
    }
    found["BLAS"] = "; ".join(sorted(libraries)) or "unknown"
    found["platform"] = f"{platform.system()} {platform.machine()}"
    found["random seed"] = "none used" if study.seed is None else str(study.seed)
    found["wall time of the calculation"] = f"{seconds:.2f} s"
    found["finished"] = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return found


def doubts(file: StudyFile) -> list[Block]:
    """A notice for each truncation that shows; assumptions of the model have notices of their own."""
    return [Notice(Level.WARNING, f"{line[0].upper()}{line[1:]}.") for line in file.study.truncations()]


def parameters(file: StudyFile, seconds: float) -> list[Block]:
    """Parameters and provenance, for the end of a report."""
    entries = tuple(_entries(file.study.tables()))
    origin: tuple[tuple[str, Cell], ...] = tuple(provenance(file.study, seconds).items())
    asked: list[Block] = [Heading("Parameters"), Paragraph(_UNITS), Definitions(entries)]
    return [*asked, Heading("Provenance"), Definitions(origin)]


LONGEST_LIST = 200  # characters
_UNITS = (
    "As in study.toml, which can be run again. hbar = k_B = 1: energies and temperatures are in one unit, times in its "
    "inverse, entropies in nats. Heat is positive into the system."
)


def _entries(tables: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Cell]]:
    found: list[tuple[str, Cell]] = []
    for key, value in tables.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found += _entries(value, f"{name}.")
        elif isinstance(value, list | tuple) and any(isinstance(entry, Mapping) for entry in value):
            for index, entry in enumerate(value):
                found += _entries(entry, f"{name}[{index}].")
        elif isinstance(value, list | tuple):
            text = ", ".join(str(entry) for entry in value)
            found.append((name, text if len(text) <= LONGEST_LIST else described(value)))
        elif value is not None:
            found.append((name, _finite(value)))
    return found


def _finite(value: Any) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and not np.isfinite(value):
        return "infinite" if value > 0 else "minus infinity"
    return value if isinstance(value, str | int | float) else str(value)
