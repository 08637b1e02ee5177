"""The text of training: a corpus as word ids, its vocabulary, its batches."""
