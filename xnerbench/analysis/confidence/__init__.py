"""F1 without labels: from a teacher's confidence on raw text to an expected F1 with an interval."""
