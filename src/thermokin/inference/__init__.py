"""Numbers read from data: click records and exchanged amounts, and what they say of a model.

`Clicks` holds when which detector clicked, `Detector` says what a detector misses and adds. Records alone give mean,
noise and cumulants, waiting times, spectrum and entropy production, all with intervals; with a family of models
`tk.infer` gives its numbers.
"""

from thermokin.inference.amounts import Amounts
from thermokin.inference.clicks import Clicks
from thermokin.inference.compare_fits import compare_fits
from thermokin.inference.detector import Detector
from thermokin.inference.entropy_estimates import entropy_production
from thermokin.inference.fisher_information import fisher_information
from thermokin.inference.read_clicks import read_amounts, read_clicks
from thermokin.inference.record_spectrum import record_spectrum
from thermokin.inference.record_statistics import statistics
from thermokin.inference.record_waits import waiting_times

__all__ = [
    "Amounts",
    "Clicks",
    "Detector",
    "compare_fits",
    "entropy_production",
    "fisher_information",
    "read_amounts",
    "read_clicks",
    "record_spectrum",
    "statistics",
    "waiting_times",
]
