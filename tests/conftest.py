"""How all tests run: examples of property tests are not timed, since other work on the machine would fail them."""

import gc
import signal
from collections.abc import Generator

import pytest
from hypothesis import settings

# As from a terminal: a test run in the background is started with Ctrl-C ignored, and would hand that to its children.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected lives to the end: the collector of garbage is not to walk over ten thousand tests again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
