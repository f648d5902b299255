//! Stub until the parsers land.
/// The currency of the organization.
#[derive(Clone, Debug)]
pub(crate) struct Currency(String);
/// What a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Own,
    Other,
    None,
}
impl Currency {
    pub(crate) fn new(code: &str) -> Self {
        Self(code.to_ascii_uppercase())
    }
    pub(crate) fn named(&self, text: &str) -> Named {
        let text = text.trim().to_ascii_uppercase();
        let code = match text.as_str() {
            "$" | "US DOLLAR" => "USD",
            "\u{20ac}" => "EUR",
            "USD" | "EUR" | "JPY" | "CHF" => &text,
            _ => return Named::None,
        };
        if code == self.0 { Named::Own } else { Named::Other }
    }
}
