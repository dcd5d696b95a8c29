"""What CONTRIBUTING promises: spectrum, model, question, bound and result of one's own, in the lines that it says."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import thermokin as tk
from data_files import read_dataset
from thermokin._result import _VIEWS
from thermokin.report.folder import Refuse
from thermokin.study.language import schema
from thermokin.study.model_table import SPECTRA, layouts, spectrum_tables
from thermokin.study.questions import QUESTIONS
from thermokin.study.read import read_study
from thermokin.study.run import run_study

ROOT = Path(__file__).parents[2]
PROMISES = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
YOUR_OWN = (ROOT / "docs" / "your_own.md").read_text(encoding="utf-8")
FEW_LINES = 25
BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def promised(heading: str, number: int = 0) -> str:
    """One of the files that a chapter of the page shows."""
    chapter = PROMISES.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    code: str = BLOCK.findall(chapter)[number]
    return code


def your_own(heading: str) -> ModuleType:
    """What the page on parts of one's own defines from its beginning to the end of a chapter."""
    before, found, after = YOUR_OWN.partition(f"\n## {heading}\n")
    assert found, heading
    chapter = after.partition("\n## ")[0]
    (code,) = BLOCK.findall(chapter)
    assert code.count("\n") <= FEW_LINES, heading
    return as_module(f"your_own_{heading.replace(' ', '_')}", "".join(BLOCK.findall(before + found + chapter)))


def as_module(name: str, code: str) -> ModuleType:
    """A file of a package, without the file."""
    spec = spec_from_loader(name, None)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    exec(compile(code, name, "exec"), vars(module))  # noqa: S102 - the page is ours
    return module


