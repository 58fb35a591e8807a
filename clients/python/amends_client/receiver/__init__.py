"""What a program beside a help desk is made of, whatever the help desk: `amends-client[receiver]` brings what it needs.

Such a program hears of complaints, asks Amends for drafts, and places them as private notes.
"""
