//! Columns: which of them is the date, the salesperson, the amount and so on.

mod field;
mod gate;
mod header;

use std::str::FromStr;

use standings_core::explanation::{quoted, quoted_list, trusted};
use standings_core::{Explanation, explain, name};

pub(crate) use field::Field;
use field::{ITEMS, ORDER_TOTALS, TOTALS};
pub(crate) use gate::{Gate, GateKind, Verdict};
use header::Header;
pub(crate) use header::{Unit, fold};

use crate::pass::Pass;
use crate::reading::SalesRule;
use crate::sales_file::{ReadError, rejected};

/// Maximum column names quoted if a required one is missing. Eight usually show what kind of export it is.
const MAX_QUOTED_NAMES: usize = 8;

/// What a column is read for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A value of the sale, and what the name of the column says about it.
    Field(Field, Unit),
    /// The last name of the salesperson, whose column has the first name only.
    LastName,
    /// It tells sales from other rows.
    Gate(Gate),
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

    fn is_configured(&self, field: Field, header: &Header) -> bool {
        self.0.iter().any(|(known, name)| *known == field && (*name == header.full || *name == header.base))
    }

    /// Whether the settings give a column to any field, so that it is no synonym of another.
    fn is_taken(&self, header: &Header) -> bool {
        self.0.iter().any(|(_, name)| *name == header.full)
    }
}

/// The place of each known column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    fields: [Option<usize>; Field::ALL.len()],
    /// The last name, if the salesperson is in two columns.
    last_name: Option<usize>,
    gates: Vec<(Gate, usize)>,
    /// What the names of the columns of dates and amounts say about their values.
    unit_of_dates: Option<Unit>,
    unit_of_amounts: Option<Unit>,
    /// Columns that would be the amount, but for their unit.
    refused: Vec<(usize, Unit)>,
}

impl Layout {
    /// Finds the known columns among `names`: first by the settings, then by the field's own name, then by a synonym.
    /// Among several synonyms of an optional field, the first in the order of the list wins.
    ///
    /// # Errors
    ///
    /// If several columns could be a required one. A guess could get money wrong.
    pub(crate) fn resolve<S: AsRef<str>>(names: &[S], pass: &Pass<'_>) -> Result<Self, ReadError> {
        let Pass { reading, currency, .. } = pass;
        let settings = &reading.columns;
        let is_amount =
            |folded: &str| Field::Amount.is_named(folded) || settings.0.iter().any(|(_, name)| name == folded);
        let headers: Vec<Header> = names.iter().map(|name| Header::new(name.as_ref(), currency, is_amount)).collect();
        let mut layout = Self::default();
        for field in Field::ALL {
            let mut found = candidates(field, &headers, settings);
            if field == Field::Amount {
                layout.refuse(&headers, &mut found);
                // An amount in the organization's currency is preferred to one in any other.
                if found.iter().any(|&place| headers[place].unit == Unit::Own) {
                    found.retain(|&place| headers[place].unit == Unit::Own);
                }
            }
            if let [first, second, ..] = found[..]
                && Field::REQUIRED.contains(&field)
            {
                return Err(ambiguous(field, names[first].as_ref(), names[second].as_ref()));
            }
            layout.fields[field as usize] = found.first().copied();
            if let (Field::Salesperson, []) = (field, &found[..])
                && let Some((first, last)) = halves_of_name(&headers)
            {
                layout.fields[field as usize] = Some(first);
                layout.last_name = Some(last);
            }
        }
        layout.unit_of_dates = layout.place(Field::SoldAt).map(|place| headers[place].unit);
        if let Some(place) = layout.place(Field::Amount) {
            let base = headers[place].base.as_str();
            let has_items = || headers.iter().any(|header| ITEMS.iter().any(|item| header.base.contains(item)));
            layout.unit_of_amounts = Some(match layout.place(Field::OrderId) {
                Some(_) if ORDER_TOTALS.contains(&base) => Unit::OrderTotal,
                Some(_) if TOTALS.contains(&base) && has_items() => Unit::PerhapsOrderTotal,
                _ => headers[place].unit,
            });
        }
        let currency_column = layout.currency_column(names, &headers, settings)?;
        layout.fields[Field::Currency as usize] = currency_column;
        let free =
            (0..names.len()).filter(|place| !layout.fields.contains(&Some(*place)) && layout.last_name != Some(*place));
        layout.gates = gates(names, &headers, free, reading.sales.as_ref());
        Ok(layout)
    }

