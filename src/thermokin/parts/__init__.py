"""Parts of a system: their reduced states, correlations and temperatures, and what decaying correlations cost."""
