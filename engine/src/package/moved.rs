//! Items whose files lie elsewhere than the manifest says.

use std::collections::HashMap;

use super::Package;

impl Package {
    /// Points items without a file to the one unlisted file of the same name, where there is just one.
    ///
    /// `names` are all files of the archive, `exists` asks it for one. Answers what was moved, for warnings.
    pub fn find_moved<'n>(
        &mut self,
        names: impl Iterator<Item = &'n str>,
        exists: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        let missing: Vec<usize> = (0..self.items.len())
            .filter(|&i| !exists(&self.items[i].path))
            .collect();
        if missing.is_empty() {
            return Vec::new();
        }
        let mut unlisted: HashMap<&str, Option<&str>> = HashMap::new();
        for name in names.filter(|name| self.item_at(name).is_none()) {
            unlisted
                .entry(file_name(name))
                .and_modify(|one| *one = None)
                .or_insert(Some(name));
        }
        let mut moved = Vec::new();
        for i in missing {
            // The first to ask has it: a file is one item.
            let found = unlisted.get_mut(file_name(&self.items[i].path));
            if let Some(path) = found.and_then(Option::take) {
                moved.push(std::mem::replace(&mut self.items[i].path, path.to_owned()));
                self.by_path.insert(path.to_owned(), i);
            }
        }
        moved
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
