"""How a dataset leaves and comes back: workbooks and text tables."""
