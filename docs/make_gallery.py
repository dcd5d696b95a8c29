"""Makes the gallery of papers from what `thermokin paper all` writes: a page of thumbnails, and one of cards a topic.

Run by hand from the repository's root when a paper is added or a number changes: python docs/make_gallery.py
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from thermokin.papers.paper import Topic
from thermokin.papers.registry import by_topic

DOCS = Path(__file__).parent
PAGES, FIGURES = DOCS / "gallery", DOCS / "_static" / "gallery"
COMMAND = [sys.executable, "-c", "from thermokin.cli import main; main()", "paper", "all", "--out"]
KINDS = {"reproduced": "reproduced", "holds only": "only", "not as stated": "not"}
HEAD = """# Papers

What this package makes of {count} papers. Every number was calculated by `thermokin paper`, every figure drawn by it,
and each row says where the number that it is held against comes from: *stated by the paper*, *ours for the paper's
model*, or *read from a figure* (none so far). What nobody has checked against the paper yet is said on its card.

    thermokin paper list                # all of them, by topic
    thermokin paper 2103.07791          # one: figure, numbers, data, code
    thermokin paper all --out papers    # each into a folder of its own

This page is made by `docs/make_gallery.py` from what these commands write.
"""


def slug(topic: Topic) -> str:
    """The name of a topic's page."""
    return re.sub(r"\W+", "_", topic.value)


def verdict_of(card: str) -> str:
    """The verdict on a card."""
    return card.partition("**Verdict: ")[2].partition("**")[0]


def thumbnail(number: str, card: str, page: str) -> str:
    """A small card that leads to the full one."""
    title = card.partition("\n")[0].removeprefix("## ")
    verdict = verdict_of(card)
    kind = next(name for start, name in KINDS.items() if verdict.startswith(start))
    word = next(start for start in KINDS if verdict.startswith(start)).replace("holds only", "holds with limits")
    anchor = f"paper-{number.replace('.', '-')}"
    return (
        f'<a class="paper" href="gallery/{page}.html#{anchor}">'
        f'<img src="_static/gallery/{number}.svg" alt="{html.escape(title)}" loading="lazy">'
        f"<span>{html.escape(title)}</span>"
        f'<b class="{kind}">{word}</b></a>'
    )


def main() -> None:
    """Run the command, and write pages and figures."""
    for folder in (PAGES, FIGURES):
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
    overview = [HEAD.format(count=sum(len(papers) for _, papers in by_topic()))]
    with TemporaryDirectory() as space:
        out = Path(space) / "papers"
        subprocess.run([*COMMAND, str(out)], check=True)
        for topic, papers in by_topic():
            page = slug(topic)
            cards, thumbnails = [], []
            for paper in papers:
                made = out / paper.file_name
                card = (made / "card.md").read_text(encoding="utf-8")
                svg = (made / "figures" / "figure.svg").read_text(encoding="utf-8")
                (FIGURES / f"{paper.file_name}.svg").write_text(svg, encoding="utf-8")
                thumbnails.append(thumbnail(paper.file_name, card, page))
                anchor = f"(paper-{paper.file_name.replace('.', '-')})=\n"
                cards.append(anchor + card.replace("figures/figure.svg", f"../_static/gallery/{paper.file_name}.svg"))
            heading = topic.value[0].upper() + topic.value[1:]
            (PAGES / f"{page}.md").write_text(f"# {heading}\n\n" + "\n".join(cards), encoding="utf-8")
            overview.append(f'## {heading}\n\n<div class="papers">\n' + "\n".join(thumbnails) + "\n</div>\n")
    pages = "\n".join(f"gallery/{slug(topic)}" for topic, _ in by_topic())
    overview.append(f"```{{toctree}}\n:hidden:\n\n{pages}\n```\n")
    (DOCS / "gallery.md").write_text("\n".join(overview), encoding="utf-8")


if __name__ == "__main__":
    main()
