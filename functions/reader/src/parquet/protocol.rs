//! A Thrift protocol that also reads indexes with logical types that are newer than the Parquet library.

use polars_parquet_format::thrift::Result;
use polars_parquet_format::thrift::protocol::{
    TCompactInputProtocol, TFieldIdentifier, TInputProtocol, TListIdentifier, TMapIdentifier, TMessageIdentifier,
    TSetIdentifier, TStructIdentifier,
};

/// The path of fields that leads to a logical type: `FileMetaData.schema`, `SchemaElement.logicalType`.
const TO_LOGICAL_TYPE: [Option<i16>; 2] = [Some(2), Some(10)];

/// The logical types that the library knows, by the number of their field.
const KNOWN: [i16; 14] = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15];

/// The field that an unknown logical type is read as: BSON, which has no parameters either, and is not supported.
const STAND_IN: i16 = 13;

/// Reads an unknown logical type, such as VARIANT or GEOMETRY, as [`STAND_IN`]. The library itself returns an error for
/// it, so that not even the other columns could be read.
pub(super) struct Lenient<'b> {
    inner: TCompactInputProtocol<&'b [u8]>,
    /// The field that is being read, in each struct from the outermost to the innermost.
    path: Vec<Option<i16>>,
}

impl<'b> Lenient<'b> {
    pub(super) fn new(index: &'b [u8]) -> Self {
        Self { inner: TCompactInputProtocol::new(index, 2 * index.len() + 1024), path: Vec::new() }
    }
}

impl TInputProtocol for Lenient<'_> {
    fn read_struct_begin(&mut self) -> Result<Option<TStructIdentifier>> {
        self.path.push(None);
        self.inner.read_struct_begin()
    }

    fn read_struct_end(&mut self) -> Result<()> {
        self.path.pop();
        self.inner.read_struct_end()
    }

    fn read_field_begin(&mut self) -> Result<TFieldIdentifier> {
        let mut field = self.inner.read_field_begin()?;
        let in_logical_type = matches!(&self.path[..], [path @ .., _] if *path == TO_LOGICAL_TYPE);
        if let Some(id) = field.id.filter(|_| in_logical_type)
            && !KNOWN.contains(&id)
        {
            field.id = Some(STAND_IN);
        }
        if let Some(last) = self.path.last_mut() {
            *last = field.id;
        }
        Ok(field)
    }

    fn read_field_end(&mut self) -> Result<()> {
        self.inner.read_field_end()
    }

    fn read_message_begin(&mut self) -> Result<TMessageIdentifier> {
        self.inner.read_message_begin()
    }

    fn read_message_end(&mut self) -> Result<()> {
        self.inner.read_message_end()
    }

    fn read_bool(&mut self) -> Result<bool> {
        self.inner.read_bool()
    }

    fn read_bytes(&mut self) -> Result<Vec<u8>> {
        self.inner.read_bytes()
    }

    fn read_i8(&mut self) -> Result<i8> {
        self.inner.read_i8()
    }

    fn read_i16(&mut self) -> Result<i16> {
        self.inner.read_i16()
    }

    fn read_i32(&mut self) -> Result<i32> {
        self.inner.read_i32()
    }

    fn read_i64(&mut self) -> Result<i64> {
        self.inner.read_i64()
    }

    fn read_double(&mut self) -> Result<f64> {
        self.inner.read_double()
    }

    fn read_string(&mut self) -> Result<String> {
        self.inner.read_string()
    }

    fn read_list_begin(&mut self) -> Result<TListIdentifier> {
        self.inner.read_list_begin()
    }

    fn read_list_end(&mut self) -> Result<()> {
        self.inner.read_list_end()
    }

    fn read_set_begin(&mut self) -> Result<TSetIdentifier> {
        self.inner.read_set_begin()
    }

    fn read_set_end(&mut self) -> Result<()> {
        self.inner.read_set_end()
    }

    fn read_map_begin(&mut self) -> Result<TMapIdentifier> {
        self.inner.read_map_begin()
    }

    fn read_map_end(&mut self) -> Result<()> {
        self.inner.read_map_end()
    }

    fn read_byte(&mut self) -> Result<u8> {
        self.inner.read_byte()
    }
}
