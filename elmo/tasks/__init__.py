"""Tasks with labels, on which every representation of a model is measured.

Reading order: `datasets` (labelled texts and passages), `static_vectors` (word vectors without a context), `ladder`
(every representation measured by one protocol: `features`, `rungs`, `mix_classifier`, `ladder`), then the tasks:
`classification`, `sense_tagging`, `questions`. `downstream` runs a task by its name, `pack` stores a run so that it can
be repeated, and `vectorizer` gives the vectors to scikit-learn. `senses` measures word senses, `change` the change of a
word between two sets of texts.

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
