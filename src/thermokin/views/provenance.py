"""The end of a report: the parameters of what was run, and where its numbers come from."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from thermokin import __version__
from thermokin.report.blocks import Block, Cell, Definitions, Heading, Paragraph

__all__ = ["parameters", "provenance"]

LONGEST_LIST = 200  # characters
_PACKAGES = ("numpy", "scipy", "xarray", "h5netcdf", "matplotlib")
_UNITS = (
    "As in study.toml, which can be run again. hbar = k_B = 1: energies and temperatures are in one unit, times in its "
    "inverse, entropies in nats. Heat is positive into the system."
)


def provenance(seed: int | None, seconds: float) -> dict[str, str]:
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
    found["random seed"] = "none used" if seed is None else str(seed)
    found["wall time of the calculation"] = f"{seconds:.2f} s"
    found["finished"] = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return found


def parameters(tables: Mapping[str, Any], origin: Mapping[str, str]) -> list[Block]:
    """Parameters and provenance, for the end of a report."""
    entries = tuple(_entries(tables))
    made: tuple[tuple[str, Cell], ...] = tuple(origin.items())
    asked: list[Block] = [Heading("Parameters"), Paragraph(_UNITS), Definitions(entries)]
    return [*asked, Heading("Provenance"), Definitions(made)]


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
            found.append((name, text if len(text) <= LONGEST_LIST else f"an array of {len(value)}"))
        elif value is not None:
            found.append((name, _finite(value)))
    return found


def _finite(value: Any) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and not np.isfinite(value):
        return "infinite" if value > 0 else "minus infinity"
    return value if isinstance(value, str | int | float) else str(value)
