"""How a configuration is read: keys declared as fields, YAML with lines, paths, messages."""
