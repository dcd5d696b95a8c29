"""The page: controls at the left, what follows from them at the right. The last move wins."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Mapping
from html import escape
from typing import Any, ClassVar

import panel as pn

from thermokin._errors import StudyError
from thermokin.explorer.controller import Asked, Explorer, Shown
from thermokin.explorer.parts import (
    STYLE,
    ChoicePart,
    FilesPart,
    KnobPart,
    OpenerPart,
    StatusPart,
    TabsPart,
    TextPart,
)
from thermokin.report.inline_svg import inline_svg
from thermokin.report.page import page_style, plain, render_part

__all__ = ["ExplorerPage"]

Open = Callable[[str, str], Explorer]
"""Makes the explorer of a name, or of the text of a study and its name."""
_BROAD = 700.0  # pixels from which a phone lets a figure be pushed sideways, as a report does
_NUMBERS = page_style(":host") + "\n:host { min-width: 0; color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }"
_NUMBERS += "\n.wide td:last-child { min-width: 13rem; } .number:last-child { min-width: 0 !important; }"


class ExplorerPage(pn.viewable.Viewer):
    """Sliders of a subject and what follows from them, in a browser or a notebook.

    Args:
        explorer: what is explored first.
        asked: what is on the screen first; its first tab if None.
        choices: what else can be chosen, by name.
        open_: makes the explorer of what has been chosen (a name, "") or opened (its name, its text).
        link: the query that the address shall have for what is on the screen; None where no address is its own, as in
            a notebook.
    """

    _brought: ClassVar[bool] = False
    """Whether the scripts of Panel come with the pages, for nobody else has loaded them."""

    def __init__(
        self,
        explorer: Explorer,
        asked: Asked | None = None,
        *,
        choices: tuple[str, ...] = (),
        open_: Open | None = None,
        link: Callable[[str, Asked], str] | None = None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.explorer, self._open, self._link = explorer, open_, link
        self._values: dict[str, str] = {}
        self._busy, self._again, self._tab, self._drawn = False, False, "", ""
        self.subject = ChoicePart(label="System", options=list(choices), titles=list(choices))
        self.opener, self.tabs = OpenerPart(visible=open_ is not None), TabsPart()
        self.figure, self.status = ChoicePart(label="Figure"), StatusPart()
        self.files = FilesPart(linked=link is not None)
        self.knobs: dict[str, KnobPart] = {}
        self.column = pn.Column(css_classes=["knobs"], stylesheets=[STYLE], sizing_mode="stretch_width")
        pane: Any = pn.pane.HTML
        self.drawing, self.numbers = (pane("", stylesheets=[_NUMBERS], sizing_mode="stretch_width") for _ in range(2))
        self.code, self.text = TextPart(label="Python"), TextPart(label="Study file (study.toml)")
        parts = {
            "seen": [self.tabs, self.figure, self.status, self.drawing, self.files],
            "controls": [self.subject, self.opener, self.column],
            "rest": [self.numbers, self.code, self.text],
        }
        look: dict[str, Any] = {"stylesheets": [STYLE], "sizing_mode": "stretch_width"}
        columns = [pn.Column(*inside, css_classes=[name], **look) for name, inside in parts.items()]
        self._layout = pn.Column(*columns, css_classes=["page"], **look)
        self._begin(asked or Asked(""))
        self._show(self.explorer.shown(self.asked))
        self.tabs.param.watch(self._on_tab, "value")
        self.figure.param.watch(self._on_figure, "value")
        self.subject.param.watch(self._on_subject, "value")
        self.opener.param.watch(self._on_opened, "text")
        self.files.param.watch(self._on_wish, "wish")

    def __panel__(self) -> Any:
        """The layout, for Panel and notebooks."""
        return self._layout

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """What a notebook shows: with the scripts of Panel before it, unless the user has loaded them.

        They go with the page, 6 MB, and not by an address elsewhere, so that no network is needed; and with every page,
        since a cell that is run again drops what it held.

        Returns:
            The data by their types, as a notebook takes them.
        """
        extension: Any = pn.extension
        if not extension._loaded or ExplorerPage._brought:
            ExplorerPage._brought = True
            extension(inline=True)
        return super()._repr_mimebundle_(include, exclude)  # type: ignore[no-untyped-call]

    @property
    def asked(self) -> Asked:
        """What is on the screen, or is to be there."""
        return Asked(str(self.tabs.value), dict(self._values), str(self.figure.value))

    def _begin(self, asked: Asked) -> None:
        """Set all controls to a subject and to what is asked of it."""
        tabs = self.explorer.tabs
        self._tab = self.explorer.tab(asked.tab).name
        names, titles = [tab.name for tab in tabs], [tab.title for tab in tabs]
        self.tabs.param.update(options=names, titles=titles, value=self._tab)
        title = self.explorer.subject.title
        if title not in self.subject.options and self.subject.options:
            self.subject.param.update(options=[title, *self.subject.options], titles=[title, *self.subject.titles])
        self.subject.value = title
        self._drawn = self.figure.value = asked.figure
        self._values, self.knobs = dict(asked.values), {}
        self._set_knobs()

    def _set_knobs(self) -> None:
        """The knobs of the open tab; those that were there before are kept."""
        wanted = self.explorer.knobs(str(self.tabs.value))
        for knob in wanted:
            if knob.name in self.knobs:
                continue
            made = KnobPart(
                place=knob.name, words=knob.words, unit=knob.unit, text=self._values.get(knob.name, knob.value),
                low=knob.low, high=knob.high, step=knob.step, choices=list(knob.choices), said=knob.said,
            )  # fmt: skip
            made.param.watch(self._on_knob, "text")
            self.knobs[knob.name] = made
        self.column.objects = [self.knobs[knob.name] for knob in wanted]

    async def _on_knob(self, event: Any) -> None:
        self._values[event.obj.place] = str(event.new)
        await self.refresh()

    # What the page itself has set comes back as an event, later: it is known by being what is there already.

    async def _on_figure(self, event: Any) -> None:
        if event.new != self._drawn:
            await self.refresh()

    async def _on_tab(self, event: Any) -> None:
        if event.new != self._tab:
            self._tab = str(event.new)
            self._set_knobs()
            await self.refresh()

    async def _on_subject(self, event: Any) -> None:
        if event.new != self.explorer.subject.title:
            await self._change(str(event.new), "")

    async def _on_opened(self, event: Any) -> None:
        if event.new:
            await self._change(str(self.opener.called), str(event.new))
            self.opener.text = ""

    async def _change(self, name: str, text: str) -> None:
        """Explore something else."""
        if self._open is None:
            return
        self.status.busy = True
        try:
            made = await asyncio.to_thread(self._open, name, text)
        except StudyError as error:
            self.status.param.update(refused=list(error.problems), busy=False)
            return
        self.explorer = made
        self._begin(Asked(""))
        await self.refresh()

    async def refresh(self) -> None:
        """Show what is asked; what is asked meanwhile is shown next, and only the last of it."""
        if self._busy:
            self._again = True
            return
        self._busy = self.status.busy = True
        try:
            while True:
                self._again = False
                explorer = self.explorer
                shown = await asyncio.to_thread(explorer.shown, self.asked)
                if explorer is self.explorer:
                    self._show(shown)
                if not self._again:
                    break
        finally:
            self._busy = self.status.busy = False
        if self._link is not None:
            self.files.query = self._link(self.explorer.subject.title, self.asked)

    def _show(self, shown: Shown) -> None:
        """Put an answer on the page; where it is refused, the last figure stays, paler."""
        self.status.param.update(refused=list(shown.refused), done=self.status.done + 1)
        for name, knob in self.knobs.items():
            knob.flawed = name in shown.flawed
        self.code.text, self.text.text = shown.code, shown.text
        for pane in (self.drawing, self.numbers):
            pane.styles = {"opacity": "0.35"} if shown.refused else {}
        if not shown.refused:
            self._drawn, titles = shown.figure, [name.replace("_", " ") for name in shown.figures]
            self.figure.param.update(options=list(shown.figures), titles=titles, value=shown.figure)
            self.drawing.object = _figure(shown)
            self.numbers.object = render_part(shown.blocks)

    async def _on_wish(self, event: Any) -> None:
        """Make the file that somebody wants."""
        kind = str(event.new).partition(" ")[0]
        asked = self.asked
        try:
            if kind == "png":
                data, mime = await asyncio.to_thread(self.explorer.picture, asked), "image/png"
            else:
                data, mime = (await asyncio.to_thread(self.explorer.shown, asked)).svg.encode(), "image/svg+xml"
        except (StudyError, ValueError, ArithmeticError, StopIteration):
            return  # the page says already why there is no figure
        called = f"{asked.tab}_{asked.figure or 'figure'}.{'png' if kind == 'png' else 'svg'}"
        self.files.called = called
        self.files.file = f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"


def _figure(shown: Shown) -> str:
    """The figure in the page's colours, with its caption."""
    if not shown.svg:
        return ""
    drawing = inline_svg(shown.svg, "figure", plain(shown.caption))
    width = f"{'class=broad ' if drawing.width > _BROAD else ''}style='width:{drawing.width:.0f}px'"
    return f"<figure {width}>{drawing.element}<figcaption>{escape(plain(shown.caption))}</figcaption></figure>"


def values_of(query: Mapping[str, Any]) -> Asked:
    """What a link asks for: tab, figure and moved numbers, as far as they are plain text.

    Args:
        query: of the address, text or lists of bytes by name.

    Returns:
        What is asked.
    """
    found = {name: _last(value) for name, value in list(query.items())[:200]}
    tab, figure = found.pop("tab", ""), found.pop("figure", "")
    return Asked(tab, {name: text for name, text in found.items() if "." in name or name.isidentifier()}, figure)


def _last(value: Any) -> str:
    one = value[-1] if isinstance(value, list | tuple) and value else value
    return (one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one))[:200]
