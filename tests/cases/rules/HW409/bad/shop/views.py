from ipdb import set_trace as stop


def view(request):
    stop()
    breakpoint()
