"""The jobs of a study, one module per stage: `run(config, layout, **arguments)` reads declared files, writes others."""
