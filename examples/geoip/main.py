"""What uWSGI loads, and `python main.py` serves for development."""

import argparse
import os
import sys

from easygeoip.app import create_app
from easygeoip.settings import Settings, WrongSettingError

try:
    settings = Settings.of(os.environ)
except WrongSettingError as error:
    sys.exit(f"error: {error}")
app = create_app(settings)

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Serve; with DEBUG=1, start anew when a file is saved.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5000)
    options = parser.parse_args()
    # No debugger: its console would be open to whoever reaches the port.
    app.run(options.host, options.port, debug=settings.debug, use_debugger=False)
