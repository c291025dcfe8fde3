# The pretrained encoder as a folder, and what its frozen layers say about every text.


rule encoder:
    output:
        files.encoder_record,
    log:
        files.log("encoder", "encoder"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(4000),
        runtime=grows(60),
    params:
        recipe=study.recipe("encoder"),
    # Studies share the encoder: its line, by which Snakemake tells whether the code has changed, names none of them.
    # The configuration is found from the log's place, since `study` is no name in a workflow that has this as a module.
    shell:
        job("encoder", "$(dirname {log})/../../config.json")


# Large, and made again in seconds: kept by profiles/default, thrown away after use elsewhere.
rule activations:
    input:
        encoder=files.encoder_record,
        text=lambda wildcards: str(getattr(files, wildcards.split)(wildcards.language)),
    output:
        temp(files.activations("{language}", "{split}")),
    log:
        files.log("activations", "{language}.{split}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(3000),
        runtime=grows(60),
    params:
        recipe=study.recipe_of("activations"),
    shell:
        job("activations", study.file)


rule features:
    input:
        encoder=files.encoder_record,
        activations=files.activations("{language}", "{split}"),
    output:
        files.features("{language}", "{split}"),
    log:
        files.log("features", "{language}.{split}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(3000),
        runtime=grows(60),
    params:
        recipe=study.recipe_of("features"),
    shell:
        job("features", study.file)
