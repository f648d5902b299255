//! Keys: which objects of the bucket are sales files.
//!
//! Exports, sync clients and operating systems put files of their own next to those that people upload. They hold no
//! sales, so they are neither read nor reported: a rejection for each would hide the real ones.

/// What the key of an object says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind<'a> {
    /// A sales file, unless it turns out to be [empty](is_marker).
    SalesFile,
    /// A folder marker, or a file that a tool wrote for itself.
    SideFile,
    /// A file that makes a folder a Delta or Iceberg table, so that its Parquet files are no sales files of their own.
    TableLog {
        /// The folder of the table, with a slash at its end.
        folder: &'a str,
    },
    /// Not below the prefix of sales files.
    Outside,
}

impl<'a> KeyKind<'a> {
    /// Classifies a key. `prefix` is that of all sales files.
    #[must_use]
    pub fn of(key: &'a str, prefix: &str) -> Self {
        let Some(name) = key.strip_prefix(prefix) else { return Self::Outside };
        if let Some(folder) = table_folder(name) {
            return Self::TableLog { folder: &key[..prefix.len() + folder] };
        }
        if is_side_file(name) { Self::SideFile } else { Self::SalesFile }
    }
}

/// Returns whether an object is an empty marker, which has no file extension, such as `2026/47`. An empty `sales.csv` is
/// an export that went wrong.
#[must_use]
pub fn is_marker(key: &str, size: u64) -> bool {
    size == 0 && !file_name(key).contains('.')
}

/// Returns whether the key is that of a Parquet file.
pub(crate) fn is_parquet(key: &str) -> bool {
    file_name(key).to_ascii_lowercase().ends_with(".parquet")
}

fn file_name(key: &str) -> &str {
    key.rsplit_once('/').map_or(key, |(_, name)| name)
}

/// Returns whether a name below the prefix, with its folders, is that of a file that holds no sales.
fn is_side_file(name: &str) -> bool {
    // Spark, Hadoop, Firehose and macOS: `_SUCCESS`, `_temporary/`, `_delta_log/`, `.DS_Store`, `__MACOSX/`.
    if name.split('/').any(|part| part.starts_with(['_', '.'])) {
        return true;
    }
    let (folders, file) = name.rsplit_once('/').unwrap_or(("", name));
    let file = file.to_ascii_lowercase();
    // Hadoop's folders and checksums, Athena's and Redshift's descriptions of results.
    let ends = ["_$folder$", ".crc", ".metadata", ".manifest"].iter().any(|end| file.ends_with(end));
    // Excel's lock files, and what Windows writes into shared folders. An empty name is a folder.
    let is_known = matches!(file.as_str(), "" | "manifest" | "thumbs.db" | "desktop.ini") || file.starts_with("~$");
    // The rest of Iceberg's metadata folder.
    let is_iceberg = (folders == "metadata" || folders.ends_with("/metadata"))
        && (file.strip_suffix(".avro").is_some() || file == "version-hint.text");
    ends || is_known || is_iceberg
}

/// Returns the length of the folder that a commit of Delta or Iceberg makes a table, with its slash.
fn table_folder(name: &str) -> Option<usize> {
    let (folders, file) = name.rsplit_once('/')?;
    let (above, folder) = folders.rsplit_once('/').map_or((0, folders), |(above, folder)| (above.len() + 1, folder));
    let is_commit = match folder {
        "_delta_log" => file.strip_suffix(".json").is_some(),
        "metadata" => file.ends_with(".metadata.json"),
        _ => false,
    };
    is_commit.then_some(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(key: &str) -> KeyKind<'_> {
        KeyKind::of(key, "_in/sales/")
    }

    #[test]
    fn what_tools_write_for_themselves_is_no_sales_file() {
        for name in [
            "_SUCCESS",
            "_temporary/0/part-0.csv",
            "2026/.DS_Store",
            ".part-0.csv.crc",
            "part-0.csv.crc",
            "__MACOSX/._a.csv",
            "day_$folder$",
            "q.csv.metadata",
            "unload/manifest",
            "a.manifest",
            "~$week48.xlsx",
            "Thumbs.db",
            "x/desktop.ini",
            "Desktop.ini",
            "2026/",
            "",
            "orders/metadata/snap-1.avro",
            "_delta_log/1.checkpoint.parquet",
        ] {
            assert_eq!(kind(&format!("_in/sales/{name}")), KeyKind::SideFile, "{name}");
        }
        for name in
            ["a.csv", "2026/47", "manifest.csv", "crc", "team=__HIVE_DEFAULT_PARTITION__/a.csv", "a_b.csv", "~a.csv"]
        {
            assert_eq!(kind(&format!("_in/sales/{name}")), KeyKind::SalesFile, "{name}");
        }
        assert_eq!(kind("_in/other/a.csv"), KeyKind::Outside);
    }

    #[test]
    fn a_commit_of_a_table_names_its_folder() {
        let folder = |name: &str| match kind(name) {
            KeyKind::TableLog { folder } => folder.to_owned(),
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(folder("_in/sales/orders/_delta_log/00000000000000000000.json"), "_in/sales/orders/");
        assert_eq!(folder("_in/sales/_delta_log/00000000000000000000.json"), "_in/sales/");
        assert_eq!(folder("_in/sales/x/y/metadata/00001-a.metadata.json"), "_in/sales/x/y/");
        assert_eq!(kind("_in/sales/metadata/a.json"), KeyKind::SalesFile);
    }

    #[test]
    fn only_an_empty_object_without_an_extension_is_a_marker() {
        assert!(is_marker("sales/2026.q4/47", 0));
        assert!(!is_marker("sales/2026/47", 1) && !is_marker("sales/sales.csv", 0));
    }
}
