"""What is stated: the tables, their schema and check, the frozen `Dataset`, its selection, and changes as values."""
