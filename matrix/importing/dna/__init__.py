"""Databases of the Discourse Network Analyzer become datasets."""
