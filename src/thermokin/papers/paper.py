"""A paper: its claim, the numbers held against it, each with its origin, a figure, and the lines that make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from thermokin.report.sheet import Sheet
from thermokin.validation.case import Case

__all__ = ["Claims", "Finding", "Kind", "Number", "Origin", "Paper", "Topic", "holds_only", "not_as_stated"]


class Topic(Enum):
    """What a paper is about; the list of papers is ordered by it."""

    HEATING = "heating against cooling"
    MPEMBA = "Mpemba effect"
    MASERS = "masers and uncertainty relations"
    COUNTING = "counting statistics"
    INFORMATION = "information in records"
    LEADS = "coherent transport between leads"
    CHAINS = "chains and exclusion"
    RESPONSE = "response and fluctuation"
    CLOCKS = "clocks"
    REFRIGERATORS = "refrigerators and engines"
    DEVICES = "devices of heat"
    EXCHANGE = "exchange of heat"


class Origin(Enum):
    """Where the expected number of a row comes from, so that no row claims more than was checked."""

    STATED = "stated by the paper"
    OURS = "ours for the paper's model"
    READ = "read from a figure"


class Kind(Enum):
    """How a claim fares."""

    REPRODUCED = "reproduced"
    ONLY = "holds only"
    NOT = "not as stated"


@dataclass(frozen=True)
class Finding:
    """The verdict on a paper's claim.

    Args:
        kind: how the claim fares.
        words: what is added, as "for a qubit"; empty where the claim is reproduced without more.
    """

    kind: Kind
    words: str = ""

    def __str__(self) -> str:
        if not self.words:
            return self.kind.value
        return f"{self.kind.value}{' ' if self.kind is Kind.ONLY else ': '}{self.words}"


def holds_only(words: str) -> Finding:
    """The claim holds within limits that `words` name, as "for a qubit"."""
    return Finding(Kind.ONLY, words)


def not_as_stated(words: str) -> Finding:
    """The claim, or a number, differs; `words` say how."""
    return Finding(Kind.NOT, words)


@dataclass(frozen=True)
class Number:
    """A row of a paper's table.

    Args:
        case: the expected number and this package's.
        origin: where the expected number comes from.
        doubt: what nobody has checked against the paper, as parameters from memory; empty where nothing is open.
    """

    case: Case
    origin: Origin
    doubt: str = ""


@dataclass(frozen=True)
class Claims:
    """The claims of a paper one by one, over several systems.

    Args:
        systems: names of the systems.
        rows: for each claim its words, "yes", "no", "tie" or "open" for each system, and what follows.
    """

    systems: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...], str], ...]


@dataclass(frozen=True)
class Paper:
    """A paper and what this package makes of it.

    Args:
        id: its number on arXiv, or a key of the references, as mandel1979.
        title: its title.
        authors: its authors.
        year: of publication.
        topic: what it is about.
        claim: what it says, in words of our own.
        finding: the verdict.
        numbers: calculates the rows of its table.
        sheet: calculates the figure.
        caption: what the figure shows.
        code: Python lines that print one of the numbers.
        references: where it was published, and papers beside it.
        also: other names under which it is found.
        claims: calculates the claims one by one, where there are several.
        remark: what else must be said, as a number that differs from an earlier one.
    """

    id: str
    title: str
    authors: str
    year: int
    topic: Topic
    claim: str
    finding: Finding
    numbers: Callable[[], list[Number]]
    sheet: Callable[[], Sheet]
    caption: str
    code: str
    references: tuple[str, ...]
    also: tuple[str, ...] = ()
    claims: Callable[[], Claims] | None = None
    remark: str = ""

    @property
    def name(self) -> str:
        """How the paper is cited in one line."""
        return f"{self.authors} ({self.year}), {self.title}"

    @property
    def file_name(self) -> str:
        """Its id as the name of a file."""
        return self.id.replace("/", "_")
