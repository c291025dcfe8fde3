"""How jobs and runs end: failures counted, progress, the last lines."""
