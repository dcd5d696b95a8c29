"""The report of a swept study: what happened, the main numbers in one figure, a figure for each question, tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from thermokin.report.blocks import Block, FigureBlock, Heading, Paragraph, Table
from thermokin.views.axis_words import short_words
from thermokin.views.labelled import Labelled, LabelledView, data_shown, file_name, point_table, shown_columns
from thermokin.views.swept_words import bound_of, called, course_of, modes_along, swept_over
from thermokin.views.view import View

if TYPE_CHECKING:
    import xarray as xr

    from thermokin.views.panels import Panel
    from thermokin.views.report_folder import Drawing, Drawings, Drawn

__all__ = ["SweptNumbers", "SweptView"]

HEADINGS: Final = {
    "machine": "What the machine does",
    "ledger": "Account at rest",
    "counting": "Cumulants",
    "bounds": "Bounds",
    "response": "Responses",
    "spectrum": "Noise spectra",
    "transport": "Transport",
    "cycle": "Cycle",
    "quench": "Heating and cooling",
}
MOST_PANELS, MOST_MAPS = 9, 6  # of one figure
MOST_FIGURES = 24
OVERALL = "The main numbers"
MAIN = 2  # panels that a question has in the overview
OVERVIEW = 6
TOLD = 2  # numbers of a question in the first words


@dataclass(frozen=True, eq=False)
class SweptNumbers(Labelled):
    """What the questions of a study find along its sweep, shown as its report shows it."""


class SweptView(LabelledView, View[Labelled], of=SweptNumbers):
    """Sentence, overview, a figure for each question, tables."""

    def figures(self, result: Labelled) -> Drawings:
        """The main numbers of all questions, then all numbers of each."""
        found: dict[str, Callable[[], Drawing]] = {}
        panels = {question: _panels(data, _axes(result)) for question, data in _by_question(result).items()}
        held = _held_at(data_shown(result))
        main = [panel for every in panels.values() for panel in every[:MAIN]][:OVERVIEW]
        several = len(panels) > 1 or len(main) < sum(map(len, panels.values()))
        if several and len(main) > 1:
            found["overview"] = partial(_figure, main, _axes(result), OVERALL, held)
        for question, every in panels.items():
            most = MOST_MAPS if len(_axes(result)) > 1 else MOST_PANELS
            for number, first in enumerate(range(0, len(every), most), start=1):
                name = (file_name(question) or "numbers") + (f"_{number}" if number > 1 else "")
                words = HEADINGS.get(question, "Numbers")
                found[name] = partial(_figure, every[first : first + most], _axes(result), words, held)
        return dict(list({**found, **_others(result)}.items())[:MOST_FIGURES])

    def blocks(self, result: Labelled, drawn: Drawn) -> Sequence[Block]:
        """The result first; tables of all numbers last."""
        data, shown = data_shown(result), dict(drawn)
        blocks: list[Block] = [Paragraph(_sentences(result))]
        if "overview" in shown:
            blocks.append(FigureBlock(*shown.pop("overview")))
        for question, own in _by_question(result).items():
            mine = [name for name in shown if _belongs(name, question, own)]
            blocks.append(Heading(HEADINGS.get(question, "Numbers")))
            blocks += [FigureBlock(*shown.pop(name)) for name in mine]
            blocks.append(_courses(own, _axes(result)))
        blocks += [FigureBlock(*one) for one in shown.values()]
        if len(_axes(result)) == 1:
            tables = [point_table(shown_columns(own), _axes(result)[0]) for own in _by_question(result).values()]
            blocks += [Heading("Point by point"), *tables]
        return blocks if data.data_vars else []


def _axes(result: Labelled) -> list[str]:
    """The axes of the sweep along which there is more than one value."""
    data = data_shown(result)
    columns = list(shown_columns(data).data_vars.values())
    first = columns[0].dims if columns else ()  # in this order: a store lists its coordinates in another
    swept = [str(name) for name in first if name in data.coords and _is_swept(data, str(name))]
    return [name for name in swept if data.sizes[name] > 1] or swept[:1]


def _is_swept(data: xr.Dataset, name: str) -> bool:
    columns = list(shown_columns(data).data_vars.values())
    return data[name].dtype.kind in "iuf" and bool(columns) and all(name in column.dims for column in columns)


def _by_question(result: Labelled) -> dict[str, xr.Dataset]:
    """The data with the columns of each question alone among those shown, in order."""
    data = data_shown(result)
    asked = {str(name): str(one.attrs.get("question", "")) for name, one in shown_columns(data).data_vars.items()}
    hidden = [name for name in data.data_vars if name not in asked]
    return {
        question: data[
            [
                *(name for name, one in asked.items() if one == question),
                *(name for name in hidden if data[name].attrs.get("question", "") == question),
            ]
        ]
        for question in dict.fromkeys(asked.values())
    }


def _panels(data: xr.Dataset, axes: Sequence[str]) -> list[Panel]:
    """The panels of one question: columns over the axes of the sweep and nothing else."""
    from thermokin.views.line_panels import line_panels
    from thermokin.views.map_panels import map_panels

    thin, shown = _two_axes(data.squeeze(drop=True)), shown_columns(data)
    plain = [str(name) for name in shown.data_vars if _drawable(thin[name])]
    single = [name for name in plain if thin[name].ndim == 1 and "flag_meanings" not in thin[name].attrs]
    double = [name for name in plain if thin[name].ndim == 2]
    swept = [axis for axis in axes if axis in thin.dims]
    if len(swept) == 1:
        return line_panels(thin, [name for name in single if thin[name].dims == (swept[0],)], swept[0])
    if len(swept) == 2:
        down, along = _upright(*swept)
        return map_panels(thin, [name for name in double if set(thin[name].dims) == set(swept)], (down, along))
    return []


def _two_axes(data: xr.Dataset) -> xr.Dataset:
    """The data over two axes at most: of three, those of most values, at the middle value of the other."""
    swept = [str(axis) for axis in data.dims if _is_swept(data, str(axis))]
    if len(swept) < 3:
        return data
    shortest = min(swept, key=lambda axis: data.sizes[axis])
    return data.isel({shortest: data.sizes[shortest] // 2})


def _held_at(data: xr.Dataset) -> str:
    """What the figures of three axes hold, for their captions."""
    thin = data.squeeze(drop=True)
    gone = [str(axis) for axis in thin.dims if axis not in _two_axes(thin).dims]
    return "".join(f", at {swept_over(_two_axes(thin).expand_dims(axis), [axis])}" for axis in gone)


def _upright(down: str, along: str) -> tuple[str, str]:
    """Two axes, the one that goes up first: a bias, as in stability diagrams."""
    from thermokin.views.labelled import BIASED

    return (along, down) if BIASED.search(along) and not BIASED.search(down) else (down, along)


def _drawable(column: xr.DataArray) -> bool:
    values = np.asarray(column.values, dtype=np.float64)
    return bool(np.isfinite(values).sum() > 1 or "flag_meanings" in column.attrs)


def _figure(panels: Sequence[Panel], axes: Sequence[str], words: str, held: str) -> Drawing:
    from thermokin.views.panels import ROW, ROW_OF_MAPS, draw_panels

    bounds = all(_bounded([one]) for one in panels)
    columns, row = (2 if bounds else 3, 1.5 * ROW if bounds else ROW) if len(axes) == 1 else (2, ROW_OF_MAPS)
    dashed = "Dashed" if len(axes) == 1 else "Hatched"
    told = f" {dashed} where a bound is no theorem." if any(panel.doubtful for panel in panels) else ""
    return draw_panels(panels, columns, row, f"{words} over the sweep{held}.{told}")


def _bounded(panels: Sequence[Panel]) -> bool:
    """Whether ratios of bounds are among what panels show."""
    return any(name.startswith("ratio ") for one in panels for name in one.names)


def _others(result: Labelled) -> Drawings:
    """Columns with axes of their own, and curves of machines, each as a figure."""
    data = data_shown(result)
    axes = set(_axes(result))
    every = LabelledView.figures(SweptView(), result)
    names = {file_name(str(name)): str(name) for name in shown_columns(data).data_vars}
    left = {one for one in names.values() if len(axes) > 2 or set(data[one].squeeze(drop=True).dims) != axes}
    return {file: draw for file, draw in every.items() if names.get(file) in left or "_against_" in file}


def _belongs(file: str, question: str, own: xr.Dataset) -> bool:
    """Whether a figure is one of a question."""
    name = file_name(question) or "numbers"
    stems = {file_name(str(column)) for column in own.data_vars}
    return file == name or file.removeprefix(f"{name}_").isdecimal() or file.partition("_against_")[0] in stems


def _sentences(result: Labelled) -> str:
    """What was swept, and what happened to the first numbers of each question, one sentence for each."""
    from thermokin.views.machine_columns import mode_words, told_modes

    data, axes = data_shown(result), _axes(result)
    said = list[str]()
    for own in _by_question(result).values():
        told = list[str]()
        for column in shown_columns(own).data_vars.values():
            if "flag_meanings" in column.attrs and len(axes) == 1:
                told.append(modes_along(mode_words(column.squeeze(drop=True)), data, axes[0]))
            elif "flag_meanings" in column.attrs:
                told.append(f"the machine is, by points: {told_modes(column)}")
        told += _told(own)
        said += ["; ".join(told)] if told else []
    over = f"{'Over' if any(data.sizes[axis] > 1 for axis in axes) else 'At'} {swept_over(data, axes)}"
    if not said:
        return f"{over}, nothing changes."
    first, *rest = said
    return " ".join([f"{over}, {first}.", *(f"{one[0].upper()}{one[1:]}." for one in rest)])


def _told(data: xr.Dataset) -> list[str]:
    """What happens to the numbers of a question that matter most."""
    from thermokin.views.panels import telling

    shown = shown_columns(data)
    columns = {str(name): one for name, one in shown.data_vars.items() if "flag_meanings" not in one.attrs}
    bounds = {name: found for name, one in columns.items() if (found := bound_of(one)) is not None}
    if bounds:
        return _told_bounds(data, bounds)
    told = list[str]()
    single = all(column.size == 1 for column in columns.values())
    for name in list(columns) if single else telling(data, list(columns)):
        column = columns[name]
        course = course_of(data, column)
        if (course.low < course.high or single) and len(told) < TOLD:
            told.append(f"{called(str(name), column.attrs)} {course.said}")
    return told


def _told_bounds(data: xr.Dataset, bounds: dict[str, tuple[str, str]]) -> list[str]:
    """Which bound comes closest, and which ones are passed where they are no theorems."""
    courses = {name: course_of(data, data[name]) for name in bounds}
    theorems = [name for name in bounds if data[name].attrs.get("theorem") != "no" and np.isfinite(courses[name].low)]
    moving = [name for name in theorems if courses[name].low < courses[name].high] or theorems
    told = []
    if moving:
        nearest = min(moving, key=lambda name: courses[name].low)
        from thermokin.report.significant import significant

        ratio = significant(courses[nearest].low, 4)
        told.append(
            f"the bound that comes closest is {bounds[nearest][0]}, a factor {ratio} at {courses[nearest].low_at}"
        )
    broken = [bounds[name][0] for name in bounds if courses[name].low < 1.0 - 1e-9]
    if broken:
        told.append(f"{', '.join(broken[:3])} {'is' if len(broken) == 1 else 'are'} passed where no theorem")
    return told


def _courses(data: xr.Dataset, axes: Sequence[str]) -> Table:
    """Where each number is least and largest."""
    place = short_words(axes[0], data[axes[0]].attrs) if len(axes) == 1 else ""
    rows = []
    for name, column in shown_columns(data).data_vars.items():
        if "flag_meanings" in column.attrs:
            continue
        course, bound = course_of(data, column), bound_of(column)
        said = called(str(name), column.attrs) if bound is None else f"{bound[0]}: value over limit, {bound[1]}"
        low, high = (None if np.isnan(one) else one for one in (course.low, course.high))
        where = [one.removeprefix(f"{place} ") for one in (course.low_at, course.high_at)]
        rows.append((said, str(column.attrs.get("units", "1")), low, where[0], high, where[1]))
    at = f"at {place}".strip()
    return Table(
        ("quantity", "unit", "least", at, "largest", at), tuple(rows), "Where each number is least and largest."
    )
