"""How Sphinx builds the documentation; every page's code is executed."""

import re
import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging
from sphinxcontrib.katex import katex_version

import thermokin
from thermokin import __version__

sys.path.insert(0, str(Path(__file__).parent))  # for the extensions that stand beside this file

project = "thermokin"
author = "The thermokin authors"
copyright = "2026, the thermokin authors"
version = release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinxcontrib.bibtex",
    "sphinxcontrib.katex",
    "myst_nb",
    "sphinx_design",
    "local_kernels",
]
exclude_patterns = ["_build", "jupyter_execute", "**.ipynb_checkpoints"]
nitpicky = False

html_theme = "pydata_sphinx_theme"
html_title = "thermokin"
html_show_sourcelink = False
html_theme_options = {"show_toc_level": 2, "navigation_with_keys": False, "navbar_center": []}
html_sidebars = {"**": ["contents.html"]}
html_static_path = ["_static"]
html_css_files = ["custom.css"]
templates_path = ["_templates"]

katex_css_path = "katex/katex.min.css"  # in _static with its fonts, so that formulas show without a network

bibtex_bibfiles = ["../src/thermokin/references.bib"]
bibtex_default_style = "unsrt"
bibtex_reference_style = "author_year"

myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_show_tb = True
nb_render_markdown_format = "myst"

autodoc_typehints = "none"  # docstrings give shapes and units
autodoc_member_order = "bysource"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_custom_sections = [("Cost", "notes_style"), ("Reference", "notes_style")]


def name_what_is_missing(app: Sphinx) -> None:
    """A public name without a place on the API page is a warning, and so an error of `make docs`."""
    page = (Path(app.srcdir) / "api.md").read_text(encoding="utf-8")
    for name in thermokin.__all__:
        if f":: thermokin.{name}\n" not in page and f":: thermokin.{name}." not in page:
            logging.getLogger(__name__).warning("public name %s is missing on the API page", name)


def match_versions(app: Sphinx) -> None:
    """A style sheet that is not of the script's version sets formulas awry: it is a warning, and so an error."""
    sheet = (Path(app.srcdir) / "_static" / app.config.katex_css_path).read_text(encoding="utf-8")
    if f'content:"{katex_version}"' not in sheet:
        logging.getLogger(__name__).warning("docs/_static/katex must be of KaTeX %s, as the script is", katex_version)


def keep_offline(*event: Any) -> None:
    """A script or a style sheet from elsewhere does not show without a network: it is a warning, and so an error."""
    _, page, _, context, _ = event
    for file in (*context.get("script_files", ()), *context.get("css_files", ())):
        if "//" in str(file.filename):
            logging.getLogger(__name__).warning("page %s asks for %s from outside", page, file.filename)


CODE = re.compile(r"(`+)(.+?)\1")
MARKUP = re.compile(r"[|*]|(?<=\w)_(?!\w)")


def as_plain_maths(*event: Any) -> None:
    """Docstrings write plain maths and code in backticks; neither is to be read as reStructuredText."""
    lines: list[str] = event[-1]
    for number, line in enumerate(lines):
        pieces = CODE.split(line)
        # split gives text, ticks, code, text, ticks, code, ..., text
        out = [MARKUP.sub(r"\\\g<0>", text) for text in pieces[::3]]
        code = [f"``{inside}``" for inside in pieces[2::3]]
        lines[number] = "".join(part for pair in zip(out, [*code, ""], strict=True) for part in pair)


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", name_what_is_missing)
    app.connect("builder-inited", match_versions)
    app.connect("html-page-context", keep_offline)
    app.connect("autodoc-process-docstring", as_plain_maths, priority=400)  # before napoleon makes markup of it
