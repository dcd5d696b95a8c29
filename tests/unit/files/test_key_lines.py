"""The line of a key, which the standard TOML parser does not tell."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from thermokin.files.key_lines import key_lines, line_of

TEXT = '''\
# a comment with [brackets] and = signs
top = 1
[plain]   # after a header
a = "a # no comment = here"
b.c = 'also # none'
"quoted key" = [ # comment
  1, # one
  [2, 3], "x]",
  { in = 1, side = "}" },
]
"esc\\u0061ped" = true
long = """
[not.a.header]
x = 1 \\""" still inside
""""
literal = \'\'\'
y = 2\'\'\'
after = 2020-01-01 10:00:00
[[many]]
k = 1
[[many]]
k = 2
[many.inner]
z = 3
[ spaced . "out" ]
w = {}
v = 1
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("top",), 2),
        (("plain",), 3),
        (("plain", "a"), 4),
        (("plain", "b"), 5),
        (("plain", "b", "c"), 5),
        (("plain", "quoted key"), 6),
        (("plain", "quoted key", 0), 7),
        (("plain", "quoted key", 1), 8),
        (("plain", "quoted key", 1, 1), 8),
        (("plain", "quoted key", 2), 8),
        (("plain", "quoted key", 3, "side"), 9),
        (("plain", "escaped"), 11),
        (("plain", "long"), 12),
        (("plain", "literal"), 16),
        (("plain", "after"), 18),
        (("many",), 19),
        (("many", 0, "k"), 20),
        (("many", 1, "k"), 22),
        (("many", 1, "inner", "z"), 24),
        (("spaced", "out", "w"), 26),
        (("spaced", "out", "v"), 27),
    ],
)
def test_a_key_stands_on_its_line(place: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(TEXT)  # the text is valid, or the test tests nothing
    assert key_lines(TEXT)[place] == line


def test_a_key_that_is_missing_stands_where_its_table_does() -> None:
    assert line_of(("plain", "nothing", 3), key_lines(TEXT)) == 3
    assert line_of(("nothing",), key_lines(TEXT)) is None


def places(value: Any, prefix: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Every place in a parsed document."""
    found: set[tuple[str | int, ...]] = {prefix} if prefix else set()
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= places(inner, (*prefix, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            found |= places(inner, (*prefix, index))
    return found


KEYS = st.text(min_size=0, max_size=4) | st.sampled_from(["a", "b-c", "1", '"', "#", "x.y"])
LEAVES = (
    st.booleans()
    | st.integers(-9, 9)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(['"', "\\", "]", "}", "#", "\n"])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)


def written(value: Any) -> str:
    """A value in TOML, strings in any of the ways that hold them."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {written(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[\n" + "".join(f"{written(inner)}, # ] comment\n" for inner in value) + "]"
    if isinstance(value, str):
        return json.dumps(value).replace("\x7f", "\\u007f")
    return str(value).lower()


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=3), max_size=3))
def test_every_place_of_a_document_has_a_line(tables: dict[str, dict[str, Any]]) -> None:
    lines: list[str] = []
    expected = {}
    for name, table in tables.items():
        lines.append(f"[{json.dumps(name)}]".replace("\x7f", "\\u007f"))
        expected[name,] = len(lines)
        for key, value in table.items():
            expected[name, key] = len(lines) + 1
            lines += f"{json.dumps(key)} = {written(value)}".replace("\x7f", "\\u007f").split("\n")
    text = "\n".join(lines)
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a surrogate that JSON writes and TOML does not read
    found = key_lines(text)
    assert set(found) == places(parsed)
    assert {place: found[place] for place in expected} == expected
