# Tables, figures and the report: pure functions of the results folder.


rule fit:
    input:
        files.results_scores,
    output:
        expand(files.table("{name}"), name=TABLES),
    params:
        recipe=study.recipe("fit"),
    log:
        files.log("analysis", "fit"),
    resources:
        mem_mb=grows(2000),
        runtime=grows(120),
    shell:
        "python -m xnerbench fit --results {files.results} 2>&1 | tee {log}"


rule figures:
    input:
        files.results_scores,
        expand(files.table("{name}"), name=TABLES),
    output:
        report(
            directory(files.figures),
            patterns=["{figure}.svg"],
            category="Figures",
            labels={"figure": "{figure}"},
            caption="../captions/figure.rst",
        ),
    params:
        recipe=study.recipe("figures"),
    log:
        files.log("analysis", "figures"),
    resources:
        mem_mb=grows(2000),
        runtime=grows(60),
    shell:
        "python -m xnerbench figures --results {files.results} 2>&1 | tee {log}"


rule report:
    input:
        files.figures,
        files.results_scores,
        expand(files.table("{name}"), name=TABLES),
    output:
        report(
            files.report,
            category="Report",
            labels={"study": study.config.study},
            caption="../captions/report.rst",
        ),
    params:
        recipe=study.recipe("report"),
    log:
        files.log("analysis", "report"),
    resources:
        mem_mb=grows(2000),
        runtime=grows(30),
    shell:
        "python -m xnerbench report --results {files.results} 2>&1 | tee {log}"
