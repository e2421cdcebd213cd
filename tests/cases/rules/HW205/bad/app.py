import debugpy


def start():
    debugpy.listen(5678)
