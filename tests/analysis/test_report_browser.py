"""The page in a real browser: it sorts, filters, switches its theme, asks for nothing.

Chromium is driven through its own debugging pipe (file descriptors 3 and 4), so no driver and no
extra Python package is needed. Skipped where Chromium is absent.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from xnerbench.catalogue.figures import FIGURES

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    ),
    None,
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--no-first-run",
    "--no-default-browser-check",
    "--remote-debugging-pipe",
]


class Browser:
    """A Chromium with one page; `events` holds everything that it reported."""

    def __init__(self, profile: Path) -> None:
        to_child, self._out = os.pipe()
        self._in, from_child = os.pipe()

        def hand_over() -> None:  # in the child: the pipe's ends become descriptors 3 and 4
            os.dup2(to_child, 50)
            os.dup2(from_child, 51)
            os.dup2(50, 3)
            os.dup2(51, 4)

        self._process = subprocess.Popen(
            [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=hand_over,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_child)
        os.close(from_child)
        self._buffer = b""
        self._id = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Sends a command and waits for its answer."""
        self._id += 1
        message: dict[str, Any] = {"id": self._id, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            found = self._receive()
            if found.get("id") == self._id:
                assert "error" not in found, found
                return found["result"]
            self.events.append(found)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            chunk = os.read(self._in, 1 << 20)
            if not chunk:
                raise RuntimeError("Chromium ended")
            self._buffer += chunk
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def open(self, path: Path) -> None:
        """Loads a local page and waits until it is complete."""
        self.call("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._receive())

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def resize(self, width: int, height: int) -> None:
        """Sets the size of the view in CSS pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 500,
        )  # fmt: skip

    def close(self) -> None:
        """Ends this browser, and no other."""
        try:
            self._session = None
            self.call("Browser.close")
        except (RuntimeError, OSError):
            self._process.terminate()
        self._process.wait(timeout=30)
        os.close(self._out)
        os.close(self._in)


@pytest.fixture(scope="module")
def browser(reported_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("browser"))
    browser.open(reported_folder / "report.html")
    yield browser
    browser.close()


CELLS = (
    "Array.from(document.querySelectorAll('#table-scores tbody tr'), r => r.cells[{}].textContent)"
)
CLICK = "document.querySelectorAll('#table-scores th button')[{}].click()"


def test_a_table_sorts_by_number_and_by_name(browser: Browser) -> None:
    column = browser.run(
        "Array.from(document.querySelectorAll('#table-scores th'), h => h.textContent).indexOf('ts')"
    )
    assert column > 0
    browser.run(CLICK.format(column))
    numbers = [float(text.split()[0]) for text in browser.run(CELLS.format(column))]
    assert len(numbers) == 7
    assert numbers == sorted(numbers, reverse=True)
    browser.run(CLICK.format(column))
    numbers = [float(text.split()[0]) for text in browser.run(CELLS.format(column))]
    assert numbers == sorted(numbers)
    browser.run(CLICK.format(0))
    names = browser.run(CELLS.format(0))
    assert names == sorted(names)
    assert browser.run("document.querySelector('#table-scores th').ariaSort") == "ascending"
    assert browser.run("document.querySelector('#table-scores tfoot td').textContent") == "Mean"


def test_the_theme_changes_page_and_figures(browser: Browser) -> None:
    seen = "getComputedStyle(document.querySelector({})).{}"
    ground = seen.format("'body'", "backgroundColor")
    ink = seen.format("'#figure-curves svg [fill*=\"--ink\"]'", "fill")
    before = browser.run(ground), browser.run(ink)
    browser.run("document.getElementById('theme').click()")
    after = browser.run(ground), browser.run(ink)
    assert before[0] != after[0] and before[1] != after[1]
    browser.run("document.getElementById('theme').click()")
    assert (browser.run(ground), browser.run(ink)) == before


def test_the_filter_hides_rows(browser: Browser) -> None:
    shown = "document.querySelectorAll('#table-curves tbody tr:not([hidden])').length"
    every = browser.run(shown)
    typed = (
        "(() => {{ const i = document.querySelector('#table-curves input'); i.value = '{}';"
        "i.dispatchEvent(new Event('input')); }})()"
    )
    browser.run(typed.format("swahili steps"))
    assert 0 < browser.run(shown) < every
    browser.run(typed.format(""))
    assert browser.run(shown) == every


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_never_scrolls_sideways(browser: Browser, width: int) -> None:
    browser.resize(width, 900)
    assert browser.run("document.documentElement.scrollWidth") <= width
    narrow = "Math.min(...Array.from(document.querySelectorAll('figure svg'), s => s.clientWidth))"
    assert browser.run(narrow) >= 260


def test_every_figure_has_a_drawing_and_a_caption(browser: Browser) -> None:
    found = browser.run(
        "Array.from(document.querySelectorAll('figure'), f => [f.id, "
        "f.querySelector('svg, img').getBoundingClientRect().height, "
        "f.querySelector('figcaption').textContent.length])"
    )
    assert len(found) == len(FIGURES)
    for name, height, length in found:
        assert height > 60 and length > 80, name


def test_no_error_and_no_request_was_made(browser: Browser) -> None:
    methods = {event.get("method") for event in browser.events}
    assert "Page.loadEventFired" in methods
    assert "Runtime.exceptionThrown" not in methods
    for event in browser.events:
        if event.get("method") in ("Log.entryAdded", "Runtime.consoleAPICalled"):
            pytest.fail(json.dumps(event["params"])[:500])
        if event.get("method") == "Network.requestWillBeSent":
            url = event["params"]["request"]["url"]
            assert url.startswith(("file:", "data:", "about:")), url
    pages = [
        event["params"]["request"]["url"]
        for event in browser.events
        if event.get("method") == "Network.requestWillBeSent"
        and event["params"]["request"]["url"].startswith("file:")
    ]
    assert len(pages) == 1  # the page itself
