"""Master equations side by side: what each makes of one system, and how far from another."""
