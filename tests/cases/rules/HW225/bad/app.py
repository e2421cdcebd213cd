import debugpy
import ptvsd


def open_door():
    debugpy.listen(5678)
    debugpy.wait_for_client()
    ptvsd.wait_for_attach()
