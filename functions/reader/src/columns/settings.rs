//! The setting `COLUMNS`: additional names of columns.

use std::str::FromStr;

use super::field::Field;
use super::header::{Header, fold};

/// Additional names of columns, as the setting `COLUMNS` gives them.
///
/// ```
/// use standings_reader::ColumnNames;
///
/// let columns: ColumnNames = "salesperson=Rep Name, amount=Net".parse()?;
/// # assert_ne!(columns, ColumnNames::default());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnNames(pub(super) Vec<(Field, String)>);

impl FromStr for ColumnNames {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pair = |pair: &str| {
            let (field, name) =
                pair.split_once('=').ok_or_else(|| format!("{pair:?} is not of the form salesperson=Rep Name"))?;
            let known = Field::ALL.iter().find(|known| fold(known.name()) == fold(field));
            let known = known.ok_or_else(|| {
                let names = Field::ALL.map(Field::name).join(", ");
                format!("there is no column {:?}; there are {names}", field.trim())
            })?;
            if fold(name).is_empty() {
                return Err(format!("{field} is given no name"));
            }
            Ok((*known, fold(name)))
        };
        text.split(',').filter(|part| !part.trim().is_empty()).map(pair).collect::<Result<_, _>>().map(Self)
    }
}

impl ColumnNames {
    /// Whether the settings give a folded name to a field.
    pub(crate) fn names(&self, field: Field, folded: &str) -> bool {
        self.0.iter().any(|(known, name)| *known == field && name == folded)
    }

    /// Whether the settings give a name to any field.
    pub(crate) fn contains(&self, name: &str) -> bool {
        let name = fold(name);
        self.0.iter().any(|(_, known)| *known == name)
    }

    pub(super) fn is_configured(&self, field: Field, header: &Header) -> bool {
        self.0.iter().any(|(known, name)| *known == field && (*name == header.full || *name == header.base))
    }

    /// Whether the settings give a column to any field, so that it is no synonym of another.
    pub(super) fn is_taken(&self, header: &Header) -> bool {
        self.0.iter().any(|(_, name)| *name == header.full)
    }
}
