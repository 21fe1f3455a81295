"""Sentence vectors and linear classifiers: plain numerics that know nothing of Rasa, the screen or the bank."""
