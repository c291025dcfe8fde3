"""Commands of a study before and while it runs."""
