"""``python -m qa``: the program ``qa``."""

from qa.cli import main

raise SystemExit(main())
