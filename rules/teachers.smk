# Teachers, trained once a source (or union of sources) and seed, and what they say about a pool.


rule teacher:
    input:
        study.teacher_inputs,
        encoder=files.encoder_record,
    output:
        files.teacher(("{sources}",), "{seed}"),
    log:
        files.log("teachers", "{sources}.s{seed}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(3000),
        runtime=study.teacher_minutes,
        gpu=GPU,
    params:
        recipe=study.recipe_of("teacher"),
    shell:
        job("teacher", study.file)


rule soft_labels:
    input:
        encoder=files.encoder_record,
        teacher=files.teacher(("{sources}",), "{seed}"),
        texts=study.softlabel_inputs,
    output:
        temp(files.softlabels("{target}", ("{sources}",), "{seed}")),
    log:
        files.log("softlabels", "{target}/{sources}.s{seed}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2500),
        runtime=grows(60),
        gpu=GPU,
    params:
        recipe=study.recipe_of("softlabels"),
    shell:
        job("softlabels", study.file)


# Temperature and threshold of a teacher on labelled text of its own source that it was not trained on.
rule reliability:
    input:
        encoder=files.encoder_record,
        teacher=files.teacher(("{sources}",), "{seed}"),
        heldout=lambda wildcards: files.heldout(wildcards.sources),
        activations=lambda wildcards: files.activations(wildcards.sources, "heldout"),
    output:
        files.reliability(("{sources}",), "{seed}"),
    log:
        files.log("reliability", "{sources}.s{seed}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2500),
        runtime=grows(60),
        gpu=GPU,
    params:
        recipe=study.recipe_of("reliability"),
    shell:
        job("reliability", study.file)


# How much each source's teacher counts for a target: its confidence on the target's text.
rule confidence_weights:
    input:
        study.confidence_inputs,
    output:
        files.weights("{target}", ("{sources}",), "{seed}", "confidence"),
    log:
        files.log("confidence", "{target}/{sources}.s{seed}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2500),
        runtime=grows(60),
    params:
        recipe=study.recipe_of("confidence"),
    shell:
        job("confidence", study.file)


# How much each source counts for a target: a language-identification model over the sources.
rule similarity_weights:
    input:
        study.weights_inputs,
    output:
        files.weights("{target}", ("{sources}",), "{seed}"),
    log:
        files.log("weights", "{target}/{sources}.s{seed}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2500),
        runtime=grows(60),
    params:
        recipe=study.recipe_of("weights"),
    shell:
        job("weights", study.file)
