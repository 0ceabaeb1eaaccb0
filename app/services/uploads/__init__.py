"""Files on their way in: streamed to disk, hashed, and swept where their process was killed."""
