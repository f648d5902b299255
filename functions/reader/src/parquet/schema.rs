//! The columns of a Parquet file: their names and types, from the schema in its index.

use polars_parquet_format::{
    ConvertedType, DecimalType, EnumType, FieldRepetitionType, IntType, LogicalType, MicroSeconds, MilliSeconds,
    SchemaElement, StringType, TimeType, TimeUnit, TimestampType, Type,
};

use super::damaged;
use crate::sales_file::ReadError;

/// Maximum depth of nested columns. Real ones have fewer than ten levels.
const MAX_DEPTH: usize = 64;

/// Maximum bytes of a value of fixed length.
const MAX_FIXED: i32 = 1024;

/// Maximum digits of a decimal, those of `BIGNUMERIC`.
const MAX_DIGITS: i32 = 76;

/// A column, which may be a field of a record.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// The name, with those of the records around it: `owner.name`.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The place of its column chunk in each row group.
    pub(super) chunk: usize,
    /// Whether each record around it may be null, from the outermost to the innermost.
    pub(super) records: Vec<Option<FieldRepetitionType>>,
    /// The element that Polars is given: only the annotations that it has to interpret.
    pub(super) element: SchemaElement,
}

/// How the values of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Polars reads them.
    Native,
    /// Bytes: text if they are UTF-8.
    Bytes,
    /// 16 bytes.
    Uuid,
    /// Floating-point numbers of two bytes.
    HalfFloat,
    /// Decimals as big-endian integers in two's complement, with this scale.
    Decimal(i32),
    /// Times of 12 bytes, in UTC.
    Int96,
    /// Values that cannot be read as text, number or date. What they are, in the plural.
    Unsupported(&'static str),
}

/// The columns of a file.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) leaves: Vec<Leaf>,
    /// The names of records.
    pub(super) records: Vec<String>,
    /// The number of column chunks in each row group.
    pub(super) chunks: usize,
}

impl Columns {
    /// Reads the schema, which lists the elements depth first.
    pub(super) fn of(schema: &[SchemaElement]) -> Result<Self, ReadError> {
        let (root, mut rest) = schema.split_first().ok_or_else(damaged)?;
        let mut columns = Self::default();
        for _ in 0..root.num_children.unwrap_or_default() {
            columns.add(&mut rest, "", &[])?;
        }
        if rest.is_empty() { Ok(columns) } else { Err(damaged()) }
    }

    fn add(
        &mut self,
        rest: &mut &[SchemaElement],
        parent: &str,
        records: &[Option<FieldRepetitionType>],
    ) -> Result<(), ReadError> {
        let (element, after) = rest.split_first().ok_or_else(damaged)?;
        *rest = after;
        if records.len() > MAX_DEPTH {
            return Err(damaged());
        }
        let name = if parent.is_empty() { element.name.clone() } else { format!("{parent}.{}", element.name) };
        let children = element.num_children.unwrap_or_default();
        if let Some(what) = unsupported_group(element) {
            let first = self.chunks;
            self.skip(rest, children, records.len())?;
            let element = element.clone();
            self.leaves.push(Leaf { name, kind: Kind::Unsupported(what), chunk: first, records: Vec::new(), element });
            self.chunks += usize::from(children == 0);
        } else if children > 0 {
            let mut around = records.to_vec();
            around.push(element.repetition_type);
            for _ in 0..children {
                self.add(rest, &name, &around)?;
            }
            self.records.push(name);
        } else {
            let (kind, element) = readable(element);
            self.leaves.push(Leaf { name, kind, chunk: self.chunks, records: records.to_vec(), element });
            self.chunks += 1;
        }
        Ok(())
    }

    /// Passes over the elements of a group.
    fn skip(&mut self, rest: &mut &[SchemaElement], children: i32, depth: usize) -> Result<(), ReadError> {
        if depth > MAX_DEPTH {
            return Err(damaged());
        }
        for _ in 0..children {
            let (element, after) = rest.split_first().ok_or_else(damaged)?;
            *rest = after;
            let children = element.num_children.unwrap_or_default();
            self.chunks += usize::from(children == 0);
            self.skip(rest, children, depth + 1)?;
        }
        Ok(())
    }
}

