"""Heating against cooling: protocols, both sides over time, comparison and verdicts, the Mpemba effect."""
