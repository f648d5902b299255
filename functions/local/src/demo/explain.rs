//! The dry run of `--explain`: how files would be read.

use std::path::{Path, PathBuf};

use standings_local::BoxError;
use standings_local::slack::render;
use standings_recompute::{Settings, dry_run};

use crate::upload;

/// Prints how each file would be read, and returns whether none would be rejected.
pub(crate) fn print(paths: &[PathBuf], settings: Vec<(String, String)>, styled: bool) -> Result<bool, BoxError> {
    let settings = Settings::read(&standings_local::variables(settings))?;
    let mut is_accepted = true;
    for path in paths {
        for (key, file) in files(path)? {
            let bytes = std::fs::read(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
            match dry_run(&settings, &key, bytes)? {
                None => println!("{}: passed over, because it is no sales file\n", file.display()),
                Some(upload) => {
                    is_accepted &= upload.rejection.is_none();
                    let message = standings_slash_command::file_message(&upload);
                    println!("{}\n", render::render(&message, styled));
                }
            }
        }
    }
    Ok(is_accepted)
}

/// Returns the files of a path with the keys that they would be uploaded as. A relative path becomes part of the key, so
/// that sources by prefix and partitions in the names of folders are seen.
fn files(path: &Path) -> Result<Vec<(String, PathBuf)>, BoxError> {
    let files = upload::files(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    if files.is_empty() {
        return Err(format!("there are no files in {}", path.display()).into());
    }
    let is_plain = |name: &str| !name.starts_with('/') && name.split('/').all(|part| part != ".." && part != ".");
    let named = path.strip_prefix(".").unwrap_or(path).to_string_lossy().replace('\\', "/");
    Ok(match files.as_slice() {
        [(_, file)] if path.is_file() && is_plain(&named) => {
            vec![(format!("{}{}", upload::PREFIX, named.strip_prefix(upload::PREFIX).unwrap_or(&named)), file.clone())]
        }
        _ => files,
    })
}
