//! Tests of workbooks, most of which `rust_xlsxwriter` writes.

use std::io::Write;

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook as Writer, Worksheet};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::compression::HARMLESS;
use crate::reading::Reading;
use crate::sales_file::SalesFile;

fn read(file: &[u8]) -> Result<SalesFile, String> {
    crate::read("sales/export", &Reading::default(), &file.to_vec()).map_err(|error| error.to_string())
}

/// A line per week and name.
fn lines(file: &SalesFile) -> Vec<String> {
    let people = |week: &standings_core::Week, contribution: &standings_core::Contribution| -> Vec<String> {
        contribution.people.iter().map(|(name, person)| format!("{week} {name} {}", person.amount())).collect()
    };
    file.segments.iter().flat_map(|(segment, contribution)| people(&segment.week(), contribution)).collect()
}

fn row(sheet: &mut Worksheet, row: u32, texts: &[&str]) {
    for (column, text) in texts.iter().enumerate() {
        sheet.write(row, u16::try_from(column).unwrap(), *text).unwrap();
    }
}

const HEADER: [&str; 3] = ["Close Date", "Sales Rep", "Amount"];

/// A workbook with one sheet.
fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut writer = Writer::new();
    fill(writer.add_worksheet());
    writer.save_to_buffer().unwrap()
}

fn one_sale(sheet: &mut Worksheet) {
    row(sheet, 0, &HEADER);
    row(sheet, 1, &["2026-11-16", "Mira Holt"]);
    sheet.write(1, 2, 1_000).unwrap();
}

#[test]
fn typed_cells_below_title_rows_are_read() {
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let file = workbook(|sheet| {
        row(sheet, 0, &["Sales of the fourth quarter"]);
        row(sheet, 2, &HEADER);
        sheet.write_with_format(3, 0, 46_342, &date).unwrap();
        row(sheet, 4, &["2026-11-23T09:30:00"]);
        sheet.write_with_format(5, 0, 46_343.999, &date).unwrap();
        for (line, name, amount) in [(3, "Mira Holt", 1_000.25), (4, "Tom Abara", 0.1), (5, "Mira Holt", 0.2)] {
            sheet.write(line, 1, name).unwrap();
            sheet.write(line, 2, amount).unwrap();
        }
    });
    let file = read(&file).unwrap();
    assert_eq!(lines(&file), ["2026-W47 Mira Holt 1000.45", "2026-W48 Tom Abara 0.1"]);
    assert_eq!(file.read_as[0].as_str(), r#"sheet "Sheet1" of an Excel workbook, header on row 3"#);
    assert_eq!(file.columns, HEADER);
    assert!(file.remarks.is_empty());
}

#[test]
fn formulas_count_by_their_cached_value_and_errors_are_skipped_with_their_row() {
    let file = workbook(|sheet| {
        one_sale(sheet);
        row(sheet, 2, &["2026-11-16", "Mira Holt"]);
        sheet.write_formula(2, 2, rust_xlsxwriter::Formula::new("=6*7").set_result("42")).unwrap();
        row(sheet, 7, &["2026-11-16", "Mira Holt"]);
        sheet.write_formula(7, 2, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    });
    let file = read(&file).unwrap();
    assert_eq!(lines(&file), ["2026-W47 Mira Holt 1042"]);
    assert_eq!((file.skipped_rows, file.examples[0].line), (1, 8));
}

#[test]
fn the_first_sheet_with_the_required_columns_is_read_and_the_others_are_named() {
    let mut writer = Writer::new();
    row(writer.add_worksheet().set_name("Lists").unwrap().set_hidden(true), 0, &HEADER);
    row(writer.add_worksheet().set_name("Notes").unwrap(), 0, &["Read me"]);
    row(writer.add_worksheet().set_name("Template").unwrap().set_active(true), 0, &HEADER);
    one_sale(writer.add_worksheet().set_name("Q3").unwrap());
    one_sale(writer.add_worksheet().set_name("Q4").unwrap());
    writer.add_worksheet().set_name("Empty").unwrap();
    let file = read(&writer.save_to_buffer().unwrap()).unwrap();
    assert_eq!(lines(&file), ["2026-W47 Mira Holt 1000"]);
    assert!(file.read_as[0].as_str().contains("\"Q3\""));
    let remark = file.remarks[0].as_str();
    assert!(remark.contains("\"Notes\"") && remark.contains("\"Q4\"") && !remark.contains("Empty"), "{remark}");
}

#[test]
fn a_workbook_without_a_header_is_rejected_with_what_its_sheets_begin_with() {
    let mut writer = Writer::new();
    row(writer.add_worksheet().set_name("Plan").unwrap(), 0, &["Goal", "Owner of it"]);
    row(writer.add_worksheet().set_name("Costs").unwrap(), 4, &["Rent"]);
    let error = read(&writer.save_to_buffer().unwrap()).unwrap_err();
    for name in ["\"Plan\"", "\"Goal\"", "\"Costs\"", "\"Rent\""] {
        assert!(error.contains(name), "{error}");
    }
    let file = workbook(|sheet| row(sheet, 0, &["Close Date", "Sales Rep", "Quota"]));
    let error = read(&file).unwrap_err();
    assert!(error.contains("amount") && error.contains("\"Quota\""), "{error}");
    assert!(read(&Writer::new().save_to_buffer().unwrap()).unwrap_err().contains("no values"));
}

#[test]
fn an_amount_that_is_shown_in_another_currency_is_skipped() {
    let euros = Format::new().set_num_format("[$\u{20ac}-407] #,##0.00");
    let dollars = Format::new().set_num_format("[$$-409]#,##0.00");
    let file = workbook(|sheet| {
        row(sheet, 0, &HEADER);
        for (line, format) in [(1, &euros), (2, &dollars), (3, &dollars)] {
            row(sheet, line, &["2026-11-16", "Mira Holt"]);
            sheet.write_with_format(line, 2, 1_000.125, format).unwrap();
        }
    });
    let file = read(&file).unwrap();
    assert_eq!(lines(&file), ["2026-W47 Mira Holt 2000.25"]);
    assert!(file.examples[0].reason.as_str().contains("another currency"), "{}", file.examples[0].reason);
}

fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let mut writer = ZipWriter::new(&mut file);
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap();
    file.into_inner()
}

/// An OLE container with a stream of this name.
fn container(stream: &str) -> Vec<u8> {
    let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 1_000], &name, &[0; 1_000]].concat()
}

