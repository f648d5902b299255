//! Encodings of text before UTF-8, told apart by what they make of the words of a file.
//!
//! No byte says which of them it is written in. `chardetng` knows which letters follow each other in which language; besides,
//! the code pages of DOS and of classic Mac OS, which no web page is written in, make words of what the others read as
//! signs within words.

mod detector;
mod reader;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use oem_cp::code_table::{DECODING_TABLE_CP437, DECODING_TABLE_CP850, DECODING_TABLE_CP852, DECODING_TABLE_CP858};
use standings_core::explanation::{quoted, trusted};
use standings_core::{Explanation, explain};

pub(crate) use detector::Detector;

/// An encoding of text, by a name that programs use for it.
///
/// ```
/// use standings_reader::TextEncoding;
///
/// for name in ["windows-1250", "ISO-8859-2", "cp852", "Shift_JIS", "macintosh"] {
///     assert!(name.parse::<TextEncoding>().is_ok());
/// }
/// assert!("EBCDIC".parse::<TextEncoding>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextEncoding(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// An encoding of the Web, with those of Windows and classic Mac OS.
    Web(&'static encoding_rs::Encoding),
    Dos(CodePage),
}

/// A code page of DOS, which console programs and old accounting software write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CodePage {
    Cp437,
    Cp850,
    Cp852,
    Cp858,
}

impl CodePage {
    const ALL: [Self; 4] = [Self::Cp437, Self::Cp850, Self::Cp852, Self::Cp858];

    const fn number(self) -> &'static str {
        match self {
            Self::Cp437 => "437",
            Self::Cp850 => "850",
            Self::Cp852 => "852",
            Self::Cp858 => "858",
        }
    }

    /// The characters of the bytes from 128.
    const fn table(self) -> &'static [char; 128] {
        match self {
            Self::Cp437 => &DECODING_TABLE_CP437,
            Self::Cp850 => &DECODING_TABLE_CP850,
            Self::Cp852 => &DECODING_TABLE_CP852,
            Self::Cp858 => &DECODING_TABLE_CP858,
        }
    }
}

/// Error for a name that is no encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an encoding such as windows-1250, iso-8859-15, cp850, macintosh or shift_jis")]
pub struct UnknownEncoding;

impl FromStr for TextEncoding {
    type Err = UnknownEncoding;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let name = name.trim().to_ascii_lowercase();
        let number =
            name.strip_prefix("cp").or_else(|| name.strip_prefix("ibm")).unwrap_or(&name).trim_start_matches('-');
        if let Some(page) = CodePage::ALL.into_iter().find(|page| page.number() == number) {
            return Ok(Self(Kind::Dos(page)));
        }
        let encoding = encoding_rs::Encoding::for_label_no_replacement(name.as_bytes()).ok_or(UnknownEncoding)?;
        // A file in UTF-8 or UTF-16 shows it, so that an option for them would do nothing.
        let shows_itself = [encoding_rs::UTF_8, encoding_rs::UTF_16LE, encoding_rs::UTF_16BE].contains(&encoding);
        if shows_itself { Err(UnknownEncoding) } else { Ok(Self(Kind::Web(encoding))) }
    }
}

impl fmt::Display for TextEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Dos(page) => write!(f, "cp{}", page.number()),
            Kind::Web(encoding) => f.write_str(&encoding.name().replace("windows", "Windows")),
        }
    }
}

impl TextEncoding {
    /// Decodes a whole text. What cannot be decoded becomes U+FFFD.
    fn decode(self, bytes: &[u8]) -> String {
        match self.0 {
            Kind::Web(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Kind::Dos(page) => {
                let table = page.table();
                let character =
                    |&byte: &u8| table.get(usize::from(byte).wrapping_sub(128)).copied().unwrap_or(byte.into());
                bytes.iter().map(character).collect()
            }
        }
    }
}

/// The encoding of a file, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8. The first bytes that are not start a survey of the whole file.
    #[default]
    Utf8,
    /// UTF-8 with some bytes that are damaged, the first of them on this line.
    DamagedUtf8 {
        line: u64,
    },
    Legacy(Legacy),
}

/// An encoding before UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Legacy {
    pub(crate) encoding: TextEncoding,
    /// The first word with a letter beyond ASCII, and its line.
    pub(crate) line: u64,
    pub(crate) word: String,
    pub(crate) why: Why,
}

/// What an encoding is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The option of the source.
    Option,
    /// The words of the file.
    Words,
    /// Few words, which another encoding could have written too.
    FewWords,
}

impl Encoding {
    /// Says how the text is read, if not as everybody expects.
    pub(crate) fn explained(&self) -> Option<Explanation> {
        match self {
            Self::Utf8 => None,
            Self::DamagedUtf8 { line } => Some(explain!["encoding UTF-8, damaged on line ", *line]),
            Self::Legacy(Legacy { encoding, line, word, why }) => {
                let by = if *why == Why::Option { ", by the option `encoding`" } else { "" };
                Some(explain!["encoding ", trusted(encoding), by, " (line ", *line, ": ", quoted(word), ")"])
            }
        }
    }

    /// Points out an encoding that is a guess.
    pub(crate) fn remark(&self) -> Option<Explanation> {
        match self {
            Self::Legacy(Legacy { encoding, line, word, why: Why::FewWords }) => Some(explain![
                "line ",
                *line,
                ": ",
                quoted(word),
                " is read in the encoding ",
                trusted(encoding),
                ", which few words of the file show. If names look wrong, set `encoding` for this source, or export the \
                 file as UTF-8",
            ]),
            _ => None,
        }
    }
}
