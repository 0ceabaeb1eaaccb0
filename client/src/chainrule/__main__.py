"""`python -m chainrule`: the command line of the client."""

from chainrule.command import chainrule

chainrule(prog_name="chainrule")
