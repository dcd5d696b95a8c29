"""How stationary linear systems are solved: dense, sparse, or without a matrix."""
