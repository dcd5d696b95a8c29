"""A figure as a file: PNG to look at, SVG to print, the same bytes for the same data."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

from thermokin.report.style import styled

DOTS_PER_INCH: Final = 300
"""The resolution of a PNG."""
RUN_LENGTHS: Final = 3  # as zlib counts its strategies


def svg(figure: Figure) -> str:
    """A figure as SVG, the text as outlines so that it looks the same everywhere.

    Args:
        figure: the figure.

    Returns:
        The SVG document, without date and version.
    """
    stream = io.StringIO()
    with styled():
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(stream, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return stream.getvalue()


def png(figure: Figure) -> bytes:
    """A figure as PNG at 300 dots per inch.

    Args:
        figure: the figure.

    Returns:
        The file's bytes, without date and version.
    """
    stream = io.BytesIO()
    with styled():
        screen = figure.dpi
        figure.dpi = DOTS_PER_INCH
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
        # Without transparency, which the paper covers, and by run lengths: a smaller file in half the time.
        pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
        pixels.save(stream, "png", dpi=(DOTS_PER_INCH, DOTS_PER_INCH), compress_type=RUN_LENGTHS)
        figure.dpi = screen
    return stream.getvalue()


def _settle(figure: Figure) -> None:
    """Lay the figure out for good: otherwise each file would find the same layout again, its dearest part."""
    engine = figure.get_layout_engine()
    if engine is not None:
        with styled():
            engine.execute(figure)
        figure.set_layout_engine("none")


def save_figure(figure: Figure, folder: Path, name: str) -> tuple[Path, Path]:
    """A figure's two files.

    Args:
        figure: the figure.
        folder: an existing folder.
        name: the files' name without ending.

    Returns:
        The paths of the PNG and of the SVG.
    """
    _settle(figure)
    paths = folder / f"{name}.png", folder / f"{name}.svg"
    paths[0].write_bytes(png(figure))
    paths[1].write_text(svg(figure), encoding="utf-8", newline="\n")
    return paths
