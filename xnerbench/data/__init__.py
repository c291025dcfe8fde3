"""Corpora, tags, subsets: what the learner reads. Imports neither torch nor the other floors."""
