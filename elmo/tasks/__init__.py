"""Tasks with labels, measured layer by layer.

Reading order: `datasets` (labelled texts and passages), `word_vectors` (static vectors), `features` (a
text or a use of a word as numbers), `mix_classifier` (the learned mix), `intervals`, `ladder` (every
representation by the same protocol), then one module a task: `classification`, `sense_tagging`,
`question_answering`. `downstream` runs any of them by name, `pack` keeps a run so that it can be
repeated, and `vectorizer` is the same vectors for scikit-learn.

>>> from elmo import Elmo
>>> from elmo.tasks import classification, datasets
>>> from elmo.tasks import static_vectors as word_vectors
>>> samples = classification.samples(
...     datasets.read_bundled("intent"), Elmo(), word_vectors.read_bundled_vectors()
... )
>>> ladder = classification.run(samples)
>>> for row in ladder.rows:
...     print(row.label, row.measures["accuracy"])
"""
