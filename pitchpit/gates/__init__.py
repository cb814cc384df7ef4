"""Dated decisions on a project: start, continue, close, each with a frozen copy of the evidence it was taken on."""
