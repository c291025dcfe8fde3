# Tables, figures and the report: pure functions of the results folder.


rule fit:
    input:
        files.results_scores,
    output:
        expand(files.table("{name}"), name=study.tables),
    log:
        files.log("analysis", "fit"),
    conda:
        "../environment.yml"
    resources:
        mem_mb=grows(2000),
        runtime=grows(120),
    params:
        recipe=study.recipe("fit"),
        config=study.file,
        folder=files.tables,
    shell:
        "python -m xnerbench fit --config {params.config} --scores {input} --out {params.folder}"
        " 2>&1 | tee {log}"


rule figures:
    input:
        files.results_scores,
        expand(files.table("{name}"), name=study.tables),
    output:
        report(
            directory(files.figures),
            patterns=["{figure}.svg"],
            category="Figures",
            labels={"figure": "{figure}"},
            caption="../captions/figure.rst",
        ),
    log:
        files.log("analysis", "figures"),
    conda:
        "../environment.yml"
    threads: 4
    resources:
        mem_mb=grows(2000),
        runtime=grows(60),
    params:
        recipe=study.recipe("figures"),
        config=study.file,
        results=files.results,
    shell:
        "python -m xnerbench figures --config {params.config} --results {params.results}"
        " --processes {threads}"
        " 2>&1 | tee {log}"


rule report:
    input:
        files.figures,
        files.results_scores,
        expand(files.table("{name}"), name=study.tables),
    output:
        report(
            files.report,
            category="Report",
            labels={"study": study.config.study},
            caption="../captions/report.rst",
        ),
    log:
        files.log("analysis", "report"),
    conda:
        "../environment.yml"
    resources:
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        recipe=study.recipe("report"),
        config=study.file,
        results=files.results,
    shell:
        "python -m xnerbench report --config {params.config} --results {params.results}"
        " 2>&1 | tee {log}"
