# The pretrained encoder as a folder, and what its frozen layers say about every text.


rule encoder:
    output:
        files.encoder_record,
    log:
        files.log("encoder", files.encoder.name),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(4000),
        runtime=grows(60),
    params:
        recipe=study.recipe("encoder", files.encoder.name),
    shell:
        attempted("encoder", "encoder", files.encoder.name, study.file)


# Large, and made again in seconds: kept by profiles/default, thrown away after use elsewhere.
rule activations:
    input:
        encoder=files.encoder_record,
        text=lambda wildcards: str(getattr(files, wildcards.split)(wildcards.lang)),
    output:
        temp(files.activations("{lang}", "{split}")),
    log:
        files.log("activations", "{lang}.{split}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(3000),
        runtime=grows(60),
    params:
        recipe=lambda wildcards: study.recipe(
            "activations",
            f"{wildcards.lang}.{wildcards.split}",
            language=wildcards.lang,
        ),
    shell:
        attempted(
            "activations --language {wildcards.lang} --split {wildcards.split}",
            "activations",
            "{wildcards.lang}.{wildcards.split}",
            study.file,
        )


rule features:
    input:
        encoder=files.encoder_record,
        activations=files.activations("{lang}", "{split}"),
    output:
        files.features("{lang}", "{split}"),
    log:
        files.log("features", "{lang}.{split}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(3000),
        runtime=grows(60),
    params:
        recipe=lambda wildcards: study.recipe("features", f"{wildcards.lang}.{wildcards.split}"),
    shell:
        attempted(
            "features --language {wildcards.lang} --split {wildcards.split}",
            "features",
            "{wildcards.lang}.{wildcards.split}",
            study.file,
        )
