"""From predictions to a study's scores."""
