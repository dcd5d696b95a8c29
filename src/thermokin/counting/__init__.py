"""Fluctuations of currents."""
