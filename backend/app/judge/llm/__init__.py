"""Judging an answer with a language model: what it is asked, how its findings are checked, what they do to the score.

Pure functions: the call itself is made by `app.services.llm.judge`.
"""
