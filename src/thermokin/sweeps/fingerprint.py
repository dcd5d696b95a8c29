"""What a function does, in a few letters: its code, its defaults, and the numbers and functions that it refers to."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["fingerprint", "named"]

DEEPEST = 6  # functions that refer to functions


def named(function: object) -> str:
    """What a function is called, with a digest of what it does.

    Args:
        function: any callable.

    Returns:
        A name.
    """
    inner = function.func if isinstance(function, functools.partial) else function
    name = getattr(inner, "__qualname__", type(inner).__qualname__)
    # A file of one's own is `__main__` where it is run, and bears its name where it is imported.
    installed = isinstance(inner, types.FunctionType) and _of_package(inner)
    return f"{f'{inner.__module__}.' if installed else ''}{name} ({fingerprint(function)})"


def fingerprint(value: object) -> str:
    """A digest of what a value is, the same in every process of one version of Python.

    Functions of one's own are looked into, also those that they call; of what belongs to a package the name is enough.

    Args:
        value: a number, text, array, collection or function; anything else is known by its class and attributes.

    Returns:
        Twelve letters.
    """
    digest = hashlib.sha256()
    for part in _parts(value, 0):
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:12]


def _parts(value: object, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        yield type(value).__qualname__
    elif value is None or isinstance(value, bool | int | float | complex | str | bytes):
        yield f"{type(value).__name__} {value!r}"
    elif isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        yield f"array {array.shape} {array.dtype.str} {hashlib.sha256(array.tobytes()).hexdigest()}"
    else:
        yield from _compound(value, depth)


def _compound(value: Any, depth: int) -> Iterator[str]:
    yield type(value).__qualname__
    if isinstance(value, types.FunctionType):
        yield from _function(value, depth)
    elif isinstance(value, types.CodeType):
        yield from _code(value, depth)
    elif isinstance(value, type | types.ModuleType | types.BuiltinFunctionType):
        yield f"{getattr(value, '__module__', '')}.{value.__name__}"
    elif isinstance(value, set | frozenset):
        yield from sorted(repr(one) for one in value)
    else:
        for part in _held(value):
            yield from _parts(part, depth + 1)


def _held(value: Any) -> list[Any]:
    """What an object is made of, in an order of its own."""
    if isinstance(value, Mapping):
        return [part for key in sorted(value, key=repr) for part in (repr(key), value[key])]
    if isinstance(value, Sequence):
        return list(value)
    if isinstance(value, functools.partial):
        return [value.func, value.args, value.keywords]
    if isinstance(value, types.MethodType):
        return [value.__func__, value.__self__]
    if dataclasses.is_dataclass(value):  # not what it has made since, and keeps
        return [type(value).__module__, *(getattr(value, one.name) for one in dataclasses.fields(value))]
    return [type(value).__module__, dict(vars(value)) if hasattr(value, "__dict__") else None]


def _function(function: types.FunctionType, depth: int) -> Iterator[str]:
    yield function.__qualname__
    if _of_package(function):
        yield function.__module__
        return
    yield from _code(function.__code__, depth, function.__doc__)
    yield from _parts([function.__defaults__, function.__kwdefaults__ or {}], depth + 1)
    for cell in function.__closure__ or ():
        try:
            yield from _parts(cell.cell_contents, depth + 1)
        except ValueError:  # not filled yet: a function that refers to itself
            yield "empty"
    for name in _names(function.__code__):
        if name in function.__globals__ and function.__globals__[name] is not function:
            yield name
            yield from _parts(function.__globals__[name], depth + 1)


def _code(code: types.CodeType, depth: int, doc: str | None = None) -> Iterator[str]:
    yield code.co_code.hex()
    yield repr(code.co_names)
    for one in code.co_consts:
        if one is not None and one != doc:
            yield from _parts(one, depth + 1)


def _names(code: types.CodeType) -> list[str]:
    inner = [name for one in code.co_consts if isinstance(one, types.CodeType) for name in _names(one)]
    return sorted({*code.co_names, *inner})


def _of_package(function: types.FunctionType) -> bool:
    """Whether a function comes with something that is installed, whose version says what it does."""
    file = function.__code__.co_filename.replace("\\", "/")
    return (
        str(function.__module__).partition(".")[0] == "thermokin" or "/site-packages/" in file or "/lib/python3" in file
    )
