"""Answering, as pages. GET shows what will happen, POST does it."""
