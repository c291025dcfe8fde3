"""Methods that read gold tags of the pool: a ceiling, and a handful of labels."""
