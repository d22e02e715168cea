//! Creators and contributors with their roles (EPUB 3.3 § 5.5.3.2.3, OPF 2.0.1 § 2.2.6).

use super::metas::Metas;
use super::tidy;
use crate::{Contributor, Metadata};

pub(super) fn read(metas: &Metas<'_>, metadata: u32, cap: usize, out: &mut Metadata) {
    let document = metas.document;
    for (element, is_creator) in [("creator", true), ("contributor", false)] {
        let mut people: Vec<(u64, Contributor)> = document
            .descendants(metadata, element)
            .take(cap)
            .map(|at| {
                let place = metas.refined(at, "display-seq");
                let place = place.and_then(|text| text.parse().ok());
                (place.unwrap_or(u64::MAX), person(metas, at))
            })
            .filter(|(_, person)| !person.name.is_empty())
            .collect();
        people.sort_by_key(|(place, _)| *place);
        for (_, person) in people {
            let roles = &person.roles;
            if is_creator && (roles.is_empty() || roles.iter().any(|role| role == "aut")) {
                out.authors.push(person.name.clone());
                out.creators.push(person);
            } else {
                out.contributors.push(person);
            }
        }
    }
    // Version 3 names the voices of media overlays apart.
    for name in metas.all("media:narrator").into_iter().take(cap) {
        let known = out
            .contributors
            .iter()
            .chain(&out.creators)
            .any(|person| person.name == name && person.roles.iter().any(|role| role == "nrt"));
        if !known {
            out.contributors.push(Contributor {
                name,
                roles: vec!["nrt".into()],
                ..Contributor::default()
            });
        }
    }
}

fn person(metas: &Metas<'_>, at: u32) -> Contributor {
    let document = metas.document;
    let mut roles = Vec::new();
    for &refining in metas.refining(at, "role") {
        let scheme = document.attribute(refining, "scheme").unwrap_or_default();
        roles.push(relator(&metas.value(refining), scheme));
    }
    if roles.is_empty()
        && let Some(role) = document.attribute(at, "opf:role")
    {
        roles.push(relator(&tidy(role), ""));
    }
    roles.retain(|role| !role.is_empty());
    roles.dedup();
    Contributor {
        name: document.content(at),
        roles,
        sort_as: metas.file_as(at),
        language: metas.language_of(at),
        alternates: metas.alternates(at),
    }
}

/// The MARC relator code for a role: by itself, from ONIX (code list 17), or from the
/// words that people write instead. Unknown ones stay as they are.
fn relator(role: &str, scheme: &str) -> String {
    let lower = role.to_ascii_lowercase();
    let code = if scheme.trim().ends_with("codelist17") {
        match lower.as_str() {
            "a01" => "aut",
            "a12" => "ill",
            "a36" => "cov",
            "b01" => "edt",
            "b06" => "trl",
            "e03" | "e07" => "nrt",
            _ => return role.to_owned(),
        }
    } else {
        match lower.as_str() {
            "author" => "aut",
            "translator" => "trl",
            "editor" => "edt",
            "illustrator" => "ill",
            "narrator" => "nrt",
            "publisher" => "pbl",
            _ => return lower,
        }
    };
    code.to_owned()
}
