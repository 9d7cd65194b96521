"""The table. Every number is the median over the rounds; every ratio is the median of the rounds' own ratios,
because the machine's speed drifts between rounds more than within one."""

from statistics import median

HEADINGS = ["measurement", "result", "min - max", "p50 ms", "p99 ms", "p99.9 ms", "server CPU µs/request", "in relation"]
FOREIGN_LIMIT_PERCENT = 3


class Report:
    def __init__(self):
        self._samples = {}  # key → one sample per round
        self._lines = []

    def add(self, key, sample):
        self._samples.setdefault(key, []).append(sample)

    def latest(self, key):
        return self._samples[key][-1]

    def ratio(self, key, other, of=lambda sample: sample.rate):
        pairs = zip(self._samples[key], self._samples[other])
        return median(of(sample) / of(reference) for sample, reference in pairs)

    def added_cpu(self, key, direct):
        """µs of processor time per request that a way costs more than the direct one."""
        pairs = zip(self._samples[key], self._samples[direct])
        return median(detour.cpu - straight.cpu for detour, straight in pairs)

    def notes(self, key):
        """What to beware of, behind a label."""
        samples = self._samples[key]
        failures = sum(sample.failures for sample in samples)
        foreign = max(sample.foreign for sample in samples)
        text = f" **({failures} failed)**" if failures else ""
        return text + (f" (disturbed: {foreign:.0f} %)" if foreign > FOREIGN_LIMIT_PERCENT else "")

    def rate_row(self, key, label, unit, *relations):
        samples = self._samples[key]
        rates = [sample.rate for sample in samples]
        self._row(
            label + self.notes(key), f"{number(median(rates))} {unit}", f"{number(min(rates))} - {number(max(rates))}",
            *(column(samples, field) for field in ("p50", "p99", "p999", "cpu")), ", ".join(relations))

    def value_row(self, label, values, unit, relation=""):
        spread = f"{min(values):.0f} - {max(values):.0f}" if len(values) > 1 else ""
        self._row(label, f"{median(values):.0f} {unit}", spread, "", "", "", "", relation)

    def foreign_percent(self):
        return max(sample.foreign for samples in self._samples.values() for sample in samples)

    def text(self):
        rows = [HEADINGS, ["---", "---:", "---", "---:", "---:", "---:", "---:", "---"], *self._lines]
        return "\n".join("| " + " | ".join(row) + " |" for row in rows)

    def _row(self, *cells):
        self._lines.append(list(cells))


def column(samples, field):
    values = [getattr(sample, field) for sample in samples]
    return "" if None in values else f"{median(values):.{0 if field == 'cpu' else 2}f}"


def number(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}"
