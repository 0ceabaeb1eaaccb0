"""The one-command mode: starts, stops and examines the parts."""
