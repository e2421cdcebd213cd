"""What the kernel knows of a process: its CPU time and its memory (Linux only)."""

from pathlib import Path

PROC = Path("/proc")


def cpu_seconds(pids: list[int]) -> float:
    """Add up the time that all threads of these processes have spent on a CPU, to the nanosecond."""
    nanoseconds = 0
    for pid in pids:
        for task in PROC.joinpath(str(pid), "task").glob("*/schedstat"):
            nanoseconds += int(task.read_text().split()[0])
    return nanoseconds / 1e9


def memory_megabytes(pid: int) -> dict[str, float]:
    """Give RSS, PSS (shared pages divided by who shares them) and USS (pages of its own)."""
    sizes: dict[str, int] = {}
    for line in PROC.joinpath(str(pid), "smaps_rollup").read_text().splitlines()[1:]:
        name, kilobytes, *_ = line.split()
        sizes[name.rstrip(":")] = int(kilobytes)
    own = sizes["Private_Clean"] + sizes["Private_Dirty"]
    return {"RSS": sizes["Rss"] / 1024, "PSS": sizes["Pss"] / 1024, "USS": own / 1024}
