//! Which column is which.

use std::str::FromStr;

use crate::sales_file::{ReadError, rejected};

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

    /// Other names, folded, the better ones first. A `sale_id` decides which rows count, so it is never guessed; and a
    /// `price` is as often that of one unit as it is an amount.
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

/// Names of columns that the settings add: `COLUMNS=salesperson=Rep Name,amount=Net`.
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

/// Where each known column stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout([Option<usize>; Field::ALL.len()]);

impl Layout {
    /// Finds the columns among `names`: one that the settings name, else one of its own name, else a synonym.
    ///
    /// # Errors
    ///
    /// Where several columns could be a required one: to guess would be to get money wrong. Of several that could be an
    /// optional one the first counts, in the order of the synonyms.
    pub(crate) fn resolve<S: AsRef<str>>(names: &[S], settings: &ColumnNames) -> Result<Self, ReadError> {
        let folded: Vec<String> = names.iter().map(|name| fold(name.as_ref())).collect();
        let taken: Vec<&str> = settings.0.iter().map(|(_, name)| name.as_str()).collect();
        let mut layout = Self::default();
        for field in Field::ALL {
            let configured: Vec<&str> =
                settings.0.iter().filter(|(known, _)| *known == field).map(|(_, name)| name.as_str()).collect();
            let own = [fold(field.name())];
            // A column that the settings give to one field is no synonym of another.
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
                return Err(rejected(format!(
                    "two columns could be {}: {} and {}. Rename one, or set COLUMNS={}=...",
                    field.name(),
                    crate::values::shown(names[first].as_ref()),
                    crate::values::shown(names[second].as_ref()),
                    field.name(),
                )));
            }
            layout.0[field as usize] = found.first().copied();
        }
        Ok(layout)
    }

    /// Where `field` stands.
    pub(crate) fn place(&self, field: Field) -> Option<usize> {
        self.0[field as usize]
    }

    /// Whether the column at this place is a known one.
    pub(crate) fn has(&self, place: usize) -> bool {
        self.0.contains(&Some(place))
    }

    /// How many columns are known.
    pub(crate) fn known(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// Whether all required columns are there.
    ///
    /// # Errors
    ///
    /// Names those that are missing, and the columns there are.
    pub(crate) fn require<S: AsRef<str>>(&self, names: &[S]) -> Result<(), ReadError> {
        let missing: Vec<&str> =
            Field::REQUIRED.into_iter().filter(|&field| self.place(field).is_none()).map(Field::name).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let shown: Vec<String> = names.iter().take(8).map(|name| crate::values::shown(name.as_ref())).collect();
        let more = if names.len() > shown.len() { " ..." } else { "" };
        Err(rejected(format!(
            "no column for {}. Rename one, or set COLUMNS={}=... The columns are {}{more}",
            missing.join(", "),
            missing.first().unwrap_or(&"amount"),
            shown.join(", "),
        )))
    }
}

/// A name without case, spaces, underscores or other signs, as columns are compared.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(names: &[&str], settings: &str) -> Result<Vec<Option<usize>>, String> {
        let settings: ColumnNames = settings.parse().unwrap();
        let layout = Layout::resolve(names, &settings).map_err(|e| e.to_string())?;
        Ok(layout.0[..4].to_vec())
    }

    #[test]
    fn columns_are_found_by_name_and_synonym() {
        assert_eq!(places(&["Sold At", "SALES_PERSON", "amount"], ""), Ok(vec![Some(0), Some(1), Some(2), None]));
        assert_eq!(
            places(&["Region", "Rep", "closed-at", "Revenue"], ""),
            Ok(vec![Some(2), Some(1), Some(3), Some(0)])
        );
        // Its own name wins over a synonym.
        assert_eq!(places(&["total", "amount", "date", "seller"], ""), Ok(vec![Some(2), Some(3), Some(1), None]));
    }

    #[test]
    fn settings_come_first_and_a_mapped_column_serves_once() {
        let names = ["Rep Name", "salesperson", "Net", "total", "date"];
        assert_eq!(places(&names, "salesperson=Rep Name, amount=Net"), Ok(vec![Some(4), Some(0), Some(2), None]));
        assert_eq!(places(&["date", "total", "rep"], "team=total"), Ok(vec![Some(0), Some(2), None, Some(1)]));
        assert_eq!(places(&["date", "total", "rep"], "amount=Missing"), Ok(vec![Some(0), Some(2), Some(1), None]));
    }

    #[test]
    fn two_columns_of_one_meaning_are_not_guessed_between() {
        let error = places(&["date", "rep", "total", "revenue"], "").unwrap_err();
        assert!(error.contains("\"total\"") && error.contains("\"revenue\"") && error.contains("COLUMNS="), "{error}");
        assert!(places(&["date", "rep", "amount", "Amount"], "").is_err());
        // A team can be looked up elsewhere, and no money is lost on it.
        let names = ["date", "rep", "total", "Department", "Territory", "Region"];
        assert_eq!(places(&names, ""), Ok(vec![Some(0), Some(1), Some(2), Some(5)]));
        assert_eq!(places(&names, "team=department"), Ok(vec![Some(0), Some(1), Some(2), Some(3)]));
    }

    #[test]
    fn wrong_settings_say_what_is_wrong() {
        assert!("salesperson".parse::<ColumnNames>().unwrap_err().contains("form"));
        assert!("boss=Name".parse::<ColumnNames>().unwrap_err().contains("there are sold_at"));
        assert!("team=".parse::<ColumnNames>().unwrap_err().contains("no name"));
    }

    #[test]
    fn a_missing_column_is_named_with_those_there_are() {
        let names = ["when", "who", "amount"];
        let layout = Layout::resolve(&names, &ColumnNames::default()).unwrap();
        let error = layout.require(&names).unwrap_err().to_string();
        assert!(error.contains("no column for sold_at, salesperson") && error.contains("who"), "{error}");
    }
}