impl Leaf {
    /// Returns the schema elements that give Polars this column under the name `name`.
    pub(super) fn elements(&self, name: &str) -> Vec<SchemaElement> {
        let mut leaf = self.element.clone();
        leaf.field_id = None;
        let groups = self.records.iter().map(|&repetition_type| SchemaElement {
            type_: None,
            type_length: None,
            repetition_type,
            name: leaf.name.clone(),
            num_children: Some(1),
            converted_type: None,
            scale: None,
            precision: None,
            field_id: None,
            logical_type: None,
        });
        let mut elements: Vec<SchemaElement> = groups.chain([leaf.clone()]).collect();
        if let Some(first) = elements.first_mut() {
            name.clone_into(&mut first.name);
        }
        elements
    }
}

/// Returns what a group holds if it is not a record, or a leaf if it may occur several times in a row.
fn unsupported_group(element: &SchemaElement) -> Option<&'static str> {
    let is_group = element.num_children.unwrap_or_default() > 0;
    match (&element.logical_type, element.converted_type) {
        (Some(LogicalType::MAP(_)), _) | (_, Some(ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE)) if is_group => {
            Some("maps")
        }
        (Some(LogicalType::LIST(_)), _) | (_, Some(ConvertedType::LIST)) if is_group => Some("lists"),
        (Some(LogicalType::BSON(_)), _) if is_group => Some(VARIANTS),
        _ if element.repetition_type == Some(FieldRepetitionType::REPEATED) => Some("lists"),
        _ => None,
    }
}

const VARIANTS: &str = "values whose type varies from row to row";

/// Returns how a leaf is read, and the element for Polars.
fn readable(element: &SchemaElement) -> (Kind, SchemaElement) {
    let mut plain =
        SchemaElement { converted_type: None, logical_type: None, scale: None, precision: None, ..element.clone() };
    let annotation = annotation(element);
    let length = element.type_length.unwrap_or_default();
    let physical = element.type_;
    if physical == Some(Type::FIXED_LEN_BYTE_ARRAY) && !(1..=MAX_FIXED).contains(&length) {
        return (Kind::Unsupported("values that are too long"), plain);
    }
    let kind = match (physical, annotation) {
        (_, Some(Annotation::Unknown)) => Kind::Unsupported("values of a type that cannot be read"),
        (_, Some(Annotation::Interval)) => Kind::Unsupported("durations"),
        (_, Some(Annotation::Logical(LogicalType::TIME(_)))) => Kind::Unsupported("times without a date"),
        (Some(physical), Some(Annotation::Logical(LogicalType::DECIMAL(DecimalType { scale, precision }))))
            if physical != Type::FLOAT && physical != Type::DOUBLE =>
        {
            if !(1..=MAX_DIGITS).contains(&precision) || !(0..=precision).contains(&scale) {
                return (Kind::Unsupported("decimals with more than 76 digits"), plain);
            }
            match native_digits(physical, length).filter(|&digits| scale <= digits && precision <= digits) {
                Some(digits) => {
                    plain.logical_type = Some(LogicalType::DECIMAL(DecimalType { scale, precision: digits }));
                    plain.converted_type = Some(ConvertedType::DECIMAL);
                    (plain.scale, plain.precision) = (Some(scale), Some(digits));
                    Kind::Native
                }
                None if matches!(physical, Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY) => Kind::Decimal(scale),
                None => Kind::Unsupported("decimals with more digits than fit into their type"),
            }
        }
        (Some(Type::INT32), Some(Annotation::Logical(date @ LogicalType::DATE(_))))
        | (Some(Type::INT64), Some(Annotation::Logical(date @ LogicalType::TIMESTAMP(_)))) => {
            plain.logical_type = Some(date);
            Kind::Native
        }
        (Some(Type::INT32), Some(Annotation::Logical(LogicalType::INTEGER(IntType { is_signed: false, .. })))) => {
            plain.converted_type = Some(ConvertedType::UINT_32);
            Kind::Native
        }
        (Some(Type::INT64), Some(Annotation::Logical(LogicalType::INTEGER(IntType { is_signed: false, .. })))) => {
            plain.converted_type = Some(ConvertedType::UINT_64);
            Kind::Native
        }
        (Some(Type::INT96), _) => Kind::Int96,
        (
            Some(Type::BYTE_ARRAY),
            Some(Annotation::Logical(LogicalType::STRING(_) | LogicalType::ENUM(_) | LogicalType::JSON(_))),
        ) => {
            plain.logical_type = Some(LogicalType::STRING(StringType {}));
            plain.converted_type = Some(ConvertedType::UTF8);
            Kind::Native
        }
        (Some(Type::FIXED_LEN_BYTE_ARRAY), Some(Annotation::Logical(LogicalType::UUID(_)))) if length == 16 => {
            Kind::Uuid
        }
        (Some(Type::FIXED_LEN_BYTE_ARRAY), Some(Annotation::Logical(LogicalType::FLOAT16(_)))) if length == 2 => {
            Kind::HalfFloat
        }
        (Some(Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY), _) => Kind::Bytes,
        (Some(Type::BOOLEAN | Type::INT32 | Type::INT64 | Type::FLOAT | Type::DOUBLE), _) => Kind::Native,
        _ => Kind::Unsupported("values of a type that cannot be read"),
    };
    (kind, plain)
}

