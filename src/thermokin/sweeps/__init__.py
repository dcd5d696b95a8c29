"""Sweeps that outgrow a machine: grids in chunks, stores, executors. Numbers and names, no physics."""
