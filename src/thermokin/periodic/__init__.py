"""Floquet states: quasi-energies and modes of a periodic drive, and the jumps that baths make between them."""