    /// Removes the amounts whose unit says that they are not the organization's money.
    fn refuse(&mut self, headers: &[Header], found: &mut Vec<usize>) {
        found.retain(|&place| {
            let unit = headers[place].unit;
            let is_refused = matches!(unit, Unit::Foreign | Unit::Scaled | Unit::Count);
            if is_refused {
                self.refused.push((place, unit));
            }
            !is_refused
        });
    }

    /// Finds the column of currencies that belongs to the amount: by the settings, by the name of the amount
    /// (`Amount Currency`), by a name of its own, or by a name that contains "currency".
    fn currency_column<S: AsRef<str>>(
        &self,
        names: &[S],
        headers: &[Header],
        settings: &ColumnNames,
    ) -> Result<Option<usize>, ReadError> {
        let places = |wanted: &dyn Fn(&Header) -> bool| -> Vec<usize> {
            (0..headers.len()).filter(|&place| wanted(&headers[place])).collect()
        };
        let configured = places(&|header| settings.is_configured(Field::Currency, header));
        if let Some(&place) = configured.first() {
            return Ok(Some(place));
        }
        let amount = self.place(Field::Amount);
        // The unit says it already, and the column is about the other amount.
        let is_of_other = |place: usize| {
            let others = headers.iter().enumerate().filter(|(at, _)| *at != place);
            headers[place].unit == Unit::Own && others.into_iter().any(|(_, other)| Field::Amount.is_named(&other.base))
        };
        if amount.is_some_and(is_of_other) {
            return Ok(None);
        }
        if let Some(amount) = amount.map(|place| &headers[place]) {
            let of_amount = |header: &Header| {
                let rest = header.full.strip_prefix(&amount.full).or_else(|| header.full.strip_suffix(&amount.full));
                rest.is_some_and(|rest| matches!(rest, "currency" | "currencycode" | "currencyisocode" | "ccy"))
            };
            if let Some(&place) = places(&of_amount).first() {
                return Ok(Some(place));
            }
        }
        if let Some(place) = self.place(Field::Currency) {
            return Ok(Some(place));
        }
        let others = places(&|header| {
            header.full.contains("currency")
                && !["rate", "exchange", "conver", "amount", "value", "date", "total", "price"]
                    .iter()
                    .any(|word| header.full.contains(word))
        });
        match (&others[..], amount) {
            (&[only], _) => Ok(Some(only)),
            (&[first, second, ..], Some(amount)) => {
                let beside = [amount + 1, amount.wrapping_sub(1)].into_iter().find(|place| others.contains(place));
                beside
                    .map(Some)
                    .ok_or_else(|| ambiguous(Field::Currency, names[first].as_ref(), names[second].as_ref()))
            }
            _ => Ok(None),
        }
    }

    /// Returns the place of a field, if it has a column.
    pub(crate) fn place(&self, field: Field) -> Option<usize> {
        self.fields[field as usize]
    }

    fn unit(&self, field: Field) -> Unit {
        let unit = match field {
            Field::SoldAt => self.unit_of_dates,
            Field::Amount => self.unit_of_amounts,
            _ => None,
        };
        unit.unwrap_or(Unit::None)
    }

    /// Returns the columns to read: what each is read for and its place, in ascending order of their places.
    pub(crate) fn roles(&self) -> Vec<(Role, usize)> {
        let fields =
            Field::ALL.into_iter().filter_map(|field| Some((Role::Field(field, self.unit(field)), self.place(field)?)));
        let gates = self.gates.iter().map(|(gate, place)| (Role::Gate(gate.clone()), *place));
        let last_name = self.last_name.map(|place| (Role::LastName, place));
        let mut roles: Vec<_> = fields.chain(last_name).chain(gates).collect();
        roles.sort_by_key(|(_, place)| *place);
        roles
    }

