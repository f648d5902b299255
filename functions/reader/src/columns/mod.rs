//! Columns: which of them is the date, the salesperson, the amount and so on.

mod amounts;
mod field;
mod gate;
mod header;
mod reasons;
mod settings;
#[cfg(test)]
mod tests;
mod words;

use standings_core::explanation::{quoted, quoted_list, trusted};
use standings_core::{Explanation, explain, name};

pub(crate) use field::Field;
pub(crate) use gate::{Gate, GateKind, Verdict};
use header::Header;
pub(crate) use header::{Unit, fold};
use reasons::{ambiguous, refused_amount, shown};
pub use settings::ColumnNames;
pub(crate) use words::{is_change, is_of_receipts, is_partly_refunded};

use crate::pass::Pass;
use crate::reading::SalesRule;
use crate::sales_file::{ReadError, rejected};

/// Names of the primary keys of tables, folded.
const IDS_OF_ROWS: [&str; 3] = ["id", "uuid", "guid"];

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
    /// Whether the amount is the price of one unit.
    is_price: bool,
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
        let reading = pass.reading;
        let settings = &reading.columns;
        let headers = amounts::headers(names, pass);
        let mut layout = Self::default();
        for field in Field::ALL {
            let found = match field {
                Field::Amount => layout.amounts(&headers, reading),
                _ => candidates(field, &headers, settings),
            };
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
        let amount = layout.place(Field::Amount);
        layout.unit_of_amounts = amount.map(|place| layout.unit_of_amount(names, &headers, place, pass));
        let currency_column = layout.currency_column(names, &headers, settings)?;
        layout.fields[Field::Currency as usize] = currency_column;
        let is_free = |place: &usize| !layout.fields.contains(&Some(*place)) && layout.last_name != Some(*place);
        let free: Vec<usize> = (0..names.len()).filter(is_free).collect();
        layout.gates = gates(names, &headers, &free, pass);
        layout.keep_one_refund(&headers);
        layout.name_changes(&headers, &free);
        layout.add_companions(names, &headers, &free, reading);
        Ok(layout)
    }

    /// Keeps one column of refunded amounts, or none if the amount is net of them.
    fn keep_one_refund(&mut self, headers: &[Header]) {
        let amount = self.place(Field::Amount).map_or("", |place| headers[place].base.as_str());
        let is_gross = ["gross", "sales", "brutto"].iter().any(|word| amount.contains(word));
        let mut refunded = 0;
        self.gates.retain(|(gate, place)| {
            // Next to other amounts, "Returns" are as often a number of units.
            let is_money = is_gross || headers[*place].base != "returns";
            let is_kept = gate.kind == GateKind::Refunded && is_money && !amount.contains("net") && refunded == 0;
            refunded += usize::from(is_kept);
            is_kept || gate.kind != GateKind::Refunded
        });
        // A date says that something was refunded, and the amount how much.
        if refunded > 0 {
            self.gates.retain(|(gate, _)| gate.kind != GateKind::EmptyIfSale || !fold(&gate.name).contains("refund"));
        }
    }

    /// Takes the id of the rows for that of the sales, if the file is a change log (CDC): the last change of a row counts.
    fn name_changes(&mut self, headers: &[Header], free: &[usize]) {
        let is_log = self.gates.iter().any(|(gate, _)| gate.kind == GateKind::Operation);
        let sale_id = &mut self.fields[Field::SaleId as usize];
        if is_log && sale_id.is_none() {
            *sale_id = IDS_OF_ROWS.iter().find_map(|id| free.iter().copied().find(|&place| headers[place].full == *id));
        }
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
            headers[place].unit == Unit::Own
                && others.into_iter().any(|(_, other)| {
                    let rest = other
                        .base
                        .strip_prefix(&headers[place].base)
                        .or_else(|| other.base.strip_suffix(&headers[place].base));
                    Field::Amount.is_named(&other.base)
                        || matches!(rest, Some("local" | "original" | "transaction" | "native"))
                })
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
                None if field == Field::Amount && self.unit(field) == Unit::Cents => {
                    explain![quoted(name.as_ref()), " as amount, in cents"]
                }
                None if field == Field::Amount && self.is_price => {
                    explain![quoted(name.as_ref()), " times quantity as amount"]
                }
                Some(last) => {
                    explain![quoted(name.as_ref()), " and ", quoted(last.as_ref()), " as ", trusted(field.name())]
                }
                None => explain![quoted(name.as_ref()), " as ", trusted(field.name())],
            });
        }
        for (gate, _) in self.gates.iter().filter(|(gate, _)| gate.is_used()) {
            let use_of_gate = match gate.kind {
                GateKind::Refunded => " to subtract from the amount",
                GateKind::Formatted => " to tell cents from whole units",
                _ => " to tell sales from other rows",
            };
            read.push(explain![quoted(&gate.name), use_of_gate]);
        }
        let mut clauses = vec![explain!["columns: ", joined(read)]];
        let unused: Vec<&str> = (0..names.len())
            .filter(|&place| !self.has(place) || self.gates.iter().any(|(gate, at)| *at == place && !gate.is_used()))
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
fn gates<S: AsRef<str>>(names: &[S], headers: &[Header], free: &[usize], pass: &Pass<'_>) -> Vec<(Gate, usize)> {
    let rule = pass.reading.sales.as_ref();
    let mut gates = Vec::new();
    let has = |name: &str| headers.iter().any(|header| header.full == name);
    let is_log = has("database") && has("table");
    for &place in free {
        let name = names[place].as_ref();
        let header = &headers[place];
        match rule {
            Some(SalesRule { column, values }) if fold(column) == header.full => {
                let values = values.iter().map(|value| name::fold(value)).collect();
                gates.push((Gate { name: name.to_owned(), kind: GateKind::Rule(values) }, place));
            }
            // The log of Maxwell.
            _ if is_log && header.full == "type" => {
                gates.push((Gate { name: name.to_owned(), kind: GateKind::Operation }, place));
            }
            _ => {
                let gate = Gate::of(name, header, &pass.dialect);
                let is_kept =
                    |gate: &Gate| rule.is_none() || gate.is_about_deletion() || gate.kind == GateKind::Refunded;
                gates.extend(gate.filter(is_kept).map(|gate| (gate, place)));
            }
        }
    }
    gates
}

/// Whether a column has the ids of rows or sales.
pub(crate) fn is_id(name: &str) -> bool {
    let folded = fold(name);
    IDS_OF_ROWS.contains(&folded.as_str()) || Field::SaleId.is_named(&folded)
}
