"""Digests of functions: the same where they do the same, another where anything that they refer to has changed."""

from __future__ import annotations

import functools
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin._cached import cached_property
from thermokin.sweeps.fingerprint import fingerprint, named

RATE = 0.1


def made(code: str, **names: Any) -> Any:
    """The function f of some code."""
    space = dict(names)
    exec(compile(code, "<test>", "exec"), space)  # noqa: S102 - it is our own
    return space["f"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("def f(x): return x + 1", "def f(x): return x + 2"),
        ("def f(x, y=1): return x", "def f(x, y=2): return x"),
        ("def f(x, *, y=1): return x", "def f(x, *, y=2): return x"),
        ("def f(x): return x.mean()", "def f(x): return x.max()"),
        ("def f(x): return lambda y: y + 1", "def f(x): return lambda y: y + 2"),
        ("K = 1\ndef f(x): return K * x", "K = 2\ndef f(x): return K * x"),
        ("def g(x): return x\ndef f(x): return g(x)", "def g(x): return -x\ndef f(x): return g(x)"),
        ("f = (lambda k: lambda x: k * x)(1)", "f = (lambda k: lambda x: k * x)(2)"),
        ("def f(x): return x in {1, 2}", "def f(x): return x in {1, 3}"),
    ],
)
def test_another_function_has_another_digest(one: str, two: str) -> None:
    assert fingerprint(made(one)) == fingerprint(made(one))
    assert fingerprint(made(one)) != fingerprint(made(two))


def test_what_changes_nothing_changes_no_digest() -> None:
    plain = "def f(x):\n    return x + 1"
    assert fingerprint(made(plain)) == fingerprint(made('def f(x):\n    "A doc."\n    # a comment\n\n    return x + 1'))


@dataclass(frozen=True, eq=False)
class Kept:
    """Something that keeps what it has made."""

    number: float

    @cached_property
    def double(self) -> float:
        return 2.0 * self.number


def test_values_are_told_apart_and_what_they_keep_is_not_looked_at() -> None:
    values = [
        1,
        1.0,
        True,
        "1",
        None,
        (1,),
        [1],
        {"a": 1},
        {"a": 2},
        np.ones(2),
        np.ones((2, 1)),
        np.zeros(2),
        Kept(1.0),
    ]
    assert len({fingerprint(value) for value in values}) == len(values)
    one = Kept(1.0)
    before = fingerprint(one)
    assert one.double == 2.0
    assert fingerprint(one) == before
    assert fingerprint(functools.partial(max, 1)) != fingerprint(functools.partial(max, 2))
    assert fingerprint(one.__init__) != fingerprint(Kept(2.0).__init__)  # type: ignore[misc]


def test_a_function_that_refers_to_itself_has_a_digest() -> None:
    def again(depth: int) -> int:
        return again(depth - 1) if depth else 0

    assert len(fingerprint(again)) == 12
    assert len(fingerprint(made("def f(x): return g(x)\ndef g(x): return f(x)"))) == 12


def test_what_is_installed_goes_by_its_name_and_what_is_not_by_what_it_does() -> None:
    assert named(tk.library.qubit).startswith("thermokin.model.library.one_bath.qubit (")
    assert named(made("def f(x): return x")).startswith("f (")


def test_a_digest_is_the_same_in_every_process() -> None:
    code = "def f(x):\n    return x in {'a', 'b', 'c'} or {'k': 1, 'l': 2}[x]"
    script = f"from thermokin.sweeps.fingerprint import fingerprint\nspace = {{}}\nexec({code!r}, space)\n"
    script += "print(fingerprint(space['f']))"
    found = {
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert found == {f"{fingerprint(made(code))}\n"}
