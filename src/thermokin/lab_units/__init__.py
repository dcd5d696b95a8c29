"""Units of the lab, at the edge alone: numbers in GHz, mK, microseconds and aW, and natural numbers inside."""
