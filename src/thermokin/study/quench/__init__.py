"""The study of a quench: one system heats, the same system cools, and both are compared."""
