"""A paper's card for the gallery: figure, claim, verdict, numbers and code, in MyST Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from thermokin.papers.made import Made
from thermokin.papers.paper import Kind, Number

__all__ = ["card"]

MOST = 8  # rows of a card; the folder has them all
BADGES = {Kind.REPRODUCED: "success", Kind.ONLY: "warning", Kind.NOT: "danger"}


def card(made: Made) -> str:
    """The card of a paper.

    Args:
        made: the paper, calculated.

    Returns:
        Markdown, with the figure at figures/figure.svg.
    """
    paper = made.paper
    parts = [
        f"## {paper.title}",
        f"{paper.authors} ({paper.year}) · {' · '.join(paper.references)}",
        f"![{_plain(paper.caption)}](figures/figure.svg)",
        f"*{paper.caption}*",
        f"**Claim.** {paper.claim}",
        f"**Verdict: {_sentence(made.verdict)}**",
    ]
    if paper.remark:
        parts.append(paper.remark)
    if made.claims is not None:
        rows = [(claim, *words, held) for claim, words, held in made.claims.rows]
        parts.append(_table(("claim", *made.claims.systems, "true"), rows))
    parts += [_numbers(made.rows), f"```python\n{paper.code}\n```"]
    if made.doubts:
        parts.append(f"Not checked against the paper: {'; '.join(made.doubts)}.")
    parts.append(f"`thermokin paper {paper.id}`")
    return "\n\n".join(parts) + "\n"


def _numbers(rows: tuple[Number, ...]) -> str:
    shown = _shown(rows)
    lines = [
        (
            f"{row.case.system}: {row.case.quantity}",
            f"{row.case.expected:.9g}",
            f"{row.case.ours:.9g}",
            f"{row.case.deviation:.0e}" + ("" if row.case.holds else " **beyond**"),
            row.origin.value,
        )
        for row in shown
    ]
    table = _table(("number", "expected", "thermokin", "deviation", "origin"), lines)
    if len(rows) > len(shown):
        table += f"\n\n{len(rows) - len(shown)} more numbers in the folder of the command."
    return table


def _shown(rows: tuple[Number, ...]) -> tuple[Number, ...]:
    """The first rows, less those whose number was shown before, and every row that deviates."""
    seen: set[str] = set()
    kept = []
    for row in rows:
        value = f"{abs(row.case.expected):.8g}"
        if value not in seen or not row.case.holds:
            kept.append(row)
        seen.add(value)
    return (*kept[:MOST], *(row for row in kept[MOST:] if not row.case.holds))


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(_plain(cell) for cell in line) + " |" for line in lines)


def _plain(text: str) -> str:
    return text.replace("|", "\\|")


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
