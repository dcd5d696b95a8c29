"""Machines: what a system between baths does, and how well."""