    /// Whether the column at this place is a known one.
    pub(crate) fn has(&self, place: usize) -> bool {
        self.fields.contains(&Some(place))
            || self.last_name == Some(place)
            || self.gates.iter().any(|(_, at)| *at == place)
    }

    /// Returns the number of columns that are known as fields of a sale.
    pub(crate) fn known(&self) -> usize {
        self.fields.iter().flatten().count()
    }

    /// Checks that all required columns are there, and the one that tells sales from other rows.
    ///
    /// # Errors
    ///
    /// If one is missing. The rejection quotes the columns that are there.
    pub(crate) fn require<S: AsRef<str>>(&self, names: &[S], pass: &Pass<'_>) -> Result<(), ReadError> {
        let Pass { reading, partitions, .. } = pass;
        let is_missing = |field: &Field| self.place(*field).is_none() && partitions.get(*field).is_none();
        let missing: Vec<&str> = Field::REQUIRED.into_iter().filter(is_missing).map(Field::name).collect();
        if let Some(rule) = &reading.sales
            && !self.gates.iter().any(|(gate, _)| matches!(gate.kind, GateKind::Rule(_)))
        {
            return Err(rejected(explain![
                "there is no column ",
                trusted(&rule.column),
                ", by which the option `sales` tells sales from other rows. The columns are ",
                shown(names),
            ]));
        }
        let Some(first) = missing.first() else { return Ok(()) };
        if let ["amount"] = missing[..]
            && let Some((place, unit)) = self.refused.first()
        {
            return Err(refused_amount(names[*place].as_ref(), *unit, &reading.currency));
        }
        Err(rejected(explain![
            "there is no column for ",
            trusted(missing.join(", ")),
            ". Rename a column, or set COLUMNS=",
            trusted(first),
            "=... The columns are ",
            shown(names),
        ]))
    }

    /// Says which column is read for what, and which are not read.
    pub(crate) fn explained<S: AsRef<str>>(&self, names: &[S]) -> Vec<Explanation> {
        let mut read = Vec::new();
        for field in Field::ALL {
            let Some(name) = self.place(field).and_then(|place| names.get(place)) else { continue };
            let last_name = self.last_name.filter(|_| field == Field::Salesperson).and_then(|place| names.get(place));
            read.push(match last_name {
                Some(last) => {
                    explain![quoted(name.as_ref()), " and ", quoted(last.as_ref()), " as ", trusted(field.name())]
                }
                None => explain![quoted(name.as_ref()), " as ", trusted(field.name())],
            });
        }
        for (gate, _) in &self.gates {
            read.push(explain![quoted(&gate.name), " to tell sales from other rows"]);
        }
        let mut clauses = vec![explain!["columns: ", joined(read)]];
        let unused: Vec<&str> = (0..names.len())
            .filter(|&place| !self.has(place))
            .map(|place| names[place].as_ref())
            .filter(|name| !name.trim().is_empty())
            .collect();
        if !unused.is_empty() {
            let more = unused.len().saturating_sub(MAX_UNUSED);
            let shown = quoted_list(unused.into_iter().take(MAX_UNUSED));
            let mut clause = explain!["columns not used: ", shown];
            if more > 0 {
                clause = explain![clause, " and ", more, " more"];
            }
            clauses.push(clause);
        }
        clauses
    }
}

/// Maximum columns that are named as not used.
const MAX_UNUSED: usize = 12;

/// Joins explanations by commas.
pub(crate) fn joined(parts: impl IntoIterator<Item = Explanation>) -> Explanation {
    let mut all = explain![];
    for (at, part) in parts.into_iter().enumerate() {
        all = if at == 0 { part } else { explain![all, ", ", part] };
    }
    all
}

