"""Where a result comes from: versions, machine, threads, seed, wall time."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from threadpoolctl import threadpool_info

from thermokin import __version__
from thermokin.study.study import Study

__all__ = ["provenance"]

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
