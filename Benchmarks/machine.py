"""What the kernel tells about processes: processor time, memory, and how much of the machine others take."""

import os
import pathlib
import re
import subprocess
from dataclasses import dataclass

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    parent: int
    own_ticks: int
    ticks_with_ended_children: int


def processes():
    """All processes of the machine by id (proc(5), /proc/pid/stat)."""
    found = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        ticks = [int(field) for field in fields[11:15]]
        found[int(path.parent.name)] = Process(int(fields[1]), sum(ticks[:2]), sum(ticks))
    return found


def cpu_seconds(pids):
    """Processor time of these processes and all below them that still live."""
    everybody = processes()
    return sum(everybody[pid].own_ticks for pid in descendants(pids, everybody)) / TICKS_PER_SECOND


def descendants(pids, everybody):
    children = {}
    for pid, process in everybody.items():
        children.setdefault(process.parent, []).append(pid)
    family, waiting = set(), [pid for pid in pids if pid in everybody]
    while waiting:
        pid = waiting.pop()
        family.add(pid)
        waiting += children.get(pid, [])
    return family


class ForeignWork:
    """The share of the machine that went to processes which are not part of the measurement."""

    def __init__(self, pids):
        self._pids = pids
        self._before = self._now()

    def percent(self):
        foreign, total = (now - before for now, before in zip(self._now(), self._before))
        return max(0.0, 100 * foreign / total) if total > 0 else 0.0

    def _now(self):
        everybody = processes()
        ours = sum(everybody[pid].ticks_with_ended_children for pid in descendants(self._pids, everybody))
        with open("/proc/stat") as stat:
            user, nice, system, idle, iowait, irq, softirq, steal = map(int, stat.readline().split()[1:9])
        busy = user + nice + system + irq + softirq
        return busy - ours + steal, busy + idle + iowait + steal


def resident_megabytes(pid, field="VmRSS"):
    """VmRSS: now; VmHWM: the peak since the start."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+)", status)[1]) * 1024 / 1e6


def listeners(port):
    """Ids of the processes that listen on a TCP port."""
    lines = subprocess.run(["ss", "-ltnpH", f"sport = :{port}"], capture_output=True, text=True, check=True).stdout
    return sorted(set(map(int, re.findall(r"pid=(\d+)", lines))))


def description():
    """Processor and number of cores, in words."""
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return f"{os.cpu_count()} cores ({model[1] if model else 'unknown processor'})"
