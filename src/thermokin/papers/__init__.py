"""Papers and what this package makes of them: a claim, numbers with their origin, a figure, a verdict."""
