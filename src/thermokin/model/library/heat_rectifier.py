"""The heat rectifier: a two-level system that two baths touch at different strengths."""

from __future__ import annotations

import numpy as np

from thermokin.model.bath import Bath, positive_numbers
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.library.transition import flip
from thermokin.model.model import Model
from thermokin.model.parameter import Gap, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat

__all__ = ["heat_rectifier"]


@knows_parameters
def heat_rectifier(gap: Gap, rate_left: Rate, rate_right: Rate, left: Temperature, right: Temperature) -> Model:
    """A two-level system between two baths: it saturates, so that unequal rates let heat through better one way.

    J = gap G_l G_r (n_l - n_r) / (G_l (1 + 2 n_l) + G_r (1 + 2 n_r)) is "heat from left", positive into the system,
    and "heat from right" its opposite; n is the occupation of the gap. Exchanging the temperatures changes |J| by the
    ratio of the denominators: more flows into the bath of the larger rate where G_l (1 + 2 n_l) + G_r (1 + 2 n_r) is
    smaller. A harmonic mode, whose denominator is G_l + G_r, rectifies nothing.

    Args:
        gap: the energy gap (...) [energy], > 0.
        rate_left: zero-temperature emission rate into the left bath (...) [1/time].
        rate_right: zero-temperature emission rate into the right bath (...) [1/time].
        left: temperature of the bath "left" (...) [energy].
        right: temperature of the bath "right" (...) [energy].

    Returns:
        The model of dimension 2.

    Raises:
        ValueError: if the gap is not positive, or as `Bath` and `Flat`.

    Reference:
        segal2005.

    Example:
        >>> import thermokin as tk
        >>> def rectifier(left, right):
        ...     return tk.library.heat_rectifier(1.0, 0.01, 0.002, left, right)
        >>> round(float(tk.rectification(rectifier, hot=2.0, cold=0.5).factor), 6)
        0.509933
    """
    energy = positive_numbers(gap, "gap")[..., None, None] * np.diag([0.0, 1.0])
    return davies(
        energy,
        [
            Contact(Bath("left", left), flip(2, 0, 1), Flat(rate_left)),
            Contact(Bath("right", right), flip(2, 0, 1), Flat(rate_right)),
        ],
    )
