"""REFI-QDA projects become datasets."""
