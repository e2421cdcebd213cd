"""Why a breakpoint does not hit, and what else is wrong in a project: facts are read, rules judge them."""