#[test]
fn what_is_no_workbook_is_named() {
    for (file, expected) in [
        (zip_of(&[("a.csv", b"date,rep,amount"), ("b.csv", b"date,rep,amount")]), "a zip archive with 2 files"),
        (zip_of(&[("a.zip", &zip_of(&[("a.csv", b"date,rep,amount")]))]), "in another archive"),
        (zip_of(&[("[Content_Types].xml", b""), ("xl/workbook.bin", b"")]), ".xlsb"),
        (zip_of(&[("[Content_Types].xml", b""), ("word/document.xml", b"")]), "Office document"),
        (zip_of(&[("mimetype", b""), ("content.xml", b"")]), "LibreOffice"),
        (zip_of(&[("Index/Document.iwa", b"")]), "Numbers"),
        (zip_of(&[]), "empty zip"),
        (container("EncryptedPackage"), "password"),
        (container("WordDocument"), "Word"),
        (container("Workbook"), ".xls"),
    ] {
        let error = read(&file).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_zip_archive_with_one_file_is_read() {
    let csv = b"date,rep,amount\n2026-11-16,Mira Holt,1000\n";
    let json = br#"[{"date":"2026-11-16","rep":"Mira Holt","amount":1000}]"#;
    let workbook = workbook(one_sale);
    for (name, content) in [("export.csv", &csv[..]), ("export.json", json), ("export.xlsx", &workbook)] {
        for others in [&[][..], &[("__MACOSX/._export.csv", &b"\0\x05"[..]), ("out/.DS_Store", b"\0"), ("out/", b"")]] {
            let file = zip_of(&[others, &[(name, content)]].concat());
            let file = read(&file).unwrap();
            assert_eq!(lines(&file), ["2026-W47 Mira Holt 1000"], "{name}");
            assert_eq!(file.read_as[0].to_string(), format!("the file \"{name}\" of a zip archive"));
        }
    }
    let mut file = zip_of(&[("export.csv", csv)]);
    let at = memchr::memmem::find(&file, b"export.csv").unwrap() + b"export.csv".len() + 8;
    file[at] ^= 0x10;
    let error = read(&file).unwrap_err();
    assert!(error.contains("damaged"), "{error}");
}

/// Rewrites a part of a workbook.
fn rewritten(file: Vec<u8>, part: &str, rewrite: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
        let name = entry.name().unwrap().into_owned();
        let text = if name == part { rewrite(text) } else { text };
        parts.push((name, text.into_bytes()));
    }
    zip_of(&parts.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect::<Vec<_>>())
}

#[test]
fn formulas_that_were_never_calculated_are_named() {
    let without_results =
        |file| rewritten(file, "xl/worksheets/sheet1.xml", |text| text.replace("</f><v>0</v>", "</f>"));
    // The writer leaves the result 0.
    let zeros = workbook(|sheet| {
        row(sheet, 0, &HEADER);
        for line in 1..4 {
            row(sheet, line, &["2026-11-16", "Mira Holt"]);
            sheet.write_formula(line, 2, "=6*7").unwrap();
        }
    });
    for file in [without_results(zeros.clone()), zeros] {
        let error = read(&file).unwrap_err();
        let expected = "3, the first in the column \"Amount\" on row 2";
        assert!(error.contains(expected) && error.contains("save it"), "{error}");
    }
    let file = workbook(|sheet| {
        one_sale(sheet);
        row(sheet, 2, &["2026-11-16", "Mira Holt"]);
        row(sheet, 3, &["2026-11-16", "Mira Holt", "1"]);
        sheet.write_formula(2, 2, "=6*7").unwrap();
    });
    let file = read(&without_results(file)).unwrap();
    assert_eq!((file.rows, file.skipped_rows), (2, 1));
    assert!(file.remarks[0].as_str().contains("formulas without a saved result: 1"), "{:?}", file.remarks);
}

#[test]
fn dates_that_excel_has_swapped_are_not_counted_in_silence() {
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let sheet_of = |typed: &[u32], texts: &[&str]| {
        workbook(|sheet| {
            row(sheet, 0, &HEADER);
            for line in 1..=u32::try_from(typed.len() + texts.len()).unwrap() {
                row(sheet, line, &["", "Mira Holt", "1"]);
            }
            for (line, serial) in (1..).zip(typed) {
                sheet.write_with_format(line, 0, *serial, &date).unwrap();
            }
            for (line, text) in (u32::try_from(typed.len()).unwrap() + 1..).zip(texts) {
                sheet.write(line, 0, *text).unwrap();
            }
        })
    };
    // 46331 is 5 November 2026.
    let error = read(&sheet_of(&[46_331, 46_332], &["16/11/2026", "17/11/2026"])).unwrap_err();
    assert!(error.contains("swapped") && error.contains("\"16/11/2026\" on row 4"), "{error}");
    let file = read(&sheet_of(&[46_331], &["16/11/2026"])).unwrap();
    assert!(file.remarks[0].as_str().contains("swapped"), "{:?}", file.remarks);
    for (typed, texts) in [
        (&[46_331, 46_342][..], &["16/11/2026", "17/11/2026"][..]),
        (&[46_331, 46_332], &["16/11/2026", "05/11/2026"]),
        (&[46_331, 46_332], &[]),
    ] {
        assert!(read(&sheet_of(typed, texts)).unwrap().remarks.is_empty());
    }
}

#[test]
fn merged_cells_hold_for_each_row() {
    let center = Format::new();
    let file = workbook(|sheet| {
        row(sheet, 0, &HEADER);
        sheet.merge_range(1, 1, 12, 1, "Mira Holt", &center).unwrap();
        sheet.merge_range(13, 1, 14, 1, "Tom Abara", &center).unwrap();
        for line in 1..15 {
            sheet.write(line, 0, "2026-11-16").unwrap();
            sheet.write(line, 2, 10).unwrap();
        }
    });
    let file = read(&file).unwrap();
    assert_eq!(lines(&file), ["2026-W47 Mira Holt 120", "2026-W47 Tom Abara 20"]);
    assert!(file.read_as[0].as_str().ends_with("hold their value in each row: 12"), "{}", file.read_as[0]);
}

#[test]
fn hidden_rows_count_and_are_pointed_out() {
    let mut writer = Writer::new();
    row(writer.add_worksheet().set_name("Notes").unwrap().set_row_hidden(1).unwrap(), 0, &["Read me"]);
    let sheet = writer.add_worksheet().set_name("Sales").unwrap();
    one_sale(sheet);
    row(sheet, 2, &["2026-11-17", "Mira Holt", "1"]);
    row(sheet, 3, &["2026-11-17", "Mira Holt", "1"]);
    sheet.set_row_hidden(2).unwrap().set_row_hidden(3).unwrap();
    let file = read(&writer.save_to_buffer().unwrap()).unwrap();
    assert_eq!(lines(&file), ["2026-W47 Mira Holt 1002"]);
    let remark = file.remarks.iter().find(|remark| remark.as_str().contains("hidden rows")).unwrap();
    assert!(remark.as_str().starts_with("hidden rows of the sheet \"Sales\", which count as well: 2"), "{remark}");
}

#[test]
fn a_decompression_bomb_is_stopped() {
    let spaces = vec![b' '; usize::try_from(2 * HARMLESS).unwrap()];
    let tags = vec![b'<'; usize::try_from(2 * HARMLESS).unwrap()];
    for (part, bytes, expected) in [
        ("xl/media/image1.png", &spaces, "expands"),
        ("xl/worksheets/sheet1.xml", &spaces, "text in one cell"),
        ("xl/worksheets/sheet1.xml", &tags, "expands"),
        ("xl/sharedStrings.xml", &tags, "texts"),
    ] {
        let file = zip_of(&[("xl/workbook.xml", b""), (part, bytes)]);
        let error = read(&file).unwrap_err();
        assert!(error.contains(expected), "{part}: {error}");
    }
}

#[test]
fn damage_is_rejected_or_harmless_wherever_it_is() {
    let file = workbook(one_sale);
    for at in (4..file.len()).step_by(7) {
        assert!(read(&file[..at]).is_err(), "cut off at {at}");
    }
    for at in (0..file.len()).step_by(5) {
        for bit in [1, 64] {
            let mut file = file.clone();
            file[at] ^= bit;
            let _ = read(&file);
        }
    }
}

#[test]
fn damaged_xml_is_rejected_or_harmless() {
    let file = workbook(one_sale);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    let parts: Vec<(String, Vec<u8>)> = (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut part, &mut bytes).unwrap();
            (part.name().unwrap().into_owned(), bytes)
        })
        .collect();
    for damaged in ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"] {
        let length = parts.iter().find(|(name, _)| name == damaged).unwrap().1.len();
        for at in (0..length).step_by(11) {
            let mut parts = parts.clone();
            let (_, bytes) = parts.iter_mut().find(|(name, _)| name == damaged).unwrap();
            bytes.remove(at);
            let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
            let _ = read(&zip_of(&parts));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_workbook_reads_as_the_same_table_in_csv(
        rows in proptest::collection::vec((0..60_u32, 0..4_usize, -1_000_000..1_000_000_i32, 0..10_u8), 1..60),
    ) {
        let date = Format::new().set_num_format("yyyy-mm-dd");
        let mut csv = "date,rep,amount\n".to_owned();
        let file = workbook(|sheet| {
            row(sheet, 0, &["date", "rep", "amount"]);
            for (line, (day, name, cents, flaw)) in (1..).zip(&rows) {
                let name = ["Mira Holt", "Tom Abara", "\u{1d4d0}na, \"Bo\"", "x"][*name];
                let serial = 46_300 + day;
                let day = jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(serial)).unwrap();
                let amount: f64 = format!("{cents}e-2").parse().unwrap();
                if *flaw == 1 {
                    row(sheet, line, &["no date", name, "no amount"]);
                    csv.extend(["no date,\"", &name.replace('"', "\"\""), "\",no amount\n"]);
                } else {
                    sheet.write_with_format(line, 0, serial, &date).unwrap();
                    sheet.write(line, 1, name).unwrap();
                    sheet.write(line, 2, amount).unwrap();
                    let name = name.replace('"', "\"\"");
                    csv.extend([&day.to_string(), ",\"", &name, "\",", &amount.to_string(), "\n"]);
                }
            }
        });
        let (workbook, table) = (read(&file), read(csv.as_bytes()));
        match (workbook, table) {
            (Ok(workbook), Ok(table)) => {
                prop_assert_eq!(&workbook.segments, &table.segments);
                let other = &workbook.other_rows;
                let all = workbook.rows + workbook.skipped_rows + other.not_sales + other.repeated + other.blank;
                prop_assert_eq!(all, rows.len() as u64);
            }
            (Err(workbook), Err(table)) => prop_assert_eq!(workbook, table),
            (workbook, table) => prop_assert!(false, "{:?} {:?}", workbook, table),
        }
    }
}
