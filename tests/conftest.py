"""Settings of the whole suite."""

from hypothesis import settings

# Machines that run several things at once are slow at random: a deadline would fail at random too.
settings.register_profile("xnerbench", deadline=None)
settings.load_profile("xnerbench")
