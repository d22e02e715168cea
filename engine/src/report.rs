//! What the caller learns about a book that was rendered.

use serde::{Deserialize, Serialize};

use crate::Format;

/// The result of a render.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The format found.
    pub format: Format,
    /// What the book says about itself.
    pub metadata: Metadata,
    /// Number of slices; the last is `slices - 1`.
    pub slices: u32,
    /// Bytes put into the sink, all files together.
    pub bytes: u64,
    /// Damage and oddities that did not stop the render, in the book's order.
    pub warnings: Vec<Warning>,
}

/// Something lost or repaired.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// Stable name, e.g. `chapter_repaired`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// The archive entry it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

/// Which way pages turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Not said; the reader decides from the language.
    #[default]
    Auto,
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

/// Somebody who had a part in the book, other than its authors.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contributor {
    /// The name as printed.
    pub name: String,
    /// MARC relator codes, e.g. `trl`, `ill`.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The name as it sorts, e.g. `Carroll, Lewis`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort_as: Option<String>,
}

/// What a book says about itself. Texts are plain, trimmed, without markup.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    /// The main title; empty when the book names none.
    pub title: String,
    /// The subtitle.
    pub subtitle: Option<String>,
    /// The title as it sorts.
    pub sort_title: Option<String>,
    /// Names of the authors, in order.
    pub authors: Vec<String>,
    /// Everybody else: translators, illustrators, editors.
    pub contributors: Vec<Contributor>,
    /// The first language (BCP 47).
    pub language: Option<String>,
    /// All languages, in order.
    pub languages: Vec<String>,
    /// The description as plain text.
    pub description: Option<String>,
    /// ISBN-13 or ISBN-10 without hyphens, checksum verified.
    pub isbn: Option<String>,
    /// All identifiers as given, the unique one first.
    pub identifiers: Vec<String>,
    /// Subjects.
    pub subjects: Vec<String>,
    /// The publisher.
    pub publisher: Option<String>,
    /// Date of publication as given (usually ISO 8601).
    pub published: Option<String>,
    /// Date of the last change as given.
    pub modified: Option<String>,
    /// Name of the series.
    pub series: Option<String>,
    /// Place in the series.
    pub series_index: Option<f64>,
    /// The rights statement.
    pub rights: Option<String>,
    /// Page progression.
    pub direction: Direction,
    /// Whether pages have a fixed layout.
    pub fixed_layout: bool,
    /// Accessibility features declared (schema.org `accessibilityFeature`).
    pub accessibility_features: Vec<String>,
    /// Hazards declared (schema.org `accessibilityHazard`).
    pub accessibility_hazards: Vec<String>,
    /// Access modes declared (schema.org `accessMode`).
    pub access_modes: Vec<String>,
    /// Sets of modes which suffice (schema.org `accessModeSufficient`).
    pub access_modes_sufficient: Vec<String>,
    /// Accessibility summary.
    pub accessibility_summary: Option<String>,
    /// Profiles the book claims to conform to (`dcterms:conformsTo`).
    pub conforms_to: Vec<String>,
}
