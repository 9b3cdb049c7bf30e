"""Training of VersusQ models: data synthesis, teachers, model, training, export."""

__version__ = "0.1.0"
