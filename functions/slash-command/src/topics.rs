//! What people ask about that no sales file has.

/// Returns what a word is about, in the plural, if it is something that is not kept.
pub(crate) fn topic(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let word = word.trim_end_matches(['?', '.', '!', ',']);
    let word = word.strip_suffix("'s").unwrap_or(word);
    let topic = match word.strip_suffix('s').unwrap_or(word) {
        "target" | "goal" => "targets",
        "quota" | "attainment" => "quotas",
        "forecast" | "prediction" | "projection" => "forecasts",
        "commission" | "payout" => "commissions",
        "bonu" | "bonuse" => "bonuses",
        "pipeline" | "opportunity" | "opportunitie" => "open deals",
        "lost" | "losse" => "lost deals",
        "customer" | "client" | "account" => "customers",
        "product" | "sku" | "item" => "products",
        "margin" | "profit" => "margins",
        "call" | "meeting" | "visit" | "demo" | "email" => "activities",
        "lead" if word.ends_with('s') => "leads",
        "refund" | "return" => "refunds of their own",
        _ => return None,
    };
    Some(topic)
}

/// Returns the first topic among some words.
pub(crate) fn topic_of(text: &str) -> Option<&'static str> {
    text.split_whitespace().find_map(topic)
}
