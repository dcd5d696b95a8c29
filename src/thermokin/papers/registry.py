"""Every paper. A new one is a value in a file of its group, and its name in this list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from thermokin._errors import StudyError
from thermokin.papers import (
    chains,
    clocks,
    counting,
    devices,
    engines,
    exchange,
    heating,
    leads,
    masers,
    mpemba,
    one_channel,
    responses,
)
from thermokin.papers.asymmetric_thermalization import ASYMMETRIC_THERMALIZATION
from thermokin.papers.paper import Paper, Topic

__all__ = ["PAPERS", "by_topic", "paper_of"]

PAPERS: tuple[Paper, ...] = (
    ASYMMETRIC_THERMALIZATION,
    *(
        getattr(file, name)
        for file in (
            heating,
            mpemba,
            masers,
            counting,
            leads,
            one_channel,
            chains,
            responses,
            clocks,
            engines,
            devices,
            exchange,
        )
        for name in file.__all__
    ),
)
_BEFORE = re.compile(r"^(https?://)?(www\.)?(arxiv\.org/(abs|pdf)/)?(arxiv:)?")
_VERSION = re.compile(r"v\d+$")


def by_topic() -> Iterable[tuple[Topic, list[Paper]]]:
    """The papers of each topic.

    Yields:
        A topic and its papers, the newest first.
    """
    for topic in Topic:
        found = [paper for paper in PAPERS if paper.topic is topic]
        yield topic, sorted(found, key=lambda paper: paper.year, reverse=True)


def paper_of(words: str) -> Paper:
    """The paper of that name.

    Args:
        words: its number on arXiv, with or without "arXiv:" and version, its address there, or a key of the references.

    Returns:
        The paper.

    Raises:
        StudyError: if there is none; names that are near are said.
    """
    asked = _BEFORE.sub("", words.strip().lower())
    asked = _VERSION.sub("", asked)
    known = {name: paper for paper in PAPERS for name in (paper.id, *paper.also)}
    if asked in known:
        return known[asked]
    near = get_close_matches(asked, list(known), n=3, cutoff=0.7)
    hint = f" (did you mean {' or '.join(near)}?)" if near else ""
    raise StudyError([f"{words[:80]!r}: no such paper{hint}; `thermokin paper list` shows all"])