/// Returns the places of the columns that may be a field, the best first: of the settings, else of its own name, else
/// of a synonym.
fn candidates(field: Field, headers: &[Header], settings: &ColumnNames) -> Vec<usize> {
    let own = fold(field.name());
    let places = |wanted: &dyn Fn(&Header) -> bool| -> Vec<usize> {
        (0..headers.len()).filter(|&place| wanted(&headers[place])).collect()
    };
    let free = |header: &Header| !settings.is_taken(header);
    let among = |list: &[&str], header: &Header| list.iter().position(|name| *name == header.base);
    let mut found = places(&|header| settings.is_configured(field, header));
    if found.is_empty() {
        found = places(&|header| header.base == own && free(header));
    }
    for synonyms in [field.synonyms(), field.further_synonyms()] {
        if found.is_empty() {
            found = places(&|header| among(synonyms, header).is_some() && free(header));
            found.sort_by_key(|&place| among(synonyms, &headers[place]));
        }
    }
    found
}

/// Returns the columns of the first and the last name of the salesperson: `Rep First Name` and `Rep Last Name`. Without a word for
/// a salesperson, such columns are as often those of a customer.
fn halves_of_name(headers: &[Header]) -> Option<(usize, usize)> {
    let place = |name: String| headers.iter().position(|header| header.base == name);
    headers.iter().enumerate().find_map(|(first, header)| {
        let person = header.base.strip_suffix("firstname").or_else(|| header.base.strip_suffix("givenname"))?;
        let last =
            ["lastname", "surname", "familyname"].into_iter().find_map(|last| place(format!("{person}{last}")))?;
        Field::Salesperson.is_named(person).then_some((first, last))
    })
}

/// Returns the columns that tell sales from other rows. The rule of the source replaces all but those of deletions.
fn gates<S: AsRef<str>>(
    names: &[S],
    headers: &[Header],
    free: impl Iterator<Item = usize>,
    rule: Option<&SalesRule>,
) -> Vec<(Gate, usize)> {
    let mut gates = Vec::new();
    for place in free {
        let name = names[place].as_ref();
        let header = &headers[place];
        match rule {
            Some(SalesRule { column, values }) if fold(column) == header.full => {
                let values = values.iter().map(|value| name::fold(value)).collect();
                gates.push((Gate { name: name.to_owned(), kind: GateKind::Rule(values) }, place));
            }
            _ => {
                let gate = Gate::of(name, header);
                let is_kept = |gate: &Gate| rule.is_none() || gate.is_about_deletion();
                gates.extend(gate.filter(is_kept).map(|gate| (gate, place)));
            }
        }
    }
    gates
}

fn shown<S: AsRef<str>>(names: &[S]) -> Explanation {
    let shown = quoted_list(names.iter().take(MAX_QUOTED_NAMES).map(AsRef::as_ref));
    explain![shown, if names.len() > MAX_QUOTED_NAMES { " ..." } else { "" }]
}

fn ambiguous(field: Field, first: &str, second: &str) -> ReadError {
    rejected(explain![
        "two columns could be ",
        field.name(),
        ": ",
        quoted(first),
        " and ",
        quoted(second),
        ". Rename one of them, or set COLUMNS=",
        field.name(),
        "=...",
    ])
}

