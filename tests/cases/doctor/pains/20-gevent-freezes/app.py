import debugpy


def start():
    debugpy.listen(("0.0.0.0", 5678))
