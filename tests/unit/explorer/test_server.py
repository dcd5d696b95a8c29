"""The page in a browser and on the wire: one server, one browser, for all of these tests."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

import thermokin as tk
from thermokin.report.significant import significant

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
pytest.importorskip("panel", reason="the page needs Panel")
COMMAND = "from thermokin.cli import main; main()"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVE, HOT = '[data-place="model.drive"]', '[data-place="model.hot"]'
SOON = 20_000  # ms


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a served page."""
    served = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "explore", "three_level_maser", "--tab", "machine"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert served.stdout is not None
    try:
        yield served.stdout.readline().strip()
    finally:
        served.terminate()
        served.wait(10)
        served.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser that finds no host but the loopback."""
    playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")
    if CHROMIUM is None:
        pytest.skip("browser tests need the system's Chromium, and there is none")
    with playwright.sync_playwright() as started:
        offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        made = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", offline])
        yield made
        made.close()


@pytest.fixture(scope="module")
def page(browser: Any, address: str) -> Iterator[Page]:
    """The page, opened once; what it asks for and what goes wrong in it is kept in lists of its own."""
    made = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
    made.asked_for, made.failed = [], []
    made.on("request", lambda request: made.asked_for.append(request.url))
    made.on("pageerror", lambda error: made.failed.append(str(error)))
    made.goto(address)
    made.wait_for_selector(f"{DRIVE} input[type=range]", timeout=SOON)
    yield made
    made.close()


def status_of(address: str, path: str | None = None, **headers: str) -> tuple[int, str]:
    """Status and body of the answer to a request."""
    parts = urlsplit(address)
    line = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=10)
    try:
        line.putrequest("GET", parts.path if path is None else path, skip_host=True)
        for name, value in {"Host": parts.netloc, **headers}.items():
            line.putheader(name.replace("_", "-"), value)
        line.endheaders()
        answer = line.getresponse()
        return answer.status, "" if answer.status == 101 else answer.read().decode("utf-8", "replace")
    finally:
        line.close()


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_the_address_is_on_loopback_and_holds_a_secret_that_nothing_else_tells(address: str) -> None:
    parts = urlsplit(address)
    assert (parts.scheme, parts.hostname) == ("http", "127.0.0.1")
    secret = parts.path.strip("/")
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", secret)
    assert status_of(address)[0] == 200
    for path in ("/", "/static/js/bokeh.min.js", "/ws", "/index.html", f"/{secret[:-1]}/", "/favicon.ico"):
        status, body = status_of(address, path)
        assert status == 404
        assert secret not in body


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Host": "localhost"}, {"Origin": "http://evil.example"}]
)
@pytest.mark.parametrize("end", ["", "ws", "static/js/bokeh.min.js", "autoload.js"])
def test_a_foreign_host_or_origin_is_refused(address: str, headers: dict[str, str], end: str) -> None:
    assert status_of(address + end, **headers)[0] == 403


def test_a_websocket_opens_for_this_page_alone(address: str) -> None:
    parts = urlsplit(address)
    own = f"http://{parts.netloc}"
    for origin, host in (("http://evil.example", parts.netloc), ("null", parts.netloc), (own, "evil.example")):
        assert status_of(f"{address}ws", **UPGRADE, Origin=origin, Host=host)[0] == 403
    rebound = {"Host": f"evil.example:{parts.port}", "Origin": f"http://evil.example:{parts.port}"}
    assert status_of(f"{address}ws", **UPGRADE, **rebound)[0] == 403
    assert status_of(f"{address}ws", **UPGRADE, Origin=own)[0] == 101
    assert status_of(address, "/ws", **UPGRADE, Origin=own)[0] == 404


@pytest.mark.parametrize(
    "path", ["static/../../../../etc/passwd", "static/%2e%2e/%2e%2e/etc/passwd", "components/os/path"]
)
def test_no_file_is_given_away(address: str, path: str) -> None:
    status, body = status_of(address, f"{urlsplit(address).path}{path}")
    assert status in {400, 403, 404}
    assert "root:" not in body


def settled(page: Page) -> None:
    """Wait until numbers are up to date."""
    page.locator(".busy", has_text="up to date").wait_for(timeout=SOON)


def opened(page: Page, address: str, query: str = "") -> None:
    """Open the page anew, so that no test needs another."""
    page.goto(f"{address}?{query}" if query else address)
    page.wait_for_selector(f"{DRIVE} input[type=range]", timeout=SOON)


def power(drive: float, hot: float) -> str:
    """The work delivered per time, as the page writes it."""
    model = tk.library.three_level_maser(drive, hot)
    return significant(float(tk.figures_of_merit(model).power), 6).rstrip("0")


def type_into(page: Page, place: str, text: str) -> None:
    """Type a value into a field."""
    field = page.locator(f"{place} input[type=text]")
    field.fill(text)
    field.press("Tab")


def reads(page: Page, text: str) -> None:
    """Wait until the page says something."""
    page.get_by_text(text, exact=False).first.wait_for(timeout=SOON)


@pytest.mark.slow
def test_a_moved_slider_shows_the_numbers_of_the_call_in_python(page: Page, address: str) -> None:
    opened(page, address)
    slider = page.locator(f"{DRIVE} input[type=range]")
    slider.focus()
    slider.press("ArrowRight")
    value = page.locator(f"{DRIVE} input[type=text]").input_value()
    assert value == "0.051"
    mantissa = power(0.051, 5.0).partition("×")[0].rstrip("0")
    reads(page, mantissa)
    assert slider.get_attribute("aria-label") == "half the Rabi frequency [energy]"
    assert slider.get_attribute("aria-valuetext") == "0.051 energy"
    page.wait_for_url(re.compile(r"tab=machine.*model\.drive=0\.051"), timeout=SOON)


@pytest.mark.slow
def test_bad_values_are_refused_in_words_and_good_ones_taken_again(page: Page, address: str) -> None:
    opened(page, address, "tab=machine&model.drive=0.051")
    type_into(page, HOT, "-1")
    reads(page, "model.hot: must be >= 0, got -1.0")
    assert page.locator(f"{HOT} input[aria-invalid=true]").count() == 1
    type_into(page, HOT, "<img src=x onerror=alert(1)>")
    reads(page, "model.hot: must be a number")
    type_into(page, HOT, "6")
    page.locator("[role=alert]").wait_for(state="hidden", timeout=SOON)
    reads(page, power(0.051, 6.0).partition("×")[0].rstrip("0"))


@pytest.mark.slow
def test_of_fifty_quick_moves_the_last_one_wins(page: Page, address: str) -> None:
    opened(page, address, "tab=machine&model.hot=6")
    done = page.locator(".busy")
    before = int(done.get_attribute("data-done") or 0)
    slider = page.locator(f"{DRIVE} input[type=range]")
    begin = time.monotonic()
    slider.evaluate(
        "async (node) => { for (let move = 1; move <= 50; move++) { node.value = 0.1 + 0.001 * move;"
        " node.dispatchEvent(new Event('input')); await new Promise(then => setTimeout(then, 10)) }"
        " node.dispatchEvent(new Event('change')) }"
    )
    page.wait_for_url(re.compile(r"model\.drive=0\.15($|&)"), timeout=SOON)
    settled(page)
    reads(page, power(0.15, 6.0).partition("×")[0].rstrip("0"))
    assert time.monotonic() - begin < 15.0  # a bound on being stuck, not on speed
    assert int(done.get_attribute("data-done") or 0) - before < 50


@pytest.mark.slow
def test_tabs_code_and_files_follow(page: Page, address: str) -> None:
    opened(page, address, "tab=machine&model.drive=0.15")
    page.get_by_role("tab", name="Spectrum").click()
    page.locator('[data-place="spectrum.stop"]').wait_for(timeout=SOON)
    settled(page)
    code = page.locator("details code")
    assert "drive=0.15" in (code.first.text_content() or "")
    with page.expect_download(timeout=SOON) as svg:
        page.get_by_role("button", name="Figure as SVG").click()
    assert Path(svg.value.path()).read_text(encoding="utf-8").lstrip().startswith("<?xml")
    with page.expect_download(timeout=SOON) as png:
        page.get_by_role("button", name="Figure as PNG").click()
    assert Path(png.value.path()).read_bytes().startswith(b"\x89PNG")
    assert png.value.suggested_filename.startswith("spectrum_")


@pytest.mark.slow
def test_a_link_brings_back_what_was_on_the_screen(browser: Any, address: str) -> None:
    other = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    try:
        other.goto(f"{address}?system=three_level_maser&tab=spectrum&model.drive=0.15")
        field = other.locator(f"{DRIVE} input[type=text]")
        field.wait_for(timeout=SOON)
        assert field.input_value() == "0.15"
        assert other.get_by_role("tab", selected=True).text_content() == "Spectrum"
        assert other.evaluate("document.documentElement.scrollWidth") == 390
        assert other.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 24, 27)"
    finally:
        other.close()


@pytest.mark.slow
def test_a_study_is_opened_by_the_browser_and_other_systems_are_chosen(
    page: Page, address: str, tmp_path: Path
) -> None:
    opened(page, address)
    study = tmp_path / "mine.toml"
    study.write_text(
        '[model]\nname = "qubit"\ngap = 1.25\nrate = 0.01\n[bath]\ntemperature = 2.0\n[machine]\n', encoding="utf-8"
    )
    page.locator("input[type=file]").set_input_files(study)
    page.locator('[data-place="model.gap"]').wait_for(timeout=SOON)
    assert page.locator('[data-place="model.gap"] input[type=text]').input_value() == "1.25"
    study.write_text('[model]\nhamiltonian = "/etc/h.npy"\n', encoding="utf-8")
    page.locator("input[type=file]").set_input_files(study)
    reads(page, "must hold its arrays itself, got the file '/etc/h.npy'")
    page.get_by_label("System", exact=True).select_option("ring_clock")
    page.locator('[data-place="model.states"]').wait_for(timeout=SOON)


@pytest.mark.slow
def test_nothing_was_asked_of_the_network_and_nothing_went_wrong(page: Page, address: str) -> None:
    opened(page, address)
    assert {urlsplit(url).netloc for url in page.asked_for if not url.startswith(("blob:", "data:"))} == {  # type: ignore[attr-defined]
        urlsplit(address).netloc
    }
    assert page.failed == []  # type: ignore[attr-defined]
