"""What `tools.make_factors` makes, one kind of table a module."""
