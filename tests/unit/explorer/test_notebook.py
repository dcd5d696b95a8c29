"""The widget in a notebook: what a kernel sends to the page that shows a cell."""

from __future__ import annotations

import re
from typing import Any

import pytest

import thermokin as tk

pytest.importorskip("panel", reason="the widget needs Panel")
SCRIPT = "application/javascript"
SHOWN = "import thermokin as tk\ntk.explore('three_level_maser', tab='machine', values={'model.drive': 0.1})"


@pytest.fixture(scope="module")
def sent() -> list[list[dict[str, Any]]]:
    """The data of all outputs of each cell; both cells show a page, as one that is run again does."""
    nbclient = pytest.importorskip("nbclient", reason="notebooks are run by nbclient, which is not installed")
    pytest.importorskip("ipykernel", reason="a notebook needs a kernel, ipykernel, which is not installed")
    from nbformat import v4

    book = v4.new_notebook(cells=[v4.new_code_cell(SHOWN), v4.new_code_cell(SHOWN)])
    made = nbclient.NotebookClient(book, timeout=60, kernel_name="python3").execute()
    return [[one["data"] for one in cell["outputs"] if "data" in one] for cell in made["cells"]]


@pytest.mark.slow
@pytest.mark.parametrize("cell", [0, 1])
def test_a_page_in_the_last_line_of_a_cell_brings_its_scripts_and_none_comes_from_elsewhere(
    sent: list[list[dict[str, Any]]], cell: int
) -> None:
    *before, page = sent[cell]
    scripts = [str(one[SCRIPT]) for one in before if SCRIPT in one]
    assert max(len(one) for one in scripts) > 1_000_000  # they are held, not linked
    for one in scripts:
        linked = re.search(r"const js_urls = (\[.*?\]);", one, re.DOTALL)
        assert linked is None or "https:" not in linked[1]
    assert "application/vnd.holoviews_exec.v0+json" in page
    assert "panel.models.esm" in page["text/html"]


def test_a_page_without_an_address_offers_no_link_to_itself() -> None:
    assert not tk.explore("three_level_maser", tab="machine").files.linked
