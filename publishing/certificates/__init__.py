"""Certificates as bytes: their faces, their codes and the fonts they are set in; knows nothing of models."""

from publishing.certificates.codes import normalise_code, verification_code
from publishing.certificates.glyphs import MissingGlyph
from publishing.certificates.rendering import CertificateFace, render

__all__ = ["CertificateFace", "MissingGlyph", "normalise_code", "render", "verification_code"]
