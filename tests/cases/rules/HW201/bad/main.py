import os

import debugpy

if os.environ.get("DEBUG"):
    debugpy.listen(("0.0.0.0", 5678))
    debugpy.wait_for_client()
