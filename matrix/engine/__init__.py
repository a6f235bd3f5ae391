"""Statements as Parquet parts, counted where they are by DuckDB or Spark, and folded here like any others."""
