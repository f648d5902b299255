//! Delta and Iceberg tables: folders whose Parquet files are not files of their own.
//!
//! Such a table keeps rows that were deleted or replaced in its Parquet files, and a log that says which files count. To
//! add up the files would count those rows, so the files are rejected, with what to do instead.

use std::collections::BTreeSet;

use standings_core::explanation::quoted;
use standings_core::{Rejection, explain};

use crate::app::Recompute;
use crate::bucket;
use crate::error::BucketError;
use crate::sales_key::{KeyKind, is_parquet};

/// Files that are read again when a folder becomes a table. A listing returns at most as many at once. Files beyond it
/// are refused when they are uploaded, or by a rebuild.
const MAX_FILES: i32 = 1_000;

/// Returns why a file is not read, if it is a Parquet file of a table.
///
/// One listing of one key per folder that could be that of the table: each one above the file for Delta, and for Iceberg
/// those with the file in their `data/`.
pub(crate) async fn rejection(app: &Recompute, key: &str) -> Result<Option<Rejection>, BucketError> {
    if !is_parquet(key) {
        return Ok(None);
    }
    for folder in folders(key, &app.settings.prefix) {
        let delta = ("Delta", format!("{folder}_delta_log/"));
        let is_data = key[folder.len()..].starts_with("data/");
        let iceberg = is_data.then(|| ("Iceberg", format!("{folder}metadata/")));
        for (format, log) in [delta].into_iter().chain(iceberg) {
            let first = bucket::list_first(&app.s3, &app.settings.bucket, &log, 1).await?;
            if first.iter().any(|key| is_log(format, key)) {
                let name = folder.strip_suffix('/').unwrap_or(folder);
                return Ok(Some(Rejection(explain![
                    "it is a file of the ",
                    format,
                    " table ",
                    quoted(name.rsplit('/').next().unwrap_or(name)),
                    ", whose files still hold rows that were deleted or replaced. Export the table as CSV or Parquet into \
                     a folder without the table's log, and upload that",
                ])));
            }
        }
    }
    Ok(None)
}

/// Returns the Parquet files of a folder that may have become a table, or no longer is one.
pub(crate) async fn files(app: &Recompute, folder: &str) -> Result<BTreeSet<String>, BucketError> {
    let keys = bucket::list_first(&app.s3, &app.settings.bucket, folder, MAX_FILES).await?;
    let prefix = &app.settings.prefix;
    let is_read = |key: &String| is_parquet(key) && KeyKind::of(key, prefix) == KeyKind::SalesFile;
    Ok(keys.into_iter().filter(is_read).collect())
}

/// Returns the folders above a key, from that of the prefix down, each with its slash.
fn folders<'a>(key: &'a str, prefix: &str) -> Vec<&'a str> {
    // A prefix such as `sales/2026-` ends within a name.
    let above = prefix.rfind('/').map_or(0, |slash| slash + 1);
    let below = key[above..].match_indices('/').map(|(slash, _)| &key[..=above + slash]);
    std::iter::once(&key[..above]).chain(below).collect()
}

/// Returns whether the first file of a folder is one that only a table has there. Hadoop adds checksums, whose names
/// begin with a dot.
fn is_log(format: &str, key: &str) -> bool {
    format == "Delta" || [".metadata.json", ".avro", "version-hint.text"].iter().any(|part| key.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_above_a_file_may_be_that_of_a_table() {
        assert_eq!(folders("sales/a/b/c.parquet", "sales/"), ["sales/", "sales/a/", "sales/a/b/"]);
        assert_eq!(folders("sales/c.parquet", "sales/"), ["sales/"]);
        assert_eq!(folders("2026-a/c.parquet", "2026-"), ["", "2026-a/"]);
    }
}
