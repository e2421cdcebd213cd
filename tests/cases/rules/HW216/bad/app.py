from debugpy import listen, wait_for_client


def middleware():
    listen(("0.0.0.0", 5678))
    wait_for_client()
