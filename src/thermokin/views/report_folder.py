"""A result on paper: its page, figures, data and provenance in one folder."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from matplotlib.figure import Figure
from threadpoolctl import threadpool_info

from thermokin import __version__
from thermokin._result import CONVENTIONS
from thermokin.lab_units.units import Units
from thermokin.model.model import Model
from thermokin.report.blocks import Block, Cell, Definitions, Heading, Level, Notice, Paragraph
from thermokin.report.dataset_file import write_dataset
from thermokin.report.figures import save_figure
from thermokin.report.folder import OutputFolder, Replace
from thermokin.report.page import render
from thermokin.report.plain_data import PlainData
from thermokin.views.natural_labels import say_natural

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "Drawing",
    "Drawings",
    "Drawn",
    "fill_folder",
    "met_last",
    "notices",
    "parameters",
    "provenance",
    "save_figures",
    "with_doubts",
    "write_report",
]

OPENING = 2  # blocks among which the sentence is that a report opens with: it may have a heading

Drawing: TypeAlias = tuple[Figure, str]
"""A figure and its caption."""
Drawings: TypeAlias = Mapping[str, Callable[[], Drawing]]
"""What draws each figure, by the name of its file."""
Drawn: TypeAlias = dict[str, tuple[str, str]]
"""The SVG and the caption of each figure, by name."""
AT_THE_END = ("Parameters", "Provenance")  # sections that say how a page was made
LONGEST_LIST = 200  # characters
_PACKAGES = ("numpy", "scipy", "xarray", "h5netcdf", "matplotlib")
_UNITS = (
    "As in study.toml, which can be run again. hbar = k_B = 1: energies and temperatures are in one unit, times in its "
    "inverse, entropies in nats. Heat is positive into the system."
)


def save_figures(drawings: Drawings, folder: Path, told: Callable[[str], None] = lambda _: None) -> Drawn:
    """Draw figures into a new folder, each as PNG and SVG.

    Args:
        drawings: the figures; a name may have a folder before it.
        folder: where to; it is made.
        told: is told which figure comes next, for a progress bar.

    Returns:
        The SVG and the caption of each, by name.
    """
    folder.mkdir()
    drawn: Drawn = {}
    for name, draw in drawings.items():
        told(f"figure {name}")
        drawing, caption = draw()
        say_natural(drawing)
        (folder / name).parent.mkdir(exist_ok=True)
        _, path = save_figure(drawing, folder, name)
        drawn[name] = path.read_text(encoding="utf-8"), caption
    return drawn


def write_report(
    title: str,
    folder: str | Path,
    dataset: xr.Dataset,
    drawings: Drawings,
    blocks: Callable[[Drawn], Sequence[Block]],
    about: Sequence[tuple[str, str]] = (),
) -> Path:
    """Write report.html, figures/ and data.nc. The folder appears when all is written, or not at all.

    Args:
        title: of the page.
        folder: where to.
        dataset: the data.
        drawings: the figures.
        blocks: makes the page of the figures.
        about: names and values of the parameters, for the end of the page.

    Returns:
        The folder.

    Raises:
        FileExistsError: if the folder holds anything but an earlier report.
    """
    output = OutputFolder(folder, Replace())
    output.check()
    with output as inside:
        origin = provenance(None, None)
        end: list[Block] = [Heading("Parameters"), Definitions(tuple(about)), Paragraph(CONVENTIONS)] if about else []
        end += [Heading("Provenance"), Definitions(tuple(origin.items()))]
        data = dataset.assign_attrs({name.replace(" ", "_"): value for name, value in origin.items()})
        fill_folder(inside, title, data, drawings, lambda drawn: [*blocks(drawn), *end])
    return output.target


def fill_folder(
    folder: Path,
    title: str,
    dataset: xr.Dataset | PlainData,
    drawings: Drawings,
    blocks: Callable[[Drawn], Sequence[Block]],
    *,
    subtitle: str = "",
    told: Callable[[str], None] = lambda _: None,
) -> None:
    """Write report.html, figures/ and data.nc into an existing folder.

    Args:
        folder: the folder.
        title: of the page.
        dataset: the data.
        drawings: the figures.
        blocks: makes the page of the figures.
        subtitle: a line below the title.
        told: is told what comes next.
    """
    write_dataset(folder / "data.nc", dataset)
    drawn = save_figures(drawings, folder / "figures", told)
    told("report")
    page = render(title, met_last(blocks(drawn)), subtitle=subtitle)
    (folder / "report.html").write_text(page, encoding="utf-8", newline="\n")


def met_last(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with all assumptions that are met as one section, before what says how the page was made.

    Args:
        blocks: of a page.

    Returns:
        The blocks.
    """
    met = [block for block in blocks if isinstance(block, Notice) and block.level is Level.MET]
    rest = [block for block in blocks if block not in met]
    if not met:
        return rest
    end = next(
        (n for n, block in enumerate(rest) if isinstance(block, Heading) and block.text in AT_THE_END), len(rest)
    )
    words = tuple(dict.fromkeys(block.text for block in met))
    return [*rest[:end], Heading("Assumptions that are met"), *(Paragraph(text) for text in words), *rest[end:]]


