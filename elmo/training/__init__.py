"""Training a bidirectional language model: read pipeline.py first, then trainer.py.

Parts before wholes: data (corpus, vocabulary, batches); start (word vectors, token layer); fast (LSTM over sequences,
sampled softmax); teacher (encoder, distillation, shards, substitutes); cloze, objective, processes; learner, checkpoint,
trainer; export, preparation, pipeline. `own` is training from the app.
"""
