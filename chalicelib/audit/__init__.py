"""The audit log: who changed what of the setup, when and from where, each entry chained to the one before."""
