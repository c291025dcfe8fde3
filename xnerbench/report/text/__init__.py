"""The report's sentences, made from the tables; nothing here draws."""
