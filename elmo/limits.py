"""Every limit on size, each with its reason.

The message of the error that a limit causes states the limit. No limit truncates silently.
"""

# A sentence's LSTM pass keeps 4 × dim gate values a token and direction: with the original
# model (dim 4096) 5,000 tokens take about 0.7 GB. English sentences have about 25 tokens.
MAX_SENTENCE_TOKENS = 5_000

# options.json of the largest published model is under 1 kB.
MAX_OPTIONS_BYTES = 64 * 1024

# Each number of options.json is checked before the model is built. The original model has 2 layers
# of 4096 cells, 2 highway layers, 2048 filters of 7 widths, 16 values a character, 50 characters
# a word, and clips at 3.
MAX_LAYERS = 64
MAX_HIGHWAYS = 64
MAX_DIM = 32_768
MAX_WIDTHS = 64
MAX_FILTERS = 32_768
MAX_CHAR_DIM = 1_024
MAX_WORD_CHARACTERS = 1_000
MAX_CLIP = 1e30

# Values in the windows of a word's characters: 128 words with this number take 0.5 GB; the original
# model has 5,600.
MAX_WINDOW_VALUES = 1_000_000

# The original model has 94 million parameters; at float32 this limit is 4 GB of memory.
MAX_PARAMETERS = 1_000_000_000

# vocab.txt and softmax.hdf5: the 1 Billion Word Benchmark's vocabulary has 793,471 words.
MAX_VOCABULARY_WORDS = 2_000_000

# vocab.txt: two million words of 50 bytes.
MAX_VOCABULARY_BYTES = 100_000_000

# static.npz, unpacked: a million words of 128 numbers.
MAX_STATIC_BYTES = 512 * 1024**2

# Numbers of a static word vector in a text file: GloVe's have 25 to 300.
MAX_STATIC_DIM = 4_096

# Token vectors kept by an `Elmo` between calls (context-free, so nothing private of a
# sentence's order is kept): 40,000 words × 512 dimensions × 4 bytes = 82 MB.
WORD_CACHE_WORDS = 40_000

# Text given to `process` at once: about 50 MB of characters, as much as an upload may have.
MAX_TEXT_CHARACTERS = 50_000_000

# Model computations at once in the app, and requests that may wait for one: two computations leave a
# laptop usable, and behind eight requests the wait would be longer than people stay.
MAX_COMPUTATIONS = 2
MAX_WAITING = 8

# Vectors kept for screens in one process: about 5,000 sentences of 25 words with the bundled model.
VECTOR_CACHE_BYTES = 768 * 1024**2

# A model uploaded in the app: the original model's weights are 374 MB.
MAX_MODEL_UPLOAD_BYTES = 1024 * 1024**2

# A text or table uploaded in the app.
MAX_TABLE_UPLOAD_BYTES = 50 * 1024**2

# Jobs that wait for the running one: enough for a class of students, without an endless queue.
MAX_JOBS_WAITING = 20

# Unfinished jobs of one owner, so that one person cannot fill the queue.
MAX_JOBS_EACH = 3

# A finished job with its files (a model that was not added to the store) is deleted after this
# number of days without a change; the page of its link says so.
JOB_KEPT_DAYS = 30

# Vectors kept on disk: 13,000 sentences of 25 words with the bundled model.
VECTOR_DISK_BYTES = 2 * 1024**3

# Uses of a word on the Mixing page: 400 are 79,800 pairs, which a browser still redraws during a
# drag, and 4 MB to send to the browser.
MAX_MIXING_USES = 400

# A line of a corpus: a whole book on one line has about 1 MB.
MAX_LINE_BYTES = 20_000_000

# Dots on a map of the Layers page: a browser draws this number without delay (WebGL), and their
# vectors in four layers of 512 numbers take 41 MB. The page says when dots are a sample.
MAX_MAP_POINTS = 5_000

# Uses compared on Word in context: 200 are a matrix of 40,000 cells, which a browser still draws
# and hovers over without delay.
MAX_WORD_USES = 200

