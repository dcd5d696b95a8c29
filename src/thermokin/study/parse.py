"""From the tables of a TOML file to sections, with every problem of every table at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, reduce
from itertools import islice
from operator import getitem
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from thermokin.study.problem import MOST_TOLD, Place, Problem, described, nearest, not_among, violation
from thermokin.study.section import Choice, Section, Several

__all__ = ["Reader", "sections_of"]


class Reader:
    """Reads tables one after another and keeps what is wrong with them.

    Args:
        layouts: what stands under each table's name: a section, a choice of sections, or several.
        hints: what to say of keys that are not there, where somebody may look for them.
    """

    def __init__(self, layouts: Mapping[str, Any], hints: Mapping[str, str]) -> None:
        self.layouts, self.hints = layouts, hints
        self.problems: list[Problem] = []

    def problem(self, place: Place, message: str, hint: str = "") -> None:
        """Keep one more problem."""
        self.problems.append(Problem(place, message, hint))

    def table(self, name: str, value: Any) -> Section | tuple[Section, ...] | None:
        """The section, or the several, under a name; None if it is not sound."""
        layout = self.layouts[name]
        if not isinstance(layout, Several):
            return self.section(layout, value, (name,))
        if not isinstance(value, list) or not value or not all(isinstance(table, dict) for table in value):
            self.problem((name,), f"must be one or more tables [[{name}]], got {described(value)}")
            return None
        if len(value) > layout.most:
            self.problem((name,), f"must be at most {layout.most} tables, got {len(value)}")
            return None
        found = [self.section(layout.section, table, (name, index)) for index, table in enumerate(value)]
        sound = tuple(section for section in found if section is not None)
        return sound if len(sound) == len(found) else None

    def section(self, layout: Any, table: Any, place: Place) -> Section | None:
        """A section, checked again without what is unknown, so that this hides no other problem; None if not sound."""
        if not isinstance(table, dict):
            self.problem(place, f"must be a table, got {described(table)}")
            return None
        try:
            sound: Section = _adapter(layout).validate_python(table)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            unknown = [one for one in errors if one["type"] == "choice"]
            meant = _meant(layout, table, unknown)
            if meant is not None:
                self.problems += [_said(one, layout, place) for one in unknown]
                told = len(self.problems)
                section = self.section(layout, meant, place)
                # Of a word deep in a table that is a guess, nothing can be said to be missing.
                guessed = [_place(place, one["loc"]) for one in unknown if one["loc"]]
                self.problems[told:] = [
                    one
                    for one in self.problems[told:]
                    if one.place[:-1] not in guessed or not one.message.startswith("must be given")
                ]
                return section
            for one in unknown[:MOST_TOLD]:
                self._tell_common(_options(layout, one["loc"]), _inside(table, one["loc"]), _place(place, one["loc"]))
            extra = [one["loc"] for one in errors if one["type"] == "extra_forbidden"]
            self._tell(errors, layout, table, place)
            if len(extra) < len(errors):
                return None
            sound = _adapter(layout).validate_python(_without(table, extra))
        return sound

    def _tell_common(self, options: Choice, table: Any, place: Place) -> None:
        """What is wrong with a table whatever its unknown word may mean."""
        if not isinstance(table, dict) or table.get(options.key) in list(options.refused):
            return
        known = {name: set(one.model_fields) for name, one in options.options.items()}
        counts: dict[tuple[Place, str], tuple[ErrorDetails, type[Section], set[str]]] = {}
        for name, section in options.options.items():
            try:
                _adapter(section).validate_python({**table, options.key: name})
            except ValidationError as error:
                for one in error.errors(include_url=False) if error.error_count() <= 4 * MOST_TOLD else ():
                    entry = counts.setdefault((_place(place, one["loc"]), one["type"]), (one, section, set()))
                    entry[2].add(name)
        for (_, kind), (one, section, names) in counts.items():
            key = str(one["loc"][0])
            if kind == "extra_forbidden" and names == set(known):
                near = nearest(key, sorted(set().union(*known.values())))
                self._unknown_key(_place(place, one["loc"]), near, "", f"no {options.key} has it")
            elif kind not in {"extra_forbidden", "missing"} and names >= {n for n in known if key in known[n]}:
                self.problems.append(_said(one, section, place))

    def _tell(self, errors: list[ErrorDetails], layout: Any, table: dict[str, Any], place: Place) -> None:
        extra = [one for one in errors if one["type"] == "extra_forbidden"]
        others = [one for one in errors[: len(extra) + 4 * MOST_TOLD] if one["type"] != "extra_forbidden"]
        homes = [_home(layout, one["loc"]) for one in extra[:MOST_TOLD]]
        meant = set()
        for one, (section, options) in zip(extra, homes, strict=False):
            key, fields = str(one["loc"][-1]), list(section.model_fields)
            given = _inside(table, one["loc"][:-1])
            near = nearest(key, [known for known in fields if known not in given]) or nearest(key, fields)
            meant.add((*one["loc"][:-1], near))
            other = options.holding(key) if options else ""
            self._unknown_key(_place(place, one["loc"]), near, other, f"the keys here are {', '.join(fields)}")
        told = [one for one in others if not _told_already(one, others, meant)]
        self.problems += [_said(one, layout, place) for one in told[:MOST_TOLD]]
        rest = len(errors) - min(len(extra), MOST_TOLD) - min(len(told), MOST_TOLD) - (len(others) - len(told))
        self.problems += [Problem(place, "is wrong")] * rest

    def _unknown_key(self, place: Place, near: str, other: str, otherwise: str) -> None:
        """A key that its table has not, with the best hint that there is."""
        key = str(place[-1])
        homes = " or ".join(self.homes(key, str(place[0])))
        hints = (near and f"did you mean {near}?", self.hints.get(key), other, homes and f"it belongs in {homes}")
        self.problem(place, "is no key of this table", next(filter(None, hints), otherwise))

    def homes(self, key: str, but: str) -> list[str]:
        """The tables that know a key, as they are headed, one left out."""
        return [
            f"[[{name}]]" if isinstance(layout, Several) else f"[{name}]"
            for name, layout in self.layouts.items()
            if name != but and any(key in section.model_fields for section in sections_of(layout))
        ]


def sections_of(layout: Any) -> list[type[Section]]:
    """The sections that a table can be."""
    if isinstance(layout, Several):
        return sections_of(layout.section)
    if isinstance(layout, type):
        return [layout]
    return [section for part in get_args(layout) for section in ([part] if _is_section(part) else sections_of(part))]


def _is_section(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Section)


@cache
def _adapter(layout: Any) -> TypeAdapter[Any]:
    return TypeAdapter(layout)


def _said(error: ErrorDetails, layout: Any, prefix: Place) -> Problem:
    """The problem that an error of pydantic stands for."""
    place = _place(prefix, error["loc"])
    if error["type"] == "choice":
        return _not_chosen(_options(layout, error["loc"]), error["input"], place)
    if error["type"] == "missing":
        section, _ = _home(layout, error["loc"])
        field = section.model_fields.get(str(error["loc"][-1])) if section is not None else None
        return Problem(place, f"must be given: {field.description}" if field and field.description else "must be given")
    return violation(error, place)


def _meant(layout: Any, table: dict[str, Any], unknown: list[ErrorDetails]) -> dict[str, Any] | None:
    """A table with the words of choices that are misspelt as they were probably meant; None unless all of them are."""
    meant = table
    if len(unknown) > MOST_TOLD:
        return None
    for one in unknown:
        options, part = _options(layout, one["loc"]), _inside(table, one["loc"])
        value = part.get(options.key) if isinstance(part, dict) else None
        near = "" if isinstance(value, str) and value in options.refused else nearest(value, list(options.options))
        if not near:
            return None
        meant = _with(meant, one["loc"], {**part, options.key: near})
    return meant if unknown else None


def _with(table: Any, loc: tuple[int | str, ...], part: dict[str, Any]) -> Any:
    """A table with one of its parts replaced, copied only along the way to it."""
    steps = [step for step in loc if not _is_tag(step)]
    if not steps:
        return part
    copied: Any = list(table) if isinstance(table, list | tuple) else dict(table)
    copied[steps[0]] = _with(copied[steps[0]], tuple(steps[1:]), part)
    return copied


def _not_chosen(options: Choice, table: Any, place: Place) -> Problem:
    if not isinstance(table, dict):
        return Problem(place, f"must be a table, got {described(table)}")
    value, key = table.get(options.key), options.key
    if value is None:
        near = next((one for one in islice(table, MOST_TOLD) if nearest(one, [key])), None)
        hint = f"did you mean that by {described(near)}?" if near is not None else ""
        names = ", ".join(f'"{name}"' for name in options.options)
        return Problem((*place, key), f"must be given: one of {names}", hint)
    if isinstance(value, str) and value in options.refused:
        return Problem((*place, key), f"must not be {described(value)} in this study: {options.refused[value]}")
    return not_among((*place, key), list(options.options), value)


def _place(prefix: Place, loc: tuple[int | str, ...]) -> Place:
    return (*prefix, *(step for step in loc[:-1] if not _is_tag(step)), *loc[-1:])


def _steps(layout: Any) -> tuple[Any, Choice | None]:
    """A layout without what surrounds it: the type that the next step of a place leads into, and its choice."""
    options = None
    while not isinstance(layout, type) or get_origin(layout) is not None:
        if get_origin(layout) is Annotated:
            options = next((part for part in layout.__metadata__ if isinstance(part, Choice)), options)
            layout = layout.__origin__
        elif get_origin(layout) in (Union, UnionType) and options is None:
            layout = next(part for part in get_args(layout) if part is not type(None))
        else:
            break
    return layout, options


def _home(layout: Any, loc: tuple[int | str, ...]) -> tuple[type[Section], Choice | None]:
    """The section that a key belongs to, and the choice that the section is one option of."""
    options: Choice | None = None
    for step in loc[:-1]:
        layout, found = _steps(layout)
        options = None
        if _is_tag(step) and found is not None:
            layout, options = found.options[str(step)[1:-1]], found
        elif isinstance(step, int):
            layout = get_args(layout)[0]
        elif get_origin(layout) is Mapping:
            layout = get_args(layout)[1]
        elif _is_section(layout):
            layout = _type_of(layout, step)
    layout, _ = _steps(layout)
    return layout if _is_section(layout) else Section, options


def _type_of(section: type[Section], key: int | str) -> Any:
    """What stands under a key of a section, with what marks it."""
    field = section.model_fields[str(key)]
    return Annotated[(field.annotation, *field.metadata, None)]


def _options(layout: Any, loc: tuple[int | str, ...]) -> Choice:
    if loc:
        layout = _type_of(_home(layout, loc)[0], loc[-1])
    _, options = _steps(layout)
    assert options is not None  # noqa: S101 - narrows the type: only a choice gives this error
    return options


def _inside(table: Any, loc: tuple[int | str, ...]) -> Any:
    return reduce(getitem, (step for step in loc if not _is_tag(step)), table)


def _without(table: dict[str, Any], extra: list[tuple[int | str, ...]]) -> dict[str, Any]:
    """A table less some keys."""
    gone, kept = set(extra), table
    for home in {loc[:-1] for loc in extra}:
        part = {key: value for key, value in _inside(kept, home).items() if (*home, key) not in gone}
        kept = _with(kept, home, part)
    return kept


def _told_already(error: ErrorDetails, others: list[ErrorDetails], meant: set[tuple[int | str, ...]]) -> bool:
    """Whether a missing key was only misspelt, or an array is too short only for its wrong entries."""
    if error["type"] == "missing":
        return error["loc"] in meant
    depth = len(error["loc"])
    return error["type"] == "too_short" and any(
        len(one["loc"]) > depth and one["loc"][:depth] == error["loc"] for one in others
    )


def _is_tag(step: int | str) -> bool:
    """Whether a step of an error's place is a tag of a union and no key."""
    return isinstance(step, str) and step.startswith("<") and step.endswith(">")
