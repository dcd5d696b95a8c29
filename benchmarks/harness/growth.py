"""What the growth scripts share: each point a process of its own, a table of points, a figure drawn from the table."""

from __future__ import annotations

import argparse
import csv
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from harness.claims import Claims
from harness.timing import shown
from thermokin.report import style

FOLDER = Path(__file__).parents[2] / "docs" / "_static"
LOOK = {  # colour, line, marker: this package, its first peer and its second
    "thermokin": (style.COOLING, "-", "o"),
    "first": (style.HEATING, style.DASHES[0], "s"),
    "second": (style.OCHRE, style.DASHES[1], "D"),
}
TOO_LONG = 20.0  # seconds at which a peer stops
ONE_RUN = 5.0  # seconds from which one run serves

Row = dict[str, str]
Made, Result = TypeVar("Made"), TypeVar("Result")


def timed(prepare: Callable[[], Made], task: Callable[[Made], Result]) -> tuple[Result, dict[str, float]]:
    """The last result, the median processor time of three runs after a first one, and the first one's peak memory."""
    seconds: list[float] = []
    with threadpool_limits(limits=1):
        while len(seconds) < 4:
            made = prepare()
            started = time.process_time()
            result = task(made)
            seconds.append(time.process_time() - started)
            if len(seconds) == 1:
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
            if seconds[0] > ONE_RUN:
                break
    return result, {"seconds": statistics.median(seconds[1:] or seconds), "peak": peak}


@dataclass(frozen=True)
class Growth:
    """A script that measures points and draws them.

    Args:
        script: its file; its name is that of the table and of the figure.
        text: its description.
        sizes: for each curve, named by the package first, the sizes of its points.
        large: sizes that are added on demand.
        measured: measures one point; its "gap" is how far two routes are apart.
        allowed: the gap that each package may have.
        columns: what the table holds of a point: how it is named, and what was measured.
        draw: the figure.
    """

    script: str
    text: str | None
    sizes: Mapping[tuple[str, ...], tuple[int, ...]]
    large: Mapping[tuple[str, ...], tuple[int, ...]]
    measured: Callable[..., dict[str, Any]]
    allowed: Callable[[str], float]
    columns: Callable[[tuple[str, ...], int, dict[str, Any]], Row]
    draw: Callable[[Sequence[Row]], Figure]

    @property
    def file(self) -> Path:
        """The table."""
        return FOLDER / Path(self.script).with_suffix(".csv").name

    def run(self) -> None:
        """What the command line asks for."""
        parser = argparse.ArgumentParser(description=self.text, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--large", action="store_true", help="this package to the largest sizes")
        parser.add_argument("--quick", action="store_true", help="few sizes, nothing written")
        parser.add_argument("--draw", action="store_true", help=f"only draw what {self.file.name} holds")
        parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
        asked = parser.parse_args()
        if asked.child:
            *curve, size = asked.child
            print(json.dumps(self.measured(*curve, int(size))))
        elif asked.draw:
            self._drawn(list(csv.DictReader(self.file.read_text().splitlines())))
        else:
            self._measured(quick=asked.quick, large=asked.large)

    def _measured(self, *, quick: bool, large: bool) -> None:
        claims, rows = Claims(), []
        for curve, sizes in self.sizes.items():
            wanted = sizes[:3] if quick else sizes + (self.large.get(curve, ()) if large else ())
            rows += self._curve(claims, curve, wanted)
        if not quick and not claims.missed:
            FOLDER.mkdir(exist_ok=True)
            with self.file.open("w", newline="") as opened:
                writer = csv.DictWriter(opened, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            self._drawn(rows)
        claims.finish()

    def _curve(self, claims: Claims, curve: tuple[str, ...], sizes: tuple[int, ...]) -> list[Row]:
        rows, package = [], curve[0]
        for size in sizes:
            command = [sys.executable, self.script, "--child", *curve, str(size)]
            printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            one = json.loads(printed.splitlines()[-1])
            print(f"{', '.join(curve)}, {size}: {shown(one['seconds'])}, {one['peak']:.2f} GB", flush=True)
            claims.small("disagreement", one["gap"], self.allowed(package))
            rows.append(
                self.columns(curve, size, one)
                | {"seconds": f"{one['seconds']:.3g}", "peak_gigabytes": f"{one['peak']:.3g}"}
            )
            if package != "thermokin" and one["seconds"] > TOO_LONG:
                break
        return rows

    def _drawn(self, rows: Sequence[Row]) -> None:
        canvas = self.draw(rows)
        for suffix in ("svg", "png"):
            to = self.file.with_suffix(f".{suffix}")
            canvas.savefig(to, dpi=300, metadata={"Date": None} if suffix == "svg" else None)


def curve(ax: Axes, look: str, points: NDArray[Any], label: str) -> None:
    """One package's points (n, 2), if there are any, in two logarithms."""
    colour, dashes, marker = LOOK[look]
    if points.size:
        ax.plot(*points.T, color=colour, linestyle=dashes, marker=marker, markersize=3.2, label=label)
    ax.set(xscale="log", yscale="log")
