use jiff::tz::TimeZone;

use super::*;
use crate::reading::Reading;

fn of(name: &str) -> TextEncoding {
    name.parse().unwrap()
}

/// Encodes a text.
fn encoded(text: &str, encoding: TextEncoding) -> Vec<u8> {
    match encoding.0 {
        Kind::Web(encoding) => {
            let (bytes, _, has_errors) = encoding.encode(text);
            assert!(!has_errors, "{text}");
            bytes.into_owned()
        }
        Kind::Dos(page) => {
            let byte = |c: char| match page.table().iter().position(|known| *known == c) {
                Some(place) => u8::try_from(place).unwrap() + 128,
                None => u8::try_from(c).unwrap(),
            };
            text.chars().map(byte).collect()
        }
    }
}

fn detected(bytes: &[u8], currency: &str) -> Encoding {
    let mut detector = Detector::new();
    detector.add(bytes);
    detector.decide(&Reading { currency: currency.to_owned(), ..Reading::default() })
}

#[test]
fn names_show_their_encoding() {
    for (encodings, currency, names) in [
        (&["windows-1252", "macintosh", "cp850"][..], "EUR", "Jürgen Weiß\nAndré Müller\nJörg Schäfer\nZoë Böhm"),
        (&["windows-1252", "macintosh", "cp850"], "USD", "José García\nMaría Núñez\nInés Peña\nIñaki Muñoz"),
        (&["windows-1252", "macintosh", "cp850"], "CAD", "Hélène Côté\nFrançois Lefèvre\nBenoît Garçon\nZoé Bélanger"),
        (&["windows-1252", "macintosh", "cp850"], "SEK", "Åsa Öberg\nBjörn Åkesson\nKäte Sjögren\nMåns Löfgren"),
        (&["windows-1252", "macintosh"], "EUR", "JÜRGEN GROSS\nANDRÉ MÜLLER\nJOSÉ GARCÍA\nÅSA ÖBERG"),
        (&["windows-1252"], "EUR", "Umsatz €\n1.250,00 €\nJürgen’s\nPeter – Süd"),
        (&["iso-8859-15"], "EUR", "Umsatz €\n1.250,00 €\nDurand cœur\nMüller\nŠimon Žák"),
        (
            &["windows-1250", "iso-8859-2", "cp852"],
            "PLN",
            "Łukasz Żółty\nMałgorzata Wiśniewska\nPaweł Dąbrowski\nGrażyna Król",
        ),
        (
            &["windows-1250", "iso-8859-2", "cp852"],
            "EUR",
            "Łukasz Żółty\nMałgorzata Wiśniewska\nPaweł Dąbrowski\nGrażyna Król",
        ),
        (&["windows-1252", "macintosh", "cp850"], "DKK", "Søren Ærø\nÅse Bjørk\nÆble Øst"),
        (&["windows-1252"], "GBP", "£1,250.50\n£300.00\nJosé\n£5\n£12"),
        (&["windows-1252"], "ISK", "Þórður Æsir\nGuðrún Ðe\nJón Ásgeirsson"),
        (&["windows-1250"], "PLN", "Data sprzedaży\nŁukasz Żółty\nMałgorzata Dąb\nKrzysztof Żak"),
        (&["windows-1250", "iso-8859-2", "cp852"], "CZK", "Jiří Dvořák\nTomáš Růžička\nLenka Němcová\nZdeněk Čermák"),
        (&["windows-1250", "cp852"], "HUF", "László Szőke\nGyőző Fűrész\nÁgnes Nagy\nErzsébet Őri"),
        (&["windows-1251", "koi8-r", "cp866"], "RUB", "Иван Петров\nАнна Смирнова\nОльга Кузнецова\nСергей Соколов"),
        (&["windows-1251"], "EUR", "Иван Петров\nАнна Смирнова\nОльга Кузнецова\nСергей Соколов"),
        (&["windows-1253"], "EUR", "Γιώργος Παπαδόπουλος\nΜαρία Οικονόμου\nΝίκος Δημητρίου\nΕλένη Γεωργίου"),
        (&["windows-1254"], "TRY", "Ayşe Yılmaz\nMehmet Şahin\nGülşah Çağlar\nİbrahim Öztürk"),
        (&["shift_jis", "euc-jp"], "JPY", "佐藤 健\n鈴木 花子\n高橋 大輔\n田中 美咲\n表 太郎"),
        (&["gbk"], "CNY", "王小明\n李华\n张伟\n陈静\n刘洋"),
        (&["big5"], "TWD", "王小明\n陳怡君\n林志豪\n張雅婷"),
        (&["euc-kr"], "KRW", "김민수\n이서연\n박지훈\n최유진"),
        (&["windows-1255"], "ILS", "יוסי כהן\nדנה לוי\nאבי מזרחי\nרונית פרץ"),
    ] {
        for name in encodings {
            let bytes = encoded(names, of(name));
            match detected(&bytes, currency) {
                Encoding::Legacy(found) => {
                    assert_eq!(found.encoding.decode(&bytes), names, "{name} {currency}: {found:?}");
                    assert_eq!(found.why, Why::Words, "{name} {currency}: {found:?}");
                }
                other => panic!("{name} {currency}: {other:?}"),
            }
        }
    }
}

