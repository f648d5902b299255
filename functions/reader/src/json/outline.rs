//! Outline of the beginning of a file: which objects and lists there are, and under which keys.

use std::ops::Range;

use super::scan;

/// Maximum keys that lead to a list.
const MAX_DEPTH: usize = 5;

/// Maximum brackets in each other. Beyond it nothing is looked into.
const MAX_NESTED: usize = 16;

/// Maximum keys that lead to an object whose members are records.
const MAX_DEPTH_OF_MEMBERS: usize = 1;

/// Maximum places that are told apart.
const MAX_SITES: usize = 200;

/// Objects and lists of a place that are looked at. The keys of a record may be missing from some.
const MAX_SAMPLES: usize = 50;

/// A place in the outline, and what is there.
#[derive(Debug, Default)]
pub(super) struct Site {
    /// The keys that lead there, as they are written.
    pub(super) path: Vec<Vec<u8>>,
    /// Whether a list is there.
    pub(super) is_list: bool,
    /// The first objects: those in the list, or at the top level.
    pub(super) objects: Vec<Range<usize>>,
    /// The first lists in the list.
    pub(super) lists: Vec<Range<usize>>,
    /// The first list of values that are neither.
    pub(super) values: Option<Range<usize>>,
    /// The first objects in the object that is there, and their keys.
    pub(super) members: Vec<Range<usize>>,
    pub(super) keys: Vec<Vec<u8>>,
    /// Whether that object has other values too.
    pub(super) is_mixed: bool,
}

/// What the beginning of a file shows.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) sites: Vec<Site>,
    /// The complete values at the top level.
    pub(super) top: Vec<Range<usize>>,
    /// Whether the text is JSON as far as it goes.
    pub(super) is_json: bool,
}

/// Why a value has no end: the text ends first, or it is not JSON.
enum Stop {
    Ended,
    Broken,
}

struct Walk<'t> {
    text: &'t [u8],
    at: usize,
    path: Vec<Vec<u8>>,
    sites: Vec<Site>,
    /// The number of lists around this place.
    in_lists: usize,
}

impl Outline {
    pub(super) fn of(text: &[u8]) -> Self {
        let mut walk = Walk { text, at: 0, path: Vec::new(), sites: Vec::new(), in_lists: 0 };
        let mut top = Vec::new();
        let mut is_json = true;
        while top.len() < MAX_SAMPLES {
            while text.get(walk.at).is_some_and(|&byte| scan::separates(byte)) {
                walk.at += 1;
            }
            let begin = walk.at;
            if !matches!(text.get(begin), Some(b'{' | b'[')) {
                is_json &= begin == text.len() || !top.is_empty();
                break;
            }
            match walk.value(true, 0) {
                Ok(()) => top.push(begin..walk.at),
                Err(Stop::Ended) => break,
                Err(Stop::Broken) => {
                    is_json &= !top.is_empty();
                    break;
                }
            }
            walk.path.clear();
        }
        Self { sites: walk.sites, top, is_json }
    }
}

