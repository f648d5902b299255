//! Hive partitions: columns that are not in the file but in the names of its folders, as in
//! `sales/region=EMEA/year=2026/month=11/day=16/part-0.parquet`.

use percent_encoding::percent_decode_str;

use crate::columns::Field;
use crate::columns::fold;
use crate::reading::Reading;
use crate::special_words::is_null_word;

/// The fields that the folders of a file name, each with its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Partitions(Vec<(Field, String)>);

impl Partitions {
    /// Returns the partitions in the name of a file. A field is taken from them only if the file has no column for it.
    pub(crate) fn of(name: &str, reading: &Reading) -> Self {
        let folders = name.rsplit_once('/').map_or("", |(folders, _)| folders);
        let mut columns: Vec<(String, String)> = folders.split('/').filter_map(column).collect();
        let part = |name: &str| {
            let value = &columns.iter().find(|(column, _)| column == name)?.1;
            value.parse::<u16>().ok()
        };
        if let (Some(year), Some(month), Some(day)) = (part("year"), part("month"), part("day")) {
            columns.push(("date".to_owned(), format!("{year:04}-{month:02}-{day:02}")));
        }
        let field_of = |column: &str| {
            Field::ALL.into_iter().find(|field| reading.columns.names(*field, column) || field.is_named(column))
        };
        let mut partitions = Self::default();
        for (column, value) in columns {
            if let Some(field) = field_of(&column).or((column == "dt" || column == "ds").then_some(Field::SoldAt)) {
                partitions.0.push((field, value));
            }
        }
        partitions
    }

    /// Returns the value of a field.
    pub(crate) fn get(&self, field: Field) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == field).map(|(_, value)| value.as_str())
    }
}

/// Splits `region=EMEA`. Hive encodes special characters by `%` and their number.
fn column(folder: &str) -> Option<(String, String)> {
    let (name, value) = folder.split_once('=')?;
    let value = percent_decode_str(value).decode_utf8().ok()?.into_owned();
    (!is_null_word(&value)).then(|| (fold(name), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_name_fields() {
        let of = |name: &str, field| Partitions::of(name, &Reading::default()).get(field).map(str::to_owned);
        let name = "sales/region=New%20York/dt=2026-11-16/part-0.parquet";
        assert_eq!(of(name, Field::Team).as_deref(), Some("New York"));
        assert_eq!(of(name, Field::SoldAt).as_deref(), Some("2026-11-16"));
        assert_eq!(of("sales/year=2026/month=1/day=5/x.csv", Field::SoldAt).as_deref(), Some("2026-01-05"));
        assert_eq!(of("sales/year=2026/month=11/x.csv", Field::SoldAt), None);
        assert_eq!(of("sales/region=__HIVE_DEFAULT_PARTITION__/x.csv", Field::Team), None);
        assert_eq!(of("sales/plain/region=EMEA.csv", Field::Team), None, "the name itself is not a folder");
    }
}
