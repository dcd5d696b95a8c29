"""What CONTRIBUTING promises: a library model and a question of one's own, in the lines that it says."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import thermokin as tk
from thermokin.report.dataset_file import read_dataset
from thermokin.report.folder import Refuse
from thermokin.study.language import schema
from thermokin.study.model_table import layouts
from thermokin.study.questions import QUESTIONS
from thermokin.study.read import read_study
from thermokin.study.run import run_study

PROMISES = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def promised(heading: str) -> str:
    """The file that a chapter of the page shows."""
    chapter = PROMISES.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = BLOCK.search(chapter)
    assert found is not None, heading
    return found["code"]


def as_module(name: str, code: str) -> ModuleType:
    """A file of a package, without the file."""
    spec = spec_from_loader(name, None)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    exec(compile(code, name, "exec"), vars(module))  # noqa: S102 - the page is ours
    return module


@pytest.fixture
def with_blinker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The library with the model of the page: its file, and one line in the index."""
    made = as_module("thermokin.model.library.blinker", promised("Add a model")).blinker
    monkeypatch.setattr(tk.library, "blinker", made, raising=False)
    monkeypatch.setattr(tk.library, "__all__", [*tk.library.__all__, "blinker"])
    layouts.cache_clear()
    yield
    layouts.cache_clear()


@pytest.mark.usefixtures("with_blinker")
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
    assert '"blinker"' in str(schema()).replace("'", '"')
    study.write_text(study.read_text().replace("gap = 1.0", "gap = -1.0"))
    with pytest.raises(tk.errors.StudyError, match=r"study.toml:3: model.gap: must be > 0, got -1.0"):
        read_study(study)


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
