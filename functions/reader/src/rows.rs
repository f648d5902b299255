//! Rows: a parsed chunk of a file, column by column.

use polars_core::prelude::{Column, DataFrame, PolarsResult};
use standings_core::explain;
use standings_core::explanation::quoted;

use crate::columns::{Field, Gate, Role, Unit};
use crate::partitions::Partitions;
use crate::sales_file::{ReadError, rejected};
use crate::special_words::is_null_word;
use crate::values::{Days, Numbers, Words};

/// The known columns of a chunk.
pub(crate) struct Rows {
    pub(crate) count: usize,
    pub(crate) sold_at: Option<Days>,
    pub(crate) salesperson: Option<Words>,
    pub(crate) amount: Option<Numbers>,
    pub(crate) team: Option<Words>,
    pub(crate) quantity: Option<Numbers>,
    pub(crate) order_id: Option<Words>,
    pub(crate) currency: Option<Words>,
    pub(crate) sale_id: Option<Words>,
    pub(crate) slack_user_id: Option<Words>,
    /// What the names of the columns of dates and amounts say about their values.
    pub(crate) unit_of_dates: Unit,
    pub(crate) unit_of_amounts: Unit,
    /// The columns that tell sales from other rows.
    pub(crate) gates: Vec<(Gate, Words)>,
    /// The first field after the last column of the header, if any row has one.
    pub(crate) surplus: Option<Words>,
}

impl Rows {
    /// Returns the rows of columns that are all text. `roles` tells what each is read for, and its place.
    pub(crate) fn of_words(count: usize, roles: &[(Role, usize)], words: impl Fn(usize) -> Option<Words>) -> Self {
        let gates = roles.iter().filter_map(|(role, place)| match role {
            Role::Gate(gate) => Some((gate.clone(), words(*place)?)),
            Role::Field(..) | Role::LastName => None,
        });
        let gates = gates.collect();
        let last_name = last_name(roles).and_then(&words);
        let words = |field| place_of(roles, field).and_then(&words);
        Self {
            count,
            sold_at: words(Field::SoldAt).map(Days::Text),
            salesperson: whole_name(count, words(Field::Salesperson), last_name.as_ref()),
            amount: words(Field::Amount).map(Numbers::Text),
            team: words(Field::Team),
            quantity: words(Field::Quantity).map(Numbers::Text),
            order_id: words(Field::OrderId),
            currency: words(Field::Currency),
            sale_id: words(Field::SaleId),
            slack_user_id: words(Field::SlackUserId),
            unit_of_dates: unit_of(roles, Field::SoldAt),
            unit_of_amounts: unit_of(roles, Field::Amount),
            gates,
            surplus: None,
        }
    }

    /// Returns the rows of a frame. `roles` tells what each column is read for and its place, and `surplus` the place of
    /// the fields after the last column of the header.
    pub(crate) fn of(frame: &DataFrame, roles: &[(Role, usize)], surplus: Option<usize>) -> Result<Self, ReadError> {
        let column =
            |field| place_of(roles, field).and_then(|place| frame.columns().get(place)).map(|column| (field, column));
        let mut gates = Vec::new();
        for (role, place) in roles {
            if let (Role::Gate(gate), Some(column)) = (role, frame.columns().get(*place)) {
                gates.push((gate.clone(), typed(&gate.name, column, Words::of)?));
            }
        }
        let words = |field| column(field).map(|(field, column)| typed(field.name(), column, Words::of)).transpose();
        let numbers = |field| column(field).map(|(field, column)| typed(field.name(), column, Numbers::of)).transpose();
        let last_name = last_name(roles).and_then(|place| frame.columns().get(place));
        let last_name = last_name.map(|column| typed("last name", column, Words::of)).transpose()?;
        Ok(Self {
            count: frame.height(),
            sold_at: column(Field::SoldAt).map(|(field, column)| typed(field.name(), column, Days::of)).transpose()?,
            salesperson: whole_name(frame.height(), words(Field::Salesperson)?, last_name.as_ref()),
            amount: numbers(Field::Amount)?,
            team: words(Field::Team)?,
            quantity: numbers(Field::Quantity)?,
            order_id: words(Field::OrderId)?,
            currency: words(Field::Currency)?,
            sale_id: words(Field::SaleId)?,
            slack_user_id: words(Field::SlackUserId)?,
            unit_of_dates: unit_of(roles, Field::SoldAt),
            unit_of_amounts: unit_of(roles, Field::Amount),
            gates,
            surplus: surplus
                .and_then(|place| frame.columns().get(place))
                .filter(|column| column.null_count() < column.len())
                .map(|column| typed(Field::Amount.name(), column, Words::of))
                .transpose()?,
        })
    }

