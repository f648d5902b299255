//! Rows: a parsed piece of a file, column by column.

use jiff::tz::TimeZone;
use polars::prelude::{Column, DataFrame, PolarsResult};

use super::columns::Field;
use super::values::{Days, Numbers, Words};
use super::{ReadError, rejected};

/// The known columns of a piece.
pub(super) struct Rows {
    pub(super) count: usize,
    pub(super) sold_at: Option<Days>,
    pub(super) salesperson: Option<Words>,
    pub(super) amount: Option<Numbers>,
    pub(super) team: Option<Words>,
    pub(super) quantity: Option<Numbers>,
    pub(super) order_id: Option<Words>,
    pub(super) currency: Option<Words>,
    pub(super) sale_id: Option<Words>,
    pub(super) slack_user_id: Option<Words>,
    /// What stands behind the last column of the header, where anything does.
    pub(super) extra: Option<Words>,
}

impl Rows {
    /// The rows of a frame whose columns are all text. `fields` tells where each stands, and `extra` where that stands
    /// which should not be there.
    pub(super) fn of_text(
        frame: &DataFrame,
        fields: &[(Field, usize)],
        extra: Option<usize>,
    ) -> Result<Self, ReadError> {
        Self::of(frame, fields, extra, &TimeZone::UTC)
    }

    /// The rows of a frame whose columns have types of their own. Instants are seen from `time_zone`.
    pub(super) fn of(
        frame: &DataFrame,
        fields: &[(Field, usize)],
        extra: Option<usize>,
        time_zone: &TimeZone,
    ) -> Result<Self, ReadError> {
        let column = |field| {
            let place = fields.iter().find(|(known, _)| *known == field).map(|(_, place)| *place);
            place.and_then(|place| frame.columns().get(place)).map(|column| (field, column))
        };
        let words = |field| column(field).map(|(field, column)| typed(field, column, Words::of)).transpose();
        let numbers = |field| column(field).map(|(field, column)| typed(field, column, Numbers::of)).transpose();
        let days = |column: &Column| Days::of(column, time_zone);
        Ok(Self {
            count: frame.height(),
            sold_at: column(Field::SoldAt).map(|(field, column)| typed(field, column, days)).transpose()?,
            salesperson: words(Field::Salesperson)?,
            amount: numbers(Field::Amount)?,
            team: words(Field::Team)?,
            quantity: numbers(Field::Quantity)?,
            order_id: words(Field::OrderId)?,
            currency: words(Field::Currency)?,
            sale_id: words(Field::SaleId)?,
            slack_user_id: words(Field::SlackUserId)?,
            extra: extra
                .and_then(|place| frame.columns().get(place))
                .filter(|column| column.null_count() < column.len())
                .map(|column| typed(Field::Amount, column, Words::of))
                .transpose()?,
        })
    }

    /// Whether a row has none of what a sale needs: an empty line, or the empty rows that spreadsheets leave behind.
    pub(super) fn is_blank(&self, row: usize) -> bool {
        let blank = |words: &Words| words.get(row).trim().is_empty();
        self.salesperson.as_ref().is_none_or(blank)
            && self.amount.as_ref().is_none_or(|amount| match amount {
                Numbers::Text(words) => blank(words),
                Numbers::Scaled(values) => values.get(row).is_none(),
                Numbers::Printed(values) => values.get(row).is_none_or(Option::is_none),
            })
            && self.sold_at.as_ref().is_none_or(|sold_at| match sold_at {
                Days::Text(words) => blank(words),
                Days::Known(days) => days.get(row).is_none(),
            })
    }
}

fn typed<T>(field: Field, column: &Column, take: impl Fn(&Column) -> PolarsResult<T>) -> Result<T, ReadError> {
    take(column).map_err(|_| {
        rejected(format!(
            "the column {} (for {}) is of the type {}, which has no plain values",
            super::values::shown(column.name()),
            field.name(),
            column.dtype()
        ))
    })
}
