"""How far two states are apart: as functions, and as values that a comparison follows."""

from thermokin.operators.distance import Bures, Distance, HilbertSchmidt, RelativeEntropy, Trace, WignerYanase
from thermokin.operators.distances import (
    bures_angle,
    bures_distance,
    fidelity,
    hellinger_distance,
    hilbert_schmidt_distance,
    trace_distance,
    wigner_yanase_angle,
)
from thermokin.operators.entropy import relative_entropy

__all__ = [
    "Bures",
    "Distance",
    "HilbertSchmidt",
    "RelativeEntropy",
    "Trace",
    "WignerYanase",
    "bures_angle",
    "bures_distance",
    "fidelity",
    "hellinger_distance",
    "hilbert_schmidt_distance",
    "relative_entropy",
    "trace_distance",
    "wigner_yanase_angle",
]
