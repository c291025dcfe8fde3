"""Languages: how far apart they are and what that explains."""
