"""The training loop and all that it keeps: plan, session, state, reports."""
