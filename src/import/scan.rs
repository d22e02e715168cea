//! Finding books under files and folders.

use std::path::{Path, PathBuf};

/// Endings worth opening; whether a file really is a book is told by its bytes.
const ENDINGS: &[&str] = &["epub", "kepub", "pdf", "mobi", "azw", "azw3", "prc"];
/// Deeper folders are not searched: a loop of links, or a mistake.
const MAX_DEPTH: usize = 32;

/// A book found, and what lies beside it.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// calibre's metadata.opf of the same folder.
    pub opf: Option<PathBuf>,
    /// calibre's cover of the same folder.
    pub cover: Option<PathBuf>,
}

/// Every book under `paths`, in order of path, and the folders that could not be read.
pub fn scan(paths: &[PathBuf]) -> (Vec<Found>, Vec<(PathBuf, std::io::Error)>) {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        match std::fs::metadata(path) {
            Ok(m) if m.is_dir() => walk(path, 0, &mut found, &mut errors),
            // A file that was named is tried whatever its ending.
            Ok(_) => found.push(beside(path.clone())),
            Err(e) => errors.push((path.clone(), e)),
        }
    }
    (found, errors)
}

fn walk(
    dir: &Path,
    depth: usize,
    found: &mut Vec<Found>,
    errors: &mut Vec<(PathBuf, std::io::Error)>,
) {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) => return errors.push((dir.into(), e)),
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        let hidden = path
            .file_name()
            .is_some_and(|n| n.to_string_lossy().starts_with('.'));
        if hidden || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            if depth < MAX_DEPTH {
                walk(&path, depth + 1, found, errors);
            }
        } else if is_book(&path) {
            found.push(beside(path));
        }
    }
}

fn is_book(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| ENDINGS.iter().any(|known| e.eq_ignore_ascii_case(known)))
}

fn beside(path: PathBuf) -> Found {
    let sibling = |name: &str| Some(path.parent()?.join(name)).filter(|p| p.is_file());
    Found {
        opf: sibling("metadata.opf"),
        cover: sibling("cover.jpg"),
        path,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn books_are_found_in_folders_with_what_calibre_keeps_beside_them() {
        let root = tempfile::tempdir().expect("folder");
        let dir = root.path().join("Author/Title (1)");
        fs::create_dir_all(&dir).expect("folders");
        for name in ["Book.EPUB", "metadata.opf", "cover.jpg", "notes.txt"] {
            fs::write(dir.join(name), name).expect("file");
        }
        fs::write(root.path().join(".hidden.epub"), "x").expect("file");
        let (found, errors) = scan(&[root.path().into()]);
        assert!(errors.is_empty());
        let expected = Found {
            path: dir.join("Book.EPUB"),
            opf: Some(dir.join("metadata.opf")),
            cover: Some(dir.join("cover.jpg")),
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn a_missing_path_is_reported_and_the_rest_is_found() {
        let root = tempfile::tempdir().expect("folder");
        let book = root.path().join("named.zip");
        fs::write(&book, "x").expect("file");
        let (found, errors) = scan(&[root.path().join("nothing"), book.clone()]);
        assert_eq!((found.len(), errors.len()), (1, 1));
        assert_eq!(found[0].path, book);
    }
}
