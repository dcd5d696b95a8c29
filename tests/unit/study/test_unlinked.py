"""Levels that no jump links: a study says so."""

from __future__ import annotations

from pathlib import Path

from thermokin.study.read import read_study


def test_levels_that_no_jump_links_are_remarked_on(tmp_path: Path) -> None:
    study, couplings = tmp_path / "study.toml", "[[0,1,0,0],[1,0,{0},0],[0,{0},0,1],[0,0,1,0]]"
    text = (
        '[model]\nname = "levels"\nenergies = [0, 1, 2, 3.5]\nrate = 0.01\ncoupling = ' + couplings + "\n"
        '[protocol]\nkind = "reciprocal"\ncold = 0.5\nhot = 2.0\n[times]\nstop = 10.0\npoints = 3\n'
    )
    found = []
    for link in (0, 1):
        study.write_text(text.format(link))
        found.append(any("2 groups that no jump links" in line for line in read_study(study).study.remarks()))
    assert found == [True, False]