    /// Fills in what the folders of the file name, where the file has no column for it.
    pub(crate) fn with_partitions(mut self, partitions: &Partitions) -> Self {
        let count = self.count;
        let words = |field| partitions.get(field).map(|value| Words::of_texts(vec![Some(value); count]));
        self.sold_at = self.sold_at.or_else(|| words(Field::SoldAt).map(Days::Text));
        self.salesperson = self.salesperson.or_else(|| words(Field::Salesperson));
        self.amount = self.amount.or_else(|| words(Field::Amount).map(Numbers::Text));
        self.team = self.team.or_else(|| words(Field::Team));
        self.currency = self.currency.or_else(|| words(Field::Currency));
        self
    }

    /// Whether a row has no amount.
    pub(crate) fn has_no_amount(&self, row: usize) -> bool {
        self.amount.as_ref().is_none_or(|amount| match amount {
            Numbers::Text(words) | Numbers::Mixed(words, _) => is_null_word(words.get(row)),
            Numbers::Scaled(values) => values.get(row).is_none(),
            Numbers::Printed(values) => values.get(row).is_none_or(Option::is_none),
        })
    }
}

fn last_name(roles: &[(Role, usize)]) -> Option<usize> {
    roles.iter().find(|(role, _)| matches!(role, Role::LastName)).map(|(_, place)| *place)
}

/// Returns the names of salespeople whose last names are in a column of their own.
fn whole_name(count: usize, first: Option<Words>, last: Option<&Words>) -> Option<Words> {
    let (Some(first_names), Some(last_names)) = (&first, last) else { return first };
    let part = |words: &Words, row| Some(words.get(row).trim().to_owned()).filter(|part| !is_null_word(part));
    let whole = |row| {
        let parts = [part(first_names, row), part(last_names, row)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let names: Vec<String> = (0..count).map(whole).collect();
    Some(Words::of_texts(names.iter().map(|name| Some(name.as_str())).collect()))
}

fn place_of(roles: &[(Role, usize)], field: Field) -> Option<usize> {
    roles.iter().find(|(role, _)| matches!(role, Role::Field(known, _) if *known == field)).map(|(_, place)| *place)
}

/// Returns what the name of a field's column says about its values.
fn unit_of(roles: &[(Role, usize)], field: Field) -> Unit {
    let mut units = roles.iter().filter_map(|(role, _)| match role {
        Role::Field(known, unit) if *known == field => Some(*unit),
        _ => None,
    });
    units.next().unwrap_or(Unit::None)
}

fn typed<T>(name: &str, column: &Column, take: impl Fn(&Column) -> PolarsResult<T>) -> Result<T, ReadError> {
    take(column).map_err(|_| {
        // Not the name of the type itself: it may contain names of fields and time zones from the file.
        let values = match column.dtype() {
            kind if kind.is_struct() => "nested records",
            kind if kind.is_nested() => "lists",
            _ => "binary values",
        };
        rejected(explain![
            "the column ",
            quoted(column.name()),
            " (for ",
            quoted(name),
            ") contains ",
            values,
            ". Export it as plain text, numbers or dates",
        ])
    })
}
