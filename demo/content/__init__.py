"""Believable content for the demo: pure functions of a seed, without models, settings or real names."""

from demo.content.announcements import Notice, notices, notices_of
from demo.content.borrowed import PASSAGES as BORROWED
from demo.content.films import video
from demo.content.materials import CATEGORIES, material_name
from demo.content.papers import pdf
from demo.content.persons import mobile, people, person, post
from demo.content.pictures import KINDS as PICTURE_KINDS
from demo.content.pictures import picture, png
from demo.content.places import city, city_of, county, county_of, unit
from demo.content.presentations import slides
from demo.content.questions import Question, asked, faq
from demo.content.remarks import decline_reason, level_of, return_reason, score_comment, screening_note
from demo.content.titles import title
from demo.content.word import document
from demo.content.writing import Section, figures, overview, sections

__all__ = [
    "BORROWED",
    "CATEGORIES",
    "PICTURE_KINDS",
    "Notice",
    "Question",
    "Section",
    "asked",
    "city",
    "city_of",
    "county",
    "county_of",
    "decline_reason",
    "document",
    "faq",
    "figures",
    "level_of",
    "material_name",
    "mobile",
    "notices",
    "notices_of",
    "overview",
    "pdf",
    "people",
    "person",
    "picture",
    "png",
    "post",
    "return_reason",
    "score_comment",
    "screening_note",
    "sections",
    "slides",
    "title",
    "unit",
    "video",
]
