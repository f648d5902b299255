//! Errors of the local stack.

use std::path::PathBuf;

/// Why the stack does not start, or does not answer.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// A port is taken.
    #[error("port {0} cannot be used: {1}. Choose another, or leave it out and any free one is taken")]
    Port(u16, std::io::Error),
    /// A folder cannot be used.
    #[error("the folder {0} cannot be used: {1}")]
    Folder(PathBuf, String),
    /// A setting is wrong.
    #[error("{0}")]
    Setting(String),
    /// A part of the stack failed.
    #[error("{0}: {1}")]
    Part(&'static str, String),
}
