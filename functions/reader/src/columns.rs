//! Columns: which of them is the date, the salesperson, the amount and so on.

use std::str::FromStr;

use standings_core::explain;
use standings_core::explanation::{quoted, quoted_list, trusted};

use crate::sales_file::{ReadError, rejected};

/// Maximum column names quoted if a required one is missing. Eight usually show what kind of export it is.
const MAX_QUOTED_NAMES: usize = 8;

/// A column that Standings knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    SoldAt,
    Salesperson,
    Amount,
    Team,
    Quantity,
    OrderId,
    Currency,
    SaleId,
    SlackUserId,
}

impl Field {
    pub(crate) const ALL: [Self; 9] = [
        Self::SoldAt,
        Self::Salesperson,
        Self::Amount,
        Self::Team,
        Self::Quantity,
        Self::OrderId,
        Self::Currency,
        Self::SaleId,
        Self::SlackUserId,
    ];

    pub(crate) const REQUIRED: [Self; 3] = [Self::SoldAt, Self::Salesperson, Self::Amount];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::SoldAt => "sold_at",
            Self::Salesperson => "salesperson",
            Self::Amount => "amount",
            Self::Team => "team",
            Self::Quantity => "quantity",
            Self::OrderId => "order_id",
            Self::Currency => "currency",
            Self::SaleId => "sale_id",
            Self::SlackUserId => "slack_user_id",
        }
    }

    /// Returns the synonyms, folded, the better ones first. The crate's README lists them too.
    ///
    /// `sale_id` has none: it decides which rows count, so it is never guessed. `price` is not an amount: it is as
    /// often the price of one unit.
    const fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::SoldAt => &[
                "date",
                "saledate",
                "saleat",
                "soldon",
                "solddate",
                "dateofsale",
                "closedat",
                "closedate",
                "closeddate",
                "closedon",
                "orderdate",
                "orderedat",
                "timestamp",
                "datetime",
                "transactiondate",
                "invoicedate",
            ],
            Self::Salesperson => &[
                "rep",
                "salesrep",
                "salesrepresentative",
                "seller",
                "salesman",
                "saleswoman",
                "salespersonname",
                "salesrepname",
                "repname",
                "sellername",
                "agent",
                "salesagent",
                "accountexecutive",
                "employee",
                "employeename",
                "owner",
                "dealowner",
                "opportunityowner",
            ],
            Self::Amount => &[
                "total",
                "totalamount",
                "revenue",
                "sales",
                "salesamount",
                "saleamount",
                "netamount",
                "value",
                "dealvalue",
                "dealamount",
                "ordertotal",
                "netsales",
                "netrevenue",
                "totalprice",
            ],
            Self::Team => &["region", "salesteam", "teamname", "territory", "office", "department"],
            Self::Quantity => &["qty", "units", "unitssold", "quantitysold", "quantityordered"],
            Self::OrderId => {
                &["order", "ordernumber", "orderno", "orderref", "invoiceid", "invoicenumber", "invoiceno"]
            }
            Self::Currency => &["currencycode", "currencyisocode"],
            Self::SaleId => &[],
            Self::SlackUserId => &["slackid", "slackuser", "slackmemberid"],
        }
    }
}

/// What a column is read for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A value of the sale.
    Field(Field),
    /// It tells sales from other rows.
    Gate(Gate),
}

/// A column that tells sales from other rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gate {
    /// The name of the column, as the file writes it.
    pub(crate) name: String,
}

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
pub struct ColumnNames(Vec<(Field, String)>);

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

/// The place of each known column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    fields: [Option<usize>; Field::ALL.len()],
    gates: Vec<(Gate, usize)>,
}

impl Layout {
    /// Finds the known columns among `names`: first by the settings, then by the field's own name, then by a synonym.
    /// Among several synonyms of an optional field, the first in the order of the list wins.
    ///
    /// # Errors
    ///
    /// If several columns could be a required one. A guess could get money wrong.
    pub(crate) fn resolve<S: AsRef<str>>(names: &[S], settings: &ColumnNames) -> Result<Self, ReadError> {
        let folded: Vec<String> = names.iter().map(|name| fold(name.as_ref())).collect();
        let taken: Vec<&str> = settings.0.iter().map(|(_, name)| name.as_str()).collect();
        let mut layout = Self::default();
        for field in Field::ALL {
            let configured: Vec<&str> =
                settings.0.iter().filter(|(known, _)| *known == field).map(|(_, name)| name.as_str()).collect();
            let own = [fold(field.name())];
            // A column that the settings give to one field is not a synonym of another.
            let free = |name: &str| !taken.contains(&name);
            let places = |wanted: &dyn Fn(&str) -> bool| -> Vec<usize> {
                (0..folded.len()).filter(|&i| wanted(&folded[i])).collect()
            };
            let synonym = |name: &str| field.synonyms().iter().position(|&synonym| synonym == name && free(name));
            let candidates = [
                places(&|name| configured.contains(&name)),
                places(&|name| own[0] == name && free(name)),
                places(&|name| synonym(name).is_some()),
            ];
            let Some(mut found) = candidates.into_iter().find(|places| !places.is_empty()) else { continue };
            found.sort_by_key(|&place| synonym(&folded[place]));
            if let [first, second, ..] = found[..]
                && Field::REQUIRED.contains(&field)
            {
                return Err(rejected(explain![
                    "two columns could be ",
                    field.name(),
                    ": ",
                    quoted(names[first].as_ref()),
                    " and ",
                    quoted(names[second].as_ref()),
                    ". Rename one of them, or set COLUMNS=",
                    field.name(),
                    "=...",
                ]));
            }
            layout.fields[field as usize] = found.first().copied();
        }
        Ok(layout)
    }

