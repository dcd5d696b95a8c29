"""A paper calculated: its rows and its claims, and what they say in lines."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from thermokin._errors import ValidityWarning
from thermokin.papers.paper import Claims, Kind, Number, Paper
from thermokin.papers.registry import PAPERS, by_topic
from thermokin.report.sheet import Sheet
from thermokin.validation.case import Case

__all__ = ["Made", "further_cases", "list_lines", "made"]

WIDTH = 100  # columns of a terminal


@dataclass(frozen=True)
class Made:
    """What a paper's functions give.

    Args:
        paper: the paper.
        rows: its numbers.
        sheet: its figure.
        claims: its claims one by one; None where the paper has one claim.
    """

    paper: Paper
    rows: tuple[Number, ...]
    sheet: Sheet
    claims: Claims | None

    @property
    def failed(self) -> int:
        """How many rows deviate beyond what is allowed."""
        return sum(not row.case.holds for row in self.rows)

    @property
    def verdict(self) -> str:
        """The verdict in words; rows that deviate overrule what is said of the claim."""
        if self.failed:
            return (
                f"{Kind.NOT.value}: {self.failed} of {len(self.rows)} numbers deviate; otherwise {self.paper.finding}"
            )
        return str(self.paper.finding)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What waits for a check against the paper, each once."""
        return tuple(dict.fromkeys(row.doubt for row in self.rows if row.doubt))

    @property
    def origins(self) -> str:
        """How many rows have which origin."""
        counts: dict[str, int] = {}
        for row in self.rows:
            counts[row.origin.value] = counts.get(row.origin.value, 0) + 1
        return ", ".join(f"{count} {origin}" for origin, count in counts.items())

    def lines(self) -> list[str]:
        """The claim, the verdict, and what is open, in lines for a terminal."""
        paper = self.paper
        found = [paper.title, f"{paper.authors} ({paper.year}); {'; '.join(paper.references)}", ""]
        found += [f"claim    {paper.claim}", f"verdict  {self.verdict}"]
        if paper.remark:
            found.append(f"remark   {paper.remark}")
        found += [f"open     {doubt}" for doubt in self.doubts]
        return found


def made(paper: Paper) -> Made:
    """Calculate a paper. That its models are of weak coupling, or not, is beside the point and not warned about.

    Args:
        paper: the paper.

    Returns:
        Its rows, figure and claims.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        claims = None if paper.claims is None else paper.claims()
        return Made(paper, tuple(paper.numbers()), paper.sheet(), claims)


def list_lines() -> Iterable[str]:
    """The papers by topic.

    Yields:
        Lines.
    """
    for topic, papers in by_topic():
        yield f"== {topic.value} =="
        for paper in papers:
            yield f"  {paper.id:<12} {paper.title} ({paper.year})"
            verdict = str(paper.finding)
            yield f"  {'':<12} {verdict if len(verdict) <= WIDTH else verdict[: WIDTH - 3] + '...'}"
        yield ""


def further_cases(known: Iterable[Case]) -> list[Case]:
    """The numbers of all papers beyond those that are known, as the validation wants them.

    Args:
        known: cases that are held already.

    Returns:
        The others, in the order of the papers.
    """
    held = {(case.system, case.quantity, case.expected) for case in known}
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        for paper in PAPERS:
            for row in paper.numbers():
                case = row.case
                if (case.system, case.quantity, case.expected) not in held:
                    held.add((case.system, case.quantity, case.expected))
                    found.append(case)
    return found
