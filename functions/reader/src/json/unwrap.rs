//! Unwrapping of lists: of an array, or of pages such as `{"results":[...],"paging":...}`, only the elements go on.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::scan::separates;
use super::shape::Shape;
use crate::origin::Bytes;

/// Maximum lines of pages without the list that are kept. Only a few are shown.
const MAX_LINES: usize = 100;

/// Maximum bytes of a key that is compared with the path. A longer one is not on it.
const MAX_KEY: usize = 1_024;

/// Maximum bytes of a list next to the path that are kept, to see what its objects are. One object is enough.
const MAX_SAMPLE: usize = 16 * 1024;

/// Maximum lists next to the path of which a sample is kept.
const MAX_SAMPLES: usize = 16;

/// Bytes that are read at once.
const BUFFER: usize = 64 * 1024;

/// What was met around the elements.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// The lines of top-level values that do not have the list.
    pub(super) without_list: Vec<u64>,
    /// The number of other such values.
    pub(super) more_without_list: u64,
    /// The beginnings of lists next to the path, by their key.
    pub(super) other_lists: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether the file ends before the list does.
    pub(super) cut_off: bool,
}

/// The elements of lists, one after the other. Line feeds around them stay, so that lines can still be counted.
pub(super) struct Unwrapped {
    bytes: Bytes,
    input: Vec<u8>,
    /// The keys that lead to the list, as they are written.
    path: Vec<Vec<u8>>,
    /// Whether the elements are lists themselves.
    of_lists: bool,
    /// Whether the elements are the members of an object.
    of_members: bool,
    stack: Vec<Frame>,
    state: State,
    /// The key that is being read, or was read last.
    key: Vec<u8>,
    line: u64,
    /// The line on which the top-level value starts, and whether its list was found.
    page: (u64, bool),
    /// The lists next to the path, by their key. The last one is being read if `samples`.
    other_lists: Vec<(Vec<u8>, Vec<u8>)>,
    samples: bool,
    output: Vec<u8>,
    written: usize,
    notes: Arc<Mutex<Notes>>,
}

/// An open bracket on the way to the list.
#[derive(Clone, Copy)]
struct Frame {
    is_list: bool,
    /// The number of keys of the path that lead here.
    matched: usize,
    /// Whether this is the object whose members are the elements.
    has_elements: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a value, a key or a closing bracket.
    Between,
    /// After the colon of a key.
    AfterColon { on_path: bool },
    /// In a key of a wrapper.
    Key { escaped: bool },
    /// After a key.
    AfterKey,
    /// In a value in brackets.
    Nested { depth: usize, in_string: bool, escaped: bool, kept: bool },
    /// In a string that is a value.
    Text { escaped: bool, kept: bool },
    /// In a number or word.
    Word { kept: bool },
}

impl Unwrapped {
    pub(super) fn new(bytes: Bytes, shape: &Shape) -> (Self, Arc<Mutex<Notes>>) {
        let notes = Arc::new(Mutex::default());
        let unwrapped = Self {
            bytes,
            input: Vec::new(),
            path: shape.path.clone(),
            of_lists: !shape.header.is_empty(),
            of_members: shape.is_keyed,
            stack: Vec::new(),
            state: State::Between,
            key: Vec::new(),
            line: 1,
            page: (1, true),
            other_lists: Vec::new(),
            samples: false,
            output: Vec::new(),
            written: 0,
            notes: Arc::clone(&notes),
        };
        (unwrapped, notes)
    }

