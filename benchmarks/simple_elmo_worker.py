"""simple_elmo (TensorFlow) in a process of its own, which reads commands and prints seconds.

`benchmarks.inference` runs this script with the Python of an environment that has simple_elmo, tensorflow and tf_keras;
the script imports nothing of this project.
"""

import json
import logging
import os
import sys
import time

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from simple_elmo import ElmoModel  # noqa: E402


def main() -> None:
    folder, sentences_file, batch = sys.argv[1], sys.argv[2], int(sys.argv[3])
    tf.config.threading.set_intra_op_parallelism_threads(2)
    tf.config.threading.set_inter_op_parallelism_threads(2)
    with open(sentences_file) as file:
        sentences = json.load(file)
    model = ElmoModel()
    logging.disable(logging.INFO)
    with tf.Graph().as_default():
        model.load(folder, max_batch_size=batch)
        session = tf.compat.v1.Session()
        session.run(tf.compat.v1.global_variables_initializer())
        operation = model.sentence_embeddings_op["lm_embeddings"]

        def run(part):
            ids = model.batcher.batch_sentences(part)
            return session.run(operation, {model.sentence_character_ids: ids})

        run(sentences[:batch])
        print("ready", flush=True)
        for line in sys.stdin:
            n = int(line)
            if n < 0:
                # The LSTMs carry their state from call to call; this resets the state.
                session.run(tf.compat.v1.global_variables_initializer())
                np.save(sys.argv[4], run(sentences[:1]))
                print("saved", flush=True)
                continue
            start = time.perf_counter()
            for at in range(0, n, batch):
                run(sentences[at : min(at + batch, n)])
            print(time.perf_counter() - start, flush=True)


main()
