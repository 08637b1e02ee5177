"""Analyses of vectors: arrays in, arrays out; numpy at import, heavier libraries inside functions.

Reading order: `similarity` (cosines), `pair_auc` (the separation of labels), `bootstrap` (intervals), `anisotropy`
(the baseline of random words), `clusters` (groups found without labels), `senses` (agreement with labels),
`minimal_pair` (a sentence with edited words), `projection`, `umap`, `statistics`, `neighbours` (layers as pictures and
figures), `mixing` (weighted sums of layers), `separation` (the separation of senses by mixes).
"""
