"""What `import thermokin` costs and offers: heavy packages are loaded on first use, and public names are all there."""

from __future__ import annotations

import inspect
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import thermokin

CLI = Path(inspect.getfile(thermokin)).parent / "cli" / "__init__.py"
HEAVY = {
    *("scipy.linalg", "scipy.sparse", "xarray", "pandas", "matplotlib", "qutip"),
    *("pydantic", "typer", "rich", "jinja2", "h5netcdf", "zarr", "loky", "dask", "distributed"),
}


def loaded_after(statement: str) -> list[str]:
    """The modules in a fresh interpreter once it has run one statement."""
    script = f"{statement}\nimport json, sys\nsys.stdout.write('\\n' + json.dumps(sorted(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    modules: list[str] = json.loads(result.stdout.splitlines()[-1])
    return modules


def test_importing_thermokin_loads_no_heavy_package() -> None:
    assert set(loaded_after("import thermokin")).isdisjoint(HEAVY)


def test_naming_an_error_loads_no_heavy_package() -> None:
    assert set(loaded_after("import thermokin; thermokin.errors.ThermokinError")).isdisjoint(HEAVY)


@pytest.mark.skipif(not CLI.exists(), reason="the command line is not built yet")
def test_asking_for_help_loads_no_numerics() -> None:
    ask = "import sys, thermokin.cli; sys.argv = ['thermokin', '--help']\n"
    loaded = set(loaded_after(ask + "try: thermokin.cli.main()\nexcept SystemExit: pass"))
    assert loaded.isdisjoint({"numpy", "scipy", "xarray", "pandas", "matplotlib", "qutip", "pydantic", "h5netcdf"})


def test_the_built_in_study_loads_neither_data_frames_nor_optimizers() -> None:
    needs = "import thermokin.study.run, thermokin.study.read, thermokin.views.comparison_figures, thermokin.cli.app\n"
    loaded = set(loaded_after(needs + "thermokin.study.read.read_study(*thermokin.study.read.named_study(None))"))
    assert "matplotlib" in loaded
    assert loaded.isdisjoint({"xarray", "pandas", "dask", "distributed", "scipy.optimize", "scipy.stats", "rich"})


@pytest.mark.parametrize("name", thermokin.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    value = getattr(thermokin, name)
    assert name in dir(thermokin)
    assert inspect.getdoc(value), f"thermokin.{name} has no docstring"


def test_an_unknown_name_is_refused_by_name() -> None:
    with pytest.raises(AttributeError, match="module 'thermokin' has no attribute 'heet'"):
        thermokin.heet  # noqa: B018


def test_every_line_of_the_stub_is_a_public_name() -> None:
    stub = inspect.getfile(thermokin).replace(".py", ".pyi")
    with open(stub, encoding="utf-8") as lines:
        imports = [line for line in lines if line.startswith("from ")]
    assert len(imports) == len(thermokin.__all__)


@pytest.mark.parametrize(
    ("error", "field"),
    [
        (thermokin.errors.ArgumentError("`gap` must be > 0, got -1.", "gap"), "argument"),
        (thermokin.errors.DegenerateSteadyStateError("Two steady states.", [[0, 1], [2]]), "sectors"),
        (thermokin.errors.NotConvergedError("Stopped at 1e-3.", residual=1e-3, remedy="Raise `steps`."), "residual"),
        (thermokin.errors.UnreachableDistanceError("No partner at distance 2.", largest=0.7), "largest"),
        (thermokin.errors.StudyError(["bath.temperature: must be positive.", "times: empty."]), "problems"),
    ],
)
def test_an_error_crosses_a_process_with_its_data_and_message(error: Exception, field: str) -> None:
    arrived = pickle.loads(pickle.dumps(error))  # noqa: S301 - it is our own
    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert getattr(arrived, field) == getattr(error, field)


@pytest.mark.parametrize("name", ["trace_distance", "gibbs", "LostPointsWarning", "Ledger", "annihilation_part"])
def test_what_lives_in_a_namespace_is_found_at_the_top_as_well_but_not_listed_there(name: str) -> None:
    spaces = (thermokin.operators, thermokin.distances, thermokin.results, thermokin.errors)
    (home,) = [space for space in spaces if name in space.__all__]
    assert getattr(thermokin, name) is getattr(home, name)
    assert name not in thermokin.__all__


def test_a_name_that_is_nowhere_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'heats_up'"):
        _ = thermokin.heats_up  # type: ignore[attr-defined]
