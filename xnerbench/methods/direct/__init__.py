"""Teachers applied to the target as they are: no student."""