def notices(model: Model, whose: str = "") -> list[Notice]:
    """How far the assumptions of a model hold: a warning of each that is in doubt, a note of the others.

    Args:
        model: the model.
        whose: it is, as in " of heating".

    Returns:
        A notice for each.
    """
    return [
        Notice(Level.WARNING if one.in_doubt else Level.MET, f"{said[0].upper()}{said[1:]}.")
        for one in model.validity
        for said in [one.said(whose, digits=4)]
    ]


def with_doubts(blocks: Sequence[Block], lines: Sequence[str]) -> list[Block]:
    """The blocks with a warning of each doubt that they do not warn of themselves, after their opening sentence.

    Args:
        blocks: of a report.
        lines: what is in doubt, each up to a colon by a name of its own.

    Returns:
        The blocks with the warnings among them.
    """
    said = [block.text.casefold() for block in blocks if isinstance(block, Notice)]
    missing = [
        Notice(Level.WARNING, f"{line[0].upper()}{line[1:]}.")
        for line in lines
        if not any(text.startswith(line.partition(":")[0].casefold()) for text in said)
    ]
    opening = [isinstance(block, Paragraph) for block in blocks[:OPENING]]
    begin = opening.index(True) + 1 if any(opening) else 0
    return [*blocks[:begin], *missing, *blocks[begin:]]


def provenance(seed: int | None, seconds: float | None) -> dict[str, str]:
    """What somebody needs who wants the same numbers again; without seed and seconds what is not known of them."""
    found = {"thermokin": __version__, "Python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    libraries = {
        f"{pool.get('internal_api', '?')} {pool.get('version') or '?'}, {pool.get('num_threads', '?')} threads"
        for pool in threadpool_info()
        if pool.get("user_api") == "blas"
    }
    found["BLAS"] = "; ".join(sorted(libraries)) or "unknown"
    found["platform"] = f"{platform.system()} {platform.machine()}"
    if seconds is not None:
        found["random seed"] = "none used" if seed is None else str(seed)
        found["wall time of the calculation"] = f"{seconds:.2f} s"
    found["finished"] = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return found


def parameters(tables: Mapping[str, Any], origin: Mapping[str, str], units: Units | None = None) -> list[Block]:
    """Parameters and provenance, for the end of a report, in units that may be those of the lab."""
    entries = tuple(_entries(tables))
    made: tuple[tuple[str, Cell], ...] = tuple(origin.items())
    asked: list[Block] = [
        Heading("Parameters"),
        Paragraph(_UNITS if units is None else _in_units(units)),
        Definitions(entries),
    ]
    return [*asked, Heading("Provenance"), Definitions(made)]


def _in_units(units: Units) -> str:
    temperature, rate, entropy = (units.label(one) for one in ("temperature", "1/time", "nats"))
    return (
        f"As in study.toml, which can be run again. Energies are in {units.names['energy']} (a frequency f stands for "
        f"h f), temperatures in {temperature}, times in {units.names['time']}, rates in {rate}, powers in "
        f"{units.label('energy/time')}, entropies in {entropy}. Heat is positive into the system."
    )


def _entries(tables: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Cell]]:
    found: list[tuple[str, Cell]] = []
    for key, value in tables.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found += _entries(value, f"{name}.")
        elif isinstance(value, list | tuple) and any(isinstance(entry, Mapping) for entry in value):
            for index, entry in enumerate(value):
                found += _entries(entry, f"{name}[{index}].")
        elif isinstance(value, list | tuple):
            text = ", ".join(str(entry) for entry in value)
            found.append((name, text if len(text) <= LONGEST_LIST else _summed_up(value)))
        elif value is not None:
            found.append((name, _finite(value)))
    return found


def _summed_up(values: Sequence[Any]) -> str:
    """How many, and from where to where."""
    if not all(isinstance(one, int | float) for one in values):
        return f"an array of {len(values)}"
    return f"{len(values)} values from {min(values):g} to {max(values):g}"


def _finite(value: Any) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and not np.isfinite(value):
        return "infinite" if value > 0 else "minus infinity"
    return value if isinstance(value, str | int | float) else str(value)
