"""Single runs of a monitored system: jump records, diffusive records, and what is read from them."""
