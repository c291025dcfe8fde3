# Scores of a study: computed from its predictions, or taken from a folder of committed results.

if study.trains:

    rule score:
        input:
            cells=lambda wildcards: study.cells_of(wildcards.target),
            test=files.test("{target}"),
        output:
            scores=files.scores("{target}"),
            counts=files.counts("{target}"),
        params:
            recipe=study.recipe("score"),
        log:
            files.log("scores", "{target}"),
        resources:
            mem_mb=grows(2000),
            runtime=grows(60),
        shell:
            "python -m xnerbench score --config {study.file} --target {wildcards.target} 2>&1 | tee {log}"

    rule collect:
        input:
            scores=expand(files.scores("{target}"), target=study.targets),
            counts=expand(files.counts("{target}"), target=study.targets),
            weights=study.all_weights(),
            corpora=study.all_manifests(),
        output:
            scores=files.results_scores,
            counts=expand(files.results_counts("{target}"), target=study.targets),
            weights=files.results_weights,
            corpora=files.results_corpora,
            config=files.results_config,
            versions=files.results_versions,
        params:
            recipe=study.recipe("collect"),
        log:
            files.log("scores", "collect"),
        resources:
            mem_mb=grows(2000),
            runtime=grows(60),
        shell:
            "python -m xnerbench collect --config {study.file} 2>&1 | tee {log}"

elif study.scores_elsewhere:

    # Committed scores keep their folder; tables and figures are made in this study's own.
    rule take_scores:
        input:
            study.config.scores,
        output:
            files.results_scores,
        params:
            folder=study.scores_elsewhere,
        log:
            files.log("scores", "take"),
        shell:
            "cp -R {params.folder:q}/. {files.results}/ 2> {log}"
