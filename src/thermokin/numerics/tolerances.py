"""Where doubles begin to lose digits to underflow."""

from __future__ import annotations

__all__ = ["UNDERFLOW"]

UNDERFLOW = 1e-290  # numbers below this have lost digits, or all of them
