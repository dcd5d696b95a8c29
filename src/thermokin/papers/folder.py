"""A paper on paper: report, figure, data, the lines that make it, and a card, in one folder."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import xarray as xr

from thermokin._errors import StudyError
from thermokin.files.toml_file import one_line
from thermokin.papers.card import card
from thermokin.papers.made import Made
from thermokin.papers.paper import Paper
from thermokin.report.blocks import Block, Code, Definitions, FigureBlock, Heading, Paragraph, Table
from thermokin.report.folder import Existing, OutputFolder, Refuse, Replace
from thermokin.report.sheet import draw_sheet
from thermokin.validation.case import Case
from thermokin.views.report_folder import Drawn, fill_folder, provenance

__all__ = ["CODE", "existing_for", "write_paper"]

CODE = "paper.py"
FIGURE = "figure"


def existing_for(paper: Paper, out: Path) -> Existing:
    """What happens to an earlier result unless it is to be replaced: a paper replaces its own."""
    try:
        same = (out / CODE).is_file() and (out / CODE).read_text(encoding="utf-8") == code_file(paper)
    except (OSError, ValueError):
        return Refuse()
    return Replace() if same else Refuse()


def code_file(paper: Paper) -> str:
    """The lines that make a number of the paper, as a file."""
    return f'"""{one_line(paper.title)}: {paper.id}."""\n\n{paper.code}\n'


def write_paper(made: Made, out: Path, existing: Existing) -> None:
    """Write a paper's folder, which appears when all is written, or not at all.

    Args:
        made: the paper, calculated.
        out: the folder.
        existing: what happens to an earlier result there.

    Raises:
        StudyError: if the folder cannot be written.
    """
    begin, paper = time.perf_counter(), made.paper
    try:
        with OutputFolder(out, existing) as folder:

            def blocks(drawn: Drawn) -> list[Block]:
                return _blocks(made, drawn, time.perf_counter() - begin)

            drawings = {FIGURE: lambda: (draw_sheet(made.sheet), paper.caption)}
            about = f"{paper.authors} ({paper.year}), {paper.id}"
            fill_folder(folder, paper.title, dataset(made), drawings, blocks, subtitle=about)
            (folder / CODE).write_text(code_file(paper), encoding="utf-8", newline="\n")
            (folder / "card.md").write_text(card(made), encoding="utf-8", newline="\n")
    except OSError as error:
        line = f"--out: {error}" if error.errno is None else f"{out}: cannot be written: {error.strerror}"
        raise StudyError([one_line(line.rstrip("."))]) from error


def _digits(case: Case) -> tuple[str, str, str, str]:
    return f"{case.expected:.10g}", f"{case.ours:.10g}", f"{case.deviation:.1e}", f"{case.allowed:.0e}"


def dataset(made: Made) -> xr.Dataset:
    """The rows and the curves of a paper as labelled data.

    Args:
        made: the paper, calculated.

    Returns:
        Expected and own numbers along `number`, and each curve along an axis of its own.
    """
    rows = [row.case for row in made.rows]
    found: dict[str, xr.Variable] = {
        "system": xr.Variable("number", np.array([row.system for row in rows])),
        "quantity": xr.Variable("number", np.array([row.quantity for row in rows])),
        "origin": xr.Variable("number", np.array([row.origin.value for row in made.rows])),
    }
    for name in ("expected", "ours", "deviation", "allowed"):
        values = np.array([getattr(row, name) for row in rows], dtype=np.float64)
        found[name] = xr.Variable("number", values, {"long_name": name})
    for position, panel in enumerate(made.sheet.panels, start=1):
        for count, curve in enumerate(panel.curves, start=1):
            axis = f"x{position}_{count}"
            found[axis] = xr.Variable(axis, np.asarray(curve.x, dtype=np.float64), {"long_name": panel.across})
            about = {"long_name": f"{panel.up}: {curve.label}"}
            found[f"y{position}_{count}"] = xr.Variable(axis, np.asarray(curve.y, dtype=np.float64), about)
    return xr.Dataset(found, attrs={"title": made.paper.title, "paper": made.paper.id})


def _blocks(made: Made, drawn: Drawn, seconds: float) -> list[Block]:
    paper = made.paper
    told: list[Block] = [Paragraph(f"Claim: {paper.claim}"), Paragraph(f"Verdict: {made.verdict}.")]
    if paper.remark:
        told.append(Paragraph(paper.remark))
    figures: list[Block] = [FigureBlock(svg, caption) for svg, caption in drawn.values()]
    claims: list[Block] = []
    if made.claims is not None:
        lines = tuple((claim, *words, held) for claim, words, held in made.claims.rows)
        claims = [Heading("Claims one by one"), Table(("claim", *made.claims.systems, "true"), lines)]
    columns = ("system", "quantity", "expected", "thermokin", "deviation", "allowed", "origin")
    rows = tuple(
        (case.system, case.quantity, *_digits(case), row.origin.value) for row in made.rows for case in (row.case,)
    )
    open_points: list[Block] = [Paragraph(f"Not checked against the paper: {doubt}.") for doubt in made.doubts]
    return [
        *told,
        *figures,
        *claims,
        Heading("Numbers"),
        Table(columns, rows),
        *open_points,
        Heading("The lines that make it"),
        Code(paper.code),
        Heading("References"),
        *(Paragraph(reference) for reference in paper.references),
        Heading("Provenance"),
        Definitions(tuple(provenance(None, seconds).items())),
    ]
