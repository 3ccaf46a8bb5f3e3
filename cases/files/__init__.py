"""Bytes, not models: what a file is, whether it may be let in, and what is shown of it.

Beside an original lie the files that were derived from it; `facts["derived"]` of its row lists them, each as
{"role", "name", "width", "height"}:

    picture   thumb.jpg (role thumb, at most 640 pixels a side), view.jpg (role view, at most 2000): upright, no EXIF
    PDF       page-1.jpg … page-20.jpg (role page), at most 1200 pixels wide
    office    page-1.jpg … as for a PDF, where LibreOffice is installed (a supporting file; a document has its own view)
    video     poster.jpg (role poster); view.mp4 (role view, with "size"): what browsers play, its index first,
              picture and sound alone. While there is none, experts and visitors see the poster: an original says more
    document  document.html (role document), picture-N.jpg and others (role picture) that it shows
    blind     original (the copy itself), document.html, picture-N and page-N as above, choice-N.jpg (role choice, at
              most 320 pixels a side): by these its author decides what stays, and nobody else gets them

What the inspector draws is there when a file is accepted; what a conversion makes (view.mp4, the pages of an office
file) comes later, while the row's `conversion` says waiting.
"""
