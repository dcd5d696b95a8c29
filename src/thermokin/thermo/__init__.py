"""The ledger of an evolution: energy, heat, entropy and what they cost."""
