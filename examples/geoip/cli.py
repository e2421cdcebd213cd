"""What is done beside serving: `python cli.py update_maxmind_city_db`."""

import argparse
import os
import sys

from easygeoip.settings import own_database
from easygeoip.update import Account, UpdateFailedError, update


def update_maxmind_city_db() -> str:
    """Download the newest GeoLite2 City with the account of the environment; return what is wrong."""
    number, key = os.environ.get("MAXMIND_ACCOUNT_ID", ""), os.environ.get("MAXMIND_LICENSE_KEY", "")
    if not number or not key:
        return (
            "error: no account: set MAXMIND_ACCOUNT_ID and MAXMIND_LICENSE_KEY\n"
            "hint: both are free at https://www.maxmind.com/en/geolite2/signup"
        )
    site = os.environ.get("MAXMIND_SITE")
    place = own_database(os.environ)
    try:
        update(Account(number, key, site) if site else Account(number, key), place)
    except (UpdateFailedError, OSError) as error:
        return f"error: {error}\n{place} is as it was"
    print(f"{place} is up to date; what is running takes it for its next answer")
    return ""


COMMANDS = {command.__name__: command for command in (update_maxmind_city_db,)}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    sys.exit(COMMANDS[parser.parse_args().command]() or 0)
