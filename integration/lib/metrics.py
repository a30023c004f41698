"""What a node's /metrics say, read strictly as the text format of Prometheus."""

import re

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SAMPLE = re.compile(r'([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
ENDINGS = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


class Metrics:
    """One scrape: the samples by name and labels."""

    def __init__(self, node):
        status, headers, body = node.api.exchange("GET", "/metrics")
        if status != 200 or headers["Content-Type"] != CONTENT_TYPE:
            raise AssertionError(f"/metrics: {status} {headers}")
        self.text = body.decode()
        self.kinds = {}  # of each metric
        self._samples = {}
        self._shown = set()
        current = None
        for line in self.text.splitlines():
            if line.startswith("# HELP "):
                current = line.split(" ", 3)[2]
                continue
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                if name != current or name in self.kinds:
                    raise AssertionError(f"out of place: {line}")
                self.kinds[name] = kind
                continue
            self._add_sample(current, line)

    def _add_sample(self, metric, line):
        match = SAMPLE.match(line)
        if not match:
            raise AssertionError(f"not a sample: {line}")
        name, labels, value = match.groups()
        if name not in {metric + ending for ending in ENDINGS[self.kinds[metric]]}:
            raise AssertionError(f"not under {metric}: {line}")
        pairs = LABEL.findall(labels or "")
        if "".join(f'{key}="{text}",' for key, text in pairs).rstrip(",") != (labels or ""):
            raise AssertionError(f"bad labels: {line}")
        key = (name, frozenset(pairs))
        if key in self._samples:
            raise AssertionError(f"twice: {line}")
        self._samples[key] = float(value)
        self._shown.add(metric)

    def names(self):
        """Of the metrics that have samples; a histogram's without its endings."""
        return self._shown

    def value(self, name, **labels):
        """Of exactly these labels."""
        return self._samples[(name, frozenset(labels.items()))]

    def sum(self, name, **labels):
        """Over all samples that have these labels, and others."""
        wanted = set(labels.items())
        return sum(value for (each, have), value in self._samples.items()
                   if each == name and wanted <= have)
