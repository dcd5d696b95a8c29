"""Numbers read from data: click records and exchanged amounts, and what they say of a model.

`Clicks` holds when which detector clicked, `Detector` says what a detector misses and adds, and `tk.infer` asks the
records: alone for rates, noise and entropy production, with a family of models for its numbers.
"""

from thermokin.inference.clicks import Clicks
from thermokin.inference.detector import Detector

__all__ = ["Clicks", "Detector"]