# Dots of an exploration (a saved page, a notebook's view), and a page that is read back: 5,000 uses
# with their ten neighbours in eight representations are about 15 MB.
MAX_EXPLORATION_USES = 5_000
MAX_EXPLORATION_BYTES = 50 * 1024**2

# Uses of which an exploration holds all pairs; of more uses, a sample of this size is drawn, and the page says so.
MAX_EXPLORATION_PAIRS_OF = 400

# A model that is downloaded: a billion parameters (MAX_PARAMETERS) at float32.
MAX_MODEL_DOWNLOAD_BYTES = 4 * 1024**3

# Dots on the map of a word in a corpus: a canvas draws this number without delay, and the sentences
# of the uses take about 200 MB of memory.
MAX_CLOUD_POINTS = 100_000

# A query to a corpus: a sentence of 150 words.
MAX_QUERY_CHARACTERS = 1_000

# A pattern with wildcards or a regular expression: the time for compiling a longer one cannot be
# limited.
MAX_PATTERN_CHARACTERS = 200

# Repeats in braces, multiplied, as in (a{99}){99}: an expression with a million takes 0.4 s and is written out in memory.
MAX_PATTERN_REPEATS = 1_000_000

# Matching a pattern with all words of a corpus: a million words take about a second.
PATTERN_SECONDS = 5

# A table: larger than a person labels by hand. A row is padded to the header's width, so that
# the product of width and rows determines the memory: five million short cells take about 0.5 GB.
MAX_TABLE_COLUMNS = 1_000
MAX_TABLE_ROWS = 1_000_000
MAX_TABLE_CELLS = 5_000_000

# A cell of a table, or a line of an uploaded text: a book has about a million characters.
MAX_CELL_CHARACTERS = 1_000_000

# An uploaded file, unpacked: four times the size of the largest upload.
MAX_UNPACKED_UPLOAD_BYTES = 200 * 1024**2

# Files, models and texts of one visit on disk: two official models and files of 50 MB. Memory holds only the
# results that a page computes from them.
MAX_VISIT_BYTES = 2 * 1024**3

# A visit's files are deleted this number of seconds after its last page was closed, so that they are still
# there after a reload or a break. Files of open visits stay.
VISIT_KEPT_SECONDS = 2 * 3600

# A file of vectors made on a page: the browser gets it in one piece, through the server's memory.
# 1,000 sentences of 20 words have 41 MB in one layer of the bundled model.
MAX_VECTOR_FILE_BYTES = 500 * 1024**2

# A file of another model's vectors, given on a page: 200 sentences of 25 words have 200 MB in 13 layers of 768 numbers.
MAX_VECTOR_UPLOAD_BYTES = 200 * 1024**2

# The vectors of one sentence in such a file, unpacked: 600 words in 25 layers of 1,024 numbers of 4 bytes.
MAX_SENTENCE_VECTORS_BYTES = 64 * 1024**2

# A ZIP file with a model: NLPL's have four files. Weights hardly shrink when they are packed, vocabularies shrink to
# a third; a larger ratio of unpacked to packed size is a bomb.
MAX_ARCHIVE_FILES = 10_000
MAX_ARCHIVE_RATIO = 30

# MODEL_CARD.md, of which the rest is not shown: the bundled model's has 7 kB.
MAX_CARD_BYTES = 100_000

# The list of the files of a repository on Hugging Face: 1,000 files take about 100 kB.
MAX_LISTING_BYTES = 5_000_000

# Text files in a ZIP of documents that are compared: the page lists and splits this number without delay.
MAX_DOCUMENTS = 20_000

# Labelled texts that a task measures: their vectors in three layers of 512 numbers of 4 bytes have 307 MB. A text is no
# book, and a confusion matrix of 50 classes is still readable.
MAX_LABELLED_TEXTS = 50_000
MAX_LABELLED_CHARACTERS = 20_000
MAX_CLASSES = 50

# A reproduction pack, unpacked: 20,000 texts with three layers of 512 numbers of 4 bytes have 123 MB.
MAX_PACK_BYTES = 500 * 1024**2
