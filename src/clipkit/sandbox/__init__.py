"""What keeps a codec that a file has taken over from doing harm: limits of the system on the process that decodes.

Nothing here is an import of clipkit's other rooms; each part says whether this system has it, and does without.
"""
