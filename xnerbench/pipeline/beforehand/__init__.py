"""What is looked at before the first job: what was given, locks left, room to write, what it will cost."""
