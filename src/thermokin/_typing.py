"""The array types that every floor speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from scipy import sparse

FloatArray: TypeAlias = NDArray[np.float64]
ComplexArray: TypeAlias = NDArray[np.complex128]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
RateMatrix: TypeAlias = "FloatArray | sparse.csr_array"

# A user's operator: a NumPy array or nested list, a SciPy sparse array, or a QuTiP Qobj. The last two are recognised by
# their attributes, so that neither package is imported to name them; hence `object`.
OperatorLike: TypeAlias = ArrayLike | object
