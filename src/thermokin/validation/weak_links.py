"""Cases on parts that are joined by links far below rounding, and on drives that hardly anything passes."""

from __future__ import annotations

from thermokin.counting.counting import covariance, cumulants, spectrum
from thermokin.counting.cumulant_generating_function import cumulant_generating_function
from thermokin.model.current import activity, heat
from thermokin.model.library import three_level_maser
from thermokin.model.rates import rates
from thermokin.validation.case import Case
from thermokin.validation.two_pairs import two_pairs

__all__ = ["hardly_driven_maser", "linked_pairs"]

SOURCE = "80-digit elimination on the same rates"
EXACT = 1e-10


def linked_pairs() -> list[Case]:
    """The noise of two pairs of levels that a link of e joins, by four routes.

    Returns:
        The cases.
    """
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
    """A maser whose current the drive decides: heats go in the ratio of the gaps, and as the square of the drive.

    Returns:
        The cases.
    """
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
