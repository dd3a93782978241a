"""What one exchange costs, against what the toolkit's own grant costs on the same machine at the same moment.

python -m benchmarks.exchange --help
python -m benchmarks.scale --help
"""

from __future__ import annotations
