"""The command line: `python -m service`, which is what `./chainrule` hands over to."""

from service.commands import chainrule

if __name__ == "__main__":
    chainrule(prog_name="chainrule")
