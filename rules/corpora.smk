# Corpora in one format, without test sentences in the pools, and the nested subsets.


rule source_corpus:
    input:
        lambda wildcards: study.corpus_files(wildcards.language, "source"),
    output:
        text=files.train("{language}"),
        manifest=files.manifest("{language}", "source"),
    log:
        files.log("corpora", "{language}.source"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        recipe=study.recipe_of("corpus", role="source"),
    shell:
        job("corpus", study.file, role="source")


# The pool is written without its tags; only `gold_tags` ever writes those, for `supervised`.
rule target_corpus:
    input:
        lambda wildcards: study.corpus_files(wildcards.language, "target"),
    output:
        test=files.test("{language}"),
        pool=files.pool("{language}"),
        manifest=files.manifest("{language}", "target"),
    log:
        files.log("corpora", "{language}.target"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        recipe=study.recipe_of("corpus", role="target"),
    shell:
        job("corpus", study.file, role="target")


rule gold_tags:
    input:
        lambda wildcards: study.corpus_files(wildcards.language, "gold"),
        pool=files.pool("{language}"),
    output:
        files.gold("{language}"),
    log:
        files.log("corpora", "{language}.gold"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        recipe=study.recipe_of("corpus", role="gold"),
    shell:
        job("corpus", study.file, role="gold")


# Labelled text of a source that its teachers never see, for what their probabilities are worth.
rule heldout_corpus:
    input:
        lambda wildcards: study.corpus_files(wildcards.language, "heldout"),
    output:
        files.heldout("{language}"),
    log:
        files.log("corpora", "{language}.heldout"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        recipe=study.recipe_of("corpus", role="heldout"),
    shell:
        job("corpus", study.file, role="heldout")


rule subset:
    input:
        files.pool("{target}"),
    output:
        files.subset("{target}", "{seed}"),
    log:
        files.log("subsets", "{target}.s{seed}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        recipe=study.recipe_of("subset"),
    shell:
        job("subset", study.file)
