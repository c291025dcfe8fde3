"""Encoder, tagger, teacher, student, similarity: the only floor that imports torch."""
