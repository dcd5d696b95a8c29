"""What the report of a counting study says, as blocks of a page."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.current import entropy_flow, heat, particles
from thermokin.model.current_checks import mean_rate
from thermokin.model.current_words import unit_of
from thermokin.report.blocks import Block, Cell, Definitions, FigureBlock, Heading, Level, Notice, Paragraph, Table
from thermokin.report.significant import significant
from thermokin.views.counting_figures import shown_symmetry
from thermokin.views.counts import Counts
from thermokin.views.report_folder import Drawn

__all__ = ["counts_blocks", "largest_change"]

VISIBLE = 1e-6  # relative change of a cumulant from which a truncation shows in the sixth digit


def counts_blocks(counts: Counts, drawn: Drawn) -> list[Block]:
    """The blocks of a counting study's report.

    Args:
        counts: its numbers.
        drawn: its figures as SVG with their captions, by name.

    Returns:
        Notices, tables and figures.
    """
    blocks: list[Block] = [*_notices(counts), Heading("The system at rest"), *_rest(counts)]
    blocks += [Heading("Cumulants per time"), *_cumulants(counts)]
    if len(counts.cumulants) > 1:
        blocks += [Heading("Covariance"), *_covariance(counts)]
    if counts.spectra:
        blocks += [Heading("Noise spectrum"), *_figures(drawn, "spectrum"), _spectra(counts)]
    if counts.exchanges:
        blocks += [Heading("Distribution"), *_figures(drawn, "distribution"), *_exchanges(counts)]
    if counts.generating:
        blocks += [Heading("Large deviations"), *_figures(drawn, "large_deviations"), *_deviations(counts)]
    return blocks


def largest_change(counts: Counts) -> float:
    """How much one level less would change a cumulant.

    Args:
        counts: the numbers.

    Returns:
        The largest relative change, a cumulant that vanishes held against the largest of its current.
    """
    largest = 0.0
    for words, coarse in counts.coarser.items():
        values = counts.cumulants[words].values
        scale = np.maximum(np.abs(values), 1e-3 * np.abs(values).max())
        largest = max(largest, float((np.abs(values - coarse) / np.where(scale > 0.0, scale, 1.0)).max()))
    return largest


def _notices(counts: Counts) -> list[Block]:
    found: list[Block] = []
    for assumption in counts.model.validity:
        text = f"{assumption.statement} is {assumption.smallest:.4g}"
        if assumption.in_doubt:
            doubt = f"The {assumption.name} assumption is in doubt: {text}, below 10{assumption.remedy}."
            found.append(Notice(Level.WARNING, doubt))
        else:
            found.append(Notice(Level.NOTE, f"The {assumption.name} assumption is met: {text}."))
    change = largest_change(counts)
    if change > VISIBLE:
        text = f"The truncation shows: one level less changes a cumulant by {change:.1e} of itself. Raise model.levels."
        found.append(Notice(Level.WARNING, text))
    elif counts.coarser:
        found.append(Notice(Level.NOTE, f"One level less changes no cumulant by more than {change:.1e} of itself."))
    return found


def _rest(counts: Counts) -> list[Block]:
    rest, resolvent = counts.steady_state, counts.counting.resolvent
    items: tuple[tuple[str, Cell], ...] = (
        ("levels", counts.model.dimension),
        ("coordinates of the linear system", resolvent.block.size),
        ("method", type(resolvent).__name__.removesuffix("Resolvent").lower()),
        ("residual of the steady state", float(rest.residual)),
        ("condition number", float(rest.condition)),
        ("trace less 1", float(rest.trace_defect)),
        ("lowest eigenvalue below 0", float(rest.positivity_defect)),
        ("entropy production per time", counts.entropy_production),
    )
    moves = bool(counts.model.table.particles.any())
    columns: tuple[str, ...] = ("bath", "T", "heat in", "entropy out")
    rows: list[tuple[Cell, ...]] = []
    for bath in counts.model.baths:
        row: list[Cell] = [bath.name, float(bath.temperature)]
        row.append(_mean(counts, heat(counts.model, bath.name).weights))
        row.append(_mean(counts, entropy_flow(counts.model, bath.name).weights))
        if moves:
            row += [float(bath.chemical_potential), _mean(counts, particles(counts.model, bath.name).weights)]
        rows.append(tuple(row))
    if moves:
        columns = (*columns, "μ", "particles in")
    caption = "The baths at temperature T, and per time the heat into the system and the entropy into the bath"
    caption += "; their chemical potential μ, and per time the particles into the system." if moves else "."
    return [Definitions(items), Table(columns, tuple(rows), caption, digits=6)]


def _mean(counts: Counts, weights: FloatArray) -> float:
    """A mean current by the ledger's observable, independent of the counting."""
    if not np.isfinite(weights).all():
        return float(mean_rate(counts.model, weights, counts.steady_state))
    rest = counts.steady_state
    observable = counts.counting.resolvent.block.liouvillian.observable(weights)
    rate = float((observable.diagonal * rest.populations).sum())
    if observable.matrix is not None and not rest.is_diagonal:
        rate = float(np.einsum("ij,ji->", observable.matrix, rest.matrix).real)
    return rate


