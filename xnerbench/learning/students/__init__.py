"""Students, one module for each way of training one."""