impl Walk<'_> {
    fn site(&mut self) -> Option<&mut Site> {
        let at = match self.sites.iter().position(|site| site.path == self.path) {
            Some(at) => at,
            None if self.sites.len() < MAX_SITES && self.path.len() <= MAX_DEPTH => {
                self.sites.push(Site { path: self.path.clone(), ..Site::default() });
                self.sites.len() - 1
            }
            None => return None,
        };
        self.sites.get_mut(at)
    }

    fn skip_space(&mut self) -> Result<u8, Stop> {
        while let Some(&byte) = self.text.get(self.at) {
            if !byte.is_ascii_whitespace() {
                return Ok(byte);
            }
            self.at += 1;
        }
        Err(Stop::Ended)
    }

    /// Walks over a value. `is_element` tells whether it is in a list, or at the top level.
    fn value(&mut self, is_element: bool, nested: usize) -> Result<(), Stop> {
        let first = self.skip_space()?;
        let begin = self.at;
        match first {
            b'{' | b'[' if nested >= MAX_NESTED || self.path.len() > MAX_DEPTH => {
                self.at = scan::end(self.text, begin).ok_or(Stop::Ended)?;
                Ok(())
            }
            b'{' => {
                self.at += 1;
                // Registered before its members, so that a place comes before those within it.
                if is_element {
                    self.site();
                }
                self.members(nested)?;
                let end = self.at;
                if let Some(site) = self.site().filter(|site| is_element && site.objects.len() < MAX_SAMPLES) {
                    site.objects.push(begin..end);
                }
                Ok(())
            }
            b'[' => {
                self.at += 1;
                if let Some(site) = self.site() {
                    site.is_list = true;
                }
                self.in_lists += 1;
                let is_flat = self.elements(nested)?;
                self.in_lists -= 1;
                let end = self.at;
                if let Some(site) = self.site() {
                    if is_element && nested > 0 && site.lists.len() < MAX_SAMPLES {
                        site.lists.push(begin..end);
                    } else if is_flat && site.values.is_none() {
                        site.values = Some(begin..end);
                    }
                }
                Ok(())
            }
            b'"' => self.string().map(drop),
            b'}' | b']' | b',' | b':' => Err(Stop::Broken),
            _ => {
                let rest = &self.text[begin..];
                let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']' | b':');
                let length = rest.iter().position(is_end).ok_or(Stop::Ended)?;
                self.at += length;
                match rest[..length][0] {
                    b'-' | b'0'..=b'9' => Ok(()),
                    _ if matches!(&rest[..length], b"true" | b"false" | b"null" | b"NaN") => Ok(()),
                    _ => Err(Stop::Broken),
                }
            }
        }
    }

    fn members(&mut self, nested: usize) -> Result<(), Stop> {
        if self.skip_space()? == b'}' {
            self.at += 1;
            return Ok(());
        }
        let mut is_mixed = false;
        loop {
            if self.skip_space()? != b'"' {
                return Err(Stop::Broken);
            }
            let key = self.string()?;
            if self.skip_space()? != b':' {
                return Err(Stop::Broken);
            }
            self.at += 1;
            let is_object = self.skip_space()? == b'{';
            let begin = self.at;
            self.path.push(self.text[key].to_vec());
            self.value(false, nested + 1)?;
            let key = self.path.pop().unwrap_or_default();
            if is_object {
                self.member(key, begin..self.at);
            }
            is_mixed |= !is_object;
            match self.skip_space()? {
                b',' => self.at += 1,
                b'}' => break,
                _ => return Err(Stop::Broken),
            }
        }
        if let Some(site) = self.sites.iter_mut().find(|site| is_mixed && site.path == self.path) {
            site.is_mixed = true;
        }
        self.at += 1;
        Ok(())
    }

    /// Notes an object in the object at this path.
    fn member(&mut self, key: Vec<u8>, range: Range<usize>) {
        if self.in_lists > 0 || self.path.len() > MAX_DEPTH_OF_MEMBERS {
            return;
        }
        if let Some(site) = self.site().filter(|site| site.members.len() < MAX_SAMPLES) {
            site.members.push(range);
            site.keys.push(key);
        }
    }

    /// Walks over the elements of a list. Returns whether none is in brackets.
    fn elements(&mut self, nested: usize) -> Result<bool, Stop> {
        let mut is_flat = true;
        if self.skip_space()? == b']' {
            self.at += 1;
            return Ok(true);
        }
        loop {
            is_flat &= !matches!(self.skip_space()?, b'{' | b'[');
            self.value(true, nested + 1)?;
            match self.skip_space()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return Err(Stop::Broken),
            }
        }
        self.at += 1;
        Ok(is_flat)
    }

    /// Walks over a string. Returns its content.
    fn string(&mut self) -> Result<Range<usize>, Stop> {
        let end = scan::string_end(self.text, self.at).ok_or(Stop::Ended)?;
        if self.text[end] == b'\n' {
            return Err(Stop::Broken);
        }
        let content = self.at + 1..end;
        self.at = end + 1;
        Ok(content)
    }
}
