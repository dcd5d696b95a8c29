"""Exactly solved quenches, in closed form."""
