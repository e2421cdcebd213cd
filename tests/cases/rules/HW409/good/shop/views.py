# pdb.set_trace() is what this was called
def view(request):
    return "breakpoint()"
