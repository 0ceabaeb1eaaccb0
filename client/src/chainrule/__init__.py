"""Client of a Chainrule service: datasets, jobs and models over HTTP."""
