//! Command grammar: the text after `/standings` becomes a [`Query`].
//!
//! A text is a sequence of phrases in any order: a period, `top N`, `by MEASURE`, `share`, `find NAME`, `file NAME`, or a single
//! word such as `teams`. The words that belong to no phrase are the name of a team, so a team can be typed as it is
//! written. A team whose name looks like a phrase ("Last Week") goes into quotes. If two periods are typed, the last
//! one wins.

mod longer;
mod parse;
mod period;
mod query;
mod week;
mod word;

pub(crate) use self::query::{Asked, MAX_ROWS, Note, Query, Subject};
pub(crate) use self::word::quoted;

#[cfg(test)]
mod tests;
