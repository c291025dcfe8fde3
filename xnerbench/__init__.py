"""xnerbench: teacher-student cross-lingual NER and its scaling with unlabelled target text."""

__version__ = "0.1.0"
