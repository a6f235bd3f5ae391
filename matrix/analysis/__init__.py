"""What the statements mean: positions, sides, common ground, overlaps, time; each module answers one question."""
