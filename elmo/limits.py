"""Every limit on size, in one place, each with its reason.

A limit is stated in the message of the error that it causes. None truncates silently.
"""

# A sentence's LSTM pass keeps 4 × dim gate values a token and direction: with the original
# model (dim 4096) 5,000 tokens take about 0.7 GB. English sentences have about 25 tokens.
MAX_SENTENCE_TOKENS = 5_000

# options.json of the largest published model is under 1 kB.
MAX_OPTIONS_BYTES = 64 * 1024

# The original model has 94 million parameters; at float32 this limit is 4 GB of memory.
MAX_PARAMETERS = 1_000_000_000

# vocab.txt and softmax.hdf5: the 1 Billion Word Benchmark's vocabulary has 793,471 words.
MAX_VOCABULARY_WORDS = 2_000_000

# Token vectors kept by an `Elmo` between calls (context-free, so nothing private of a
# sentence's order is kept): 40,000 words × 512 dimensions × 4 bytes = 82 MB.
WORD_CACHE_WORDS = 40_000

# Text given to `process` at once: about 50 MB of characters, as much as an upload may have.
MAX_TEXT_CHARACTERS = 50_000_000
