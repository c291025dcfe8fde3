"""One module a workflow job: reads declared files, calls the learner, writes one artifact."""
