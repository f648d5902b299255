//! Errors of the local stack.

use std::fmt::Display;
use std::path::PathBuf;

/// Any error, for programs that only print it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why the stack cannot start, or why a read of its tables failed.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// A port cannot be listened on.
    #[error("port {0} cannot be used: {1}. Choose another port, or leave it out to use any free one")]
    Port(u16, std::io::Error),
    /// A folder cannot be used.
    #[error("the folder {0} cannot be used: {1}")]
    Folder(PathBuf, String),
    /// A setting of a function is missing or invalid.
    #[error("{function}: reading the settings: {error}")]
    Settings {
        /// Function that rejects the setting.
        function: &'static str,
        /// Names the setting.
        error: String,
    },
    /// An operation of one part of the stack failed.
    #[error("{part}: {operation}: {error}")]
    Part {
        /// Part of the stack, such as `DynamoDB`.
        part: &'static str,
        /// What it was doing, such as "creating the tables".
        operation: &'static str,
        /// Cause.
        error: String,
    },
}

impl StackError {
    pub(crate) fn dynamodb(operation: &'static str, error: impl Display) -> Self {
        Self::Part { part: "DynamoDB", operation, error: error.to_string() }
    }

    pub(crate) fn recompute(operation: &'static str, error: impl Display) -> Self {
        Self::Part { part: "recompute", operation, error: error.to_string() }
    }

    pub(crate) fn settings(function: &'static str, error: impl Display) -> Self {
        Self::Settings { function, error: error.to_string() }
    }
}
