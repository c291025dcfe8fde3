"""Commands on the results of a study."""
