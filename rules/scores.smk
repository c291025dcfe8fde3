# Scores of a study: computed from its predictions, or taken from a folder of committed results.

if study.trains:

    rule score:
        input:
            cells=lambda wildcards: study.cells_of(wildcards.target),
            test=files.test("{target}"),
        output:
            scores=files.scores("{target}"),
            counts=files.counts("{target}"),
        log:
            files.log("scores", "{target}"),
        conda:
            "../environment.yml"
        resources:
            mem_mb=grows(2000),
            runtime=grows(60),
        params:
            recipe=study.recipe_of("score"),
        shell:
            job("score", study.file)

    # The gold of the target is no input: nothing here may read it.
    rule signals:
        input:
            lambda wildcards: taggers.signal_files(files, study.cells, wildcards.target),
        output:
            files.signals("{target}"),
        log:
            files.log("signals", "{target}"),
        conda:
            "../environment.yml"
        resources:
            mem_mb=grows(2000),
            runtime=grows(60),
        params:
            recipe=study.recipe_of("signals"),
        shell:
            job("signals", study.file)

    rule collect:
        input:
            signals=expand(files.signals("{target}"), target=study.targets),
            scores=expand(files.scores("{target}"), target=study.targets),
            counts=expand(files.counts("{target}"), target=study.targets),
            weights=study.all_weights(),
            corpora=study.all_manifests(),
            activations=study.counted_activations(),
        output:
            scores=files.results_scores,
            # A folder: outputs that grow with the targets would hide a new target from Snakemake.
            counts=directory(files.results_counts_folder),
            weights=files.results_weights,
            corpora=files.results_corpora,
            signals=files.results_signals,
            config=files.results_config,
            versions=files.results_versions,
        log:
            files.log("scores", "collect"),
        conda:
            "../environment.yml"
        resources:
            mem_mb=grows(2000),
            runtime=grows(60),
        params:
            recipe=study.recipe("collect"),
        shell:
            job("collect", study.file)

elif study.scores_elsewhere:

    # Committed scores keep their folder; tables and figures are made in this study's own.
    rule take_scores:
        input:
            study.scores_given,
        output:
            files.results_scores,
        log:
            files.log("scores", "take"),
        conda:
            "../environment.yml"
        params:
            config=study.file,
        shell:
            "python -m xnerbench take --config {params.config} 2>&1 | tee {log}"
