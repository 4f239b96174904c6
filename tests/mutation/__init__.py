"""Faults put into the code on purpose: what scripts/red and scripts/mutate have in common, and their parts.

    snapshot    the tree's files at one moment
    workplace   a copy of them that faults are put into, built for itself
    programs    the test programs, and what a run of one showed
    rows        the faults of "What turns red", a table in tests/red
    operators   the small faults that can be put anywhere
    folders     which folder's faults are shown to which programs
    drawing     which of all small faults are tried
    rounds      what became of those that were drawn
"""
