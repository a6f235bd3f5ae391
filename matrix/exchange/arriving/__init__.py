"""How data from elsewhere comes in: DNA databases, REFI-QDA projects and hand-made sheets become Arrivals."""
