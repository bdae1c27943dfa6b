"""Unit tests of the training code: python -m unittest discover -s training/tests -t training"""
