"""Indexes sentences with txtai, as its users do: hybrid, the same model. Runs in txtai's own environment.

python txtai_index.py MODEL SENTENCES.json TARGET
"""

import json
import sys
from pathlib import Path

from txtai import Embeddings

model, sentences, target = sys.argv[1:]
texts = json.loads(Path(sentences).read_text())
embeddings = Embeddings(path=model, hybrid=True, content=True)
embeddings.index(texts)
embeddings.save(target)