#[test]
fn one_name_is_read_as_in_the_country_of_the_currency() {
    for (name, currency, word) in [
        ("windows-1251", "RUB", "Иван"),
        ("windows-1254", "TRY", "Işık"),
        ("windows-1250", "CZK", "Dvořák"),
        ("shift_jis", "JPY", "佐藤"),
        ("gbk", "CNY", "李华"),
        ("windows-1252", "USD", "José"),
        ("macintosh", "EUR", "José"),
        ("cp850", "EUR", "José"),
        ("windows-1252", "RUB", "Müller"),
        ("windows-1252", "JPY", "Müller"),
    ] {
        let bytes = encoded(&format!("2026-11-16,{word},1\n"), of(name));
        let Encoding::Legacy(found) = detected(&bytes, currency) else { panic!("{word}") };
        assert_eq!(found.word, word, "{name} {currency}: {found:?}");
    }
}

#[test]
fn a_time_zone_tells_the_country_where_the_currency_does_not() {
    let names = "Jānis Bērziņš\nKristīne Ķīse";
    let mut detector = Detector::new();
    detector.add(&encoded(names, of("windows-1257")));
    let time_zone = TimeZone::get("Europe/Riga").unwrap();
    let decided = detector.decide(&Reading { currency: "EUR".to_owned(), time_zone, ..Reading::default() });
    let Encoding::Legacy(found) = decided else { panic!("it is not UTF-8") };
    assert_eq!((found.encoding, found.word.as_str()), (of("windows-1257"), "Jānis"));
}

#[test]
fn a_damaged_file_is_told_from_one_in_another_encoding() {
    let mixed = ["Jürgen Weiß\nZoë\n".as_bytes(), b"Jos\xe9\nM\xfcller\n"].concat();
    assert_eq!(detected(&mixed, "EUR"), Encoding::DamagedUtf8 { line: 3 });
    assert_eq!(detected("Jürgen".as_bytes(), "EUR"), Encoding::Utf8);
    // Two letters of Windows-1251 that are also one of UTF-8.
    let bytes = encoded("Кі Ганна Петренко\nІван Шевченко\nОксана Ткаченко\n", of("windows-1251"));
    assert!(bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()));
    let Encoding::Legacy(found) = detected(&bytes, "UAH") else { panic!("it is not UTF-8") };
    assert_eq!(found.encoding, of("windows-1251"));
}

#[test]
fn a_guess_is_pointed_out_and_the_option_decides() {
    let bytes = encoded("Ana Łoś", of("windows-1250"));
    let guess = detected(&bytes, "USD");
    let remark = guess.remark().unwrap().to_string();
    assert!(remark.contains("set `encoding`") && remark.contains("Windows-1250"), "{remark}");
    let mut detector = Detector::new();
    detector.add(&bytes);
    let decided = detector.decide(&Reading { encoding: Some(of("iso-8859-13")), ..Reading::default() });
    assert_eq!(decided.remark(), None);
    assert!(
        decided.explained().unwrap().to_string().starts_with("encoding ISO-8859-13, by the option `encoding` (line 1")
    );
}

#[test]
fn streams_are_decoded_as_a_whole() {
    use std::io::Read as _;
    for name in ["cp850", "windows-1252", "macintosh"] {
        let text = "Jürgen Weiß;é\n".repeat(20_000);
        let legacy = Legacy { encoding: of(name), line: 1, word: String::new(), why: Why::Option };
        let bytes = Box::new(std::io::Cursor::new(encoded(&text, of(name))));
        let mut decoded = String::new();
        Encoding::Legacy(legacy).decoded(bytes).read_to_string(&mut decoded).unwrap();
        assert!(decoded == text, "{name}");
    }
}

#[test]
fn names_of_encodings_are_those_of_programs() {
    for (name, shown) in [
        ("Windows-1250", "Windows-1250"),
        ("cp1250", "Windows-1250"),
        ("latin1", "Windows-1252"),
        ("IBM850", "cp850"),
        ("CP437", "cp437"),
        ("Shift_JIS", "Shift_JIS"),
        ("gb2312", "GBK"),
        ("macintosh", "macintosh"),
    ] {
        assert_eq!(of(name).to_string(), shown, "{name}");
        assert_eq!(of(shown), of(name));
    }
    for name in ["", "utf-16", "utf-8", "iso-2022-kr", "cp9999"] {
        assert_eq!(name.parse::<TextEncoding>(), Err(UnknownEncoding), "{name}");
    }
}
