"""The limit of one BLAS thread: in force in whichever thread asks for it, and gone when nobody needs it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import scipy.linalg  # noqa: F401 - loads its BLAS, and NumPy's
from threadpoolctl import ThreadpoolController

from thermokin._threads import one_thread

CONTROLLER = ThreadpoolController().select(user_api="blas")


def counts() -> list[int | None]:
    return [library.num_threads for library in CONTROLLER.lib_controllers]


def limited() -> list[int | None]:
    with one_thread():
        return counts()


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    """Start from two, also where the environment says one."""
    before = counts()
    turn([2] * len(before))
    if set(counts()) != {2}:
        pytest.skip("BLAS has no threads to limit")
    yield
    turn(before)


def turn(numbers: list[int | None]) -> None:
    for library, number in zip(CONTROLLER.lib_controllers, numbers, strict=True):
        library.set_num_threads(number)
        if hasattr(library, "clear_controlling_thread"):
            library.clear_controlling_thread()


def test_the_limit_holds_in_the_main_thread_and_in_a_worker_after_it() -> None:
    assert set(limited()) == {1}
    assert set(counts()) == {2}
    with ThreadPoolExecutor(1) as pool:
        assert set(pool.submit(limited).result()) == {1}
    assert set(counts()) == {2}
    assert set(limited()) == {1}


def test_the_limit_stays_until_the_last_of_two_threads_has_left() -> None:
    entered, left = Barrier(2, timeout=10.0), Barrier(2, timeout=10.0)

    def first() -> None:
        with one_thread():
            entered.wait()
        left.wait()

    def second() -> list[int | None]:
        with one_thread():
            entered.wait()
            left.wait()
            return counts()

    with ThreadPoolExecutor(2) as pool:
        pool.submit(first)
        assert set(pool.submit(second).result()) == {1}
    assert set(counts()) == {2}
