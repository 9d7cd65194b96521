"""What the visitor reads. Colours only on a terminal (and not if NO_COLOR is set, https://no-color.org)."""

import os
import textwrap

BOLD, DIM, GREEN, CYAN = "1", "2", "32", "36"


class Narrator:
    def __init__(self, stream):
        self._stream = stream
        self._has_colours = stream.isatty() and not os.environ.get("NO_COLOR")

    def chapter(self, title):
        self._print(f"\n{self._paint(BOLD, '━━ ' + title + ' ' + '━' * max(3, 86 - len(title)))}")

    def tell(self, text):
        self._print("\n" + textwrap.fill(text, 90, break_long_words=False, break_on_hyphens=False))

    def request(self, method, url):
        self._print(f"\n  {self._paint(CYAN, method + ' ' + url)}")

    def answer(self, status, milliseconds, notes):
        self._print(f"    {self._paint(GREEN, str(status))} in {milliseconds:.1f} ms"
                    + "".join(f"\n    {self._paint(DIM, note)}" for note in notes))

    def fact(self, text):
        self._print(f"  {self._paint(GREEN, '✓')} {text}")

    def table(self, headings, rows):
        widths = [max(len(str(row[i])) for row in [headings, *rows]) for i in range(len(headings))]
        for index, row in enumerate([headings, *rows]):
            line = "   ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip()
            self._print(f"    {self._paint(DIM, line) if index == 0 else line}")

    def _paint(self, colour, text):
        return f"\033[{colour}m{text}\033[0m" if self._has_colours else text

    def _print(self, text):
        print(text, file=self._stream, flush=True)
