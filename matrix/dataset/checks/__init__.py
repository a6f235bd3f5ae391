"""The rules of the data model, as `check` applies them: of single values, between rows."""
