"""The tagger, its export as a standard folder, and tagging with one."""
