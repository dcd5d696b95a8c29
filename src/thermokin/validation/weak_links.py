"""Cases on parts that are joined by links far below rounding, and on drives that hardly anything passes."""

from __future__ import annotations

import numpy as np

from thermokin.counting.counting import covariance, cumulants, spectrum
from thermokin.counting.cumulant_generating_function import cumulant_generating_function
from thermokin.model.current import activity, entropy_flow, heat
from thermokin.model.library import three_level_maser
from thermokin.model.rates import rates
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Populations
from thermokin.thermo.ledger import ledger
from thermokin.validation.case import Case
from thermokin.validation.two_pairs import two_pairs

__all__ = ["entropy_of_weak_links", "hardly_driven_maser", "linked_pairs"]

SOURCE = "80-digit elimination on the same rates"
EXACT = 1e-10


def linked_pairs() -> list[Case]:
    """The noise of two pairs of levels that a link of e joins, by four routes."""
    found: list[Case] = []
    for link, noise in ((1e-6, 1.0916152542332648e4), (1e-16, 1.0915605189e14), (1e-40, 1.0915605189e38)):
        model = rates(two_pairs(link))
        count = activity(model)
        routes = {
            "noise of the activity": cumulants(model, count).noise,
            "its covariance with itself": covariance(model, [count]).values[0, 0],
            "its spectrum at zero frequency": spectrum(model, count, [0.0]).values[0],
            "curvature of its generating function": cumulant_generating_function(model, count, [0.0]).noise[0],
        }
        system = f"two pairs of levels, link {link:g}"
        found += [Case(system, name, noise, float(value), EXACT, SOURCE) for name, value in routes.items()]
    return found


def hardly_driven_maser() -> list[Case]:
    """A maser whose current the drive decides: heats go in the ratio of the gaps, and as the square of the drive."""
    system = "three-level maser, drive 1e-9"
    model, twice = (three_level_maser(drive=drive, hot=4.0) for drive in (1e-9, 2e-9))
    both = covariance(model, [heat(model, "hot"), heat(model, "cold")])
    more = cumulants(twice, heat(twice, "hot")).values
    numbers = {
        "heat from hot over heat from cold": (-2.5, both.mean[0] / both.mean[1]),
        "their covariance over the noise from hot": (-0.4, both.values[0, 1] / both.values[0, 0]),
        "heat from hot, twice the drive over once": (4.0, more[0] / both.mean[0]),
        "its noise, likewise": (4.0, more[1] / both.values[0, 0]),
    }
    return [Case(system, name, right, float(ours), EXACT, "closed form") for name, (right, ours) in numbers.items()]


RINGS = 1e-13
# By t = .1, 10 and 1000, for each weak link.
WEAK_RING = {
    1e-06: (0.97734157483773237, 1.0297392714662509, 1.0370421028697535),
    1e-15: (0.97733905806964548, 1.0296194171814809, 1.0296194172087214),
    1e-18: (0.97733905806963981, 1.0296194171811586, 1.0296194171811925),
}


def entropy_of_weak_links() -> list[Case]:
    """A ring of three levels two of which hardly anything joins to the third, and a ratio beyond doubles."""
    found: list[Case] = []
    source = "60-digit exponential of the same rates"
    for link, produced in WEAK_RING.items():
        flows = np.array([[0.0, link, 5.0], [2.0 * link, 0.0, 0.4 * link], [9.0, 0.3 * link, 0.0]])
        model = rates(flows)
        account = ledger(model, evolve(model, Populations([1.0, 0.0, 0.0]), [0.1, 10.0, 1e3]))
        system = f"ring of three levels, weak link {link:g}"
        for time, right, ours in zip((0.1, 10.0, 1e3), produced, account.entropy_production, strict=True):
            found.append(Case(system, f"entropy production by t = {time:g}", right, float(ours), RINGS, source))
    weights = entropy_flow(rates([[0.0, 1e-290], [1e20, 0.0]])).weights
    flow = float(np.max(weights))
    found.append(
        Case("two levels, rates 1e-290 and 1e20", "entropy of a jump", 713.80137882815416, flow, RINGS, "310 ln 10")
    )
    return found
