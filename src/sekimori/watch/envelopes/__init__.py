"""One log envelope a file.

Each module has ``NAME``, ``recognises(raw)`` (by shape, never by file name) and ``records(raw)``, which yields records
in the shape of an Azure diagnostic record: the one shape that rules and events read.
"""
