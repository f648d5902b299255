//! The notation of delimited text, as far as the whole file has to tell it.

/// What a pass assumes of the notation of a CSV file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Notation {
    pub(super) stage: Stage,
    pub(crate) quoting: Quoting,
    /// Empty fields that each row has after the last column of the header: exports that end each row with a delimiter.
    pub(super) trailing: usize,
}

/// How far the notation is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    /// The notation is assumed. Evidence against it starts a survey.
    #[default]
    Assumed,
    /// This pass looks at the encoding of the whole file, which has bytes that are not UTF-8.
    Encoding,
    /// This pass collects evidence in the whole file, so that the decision does not depend on the size of chunks.
    Survey,
    /// The survey has decided.
    Settled,
}

/// The meaning of quotes and backslashes. The order is the order of preference where the evidence is equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Quoting {
    /// RFC 4180, lenient where that is unambiguous: a quote within a quoted field that is not followed by the end of a
    /// field is part of the text, and spaces around a quoted field are ignored.
    #[default]
    Standard,
    /// As `Standard`; besides, a backslash escapes a quote, a delimiter, a line end and a backslash, in each field.
    Backslash,
    /// Quotes and backslashes are ordinary characters.
    Literal,
}
