"""The words of a question, in Japanese and English: spelling, days, hours, lengths of time, people, padding.

Nothing here looks anything up or knows the present: words and a date go in, meanings come out.
"""