def _cumulants(counts: Counts) -> list[Block]:
    order = counts.order
    heads = ("current", "unit", *(f"c_{{{number}}}" for number in range(1, order + 1)))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (words, unit_of(words), *(float(value) for value in found.values)) for words, found in counts.cumulants.items()
    )
    caption = "Cumulants per time, c_{n} = lim ⟨⟨N^{n}⟩⟩/t, in units of (amount)^{n}/time."
    blocks: list[Block] = [Table(heads, rows, caption, digits=7)]
    trust = tuple(
        (
            words,
            float(np.max(found.relative_error)),
            float(found.residual),
            float(found.condition),
            float(found.defect),
            float(found.ledger_mismatch),
        )
        for words, found in counts.cumulants.items()
    )
    caption = (
        "What is known of their error: the largest relative error that rounding may have left in one of them; residual "
        "of the steady state, condition number of the generator with the trace fixed, backward error of the last "
        "solve, and the difference of c_{1} from the ledger's mean current."
    )
    heads = ("current", "relative error", "residual", "condition", "backward error", "|c_{1} − ledger|")
    blocks.append(Table(heads, trust, caption, digits=2))
    return [*blocks, *_precision(counts)]


def _precision(counts: Counts) -> list[Block]:
    if counts.order < 2:
        return []
    rows = tuple(
        _precise(words, float(found.mean), float(found.noise), counts.entropy_production)
        for words, found in counts.cumulants.items()
    )
    caption = (
        "Fano factor c_{2}/|c_{1}|, and noise times entropy production over the squared current, c_{2}σ/c_{1}^{2}: at "
        "least 2 for a current (not the activity) of a classical jump process."
    )
    return [Table(("current", "Fano factor", "c_{2} σ / c_{1}^{2}"), rows, caption, digits=6)]


def _precise(words: str, mean: float, noise: float, production: float) -> tuple[Cell, ...]:
    if not mean:
        return words, None, None
    cost = noise * production / mean**2
    return words, noise / abs(mean), cost if np.isfinite(cost) else float("inf")


def _covariance(counts: Counts) -> list[Block]:
    names = [f"{number}. {words}" for number, words in enumerate(counts.cumulants, start=1)]
    found = counts.covariance
    heads = ("current", *(str(number) for number in range(1, len(names) + 1)))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(float(value) for value in row)) for name, row in zip(names, found.values, strict=True)
    )
    with np.errstate(invalid="ignore"):
        correlation = found.correlation
    ties: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(None if np.isnan(value) else float(value) for value in row))
        for name, row in zip(names, correlation, strict=True)
    )
    return [
        Table(heads, rows, "Covariances per time, lim ⟨⟨N_{a} N_{b}⟩⟩/t.", digits=6),
        Table(
            heads, ties, "Correlations, covariance over the product of both deviations; a dash where none is.", digits=4
        ),
    ]


def _figures(drawn: Drawn, prefix: str) -> list[Block]:
    return [FigureBlock(svg, caption) for name, (svg, caption) in drawn.items() if name.startswith(prefix)]


def _spectra(counts: Counts) -> Table:
    rows = tuple(
        (
            words,
            float(found.zero_frequency),
            float(found.values[0]),
            float(found.frequencies[0]),
            float(found.values[-1]),
            float(found.frequencies[-1]),
            float(found.shot_noise),
        )
        for words, found in counts.spectra.items()
    )
    heads = ("current", "S(0)", "S, first", "at ω", "S, last", "at ω ", "S(∞)")
    caption = "The noise at both ends of the grid of frequencies, and its limits."
    return Table(heads, rows, caption, digits=6)


def _exchanges(counts: Counts) -> list[Block]:
    blocks: list[Block] = []
    heads = ("time", "", "κ_{1}", "κ_{2}", "κ_{3}", "sum less 1")
    for words, exchange in counts.exchanges.items():
        made = exchange.distribution
        rows: list[tuple[Cell, ...]] = []
        for index, time in enumerate(made.times):
            shown, other = made.cumulants(order=3)[index], exchange.cumulants[index]
            rows.append((float(time), "distribution", *(float(value) for value in shown), float(made.defect[index])))
            rows.append((float(time), "moments", *(float(value) for value in other), None))
        caption = f"Cumulants of {words} since time 0, from its distribution and by a hierarchy of moments."
        if exchange.binned:
            caption += " The bins shift those of the distribution."
        blocks.append(Table(heads, tuple(rows), caption, digits=6))
    return blocks


def _deviations(counts: Counts) -> list[Block]:
    rows: list[tuple[Cell, ...]] = []
    texts: list[Block] = []
    for words, generating in counts.generating.items():
        found = shown_symmetry(generating)
        answer = "holds" if found.holds else f"none: {found.why}" if found.why else "does not hold"
        affinity = None if found.why else found.affinity
        rows.append((words, answer, affinity, None if found.why else found.deviation, float(generating.residual.max())))
        for kink in generating.kinks:
            low, high = (significant(current) for current in kink.currents)
            texts.append(
                Paragraph(
                    f"λ of {words} has a kink at s = {significant(kink.s)}, where the current changes from {low} to "
                    f"{high}: a dynamical phase transition, or a crossover too narrow to be told from one."
                )
            )
    heads = ("current", "λ(s) = λ(−A − s)", "A", "relative deviation", "residual")
    caption = (
        "The Gallavotti-Cohen symmetry about the minimum of λ, which follows where the current alone determines the "
        "entropy produced; and the largest residual of the eigenpairs."
    )
    return [Table(heads, tuple(rows), caption, digits=5), *texts]
