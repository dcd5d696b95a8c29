"""Searches for counterexamples find those that are known, prove them, and call rounding by its name."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pytest

import thermokin as tk
from thermokin.design.falsify_balls import ball_system
from thermokin.design.falsify_systems import numbers
from thermokin.numerics.ball_numbers import enclosed, working_precision

pytest.importorskip("flint")
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

MASER = tk.Family(
    tk.library.three_level_maser, {"driven_pair": "lower", "cold": 1.0, "rate_cold": 1.0, "gap_hot": 20.0}
)
WIDE = {"drive": (1e-3, 10.0), "hot": (10.0, 1e7), "gap_cold": (0.1, 15.0), "rate_hot": (1e-8, 10.0)}
FERMI = tk.Fermi()


def relaxation(start: Any, end: Any, time: Any) -> tk.design.Relaxation:
    return tk.design.Relaxation(tk.library.qubit(gap=1.0, rate=1.0, temperature=end), tk.Gibbs(start), time)


def ring(one: Any, two: Any, three: Any, width: Any) -> Any:
    leads = [tk.Bath(f"l{place}", 1.0, mu, FERMI) for place, mu in enumerate((one, two, three))]
    return tk.transport.Junction(tk.transport.one_way_ring(3, -width, width), leads)


PAIRS = {
    "c21": ("cold", 1, 2),
    "h20": ("hot", 0, 2),
    "h30": ("hot", 0, 3),
    "w10": ("work", 0, 1),
    "w30": ("work", 0, 3),
}


def refrigerator(e1: Any, e2: Any, e3: Any, cold: Any, hot: Any, work: Any, **rates: Any) -> tk.Model:
    given = {f"rates_{bath}": np.zeros((*np.shape(e1), 4, 4)) for bath in ("work", "hot", "cold")}
    for name, (bath, low, high) in PAIRS.items():
        given[f"rates_{bath}"][..., low, high] = given[f"rates_{bath}"][..., high, low] = rates[name]
    levels = np.stack(np.broadcast_arrays(0.0 * e1, e1, e2, e3), -1)
    return tk.library.four_level_refrigerator(levels, 1 / work, 1 / hot, 1 / cold, **given)


def test_the_maser_falls_to_its_infimum_with_exact_gradients() -> None:
    """The infimum of the model is 1.617957 (independent evaluation; Kalaee, Wacker, Potts 2021 for the model)."""
    found = tk.design.falsify("bare thermodynamic", MASER, WIDE, current="heat from hot", samples=512, starts=3)
    assert found.verdict == "counterexample"
    assert found.gradients == "exact"
    assert 2.0 * (1.0 + found.slack) == pytest.approx(1.617957, abs=2e-6)
    assert found.certificate is not None
    assert float(found.certificate.upper) < 0.0
    assert found.certificate.contains(found.slack) or abs(found.slack - found.certificate.value) < 1e-10
    assert 'name = "three_level_maser"' in found.study
    again = MASER.at(found.numbers)
    counted = tk.cumulants(again, tk.heat(again, "hot"))
    produced = tk.cumulants(again, tk.entropy_flow(again)).mean
    assert counted.noise * produced / (2 * counted.mean**2) - 1 == pytest.approx(found.slack, abs=1e-9)


def test_the_bare_bound_breaks_in_relaxation() -> None:
    ranges = {"start": (0.1, 5.0), "end": (0.1, 5.0), "time": (0.05, 20.0)}
    found = tk.design.falsify(
        "bare thermo-kinetic", relaxation, ranges, current="heat from bath", samples=128, starts=2
    )
    assert found.verdict == "counterexample"
    assert found.slack < -0.5
    kept = tk.design.falsify("thermo-kinetic", relaxation, ranges, current="heat from bath", samples=64, starts=1)
    assert kept.slack > -1e-9


def test_one_way_terminals_break_the_bound_of_symmetric_ones() -> None:
    ranges = {"one": (-5.0, 5.0), "two": (-5.0, 5.0), "three": (-5.0, 5.0), "width": (0.01, 2.0)}
    wish: dict[str, Any] = {"current": "particles from l0", "samples": 64, "starts": 1, "evaluations": 300}
    assert tk.design.falsify("coherent fermions", ring, ranges, **wish).verdict == "counterexample"
    kept = tk.design.falsify("coherent fermions, any symmetry", ring, ranges, **wish)
    assert kept.verdict == "none found"


def test_a_refrigerator_above_the_published_one() -> None:
    """(J_c/J_w)^2 D_w/D_c > 2.8 with cooling (2.8223 published): the rates again as a master equation in mpmath."""
    words = {
        "c": "heat from cold",
        "w": "heat from work",
        "C": "noise of heat from cold",
        "W": "noise of heat from work",
    }
    relation = tk.design.Inequality(
        "2.8", words, lambda q: 2.8 - (q["c"] / q["w"]) ** 2 * q["W"] / q["C"], lambda q: (q["c"] > 0) & (q["w"] > 0)
    )
    exact = [0.21, 0.413, 4.787, 5.697, 5.616, 1.186, 0.0143, 0.0173, 0.0141, 0.000877, 0.0172]
    names = ["e1", "e2", "e3", "cold", "hot", "work", *PAIRS]
    ranges = {name: (0.98 * one, 1.02 * one) for name, one in zip(names, exact, strict=True)}
    found = tk.design.falsify(relation, refrigerator, ranges, samples=64, starts=1, evaluations=400)
    assert found.verdict == "counterexample"
    with mp.workdps(50):
        ratio = _ratio({name: mp.mpf(one) for name, one in found.numbers.items()})
        assert abs(2.8 - ratio - mp.mpf(float(found.certificate.value))) < 1e-9


def _ratio(given: dict[str, Any]) -> Any:
    """(J_c/J_w)^2 D_w/D_c from the tilted rate matrix, by differences of its largest eigenvalue."""
    levels = [mp.mpf(0), given["e1"], given["e2"], given["e3"]]
    step = mp.mpf("1e-15")

    def value(counted: str, chi: Any) -> Any:
        matrix = mp.zeros(4)
        for name, (bath, low, high) in PAIRS.items():
            gap = levels[high] - levels[low]
            quanta = 1 / mp.expm1(given[bath] * gap)
            for source, target, rate, energy in (
                (low, high, given[name] * quanta, gap),
                (high, low, given[name] * (quanta + 1), -gap),
            ):
                matrix[target, source] += rate * (mp.exp(chi * energy) if bath == counted else 1)
                matrix[source, source] -= rate
        return max(mp.eig(matrix, left=False, right=False), key=lambda one: one.real).real

    means, noises = {}, {}
    for bath in ("cold", "work"):
        behind, here, ahead = (value(bath, sign * step) for sign in (-1, 0, 1))
        means[bath], noises[bath] = (ahead - behind) / (2 * step), (ahead - 2 * here + behind) / step**2
    return (means["cold"] / means["work"]) ** 2 * noises["work"] / noises["cold"]


def test_rounding_is_no_discovery() -> None:
    """Heats of a tightly coupled maser add up to 0 in proportion to its gaps: doubles are off by a rounding."""
    family = tk.Family(tk.library.three_level_maser, {"gap_hot": 2.5, "gap_cold": 1.0})
    words = {"hot": "heat from hot", "cold": "heat from cold"}
    relation = tk.design.Inequality("tight coupling", words, lambda q: q["hot"] + 2.5 * q["cold"])
    found = tk.design.falsify(relation, family, {"drive": (0.003, 0.03), "hot": (1.5, 9.0)}, samples=64, starts=10)
    assert found.candidates
    assert found.verdict == "rounding"
    assert found.counterexample is None
    assert found.study == ""


def test_the_response_bound_of_the_maser_is_not_broken() -> None:
    """(d<J>/dB)^2/D <= sigma/2 for a change of all rates: no theorem here, and nothing that breaks it is known."""
    words = {"r": "response of heat from hot to all jumps", "D": "noise of heat from hot", "s": "entropy production"}
    relation = tk.design.Inequality("response", words, lambda q: q["D"] * q["s"] / (2 * q["r"] ** 2) - 1.0)
    family = tk.Family(tk.library.three_level_maser, {"cold": 1.0, "rate_cold": 0.01})
    ranges = {"drive": (1e-4, 0.1), "hot": (1.0, 30.0), "gap_hot": (1.05, 5.0), "rate_hot": (1e-4, 0.03)}
    found = tk.design.falsify(relation, family, ranges, samples=512, starts=4)
    assert found.verdict in {"none found", "rounding"}


@pytest.mark.parametrize("name", ["thermo-kinetic", "thermodynamic", "kinetic", "optimal scores"])
def test_theorems_stand_in_the_maser(name: str) -> None:
    found = tk.design.falsify(name, MASER, WIDE, current="heat from hot", within=True, samples=256, starts=1)
    assert found.verdict in {"none found", "rounding", "not certified"}
    assert found.slack > -1e-6


def test_words_agree_in_doubles_and_in_balls() -> None:
    maser = tk.library.three_level_maser(0.01, 3.0, 0.5)
    cases = {
        maser: ("covariance of heat from hot and heat from cold", "response of heat from hot to cold"),
        tk.design.Relaxation(tk.library.qubit(1.0, 0.1, 2.0), tk.Gibbs(0.5), 5.0): ("activity", "entropy production"),
        ring(1.0, 0.2, -0.4, 0.5): ("noise of heat from l1", "entropy production", "particles from l0"),
    }
    pairs = ("pair entropy production of hot", "entropy production", "noise of heat from hot")
    for system, words in [*cases.items(), (maser, pairs)]:
        prepared = ball_system(system)
        for word in words:
            with working_precision(192):
                value, radius = enclosed(prepared.fresh().number(word))
            assert float(numbers(system, word)) == pytest.approx(value, rel=1e-12)
            assert radius < 1e-14 * abs(value)


def test_a_slack_with_a_kink_by_evolution() -> None:
    pytest.importorskip("cma")
    words = {"J": "heat from hot", "D": "noise of heat from hot", "sigma": "entropy production"}
    relation = tk.design.Inequality(
        "kink", words, lambda q: abs(q["D"] * q["sigma"] / (2.0 * q["J"] ** 2) - 0.9) - 0.01
    )
    found = tk.design.falsify(relation, MASER, WIDE, smooth=False, samples=64, starts=1, evaluations=600)
    assert found.gradients == "none"
    assert found.verdict == "counterexample"


def test_what_it_shows() -> None:
    found = tk.design.falsify("bare thermodynamic", MASER, WIDE, current="heat from hot", samples=512, starts=1)
    assert "proven" in repr(found)
    assert found.to_xarray()["smallest_slack"].values[-1] == pytest.approx(found.slack)
    figure, axes = found.plot()
    assert axes.size == 1
    assert figure is axes[0, 0].figure


def test_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="`current` must say"):
        tk.design.falsify("kinetic", MASER, WIDE)
    with pytest.raises(ValueError, match="must name bounds"):
        tk.design.falsify("no such bound", MASER, WIDE, current="heat from hot")
    with pytest.raises(TypeError, match="`inequality` must be"):
        tk.design.falsify(3, MASER, WIDE)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="two finite numbers that ascend"):
        tk.design.falsify("kinetic", MASER, {"drive": (1.0, 0.5)}, current="heat from hot")
    with pytest.raises(TypeError, match="must map names to pairs"):
        tk.design.falsify("kinetic", MASER, {}, current="heat from hot")
    with pytest.raises(ValueError, match="`samples` must be a whole number"):
        tk.design.falsify("kinetic", MASER, WIDE, current="heat from hot", samples=0)
