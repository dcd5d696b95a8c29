"""The verb `explore`: the controls of a system in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thermokin.explorer.family_subject import FamilySubject
from thermokin.explorer.starts import MODELS, begun_with, tables_of_model
from thermokin.explorer.subject import StudySubject, Subject
from thermokin.model import library
from thermokin.model.family import Family
from thermokin.model.library.one_bath import parts_of
from thermokin.model.model import Model
from thermokin.model.parameter import parameters_of
from thermokin.study.read import BUILT_IN

if TYPE_CHECKING:
    from thermokin.explorer.page import ExplorerPage

__all__ = ["NEEDS_PANEL", "explore", "subject_of"]

NEEDS_PANEL = "the explorer needs Panel, which is not installed: pip install 'thermokin[explore]'"


def explore(
    system: Family | Model | str | Path, *, tab: str = "", values: Mapping[str, Any] | None = None
) -> ExplorerPage:
    """Sliders for the numbers of a system, with figures, numbers and code that follow them, in a notebook.

    The same page is served on loopback by `thermokin explore`; this is its widget, an object of Panel, which brings
    its scripts with it. The extension of Jupyter that comes with Panel must be where Jupyter's server runs.

    Args:
        system: a family of models, a model, the name of a library model or of a built-in study, or a study file.
        tab: which question is open first, as "counting" or "quench"; the first that there is if empty.
        values: numbers that do not begin where the system does, by their places.

    Returns:
        The page; in the last line of a cell it is shown.

    Raises:
        StudyError: if there is nothing of that name, or no question that the system can be asked.
        ModuleNotFoundError: without Panel, the extra `explore`.
        TypeError: if the system is none of these.

    Example:
        >>> import thermokin as tk
        >>> page = tk.explore(tk.Family(tk.library.three_level_maser, {"cold": 1.0}), values={"model.drive": 0.1})
        >>> round(float(page.explorer.result(page.asked).power), 6)
        0.001703
    """
    subject = subject_of(system)
    _ = subject.tabs
    try:
        from thermokin.explorer.page import ExplorerPage
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"panel", "param", "bokeh"}:
            raise
        raise ModuleNotFoundError(NEEDS_PANEL, name=error.name) from error
    from thermokin.explorer.controller import Asked, Explorer

    return ExplorerPage(Explorer(subject), Asked(tab, {name: str(value) for name, value in (values or {}).items()}))


def subject_of(system: Family | Model | str | Path) -> Subject:
    """What is explored of a system.

    Args:
        system: as `explore` takes it.

    Returns:
        A study where there is one of the same system, whose text can be copied; else the family.

    Raises:
        StudyError: if there is nothing of that name.
        TypeError: if the system is none of these.
    """
    if isinstance(system, str | Path):
        return StudySubject(*begun_with(str(system)))
    if isinstance(system, Model):
        return FamilySubject(f"a model of {system.dimension} levels", Family(lambda: system, parameters={}))
    if not isinstance(system, Family):
        need = f"a family, a model, one of {', '.join(MODELS[:2])}, ..., {', '.join(BUILT_IN)}, or a study file"
        raise TypeError(f"`system` must be {need}, got {type(system).__name__}.")
    tables = _tables_of(system)
    if tables is not None:
        return StudySubject(system.name, Path(), tables)
    known = system.name in MODELS and system.build is getattr(library, system.name)
    numbers = tables_of_model(system.name)["model"] if known else {}
    begun = {name: value for name, value in numbers.items() if name in system.parameters}
    return FamilySubject(system.name, system, begun)


def _tables_of(family: Family) -> dict[str, Any] | None:
    """The tables of a family of the library whose settled numbers are plain; None of any other."""
    build, settled = family.build, family.settled
    if family.name not in MODELS or build is not getattr(library, family.name):
        return None
    if not all(isinstance(value, int | float | str) for value in settled.values()):
        return None
    if "temperature" in parameters_of(build) or parts_of(build) is not None:
        return None
    tables = tables_of_model(family.name)
    return {"model": {**tables["model"], **settled}}
