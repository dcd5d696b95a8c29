"""Kinematics: how fast a state moves, how far, and how much of its way it has gone."""