    /// Returns the place of a field, if it has a column.
    pub(crate) fn place(&self, field: Field) -> Option<usize> {
        self.fields[field as usize]
    }

    /// Returns the columns to read: what each is read for and its place, in ascending order of their places.
    pub(crate) fn roles(&self) -> Vec<(Role, usize)> {
        let fields = Field::ALL.into_iter().filter_map(|field| Some((Role::Field(field), self.place(field)?)));
        let gates = self.gates.iter().map(|(gate, place)| (Role::Gate(gate.clone()), *place));
        let mut roles: Vec<_> = fields.chain(gates).collect();
        roles.sort_by_key(|(_, place)| *place);
        roles
    }

    /// Whether the column at this place is a known one.
    pub(crate) fn has(&self, place: usize) -> bool {
        self.fields.contains(&Some(place)) || self.gates.iter().any(|(_, at)| *at == place)
    }

    /// Returns the number of known columns.
    pub(crate) fn known(&self) -> usize {
        self.fields.iter().flatten().count()
    }

    /// Checks that all required columns are there.
    ///
    /// # Errors
    ///
    /// If one is missing. The rejection quotes the columns that are there.
    pub(crate) fn require<S: AsRef<str>>(&self, names: &[S]) -> Result<(), ReadError> {
        let missing: Vec<&str> =
            Field::REQUIRED.into_iter().filter(|&field| self.place(field).is_none()).map(Field::name).collect();
        let Some(first) = missing.first() else { return Ok(()) };
        Err(rejected(explain![
            "there is no column for ",
            trusted(missing.join(", ")),
            ". Rename a column, or set COLUMNS=",
            trusted(first),
            "=... The columns are ",
            quoted_list(names.iter().take(MAX_QUOTED_NAMES).map(AsRef::as_ref)),
            if names.len() > MAX_QUOTED_NAMES { " ..." } else { "" },
        ]))
    }
}

/// Returns a name as columns are compared: in lower case, letters and digits only.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(names: &[&str], settings: &str) -> Result<Vec<Option<usize>>, String> {
        let settings: ColumnNames = settings.parse().unwrap();
        let layout = Layout::resolve(names, &settings).map_err(|e| e.to_string())?;
        Ok(layout.fields[..4].to_vec())
    }

    #[test]
    fn columns_are_found_by_name_and_by_synonym() {
        assert_eq!(places(&["Sold At", "SALES_PERSON", "amount"], ""), Ok(vec![Some(0), Some(1), Some(2), None]));
        assert_eq!(
            places(&["Region", "Rep", "closed-at", "Revenue"], ""),
            Ok(vec![Some(2), Some(1), Some(3), Some(0)])
        );
        // The own name wins over a synonym.
        assert_eq!(places(&["total", "amount", "date", "seller"], ""), Ok(vec![Some(2), Some(3), Some(1), None]));
    }

    #[test]
    fn settings_take_precedence_and_a_mapped_column_serves_once() {
        let names = ["Rep Name", "salesperson", "Net", "total", "date"];
        assert_eq!(places(&names, "salesperson=Rep Name, amount=Net"), Ok(vec![Some(4), Some(0), Some(2), None]));
        assert_eq!(places(&["date", "total", "rep"], "team=total"), Ok(vec![Some(0), Some(2), None, Some(1)]));
        assert_eq!(places(&["date", "total", "rep"], "amount=Missing"), Ok(vec![Some(0), Some(2), Some(1), None]));
    }

    #[test]
    fn ambiguous_required_columns_are_rejected() {
        let error = places(&["date", "rep", "total", "revenue"], "").unwrap_err();
        assert!(error.contains("\"total\"") && error.contains("\"revenue\"") && error.contains("COLUMNS="), "{error}");
        assert!(places(&["date", "rep", "amount", "Amount"], "").is_err());
        // An ambiguous team loses no money.
        let names = ["date", "rep", "total", "Department", "Territory", "Region"];
        assert_eq!(places(&names, ""), Ok(vec![Some(0), Some(1), Some(2), Some(5)]));
        assert_eq!(places(&names, "team=department"), Ok(vec![Some(0), Some(1), Some(2), Some(3)]));
    }

    #[test]
    fn the_readme_lists_every_synonym_in_order() {
        let readme = include_str!("../README.md");
        for field in Field::ALL {
            let synonyms: Vec<String> = field.synonyms().iter().map(|name| format!("`{name}`")).collect();
            let row = format!("| {} |", synonyms.join(" "));
            let listed = readme.lines().any(|line| {
                line.starts_with(&format!("| `{}` |", field.name())) && (synonyms.is_empty() || line.ends_with(&row))
            });
            assert!(listed, "{}: {row}", field.name());
        }
    }

    #[test]
    fn wrong_settings_are_explained() {
        assert!("salesperson".parse::<ColumnNames>().unwrap_err().contains("form"));
        assert!("boss=Name".parse::<ColumnNames>().unwrap_err().contains("there are sold_at"));
        assert!("team=".parse::<ColumnNames>().unwrap_err().contains("no name"));
    }

    #[test]
    fn a_missing_column_is_named_together_with_the_existing_ones() {
        let names = ["when", "who", "amount"];
        let layout = Layout::resolve(&names, &ColumnNames::default()).unwrap();
        let error = layout.require(&names).unwrap_err().to_string();
        assert!(error.contains("no column for sold_at, salesperson") && error.contains("who"), "{error}");
    }
}
