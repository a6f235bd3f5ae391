"""Where a dataset is kept: the folder of CSV tables, its journal, its history."""
