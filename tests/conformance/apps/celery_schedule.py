"""A Celery application with a schedule of its own making, which its beat asks."""

import os
from datetime import datetime
from typing import Any

from celery import Celery
from celery.schedules import schedule


class Often(schedule):
    """Is due every second."""

    def is_due(self, last_run_at: datetime) -> Any:
        """Tell whether it is time, and how long to wait."""
        answer = super().is_due(last_run_at)
        return answer  # noqa: RET504 # stop: due


app = Celery("shop", broker=os.environ["REDIS_URL"])
app.conf.beat_schedule = {"tick": {"task": "tick", "schedule": Often(1.0)}}