fn refused_amount(name: &str, unit: Unit, currency: &str) -> ReadError {
    let (problem, advice) = match unit {
        Unit::Foreign => (" is in another currency; only ", " is counted"),
        Unit::Scaled => (" is in thousands, millions or hundredths. Export whole amounts of ", ""),
        _ => (" is a number or a percentage. Export a column with amounts of ", ""),
    };
    rejected(explain!["the column ", quoted(name), problem, trusted(currency), advice])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;
    use crate::ids::{Ids, LastRows};
    use crate::reading::Reading;

    /// Resolves the columns with these settings (`COLUMNS`), and requires that none is missing.
    fn resolve(names: &[&str], settings: &str) -> Result<Layout, String> {
        resolve_any(names, settings, true)
    }

    fn resolve_any(names: &[&str], settings: &str, requires: bool) -> Result<Layout, String> {
        let reading = Reading { columns: settings.parse().unwrap(), ..Reading::default() };
        let pass = Pass::new("sales/x", &reading, Dialect::default(), Ids::new(LastRows::new()));
        let layout = Layout::resolve(names, &pass).map_err(|error| error.to_string())?;
        if requires {
            layout.require(names, &pass).map_err(|error| error.to_string())?;
        }
        Ok(layout)
    }

    /// The places of date, salesperson, amount and team.
    fn places(names: &[&str], settings: &str) -> Result<Vec<Option<usize>>, String> {
        Ok(resolve_any(names, settings, false)?.fields[..4].to_vec())
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
        let readme = include_str!("../../README.md");
        for field in Field::ALL {
            let list = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ");
            let row = format!("| {} | {} |", list(field.synonyms()), list(field.further_synonyms()));
            let listed = readme.lines().any(|line| {
                let is_empty = field.synonyms().is_empty();
                line.starts_with(&format!("| `{}` |", field.name())) && (is_empty || line.ends_with(&row))
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
        let error = resolve(&["when", "who", "amount"], "").unwrap_err();
        assert!(error.contains("no column for sold_at, salesperson") && error.contains("who"), "{error}");
    }

    #[test]
    fn a_further_synonym_counts_only_without_a_better_one() {
        let found = Ok(vec![Some(0), Some(1), Some(2), None]);
        assert_eq!(places(&["Date Closed", "Sold By", "Total Sales"], ""), found);
        assert_eq!(places(&["Order Date", "Rep", "Total", "Paid At", "Grand Total"], ""), found);
        assert!(places(&["Paid At", "Purchase Date", "Rep", "Total"], "").is_err());
    }

    #[test]
    fn a_unit_tells_whose_money_an_amount_is() {
        let found = Ok(vec![Some(0), Some(1), Some(2), None]);
        assert_eq!(places(&["date", "rep", "Amount (USD)"], ""), found);
        assert_eq!(places(&["date", "rep", "Amount ($)", "Amount"], ""), found);
        for (name, word) in [
            ("Amount (EUR)", "another currency"),
            ("Amount (\u{20ac})", "another currency"),
            ("Sales (#)", "percentage"),
            ("Sales (%)", "percentage"),
            ("Revenue ($K)", "thousands"),
        ] {
            let error = resolve(&["date", "rep", name], "").unwrap_err();
            assert!(error.contains(word), "{error}");
        }
        assert!(
            resolve(&["date", "rep", "Umsatz (\u{20ac})"], "amount=Umsatz (\u{20ac})").is_err(),
            "nor by a setting"
        );
    }

    #[test]
    fn the_column_of_currencies_is_that_of_the_amount() {
        let currency = |names: &[&str]| resolve(names, "").map(|layout| layout.place(Field::Currency));
        assert_eq!(currency(&["date", "rep", "Amount", "Amount Currency", "Currency"]), Ok(Some(3)));
        assert_eq!(currency(&["date", "rep", "Currency", "Amount (converted) Currency", "Amount"]), Ok(Some(2)));
        assert_eq!(currency(&["Deal - Value", "Deal - Currency", "date", "rep", "Deal - Exchange rate"]), Ok(Some(1)));
        assert_eq!(currency(&["date", "rep", "Shop currency", "Payout currency", "Total", "Tax"]), Ok(Some(3)));
        assert_eq!(currency(&["Amount", "Amount (USD)", "Currency", "date", "rep"]), Ok(None));
        let error = currency(&["Total", "date", "Shop currency", "rep", "Payout currency"]).unwrap_err();
        assert!(error.contains("could be currency") && error.contains("COLUMNS="), "{error}");
    }

    #[test]
    fn a_salesperson_may_be_in_two_columns_but_a_customer_is_none() {
        let names = ["Date", "Rep First Name", "Rep Last Name", "First Name", "Last Name", "Amount"];
        let layout = resolve(&names, "").unwrap();
        assert_eq!((layout.place(Field::Salesperson), layout.last_name), (Some(1), Some(2)));
        let layout = resolve(&["Date", "Owner", "Owner First Name", "Owner Last Name", "Amount"], "").unwrap();
        assert_eq!((layout.place(Field::Salesperson), layout.last_name), (Some(1), None), "the whole name is better");
        for names in [
            ["Date", "First Name", "Last Name", "Amount"],
            ["Date", "Customer First Name", "Customer Last Name", "Amount"],
        ] {
            assert!(resolve(&names, "").unwrap_err().contains("there is no column for salesperson"));
        }
    }
}
