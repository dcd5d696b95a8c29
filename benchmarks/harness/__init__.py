"""What the benchmarks share: timing, agreement, and independent routes to the same numbers."""
