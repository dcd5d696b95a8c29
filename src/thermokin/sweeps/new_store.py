"""A new store: made aside, and put in its place when it is whole."""

from __future__ import annotations

import json
import os
import shutil
import socket
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from thermokin._errors import SweepError
from thermokin.sweeps.disk import kept
from thermokin.sweeps.identity import Identity
from thermokin.sweeps.labels import Labels
from thermokin.sweeps.store import BEGUN, IDENTITY, KEY, MARKERS, PLAN, STATE, Store, identity_of, require_zarr

__all__ = ["created", "host"]


def created(path: Path, identity: Identity, plan: Mapping[str, Any], labels: Labels) -> Store:
    """A new store, made aside and put in its place; that of another process that came first is taken.

    Args:
        path: its folder, which is not there yet or empty.
        identity: what it belongs to.
        plan: how the sweep is cut and evaluated.
        labels: its variables.

    Returns:
        The store.

    Raises:
        SweepError: if the folder cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_left(path)
    except OSError as error:
        raise SweepError(f"`store` {path} cannot be made: {error.strerror or error}.") from error
    aside = path.with_name(f".{path.name}.{host()}.{os.getpid()}.{uuid.uuid4().hex[:8]}.partial")
    try:
        _fill(aside, identity, plan, labels)
        kept((one for one in aside.rglob("*") if one.is_file()), aside)
        with suppress(OSError):  # of who comes second
            os.rename(aside, path)
            kept([path / "zarr.json"], path.parent)
    except OSError as error:
        raise SweepError(f"`store` {path} cannot be made: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    found = identity_of(path)
    if found is None or found.key != identity.key:
        raise SweepError(f"`store` {path} cannot be made: something else is there; name another folder.")
    return Store(path)


def _fill(aside: Path, identity: Identity, plan: Mapping[str, Any], labels: Labels) -> None:
    zarr = require_zarr()
    from zarr.codecs import ZstdCodec

    group = zarr.open_group(str(aside), mode="w", zarr_format=3)
    for name, values, said in labels.coordinates():
        array = group.create_array(
            name,
            shape=values.shape,
            chunks=values.shape,
            dtype="f8",
            dimension_names=(name,),
            attributes=dict(said),
        )
        array[:] = values
    for name, one in labels.variables():
        group.create_array(
            name,
            shape=one.shape,
            chunks=one.chunk,
            dtype=np.asarray(one.empty).dtype,
            fill_value=one.empty,
            compressors=ZstdCodec(level=0, checksum=True),  # a bit that has changed is an error, no other number
            dimension_names=one.axes,
            attributes=dict(one.attributes),
        )
    group.create_group(MARKERS)
    about = {IDENTITY: identity.text, KEY: identity.key, PLAN: json.dumps(plan), STATE: BEGUN}
    group.update_attributes({**labels.about, **about})


def host() -> str:
    """The name of this machine, as a part of a file's."""
    return socket.gethostname().replace(".", "-")


def _clear_left(path: Path) -> None:
    """Remove what killed processes of this machine have left beside the place of a store."""
    begin = f".{path.name}.{host()}."
    for left in [one for one in path.parent.iterdir() if one.name.startswith(begin) and one.suffix == ".partial"]:
        process = left.name.removeprefix(begin).partition(".")[0]
        if process.isdecimal() and not _is_alive(int(process)):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    if os.name != "posix":  # elsewhere signal 0 is no question
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
