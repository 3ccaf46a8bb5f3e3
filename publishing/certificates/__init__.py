"""Certificates as bytes: their faces, their codes; knows nothing of models."""

from kernel.typesetting.glyphs import MissingGlyph
from publishing.certificates.codes import normalise_code, verification_code
from publishing.certificates.rendering import CertificateFace, render

__all__ = ["CertificateFace", "MissingGlyph", "normalise_code", "render", "verification_code"]
