"""Measure what one exchange costs, compared with the toolkit's own grant on the same machine in the same run.

python -m benchmarks.exchange --help
python -m benchmarks.scale --help
"""

from __future__ import annotations
