"""Classic mistakes as arithmetic: wrong forward and backward passes, of nets and of graphs.

`reference.mistakes` is the catalogue that lists them.
"""
