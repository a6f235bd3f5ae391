"""How a dataset leaves: one module a format, one folder each for the workbook and the brief."""
