"""Compute the numbers of this pack again and compare: `python rerun.py`, in the folder of the pack.

Needs the ELMo Explorer's package `elmo` (run it with the project's folder in PYTHONPATH). The same from
the command line: python -m elmo evaluate classification --pack PACK.zip
"""

from pathlib import Path

from elmo.tasks.pack import differences, read_pack, rerun

HERE = Path(__file__).parent
again = rerun(HERE)
wrong = differences(read_pack(HERE)[1], again)
print(again.summary())
print("\n".join(wrong) if wrong else "All numbers are the same.")
raise SystemExit(1 if wrong else 0)
