//! What rows and columns mean: which rows are sales, which of several columns is the amount, and what rows repeat.

use std::collections::BTreeMap;

use standings_core::Decimal;

use crate::{Reading, read};

/// Reads a file. Returns the amount and the deals of each person, and what is said about it.
fn outcome(text: &str) -> Result<(String, String), String> {
    let file = read("export", &Reading::default(), &text.as_bytes().to_vec()).map_err(|error| error.to_string())?;
    let mut people: BTreeMap<&str, (Decimal, u64)> = BTreeMap::new();
    for (name, person) in file.segments.values().flat_map(|week| &week.people) {
        let sum = people.entry(name).or_default();
        sum.0 += person.amount();
        sum.1 += person.deals;
    }
    let people = people.iter().map(|(name, (amount, deals))| format!("{name} {amount} {deals}"));
    let examples = file.examples.iter().map(|row| row.reason.as_str().to_owned());
    let said = file.read_as.iter().chain(&file.remarks).map(|clause| clause.as_str().to_owned());
    Ok((people.collect::<Vec<_>>().join(", "), said.chain(examples).collect::<Vec<_>>().join("\n")))
}

/// Checks what files count for, and that a part of what is said is there.
#[track_caller]
fn count(files: &[(&str, &str, &str)]) {
    for (text, expected, part) in files {
        let (people, said) = outcome(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(people, *expected, "{text}\n{said}");
        assert!(said.contains(part), "{text}\n{said}");
    }
}

#[track_caller]
fn are_rejected(files: &[(&str, &str)]) {
    for (text, part) in files {
        let error = outcome(text).expect_err(text);
        assert!(error.contains(part), "{text}\n{error}");
    }
}

#[test]
fn rows_that_are_refunds_by_a_flag_are_subtracted() {
    for (name, no, yes) in [("Is Refund", "N", "Y"), ("refund", "false", "true"), ("Is Return", "0", "1")] {
        let text = format!("date,rep,amount,{name}\n2026-11-16,Ana,100,{no}\n2026-11-17,Ana,30,{yes}\n");
        count(&[(&text, "Ana 70 2", "1 row is a refund")]);
    }
    let header = "date,rep,amount,is_refund\n2026-11-16,Ana,100,0\n";
    count(&[(&format!("{header}2026-11-17,Ana,-30,1\n"), "Ana 70 2", "is a refund")]);
}

#[test]
fn sales_that_were_refunded_do_not_count() {
    for (name, value) in [("Refunded", "Yes"), ("Returned", "TRUE"), ("Refund Date", "2026-11-18"), ("Storno", "ja")] {
        let text = format!("date,rep,amount,{name}\n2026-11-16,Ana,100,\n2026-11-17,Ana,30,{value}\n");
        count(&[(&text, "Ana 100 1", "1 row is no sale")]);
    }
}

#[test]
fn refunded_amounts_are_subtracted() {
    for name in ["Amount Refunded", "Refunded Amount", "refund_amount", "Refunds Total", "Refund", "Refunded"] {
        let rows = "2026-11-16,Ana,100.00,0.00\n2026-11-17,Ana,80.00,30.50\n2026-11-17,Bo,50.00,50.00\n";
        let text = format!("date,rep,amount,{name}\n{rows}");
        count(&[(&text, "Ana 149.5 2", "1 row is no sale: refunded in full, by")]);
    }
    count(&[
        ("date,rep,amount,refund_amount\n2026-11-16,Ana,80.00,-30.00\n", "Ana 50 1", "to subtract from the amount"),
        ("date,rep,gross sales,returns\n2026-11-16,Ana,80,-30\n", "Ana 50 1", "1 row is partly refunded"),
        // Perhaps a number of units.
        ("date,rep,amount,returns\n2026-11-16,Ana,80,1\n", "Ana 80 1", "\"returns\" is not subtracted"),
        // Net sales are without refunds already.
        ("date,rep,refunds,net sales\n2026-11-16,Ana,-20,80\n", "Ana 80 1", "columns not used: \"refunds\""),
        ("date,rep,amount,refund amount\n2026-11-16,Ana,9,\n2026-11-16,Ana,0,30\n", "Ana 9 1", "no amount of which"),
        ("date,rep,amount,refund amount\n2026-11-16,Ana,9,\n2026-11-16,Ana,7,x\n", "Ana 9 1", "refunded amount is not"),
        (
            "date,rep,amount,refund\n2026-11-16,Ana,9,\n2026-11-16,Ana,7,torn\n",
            "Ana 16 2",
            "\"refund\" = \"torn\" count",
        ),
        ("date,rep,amount,status\n2026-11-16,Ana,9,Partially refunded\n", "Ana 9 1", "no column says how much"),
    ]);
}

#[test]
fn columns_are_statuses_if_their_words_are() {
    for name in ["State", "Phase", "Event", "Disposition", "Invoice Status", "Return Status"] {
        let rows = "2026-11-16,Ana,100,paid\n2026-11-17,Ana,30,order.cancelled\n2026-11-17,Bo,20,completed\n";
        count(&[(&format!("date,rep,amount,{name}\n{rows}"), "Ana 100 1, Bo 20 1", "1 row is no sale")]);
    }
    let won = "date,rep,amount,Won/Lost\n2026-11-16,Ana,100,Win\n2026-11-16,Ana,50,Loss\n";
    count(&[
        (won, "Ana 100 1", "\"Loss\""),
        (
            "date,rep,amount,State\n2026-11-16,Ana,100,CA\n2026-11-16,Ana,30,NY\n2026-11-16,Ana,30,OR\n",
            "Ana 160 3",
            "columns not used: \"State\"",
        ),
        (
            "date,rep,amount,State\n2026-11-16,Ana,1,Ohio\n2026-11-16,Bo,2,Open\n",
            "Ana 1 1, Bo 2 1",
            "not used: \"State\"",
        ),
        ("date,rep,amount,Probability\n2026-11-16,Ana,1,40%\n2026-11-16,Ana,2,100%\n", "Ana 3 2", "1 rows have a"),
    ]);
}

#[test]
fn a_word_that_another_column_overrides_is_not_said_to_leave_its_row_out() {
    let text = "date,rep,amount,stage,status\n2026-11-16,Ana,1,Proposal,Won\n2026-11-16,Ana,2,Proposal,Open\n";
    let (people, said) = outcome(text).unwrap();
    assert_eq!(people, "Ana 1 1");
    assert!(said.contains("1 row is no sale: \"stage\" = \"Proposal\""), "{said}");
}

#[test]
fn a_file_in_which_nothing_counts_is_pointed_out() {
    count(&[
        ("date,rep,amount,stage\n2026-11-16,Ana,1,Proposal\n", "", "no row of the file counts"),
        ("date,rep,amount,paid\n2026-11-16,Ana,1,No\n", "", "no row of the file counts"),
    ]);
}

#[test]
fn the_last_change_of_a_row_counts() {
    let log = "I,1,2026-11-16,Ana,10\nI,2,2026-11-16,Bo,20\nU,1,2026-11-16,Ana,15\nI,3,2026-11-16,Bo,5\nD,2,,,\n";
    let keyed = r#"{"before":null,"after":{"id":1,"date":"2026-11-16","rep":"Ana","amount":1},"op":"c"}
{"before":null,"after":{"id":2,"date":"2026-11-16","rep":"Bo","amount":2},"op":"r"}
{"before":{"id":2},"after":{"id":2,"date":"2026-11-16","rep":"Bo","amount":3},"op":"u"}
{"before":{"id":1},"after":null,"op":"d"}"#;
    let maxwell = r#"{"database":"x","table":"y","type":"insert","data":{"id":1,"date":"2026-11-16","rep":"Ana","amount":1}}
{"database":"x","table":"y","type":"insert","data":{"id":2,"date":"2026-11-16","rep":"Bo","amount":2}}
{"database":"x","table":"y","type":"delete","data":{"id":1,"date":"2026-11-16","rep":"Ana","amount":1}}"#;
    let payload: Vec<String> = keyed.lines().map(|line| format!("{{\"payload\":{line}}}")).collect();
    count(&[
        (&format!("Op,id,date,rep,amount\n{log}"), "Ana 15 1, Bo 5 1", "the file is a change log (CDC)"),
        (&format!("Op,sale_id,date,rep,amount\n{log}"), "Ana 15 1, Bo 5 1", "\"sale_id\" as sale_id"),
        (keyed, "Bo 3 1", "\"id\" as sale_id"),
        (&payload.join("\n"), "Bo 3 1", "\"id\" as sale_id"),
        (maxwell, "Bo 2 1", "\"id\" as sale_id"),
        // The former state of a row says nothing about the row.
        (
            "_change_type,id,date,rep,amount\nupdate_postimage,1,2026-11-16,Ana,9\nupdate_preimage,1,2026-11-16,Ana,8\n",
            "Ana 9 1",
            "1 row is no sale",
        ),
        ("operation,date,rep,amount\nSale,2026-11-16,Ana,9\nRefund,2026-11-16,Ana,2\n", "Ana 7 2", "is a refund"),
    ]);
    let without_id = "Op,date,rep,amount\nI,2026-11-16,Ana,10\nU,2026-11-16,Ana,15\n";
    are_rejected(&[(without_id, "sale_id=..."), (&without_id.replace('U', "D"), "sale_id=...")]);
    count(&[("Op,date,rep,amount\nI,2026-11-16,Ana,10\n", "Ana 10 1", "")]);
}

#[test]
fn names_on_the_first_rows_of_groups_are_filled_down_only_without_doubt() {
    let rows = "Ana,EMEA,2026-11-16,1\n,,2026-11-17,2\nAna Total,,,3\nBo,APAC,2026-11-16,5\n,,2026-11-18,6\n";
    let filled = "rows without a salesperson are those of the salesperson above them";
    count(&[
        (&format!("rep,team,date,amount\n{rows}"), "Ana 3 2, Bo 11 2", filled),
        // Each name once, but few rows without one.
        ("rep,date,amount\nAna,2026-11-16,1\n,2026-11-17,2\nBo,2026-11-16,5\n", "Ana 1 1, Bo 5 1", "no salesperson"),
        // Orders without a salesperson.
        (
            "date,rep,amount\n2026-11-16,Ana,1\n2026-11-16,,1\n2026-11-16,Bo,1\n2026-11-16,,1\n",
            "Ana 1 1, Bo 1 1",
            "there is no salesperson",
        ),
        (
            "rep,date,amount\nAna,2026-11-16,1\nN/A,2026-11-16,1\nBo,2026-11-16,1\n,2026-11-16,1\n",
            "Ana 1 1, Bo 1 1",
            "there is no salesperson",
        ),
    ]);
}

#[test]
fn the_rows_of_a_sale_id_with_different_items_are_lines_of_an_order() {
    let lines = "S1,2026-11-16,Ana,Chair,100\nS1,2026-11-16,Ana,Table,200\nS2,2026-11-16,Bo,Lamp,30\n";
    let later = "S1,2026-11-16,Ana,Chair,100\nS1,2026-11-17,Ana,Table,90\n";
    count(&[
        (&format!("Sale ID,date,rep,Item,amount\n{lines}"), "Ana 300 1, Bo 30 1", "names orders"),
        (&format!("Sale ID,date,rep,note,amount\n{lines}"), "Ana 200 1, Bo 30 1", "order_id=..."),
        (&format!("Sale ID,date,rep,Item,amount\n{later}"), "Ana 90 1", "\"Sale ID\" as sale_id"),
    ]);
}

#[test]
fn the_lines_and_payments_of_receipts_do_not_count_next_to_them() {
    let rows = "2026-11-16,1,Sale,300,Ana\n2026-11-16,1,Sale Line,100,Ana\n2026-11-16,1,Payment,300,Ana\n";
    let payments = "2026-11-16,1,Payment,300,Ana\n2026-11-16,2,Refund,100,Ana\n";
    count(&[
        (&format!("date,Receipt Number,Line Type,total,rep\n{rows}"), "Ana 300 1", "2 rows are no sales"),
        (&format!("date,Receipt Number,Event Type,total,rep\n{payments}"), "Ana 200 2", "1 row is a refund"),
    ]);
}

#[test]
fn totals_of_orders_count_once_or_not_at_all() {
    let rows = "2026-11-16,Ana,Chair,100,300\n2026-11-16,Ana,Table,200,300\n";
    are_rejected(&[(&format!("date,rep,product,line total,order total\n{rows}"), "order_id=...")]);
    let apart = "2026-11-16,Ana,Chair,300\n2026-11-17,Ana,Table,300\n";
    count(&[(&format!("date,rep,product,order total\n{apart}"), "Ana 600 2", "")]);
}

#[test]
fn the_price_of_one_unit_counts_times_the_quantity() {
    let rows = "2026-11-16,Ana,3,100.10\n2026-11-17,Bo,2,30.50\n";
    count(&[
        (&format!("date,rep,qty,unit price\n{rows}"), "Ana 300.3 1, Bo 61 1", "times quantity as amount"),
        ("date,rep,qty,unit price\n2026-11-16,Ana,3,1\n2026-11-16,Ana,,1\n", "Ana 3 1", "there is no quantity"),
        ("date,rep,units,value,total value\n2026-11-16,Ana,3,100,300\n", "Ana 300 1", "not \"value\""),
        ("date,rep,qty,unit price,line total\n2026-11-16,Ana,3,1,3\n", "Ana 3 1", "\"line total\" as amount"),
    ]);
    are_rejected(&[
        (&format!("date,rep,qty,price\n{rows}"), "no column for amount"),
        ("date,rep,qty,unit price,discount\n2026-11-16,Ana,3,100,10\n", "no column for amount"),
    ]);
}

#[test]
fn amounts_in_cents_are_told_from_whole_ones() {
    let close = |value: &str, text: &str| {
        format!(
            "{{\"date_won\":\"2026-11-16\",\"user_name\":\"Ana\",\"value\":{value},\"value_formatted\":\"{text}\"}}"
        )
    };
    let stripe =
        r#"{"object":"charge","livemode":true,"amount":2550,"amount_refunded":550,"date":"2026-11-16","rep":"Ana"}"#;
    count(&[
        ("date,rep,amount_cents\n2026-11-16,Ana,2599\n", "Ana 25.99 1", "in cents"),
        ("date,rep,Amount (cents)\n2026-11-16,Ana,2599.0\n", "Ana 25.99 1", "in cents"),
        ("date,rep,amount,amount_cents\n2026-11-16,Ana,25.99,2599\n", "Ana 25.99 1", ""),
        (&close("250050", "$2,500.50"), "Ana 2500.5 1", "to tell cents from whole units"),
        (&close("500000", "$5,000 monthly"), "Ana 5000 1", ""),
        (&close("1250.5", "$1,250.50"), "Ana 1250.5 1", ""),
        (stripe, "Ana 20 1", "\"amount\" as amount, in cents"),
        (&stripe.replace("\"object\":\"charge\",\"livemode\":true,", ""), "Ana 2000 1", ""),
    ]);
    are_rejected(&[
        (&close("77", "$2,500.50"), "do not agree"),
        (&stripe.replace("2550", "25.5"), "fractions of a cent"),
    ]);
}

#[test]
fn columns_next_to_the_amount_are_pointed_out() {
    count(&[
        ("date,rep,amount,tax,total\n2026-11-16,Ana,1,2,3\n", "Ana 1 1", "\"amount\" is counted, not \"total\""),
        ("date,rep,amount,discount,net\n2026-11-16,Ana,1,0,1\n", "Ana 1 1", "\"amount\" is counted, not \"net\""),
        ("date,rep,amount,discount\n2026-11-16,Ana,1,0\n", "Ana 1 1", "\"discount\" is not subtracted"),
        ("date,rep,qty,amount\n2026-11-16,Ana,-1,30\n", "Ana 30 1", "negative quantity"),
    ]);
    let (_, said) = outcome("date,rep,gross sales,net sales\n2026-11-16,Ana,2,1\n").unwrap();
    assert!(!said.contains("is counted, not"), "{said}");
}

#[test]
fn a_name_that_ends_in_total_is_a_total_only_if_the_file_shows_it() {
    count(&[
        (
            "date,rep,amount\n2026-11-16,Ana Total,100\n2026-11-16,Bo,30\n",
            "Ana Total 100 1, Bo 30 1",
            "\"Ana Total\" counts as a salesperson",
        ),
        ("date,rep,amount\n2026-11-16,Ana,1\n2026-11-16,Ana Total,1\n2026-11-16,Bo,3\n", "Ana 1 1, Bo 3 1", ""),
        ("date,rep,team,amount\n2026-11-16,Ana,EMEA,1\n2026-11-16,EMEA Total,,1\n", "Ana 1 1", ""),
        ("date,rep,amount\n2026-11-16,Ana,1\n2026-11-16,Bo,3\n2026-11-16,Company Total,4\n", "Ana 1 1, Bo 3 1", ""),
        ("date,rep,amount\n2026-11-16,Ana,1\n,Cy Total,4\n", "Ana 1 1", ""),
    ]);
}

#[test]
fn records_may_be_the_members_of_an_object() {
    let members =
        r#"{"-N1":{"date":"2026-11-16","rep":"Ana","amount":1},"-N2":{"date":"2026-11-16","rep":"Bo","amount":2}}"#;
    let long: Vec<String> =
        (0..200).map(|at| format!("\"k{at}\":{{\"date\":\"2026-11-16\",\"rep\":\"Ana\",\"amount\":1}}")).collect();
    count(&[
        (members, "Ana 1 1, Bo 2 1", "an object with one object per sale"),
        (&format!("{{\"sales\":{members},\"v\":{{\"x\":1}}}}"), "Ana 1 1, Bo 2 1", "the objects in \"sales\""),
        (&format!("{{{}}}", long.join(",\n")), "Ana 200 200", ""),
        (
            r#"{"Item":{"date":{"S":"2026-11-16"},"rep":{"S":"Ana"},"amount":{"N":"1.5"},"status":{"S":"paid"}}}"#,
            "Ana 1.5 1",
            "fields within \"Item\"",
        ),
    ]);
    are_rejected(&[
        (&format!("{{\"won\":{members},\"lost\":{members}}}"), "two lists could be the sales"),
        (r#"{"date":{"0":"2026-11-16"},"rep":{"0":"Ana"},"amount":{"0":1}}"#, "orient="),
        (r#"{"date":["2026-11-16"],"rep":["Ana"],"amount":[1]}"#, "orient="),
    ]);
}

#[test]
fn kinds_of_records_that_are_not_known_are_pointed_out_next_to_known_ones() {
    let file = |kind: &str| format!("date,rep,amount,type\n2026-11-16,Ana,9,Invoice\n2026-11-16,Ana,2,{kind}\n");
    count(&[
        (&file("CN"), "Ana 7 2", "1 row is a refund"),
        (&file("Tax"), "Ana 9 1", "1 row is no sale"),
        (&file("Payment"), "Ana 9 1", "1 row is no sale"),
        (&file("Gratuity"), "Ana 11 2", "1 rows with \"type\" = \"Gratuity\" count"),
        (&file("Tender").replace("Invoice", "Item"), "Ana 9 1", "1 row is no sale"),
    ]);
    let (_, said) = outcome(&file("Renewal").replace("Invoice", "New Business")).unwrap();
    assert!(!said.contains("Renewal"), "{said}");
}

#[test]
fn marks_and_times_are_yes() {
    let file =
        |name: &str, value: &str| format!("date,rep,amount,{name}\n2026-11-16,Ana,9,\n2026-11-16,Ana,2,{value}\n");
    count(&[
        (&file("Cancelled", "X"), "Ana 9 1", "1 row is no sale"),
        (&file("Void", "\u{2713}"), "Ana 9 1", "1 row is no sale"),
        (&file("Void", "2026-11-17 12:00"), "Ana 9 1", "\"Void\" = \"filled in\""),
        (&file("Returned", "2026-11-17"), "Ana 9 1", "\"Returned\" = \"filled in\""),
        (&file("Cancel Reason", "customer"), "Ana 9 1", "1 row is no sale"),
        (&file("Won", "x"), "Ana 11 2", "1 rows have nothing in \"Won\", and count"),
    ]);
    let event = "date,rep,amount,event\n2026-11-16,Ana,9,Order Completed\n2026-11-16,Ana,9,Order Refunded\n";
    count(&[(event, "Ana 9 1", "1 refunds in \"event\" do not count")]);
}

#[test]
fn the_currency_of_a_local_amount_is_not_that_of_the_amount_in_own_money() {
    let text = "date,rep,Amount (local),Currency,Amount (USD)\n2026-11-16,Ana,100,EUR,110\n";
    count(&[(text, "Ana 110 1", "\"Amount (USD)\" as amount")]);
}