/// Returns the digits of a decimal that Polars reads from a physical type; `None` if it reads none.
fn native_digits(physical: Type, length: i32) -> Option<i32> {
    match physical {
        Type::INT32 => Some(9),
        Type::INT64 => Some(18),
        // 0.30103 is the decimal logarithm of 2.
        Type::FIXED_LEN_BYTE_ARRAY if length <= 16 => Some((8 * length - 1) * 30_103 / 100_000),
        _ => None,
    }
}

/// What an element says about its values.
enum Annotation {
    Logical(LogicalType),
    Interval,
    Unknown,
}

/// Returns the annotation of an element. Older writers have only the older form.
fn annotation(element: &SchemaElement) -> Option<Annotation> {
    match &element.logical_type {
        Some(LogicalType::BSON(_)) => return Some(Annotation::Unknown),
        Some(logical) => return Some(Annotation::Logical(logical.clone())),
        None => {}
    }
    let (scale, precision) = (element.scale.unwrap_or_default(), element.precision.unwrap_or_default());
    // The older form is only for times in UTC: https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
    let times = |unit| LogicalType::TIMESTAMP(TimestampType { is_adjusted_to_u_t_c: true, unit });
    Some(Annotation::Logical(match element.converted_type? {
        ConvertedType::UTF8 | ConvertedType::JSON => LogicalType::STRING(StringType {}),
        ConvertedType::ENUM => LogicalType::ENUM(EnumType {}),
        ConvertedType::DECIMAL => LogicalType::DECIMAL(DecimalType { scale, precision }),
        ConvertedType::DATE => LogicalType::DATE(polars_parquet_format::DateType {}),
        ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS => {
            LogicalType::TIME(TimeType { is_adjusted_to_u_t_c: true, unit: TimeUnit::MICROS(MicroSeconds {}) })
        }
        ConvertedType::TIMESTAMP_MILLIS => times(TimeUnit::MILLIS(MilliSeconds {})),
        ConvertedType::TIMESTAMP_MICROS => times(TimeUnit::MICROS(MicroSeconds {})),
        ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64 => {
            LogicalType::INTEGER(IntType { bit_width: 64, is_signed: false })
        }
        ConvertedType::INTERVAL => return Some(Annotation::Interval),
        ConvertedType::BSON => return Some(Annotation::Unknown),
        _ => return None,
    }))
}
