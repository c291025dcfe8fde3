# Corpora in one format, without test sentences in the pools, and the nested subsets.


rule source_corpus:
    input:
        lambda wildcards: study.corpus_files(wildcards.lang, "source"),
    output:
        text=files.train("{lang}"),
        manifest=files.manifest("{lang}", "source"),
    log:
        files.log("corpora", "{lang}.source"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        recipe=lambda wildcards: study.recipe(
            "corpus", f"{wildcards.lang}.source", language=wildcards.lang
        ),
    shell:
        attempted(
            "corpus prepare --language {wildcards.lang} --role source",
            "corpus",
            "{wildcards.lang}.source",
            study.file,
        )


# The pool is written without its tags; only `gold_tags` ever writes those, for `supervised`.
rule target_corpus:
    input:
        lambda wildcards: study.corpus_files(wildcards.lang, "target"),
    output:
        test=files.test("{lang}"),
        pool=files.pool("{lang}"),
        manifest=files.manifest("{lang}", "target"),
    log:
        files.log("corpora", "{lang}.target"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        recipe=lambda wildcards: study.recipe(
            "corpus", f"{wildcards.lang}.target", language=wildcards.lang
        ),
    shell:
        attempted(
            "corpus prepare --language {wildcards.lang} --role target",
            "corpus",
            "{wildcards.lang}.target",
            study.file,
        )


rule gold_tags:
    input:
        lambda wildcards: study.corpus_files(wildcards.lang, "gold"),
        pool=files.pool("{lang}"),
    output:
        files.gold("{lang}"),
    log:
        files.log("corpora", "{lang}.gold"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        recipe=lambda wildcards: study.recipe(
            "corpus", f"{wildcards.lang}.gold", language=wildcards.lang
        ),
    shell:
        attempted(
            "corpus prepare --language {wildcards.lang} --role gold",
            "corpus",
            "{wildcards.lang}.gold",
            study.file,
        )


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
        recipe=lambda wildcards: study.recipe("subset", f"{wildcards.target}.s{wildcards.seed}"),
    shell:
        attempted(
            "subset --target {wildcards.target} --seed {wildcards.seed}",
            "subset",
            "{wildcards.target}.s{wildcards.seed}",
            study.file,
        )