@pytest.fixture
def with_models_of_the_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The library with the models of the page: a file, and one line in the index, for each."""
    for number, name in enumerate(("blinker", "easy_axis")):
        module = as_module(f"thermokin.model.library.{name}", promised("Add a model", number))
        monkeypatch.setattr(tk.library, name, getattr(module, name), raising=False)
    monkeypatch.setattr(tk.library, "__all__", [*tk.library.__all__, "blinker", "easy_axis"])
    layouts.cache_clear()
    yield
    layouts.cache_clear()


@pytest.mark.usefixtures("with_models_of_the_page")
def test_a_model_is_one_file_and_one_line(tmp_path: Path) -> None:
    study = tmp_path / "study.toml"
    study.write_text(
        '[model]\nname = "blinker"\ngap = 1.0\nrate = 0.01\nhot = 2.0\n[counting]\ncurrents = ["heat from hot"]\n'
    )
    system = read_study(study).study.system
    assert {name: one.unit for name, one in system.family.parameters.items()} == {
        "model.gap": "energy",
        "model.rate": "1/time",
        "model.hot": "energy",
        "model.cold": "energy",
    }
    assert float(tk.cumulants(system.model, tk.heat(system.model, "hot"), order=1).mean) > 0.0
    swept = tk.library.blinker(gap=1.0, rate=0.01, hot=[2.0, 3.0])  # type: ignore[attr-defined]
    assert tk.steady_state(swept).to_xarray()["populations"].dims == ("hot", "level")
    assert '"blinker"' in str(schema()).replace("'", '"')
    study.write_text(study.read_text().replace("gap = 1.0", "gap = -1.0"))
    with pytest.raises(tk.errors.StudyError, match=r"study.toml:3: model.gap: must be > 0, got -1.0"):
        read_study(study)


@pytest.mark.usefixtures("with_models_of_the_page")
def test_a_model_on_one_bath_is_one_file_and_one_line_also_between_several_baths(tmp_path: Path) -> None:
    study, model = tmp_path / "study.toml", '[model]\nname = "easy_axis"\ngap = 1.0\naxis = 0.2\n'
    counting = '[counting]\ncurrents = ["activity"]\n'
    study.write_text(model + "rate = 0.01\n[bath]\ntemperature = 2.0\n" + counting)
    alone = read_study(study).study.system.model
    ours = tk.library.easy_axis(gap=1.0, axis=0.2, rate=0.01, temperature=2.0)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(alone.table.amplitude, ours.table.amplitude)
    baths = "".join(
        f'[[baths]]\nname = "{name}"\ntemperature = {temperature}\nrate = 0.01\n'
        for name, temperature in (("hot", 2.0), ("cold", 0.5))
    )
    study.write_text(model + baths + counting)
    between = read_study(study).study.system.model
    spin = tk.operators.spin(1)
    contacts = [tk.Contact(tk.Bath(name, t), 2.0 * spin.x, tk.Flat(0.01)) for name, t in (("hot", 2.0), ("cold", 0.5))]
    by_hand = tk.davies(spin.z + 0.2 * spin.z @ spin.z, contacts)
    np.testing.assert_allclose(between.table.amplitude, by_hand.table.amplitude, rtol=1e-14)  # one formula
    assert float(tk.cumulants(between, tk.heat(between, "hot"), order=1).mean) > 0.0


def test_a_question_about_currents_is_one_file_and_one_line(tmp_path: Path) -> None:
    code = promised("Add a question", 1)
    assert code.count("\n") < 40
    fano = as_module("thermokin.study.questions.fano", code).FANO
    QUESTIONS.append(fano)
    try:
        study = tmp_path / "study.toml"
        text = '[model]\nname = "qubit"\ngap = 1.0\nrate = 0.01\n[bath]\ntemperature = 2.0\n'
        study.write_text(text + '[fano]\ncurrents = ["activity"]\n[spectrum]\ncurrents = ["activity"]\nstop = 1.0\n')
        whole = run_study(read_study(study), tmp_path / "out", Refuse(), lambda what, fraction: None)
        assert set(whole.answers) == {"counting", "spectrum", "fano"}  # none of the tables names [counting]
        data = read_dataset(tmp_path / "out" / "data.nc")
        mean, noise = data["cumulants"].sel(current="activity").values
        assert float(data["fano activity"]) == noise / mean
        page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
        assert page.index("Cumulants per time") < page.index("Noise spectrum") < page.index("fano activity")
        figures = {path.name for path in (tmp_path / "out" / "figures").iterdir()}
        drawn = {f"{name}.{ending}" for name in ("machine", "spectrum_activity") for ending in ("png", "svg")}
        assert figures == drawn  # one part of the report, one folder
        assert "fano" in schema()["properties"]
        study.write_text(text + '[fano]\ncurrents = ["work"]\n')
        with pytest.raises(tk.errors.StudyError, match=r"study.toml:8: fano.currents\[0\]: must count one of heat"):
            read_study(study)
        study.write_text(text + "[fano]\n")
        with pytest.raises(tk.errors.StudyError, match=r"fano.currents: must be given where there is no table"):
            read_study(study)
    finally:
        QUESTIONS.remove(fano)


def test_a_question_is_one_file_and_one_line(tmp_path: Path) -> None:
    code = promised("Add a question")
    assert code.count("\n") < 60
    module = as_module("thermokin.study.questions.relaxation", code)
    QUESTIONS.append(module.RELAXATION)
    try:
        study = tmp_path / "study.toml"
        study.write_text(
            "[model]\nenergies = [0.0, 1.0, 2.5]\nrate = 1e-3\n[bath]\ntemperature = 2.0\n[relaxation]\nslowest = 2\n"
        )
        run_study(read_study(study), tmp_path / "out", Refuse(), lambda what, fraction: None)
        data = read_dataset(tmp_path / "out" / "data.nc")
        modes = tk.modes(tk.library.levels([0.0, 1.0, 2.5], rate=1e-3, temperature=2.0))
        np.testing.assert_allclose(data["decay_rate"], np.sort(-modes.values.real)[1:3])
        assert (tmp_path / "out" / "figures" / "decay_rate.svg").exists()
        assert "relaxation" in schema()["properties"]
        study.write_text(study.read_text().replace("slowest = 2", "slowest = 0"))
        with pytest.raises(tk.errors.StudyError, match=r"study.toml:7: relaxation.slowest: must be >= 1, got 0"):
            read_study(study)
        study.write_text(study.read_text().replace("slowest = 0", "slowest = 9"))
        with pytest.raises(
            tk.errors.StudyError, match=r"study.toml:7: relaxation.slowest: must be <= 2, the modes that"
        ):
            read_study(study)
    finally:
        QUESTIONS.remove(module.RELAXATION)


@pytest.fixture
def with_gaussian(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[tk.Spectrum]]:
    """The study file's spectra with that of the page: its class, and one line in the table."""
    made: type[tk.Spectrum] = your_own("A spectrum").Gaussian
    monkeypatch.setitem(SPECTRA, "gaussian", made)  # type: ignore[arg-type]
    for read in (layouts, spectrum_tables):
        read.cache_clear()
    yield made
    for read in (layouts, spectrum_tables):
        read.cache_clear()


