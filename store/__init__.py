"""What outlives a process: rows, blobs, live progress and the queue's sending end."""
