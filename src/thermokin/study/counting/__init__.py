"""The study of currents: how much flows through a system at rest, and how that fluctuates."""
