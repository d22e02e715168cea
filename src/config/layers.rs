//! The three layers of settings and the typed ways to ask them.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf, str::FromStr, time::Duration};

use super::{ConfigError, value};

const PREFIX: &str = "BINDERY_";
/// Read by the tests and the build only; not settings of the service.
const NOT_SETTINGS: &[&str] = &["BINDERY_CORPUS", "BINDERY_SKIPS", "BINDERY_WEED"];
const TESTS_PREFIX: &str = "BINDERY_E2E_";

/// One value and where it was set.
#[derive(Debug, Clone)]
struct Setting {
    value: String,
    origin: String,
}

/// All settings after overlaying.
pub struct Layers {
    settings: BTreeMap<String, Setting>,
    unknown: Vec<String>,
}

/// The text of the configuration file, where there is one; a file that was asked for must exist.
pub fn read_file(path: Option<PathBuf>) -> Result<Option<(String, String)>, ConfigError> {
    let (path, asked) = path.map_or_else(|| (PathBuf::from("bindery.toml"), false), |p| (p, true));
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some((path.display().to_string(), text))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && !asked => Ok(None),
        Err(source) => Err(ConfigError::File { path, source }),
    }
}

impl Layers {
    /// Overlays the file (`(name, text)`) and the environment on the defaults.
    pub fn new(
        defaults: &str,
        file: Option<(String, String)>,
        environment: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let mut layers = Layers {
            settings: parse_toml("the defaults", defaults)?,
            unknown: Vec::new(),
        };
        if let Some((origin, text)) = file {
            layers.overlay_file(&origin, &text)?;
        }
        layers.overlay_environment(environment)?;
        Ok(layers)
    }

    fn overlay_file(&mut self, origin: &str, text: &str) -> Result<(), ConfigError> {
        for (key, setting) in parse_toml(origin, text)? {
            if !self.settings.contains_key(&key) {
                let hint = self
                    .nearest(&key)
                    .map(|k| format!("; did you mean `{k}`?"))
                    .unwrap_or_default();
                return Err(ConfigError::Unknown {
                    key,
                    origin: origin.into(),
                    hint,
                });
            }
            self.settings.insert(key, setting);
        }
        Ok(())
    }

    fn overlay_environment(
        &mut self,
        vars: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<(), ConfigError> {
        for (name, value) in vars {
            let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) else {
                continue;
            };
            let Some(key) = name.strip_prefix(PREFIX).map(str::to_lowercase) else {
                continue;
            };
            if NOT_SETTINGS.contains(&name.as_str()) || name.starts_with(TESTS_PREFIX) {
                continue;
            }
            if self.settings.contains_key(&key) {
                self.settings.insert(
                    key,
                    Setting {
                        value,
                        origin: name,
                    },
                );
            } else if let Some(base) = key
                .strip_suffix("_file")
                .filter(|b| self.settings.contains_key(*b))
            {
                let path = PathBuf::from(&value);
                let text = std::fs::read_to_string(&path)
                    .map_err(|source| ConfigError::File { path, source })?;
                self.settings.insert(
                    base.into(),
                    Setting {
                        value: text.trim_end().into(),
                        origin: name,
                    },
                );
            } else {
                self.unknown.push(name);
            }
        }
        Ok(())
    }

    /// Variables with our prefix that name no key.
    pub fn unknown_variables(&self) -> Vec<String> {
        self.unknown.clone()
    }

    /// The error that says what `key` would have to be.
    pub fn wrong(&self, key: &str, expected: &str) -> ConfigError {
        let s = self.settings.get(key);
        let secret = key.contains("password")
            || key.contains("secret")
            || key == "database_url"
            || key == "redis_url";
        ConfigError::Wrong {
            key: key.into(),
            origin: s.map_or_else(|| "nowhere".into(), |s| s.origin.clone()),
            value: s.map_or_else(String::new, |s| {
                if secret {
                    "(hidden)".into()
                } else {
                    s.value.clone()
                }
            }),
            expected: expected.into(),
        }
    }

    /// Any text, also empty.
    fn raw(&self, key: &str) -> Result<&str, ConfigError> {
        self.settings
            .get(key)
            .map(|s| s.value.as_str())
            .ok_or_else(|| self.wrong(key, "set"))
    }

    /// A text that must not be empty.
    pub fn text(&self, key: &str) -> Result<String, ConfigError> {
        match self.raw(key)?.trim() {
            "" => Err(self.wrong(key, "set")),
            s => Ok(s.into()),
        }
    }

    /// A text, `None` when empty.
    pub fn optional(&self, key: &str) -> Result<Option<String>, ConfigError> {
        Ok(Some(self.raw(key)?.trim())
            .filter(|s| !s.is_empty())
            .map(String::from))
    }

    /// Anything that reads itself from text.
    pub fn parse<T: FromStr>(&self, key: &str, expected: &str) -> Result<T, ConfigError> {
        self.raw(key)?
            .trim()
            .parse()
            .map_err(|_| self.wrong(key, expected))
    }

    /// A whole number within bounds.
    pub fn in_range(&self, key: &str, min: i64, max: i64) -> Result<i64, ConfigError> {
        let expected = format!("a whole number from {min} to {max}");
        let n: i64 = self.parse(key, &expected)?;
        if (min..=max).contains(&n) {
            Ok(n)
        } else {
            Err(self.wrong(key, &expected))
        }
    }

    /// `true` or `false`.
    pub fn boolean(&self, key: &str) -> Result<bool, ConfigError> {
        match self.raw(key)?.trim().to_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err(self.wrong(key, "true or false")),
        }
    }

    /// A size in bytes.
    pub fn size(&self, key: &str) -> Result<u64, ConfigError> {
        value::size(self.raw(key)?)
            .ok_or_else(|| self.wrong(key, "a size such as `512 MiB` or a number of bytes"))
    }

    /// A length of time, more than nothing.
    pub fn duration(&self, key: &str) -> Result<Duration, ConfigError> {
        value::duration(self.raw(key)?)
            .ok_or_else(|| self.wrong(key, "a time such as `90s`, `15m` or `7d`"))
    }

    /// One of some words.
    pub fn one_of<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Result<T, ConfigError> {
        let value = self.raw(key)?.trim().to_lowercase();
        choices
            .iter()
            .find(|(name, _)| *name == value)
            .map(|(_, v)| *v)
            .ok_or_else(|| {
                let names: Vec<_> = choices.iter().map(|(n, _)| format!("`{n}`")).collect();
                self.wrong(key, &names.join(" or "))
            })
    }

    /// The known key that shares the longest beginning with `key`.
    fn nearest(&self, key: &str) -> Option<&str> {
        let common = |k: &str| {
            k.bytes()
                .zip(key.bytes())
                .take_while(|(a, b)| a == b)
                .count()
        };
        self.settings
            .keys()
            .map(String::as_str)
            .max_by_key(|k| common(k))
            .filter(|k| common(k) >= 3)
    }
}

fn parse_toml(origin: &str, text: &str) -> Result<BTreeMap<String, Setting>, ConfigError> {
    let table: toml::Table = text
        .parse()
        .map_err(|e: toml::de::Error| ConfigError::Syntax {
            origin: origin.into(),
            message: e.to_string(),
        })?;
    let plain = |v: toml::Value| match v {
        toml::Value::String(s) => s,
        other => other.to_string(),
    };
    Ok(table
        .into_iter()
        .map(|(k, v)| {
            (
                k,
                Setting {
                    value: plain(v),
                    origin: origin.into(),
                },
            )
        })
        .collect())
}
