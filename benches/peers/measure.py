"""Running commands in turn: wall time, processor time and peak memory of each, round by round."""

import os
import re
import subprocess
import sys
import time
from typing import NamedTuple


class Contestant(NamedTuple):
    """A name in the tables and the command behind it."""

    name: str
    command: list[str]
    rounds: int | None = None  # fewer than the others
    env: dict[str, str] | None = None


def run(command: list[str], env: dict[str, str] | None = None, log: str = os.devnull) -> dict[str, float]:
    """One run. The small process that starts it counts into the peak with the memory it has when it starts the other: about 20 MB, the least peak that a table can show."""
    with open(log, "wb") as errors:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, stdin=subprocess.DEVNULL, env=os.environ | (env or {}))
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        with open(log, errors="replace") as errors:
            raise SystemExit(f"{' '.join(command)[:2000]}\nended with {child.returncode}\n{errors.read()[-2000:]}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "rss": usage.ru_maxrss * 1024}


def rounds(contestants: list[Contestant], count: int, say, log: str) -> dict[str, list[dict[str, float]]]:
    """A B C, A B C: each contestant once a round."""
    runs: dict[str, list[dict[str, float]]] = {c.name: [] for c in contestants}
    for number in range(count):
        for c in contestants:
            if c.rounds is None or number < c.rounds:
                runs[c.name].append(run(c.command, c.env, log))
        say("  round {}: {}".format(number + 1, ", ".join(f"{n} {r[-1]['wall']:.2f} s" for n, r in runs.items() if len(r) > number)))
    return runs


def warm(files: list[str]) -> None:
    """Into the page cache, as far as they fit: storage is not what is compared."""
    for file in files:
        with open(file, "rb", buffering=0) as source:
            while source.read(1 << 20):
                pass


COPY = """
import time
source = bytearray(512 << 20)
source[::4096] = b"x" * (len(source) // 4096)
target, best = memoryview(bytearray(len(source))), 0.0
for _ in range(5):
    start = time.perf_counter()
    target[:] = source
    best = max(best, len(source) / (time.perf_counter() - start))
print(best)
"""


def memory_bandwidth() -> float:
    """Bytes copied a second between two buffers larger than the caches, the best of five. In a process of its own: what starts
    the contestants must stay small, its memory counts into their peaks."""
    return float(subprocess.run([sys.executable, "-c", COPY], check=True, capture_output=True, text=True).stdout)


def machine() -> dict[str, object]:
    """The shape of the machine."""
    with open("/proc/cpuinfo") as info:
        model = next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), "unknown")
    with open("/proc/meminfo") as info:
        memory = int(next(line for line in info if line.startswith("MemTotal")).split()[1]) * 1024
    return {"cores": len(os.sched_getaffinity(0)), "cpu": model, "memory": memory, "kernel": os.uname().release,
            "architecture": os.uname().machine}


def version(command: list[str]) -> str:
    """The version in the first line of what a program says of itself, or that line; empty if it is not there."""
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
    first = said.strip().splitlines()[0] if said.strip() else ""
    number = re.search(r"\b[0-9]+\.[0-9]+(\.[0-9]+)*", first)
    return number[0] if number else first
