"""The terminal debugger: pdb's language over every worker of a hub."""
