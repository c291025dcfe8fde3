"""Where an encoder comes from: the embedded one, a hub name or a folder, as one plain folder; and its tokenizer."""
