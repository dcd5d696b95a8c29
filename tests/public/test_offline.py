"""No page of the documentation and no report needs a network."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import thermokin as tk

PAGES = Path(__file__).parents[2] / "docs" / "_build" / "html"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LOADED = re.compile(
    r"""<(?:script|img|iframe|source|embed|video|audio)\b[^>]*\bsrc\s*=\s*["']?(?://|https?:)"""
    r"""|<link\b(?=[^>]*\brel\s*=\s*["']?(?:stylesheet|preload|icon|modulepreload))[^>]*\bhref\s*=\s*["']?(?://|https?:)"""
    r"""|url\(\s*["']?(?://|https?:)|@import\s+["'](?://|https?:)""",
    re.IGNORECASE,
)

built = pytest.mark.skipif(not (PAGES / "index.html").exists(), reason="`make docs` has not made the pages yet")
seen = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine to open pages with")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pair = tk.reciprocal(lambda t: tk.library.qubit(gap=1.0, rate=0.01, temperature=t), 0.5, 2.0)
    return (
        tk.compare(pair, np.linspace(0.0, 100.0, 11)).report(tmp_path_factory.mktemp("report") / "out") / "report.html"
    )


@pytest.mark.parametrize(
    "text", ['<script src="https://a/b.js">', '<link rel="stylesheet" href=//a/b>', "url(http://a)"]
)
def test_what_would_be_loaded_is_recognised(text: str) -> None:
    assert LOADED.search(text)
    assert not LOADED.search('<a href="https://doi.org/1">paper</a>')


@built
def test_no_page_of_the_documentation_loads_anything_from_elsewhere() -> None:
    for path in [*PAGES.rglob("*.html"), *PAGES.rglob("*.css")]:
        found = LOADED.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.relative_to(PAGES)}: {found and found.group()}"


def test_no_report_loads_anything_from_elsewhere(report: Path) -> None:
    assert LOADED.search(report.read_text(encoding="utf-8")) is None


@pytest.fixture(scope="module")
def offline() -> Iterator[Any]:
    """A browser without a network, and what it asked the network for all the same."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(offline=True)
        yield context
        browser.close()


def opened(context: Any, address: str) -> tuple[Any, list[str]]:
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    return page, [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]


@seen
def test_a_report_opens_without_a_network(offline: Any, report: Path) -> None:
    page, elsewhere = opened(offline, report.as_uri())
    assert not elsewhere
    assert page.locator("figure svg").count() >= 5
    page.close()


@built
@seen
def test_pages_formulas_and_search_work_without_a_network(offline: Any) -> None:
    page, elsewhere = opened(offline, (PAGES / "fluctuations.html").as_uri())
    assert not elsewhere
    assert page.locator(".katex-html").count() > 0
    page.close()
    page, elsewhere = opened(offline, (PAGES / "search.html").as_uri() + "?q=entropy")
    page.wait_for_selector("#search-results li", timeout=10_000)
    assert page.locator("#search-results li").count() > 3
    assert not elsewhere
    page.close()
