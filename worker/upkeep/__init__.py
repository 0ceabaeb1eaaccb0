"""Upkeep beside jobs: lost attempts put back, the machine measured."""
