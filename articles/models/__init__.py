"""The models of articles: working copies, editions, sections, topics, authors, pictures, pages."""

from .article import Article, Byline
from .article_path import ArticlePath
from .attachment import Attachment
from .attachment_use import AttachmentUse
from .change import Change
from .content import Content, Credit
from .correction import Correction
from .draft import Draft
from .edition import Edition, EditionByline, EditionTopic
from .event import ArticleEvent
from .file_removal import FileRemoval
from .former_file import FormerFile
from .former_key import FormerKey
from .former_slug import FormerSlug
from .front import FrontSlot
from .front_draft import FrontDraft
from .front_publication import FrontPublication
from .house_rule import HouseRule
from .image import Image
from .image_use import ImageUse
from .link_card import LinkCard
from .mail_preference import ArticleMailPreference
from .month import Month, MonthMark
from .naming_authority import NamingAuthority
from .note import Mention, Note
from .outdated_entries import OutdatedEntries
from .page import Page
from .preview_link import PreviewLink
from .revision import Revision
from .rule_level import RuleLevel, RuleLevelChange
from .search_version import SearchVersion
from .takedown import Takedown
from .taxonomy import Author, Section, Series, Topic

__all__ = [
    "Article",
    "ArticleEvent",
    "ArticleMailPreference",
    "ArticlePath",
    "Attachment",
    "AttachmentUse",
    "Author",
    "Byline",
    "Change",
    "Content",
    "Correction",
    "Credit",
    "Draft",
    "Edition",
    "EditionByline",
    "EditionTopic",
    "FileRemoval",
    "FormerFile",
    "FormerKey",
    "FormerSlug",
    "FrontDraft",
    "FrontPublication",
    "FrontSlot",
    "HouseRule",
    "Image",
    "ImageUse",
    "LinkCard",
    "Mention",
    "Month",
    "MonthMark",
    "NamingAuthority",
    "Note",
    "OutdatedEntries",
    "Page",
    "PreviewLink",
    "Revision",
    "RuleLevel",
    "RuleLevelChange",
    "SearchVersion",
    "Section",
    "Series",
    "Takedown",
    "Topic",
]