def test_a_spectrum_is_one_class_and_one_line(tmp_path: Path, with_gaussian: type[tk.Spectrum]) -> None:
    study = tmp_path / "study.toml"
    study.write_text(
        '[model]\nenergies = [0.0, 1.0, 2.5]\n[[baths]]\nname = "hot"\ntemperature = 2.0\n'
        '[baths.spectrum]\nkind = "gaussian"\nrate = 0.01\nwidth = 3.0\n'
        '[counting]\ncurrents = ["heat from hot"]\n'
    )
    model = read_study(study).study.system.model
    spectrum = with_gaussian(rate=0.01, width=3.0)  # type: ignore[call-arg]
    ours = tk.davies(np.diag([0.0, 1.0, 2.5]), [tk.Contact(tk.Bath("hot", 2.0), np.ones((3, 3)), spectrum)])
    np.testing.assert_allclose(model.table.amplitude, ours.table.amplitude, rtol=1e-14)  # one bath, one formula
    assert '"gaussian"' in str(schema()).replace("'", '"')
    study.write_text(study.read_text().replace("width = 3.0", 'width = "wide"'))
    with pytest.raises(tk.errors.StudyError, match=r"study.toml:9: baths\[0\].spectrum.width: must be a number"):
        read_study(study)


def test_a_bound_is_one_value_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    poisson = your_own("A theorem").poisson
    shipped = tk.bounds.catalogue()
    assert poisson not in shipped
    monkeypatch.setattr(sys.modules["thermokin.bounds.catalogue"], "catalogue", lambda _=None: (*shipped, poisson))
    assert f"{{{poisson.reference}," in (ROOT / "src" / "thermokin" / "references.bib").read_text(encoding="utf-8")
    levels = tk.library.levels([0.0, 1.0], rate=0.01, temperature=2.0)
    for start, at_rest in ((2.0, True), (0.5, False)):
        found = tk.bounds.evaluate(levels, tk.activity(levels), initial=tk.Gibbs(start), times=[10.0, 50.0])
        assert found[-1].theorem is poisson
        assert found[poisson.name].applies is at_rest
        np.testing.assert_allclose(found[poisson.name].limit, found[poisson.name].mean, rtol=1e-9)
    side = tk.compare(tk.reciprocal(lambda t: tk.library.qubit(1.0, 0.01, t), 0.5, 2.0), [0.0, 1.0]).heating
    assert not side.bounds[poisson.name].applies


def test_a_result_is_a_class_and_a_table_of_its_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("thermokin._result._VIEWS", dict(_VIEWS))
    page = your_own("A result, and how it looks")
    purity = page.purity
    assert repr(purity).splitlines() == [
        "Purity",
        "  time    61, 0 ... 300  [time]",
        f"  purity  61, {purity.purity.min():.6g} ... {purity.purity.max():.6g}",
    ]
    assert "<table>" in purity._repr_html_()
    data = purity.to_xarray()
    np.testing.assert_array_equal(data["purity"], purity.purity)
    np.testing.assert_array_equal(data["time"], page.times)
    assert data["purity"].attrs == {"long_name": "purity of the state", "units": "1"}
    assert data["time"].attrs["units"] == "time"
    (line,) = purity.plot()[1][0, 0].get_lines()
    np.testing.assert_array_equal(line.get_ydata(), purity.purity)
    folder = purity.report(tmp_path / "out")
    np.testing.assert_array_equal(read_dataset(folder / "data.nc")["purity"], purity.purity)


def test_a_view_of_ones_own_replaces_that_of_a_class_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thermokin._result._VIEWS", dict(_VIEWS))
    steady = tk.steady_state(tk.library.qubit(1.0, 0.01, 2.0))
    shipped = repr(steady)

    class Short(tk.results.View[tk.results.SteadyState], of=tk.results.SteadyState):
        variables = (tk.results.Variable("populations", "populations", "1", ("level",)),)

    assert len(repr(steady).splitlines()) == 2
    assert repr(steady) != shipped
    assert set(steady.to_xarray().data_vars) == {"populations"}


def test_the_files_that_the_page_on_architecture_names_are_there() -> None:
    package = Path(tk.__path__[0])
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:\w+/)+\w+\.(?:py|toml))`", page))
    assert len(named) > 25
    assert [name for name in sorted(named) if not (package / name).is_file()] == []


def test_two_walks_through_the_package_are_of_at_most_twelve_files_each() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    walks = page.split("## Two walks through the package")[1].split("\n## ")[0]
    tables = walks.split("|---|---|\n")[1:]
    files = [[row for row in part.split("\n\n")[0].splitlines() if row.startswith("| `")] for part in tables]
    assert [len(rows) for rows in files] == [12, 12]


def test_the_floors_of_the_page_on_architecture_are_those_that_are_enforced() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("| package | holds |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = [re.findall(r"`(\w+)`", row.split("|")[1]) for row in table.splitlines()]
    with (ROOT / "pyproject.toml").open("rb") as settings:
        (contract,) = tomllib.load(settings)["tool"]["importlinter"]["contracts"]
    assert rows == [re.findall(r"thermokin\.(\w+)", layer) for layer in contract["layers"]]
