"""The fast lane: tokens that wake workers up, and live progress; losing it loses nothing."""
