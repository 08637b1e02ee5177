"""Training a bidirectional language model: read pipeline.py first, then trainer.py.

Parts before wholes: corpus, vocabulary, batches; word_vectors, token_layer; kernels, lstm_sequence, sampled_softmax;
teacher, distillation, teacher_set; cloze, substitutes, objective, row_adam, processes; learner, checkpoint, trainer; export, preparation,
pipeline, command. `own_text` is training from the app.
"""
