"""Heating against cooling: protocols, comparison, kinematics, closed forms."""