    fn note(&self, note: impl FnOnce(&mut Notes)) {
        // A panic while the lock was held leaves the notes valid.
        note(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn emit(&mut self, byte: u8, kept: bool) {
        if kept || byte == b'\n' {
            self.output.push(byte);
        }
    }

    fn take(&mut self, byte: u8) {
        match self.state {
            State::Between => self.between(byte),
            State::AfterColon { .. } if byte.is_ascii_whitespace() => self.emit(byte, false),
            State::AfterColon { .. } if matches!(byte, b'}' | b']' | b',') => {
                self.state = State::Between;
                self.between(byte);
            }
            State::AfterColon { on_path: true } => {
                self.state = State::Between;
                let matched = self.stack.last().map_or(0, |frame| frame.matched + usize::from(!frame.has_elements));
                self.value(byte, matched);
            }
            State::AfterColon { on_path: false } => {
                self.state = inside(byte, false);
                self.samples = byte == b'['
                    && self.other_lists.len() < MAX_SAMPLES
                    && self.other_lists.iter().all(|(key, _)| *key != self.key);
                if self.samples {
                    self.other_lists.push((self.key.clone(), vec![byte]));
                }
            }
            State::Key { escaped } => {
                self.emit(byte, false);
                self.state = match byte {
                    b'"' if !escaped => State::AfterKey,
                    b'\n' => State::Between,
                    _ => {
                        if self.key.len() <= MAX_KEY {
                            self.key.push(byte);
                        }
                        State::Key { escaped: byte == b'\\' && !escaped }
                    }
                };
            }
            State::AfterKey => {
                if byte == b':' {
                    self.state = State::AfterColon { on_path: self.is_on_path() };
                } else if byte.is_ascii_whitespace() {
                    self.emit(byte, false);
                } else {
                    self.state = State::Between;
                    self.between(byte);
                }
            }
            State::Nested { depth, in_string, escaped, kept } => {
                self.emit(byte, kept);
                if self.samples {
                    self.sample(byte);
                }
                self.state = nested(byte, depth, in_string, escaped, kept);
                self.samples &= self.state != State::Between;
                self.separate(kept);
            }
            State::Text { escaped, kept } => {
                self.emit(byte, kept);
                self.state = match byte {
                    b'"' if !escaped => State::Between,
                    b'\n' => State::Between,
                    _ => State::Text { escaped: byte == b'\\' && !escaped, kept },
                };
                self.separate(kept);
            }
            State::Word { kept } if separates(byte) || matches!(byte, b'{' | b'[' | b'}' | b']') => {
                self.state = State::Between;
                // A word that is not in a bracket goes up to the end of its line, as everything that is no value does.
                self.separate(kept);
                self.between(byte);
            }
            State::Word { kept } => self.emit(byte, kept),
        }
    }

    /// Keeps a byte of a list next to the path.
    fn sample(&mut self, byte: u8) {
        if let Some((_, sample)) = self.other_lists.last_mut() {
            sample.push(byte);
            self.samples = sample.len() < MAX_SAMPLE;
        }
    }

    /// Ends an element, so that a word does not run into the next one.
    fn separate(&mut self, kept: bool) {
        if kept && self.state == State::Between {
            self.output.push(b' ');
        }
    }

    /// Whether the key that was read last leads on to the list.
    fn is_on_path(&self) -> bool {
        let Some(frame) = self.stack.last() else { return false };
        frame.has_elements || self.path.get(frame.matched).is_some_and(|next| *next == self.key)
    }

    /// A byte where a value, a key or a bracket may be.
    fn between(&mut self, byte: u8) {
        let Some(&frame) = self.stack.last() else {
            if separates(byte) {
                return self.emit(byte, false);
            }
            self.page = (self.line, self.path.is_empty());
            return self.value(byte, 0);
        };
        match byte {
            b'}' | b']' => {
                self.stack.pop();
                if self.stack.is_empty() {
                    self.end_page();
                }
            }
            _ if separates(byte) => self.emit(byte, false),
            _ if frame.is_list => self.value(byte, frame.matched),
            b'"' => {
                self.key.clear();
                self.state = State::Key { escaped: false };
            }
            _ => self.state = inside(byte, false),
        }
    }

    /// The first byte of a value to which the first `matched` keys of the path lead.
    fn value(&mut self, byte: u8, matched: usize) {
        let is_element = matched == self.path.len();
        let in_list = self.stack.last().is_some_and(|frame| frame.is_list);
        let has_elements = self.of_members && is_element && !self.stack.last().is_some_and(|frame| frame.has_elements);
        self.page.1 |= is_element;
        match byte {
            b'[' if !(self.of_members || is_element && in_list && self.of_lists) => {
                self.stack.push(Frame { is_list: true, matched, has_elements: false });
            }
            b'{' if !is_element || has_elements => self.stack.push(Frame { is_list: false, matched, has_elements }),
            _ => {
                // Text outside of all brackets is no part of a wrapper, so it goes on and is reported.
                let kept = self.stack.is_empty() || (is_element && (in_list || byte == b'{'));
                self.emit(byte, kept);
                self.state = inside(byte, kept);
            }
        }
    }

    fn end_page(&mut self) {
        if !self.page.1 {
            let line = self.page.0;
            self.note(|notes| {
                if notes.without_list.len() < MAX_LINES {
                    notes.without_list.push(line);
                } else {
                    notes.more_without_list += 1;
                }
            });
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.output.clear();
        self.written = 0;
        while self.output.is_empty() {
            let mut input = std::mem::take(&mut self.input);
            input.resize(BUFFER, 0);
            let read = self.bytes.read(&mut input);
            for &byte in &input[..*read.as_ref().unwrap_or(&0)] {
                self.take(byte);
                self.line += u64::from(byte == b'\n');
            }
            self.input = input;
            match read {
                Ok(0) => {
                    let cut_off = !self.stack.is_empty();
                    let other_lists = std::mem::take(&mut self.other_lists);
                    self.note(|notes| {
                        notes.cut_off |= cut_off;
                        notes.other_lists.extend(other_lists);
                    });
                    break;
                }
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

const fn nested(byte: u8, depth: usize, in_string: bool, escaped: bool, kept: bool) -> State {
    let (depth, in_string, escaped) = match byte {
        // No string of JSON has a line feed, so this one lacks its quote.
        b'\n' => (depth, false, false),
        _ if escaped => (depth, in_string, false),
        b'\\' if in_string => (depth, true, true),
        b'"' => (depth, !in_string, false),
        b'{' | b'[' if !in_string => (depth + 1, false, false),
        b'}' | b']' if !in_string => (depth - 1, false, false),
        _ => (depth, in_string, false),
    };
    if depth == 0 { State::Between } else { State::Nested { depth, in_string, escaped, kept } }
}

/// The state after the first byte of a value.
const fn inside(byte: u8, kept: bool) -> State {
    match byte {
        b'{' | b'[' => State::Nested { depth: 1, in_string: false, escaped: false, kept },
        b'"' => State::Text { escaped: false, kept },
        _ => State::Word { kept },
    }
}

impl Read for Unwrapped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.written == self.output.len() {
            self.fill()?;
        }
        let count = buffer.len().min(self.output.len() - self.written);
        buffer[..count].copy_from_slice(&self.output[self.written..self.written + count]);
        self.written += count;
        Ok(count)
    }
}
