"""What is kept of judging an interview, as types: evaluations, scores, feedback, reports, and what a résumé holds.

Each column that holds more than a number keeps one of these values as JSON (see `stored`). They are frozen: a changed
result is a new value. Questions are named by their integer key, measures by the names of the judge; the names that
clients see belong to each face's presenter. `version` is the version of the stored form: whoever changes a form raises
it and converts the rows in a migration.
"""
