"""The intake: asked step by step, given once, never changed."""
