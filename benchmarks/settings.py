"""How thorough a run is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Counts and times of one run of the benchmarks."""

    pairs: int = 30
    """Alternating pairs of bursts per state."""
    burst: float = 0.5
    """Seconds of load per burst."""
    starts: int = 40
    """Pairs of interpreter starts."""
    services: int = 3
    """How often a service is started anew where only its first time counts."""
    service_workers: int = 4
    """Workers of a service whose memory is looked at."""
    evaluations: int = 500
    """Pairs of round trips."""
    prompts: int = 50
    """Stops that are waited for in the terminal."""
    worker_counts: tuple[int, ...] = (1, 4, 32)


QUICK = Settings(
    pairs=2,
    burst=0.2,
    starts=5,
    services=1,
    service_workers=2,
    evaluations=50,
    prompts=5,
    worker_counts=(1, 4),
)
