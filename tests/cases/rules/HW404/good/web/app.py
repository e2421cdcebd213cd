import os

if os.environ.get("DEBUG"):
    import debugpy

    debugpy.listen(5678)
