//! Rows of separated values.

use std::io::{self, BufRead};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{BadRow, COLUMNS_MAX, Content, ROW_BYTES_MAX, ReadError, Row, text};

/// What a row first has room for.
const ROW_BYTES_FIRST: usize = 4 * 1024;

/// The line and fields of a row.
type Record = Result<(u64, Vec<String>), BadRow>;

pub struct CsvRows<R> {
    input: R,
    parser: Reader,
    columns: Vec<String>,
    lines: Lines,
    fields: Vec<u8>,
    /// Where each field ends in `fields`.
    ends: Vec<usize>,
}

impl<R: BufRead> CsvRows<R> {
    pub fn open(
        input: R,
        separator: u8,
        quote: u8,
        columns: Option<Vec<String>>,
    ) -> Result<Self, ReadError> {
        let parser = ReaderBuilder::new()
            .delimiter(separator)
            .quote(quote)
            .build();
        let mut rows = Self {
            input,
            parser,
            columns: Vec::new(),
            lines: Lines::default(),
            fields: vec![0; ROW_BYTES_FIRST],
            ends: vec![0; COLUMNS_MAX],
        };
        rows.columns = match columns {
            Some(columns) => columns,
            None => {
                let header = rows.record()?.ok_or(ReadError::Empty)?;
                let names = header.map_err(|bad| ReadError::Header(bad.reason))?.1;
                names.iter().map(|name| name.trim().to_owned()).collect()
            }
        };
        Ok(rows)
    }

    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    pub fn next(&mut self) -> io::Result<Option<Result<Row, BadRow>>> {
        let Some(record) = self.record()? else {
            return Ok(None);
        };
        Ok(Some(record.and_then(|(line, fields)| {
            if fields.len() == self.columns.len() {
                return Ok(Row {
                    line,
                    content: Content::Fields(fields),
                });
            }
            Err(BadRow {
                line,
                reason: format!(
                    "has {} fields where the header has {}",
                    fields.len(),
                    self.columns.len()
                ),
                original: fields,
            })
        })))
    }

    /// The next record's line and fields.
    fn record(&mut self) -> io::Result<Option<Record>> {
        self.skip_line_ends()?;
        let line = self.lines.current();
        let (mut fields_len, mut ends_len) = (0, 0);
        loop {
            let input = self.input.fill_buf()?;
            let (result, read, written, ended) = self.parser.read_record(
                input,
                &mut self.fields[fields_len..],
                &mut self.ends[ends_len..],
            );
            self.lines.count(&input[..read]);
            self.input.consume(read);
            fields_len += written;
            ends_len += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.fields.len() < ROW_BYTES_MAX => {
                    let len = (self.fields.len() * 2).min(ROW_BYTES_MAX);
                    self.fields.resize(len, 0);
                }
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    self.skip_line()?;
                    return Ok(Some(Err(BadRow {
                        line,
                        reason: format!(
                            "is longer than {ROW_BYTES_MAX} bytes or {COLUMNS_MAX} columns; \
                             is a quote left open?"
                        ),
                        original: Vec::new(),
                    })));
                }
                ReadRecordResult::Record => {
                    return Ok(Some(self.fields(line, fields_len, ends_len)));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn fields(&self, line: u64, fields_len: usize, ends_len: usize) -> Record {
        let bytes = &self.fields[..fields_len];
        let mut begin = 0;
        let mut fields = Vec::with_capacity(ends_len);
        for end in &self.ends[..ends_len] {
            fields.push(&bytes[begin..*end]);
            begin = *end;
        }
        // Fields end at ASCII, so that text as a whole is text field by field.
        match text(bytes) {
            Ok(_) => Ok((line, fields.into_iter().map(lossy).collect())),
            Err(reason) => Err(BadRow {
                line,
                reason,
                original: fields.into_iter().map(lossy).collect(),
            }),
        }
    }

    /// What is left of the last line's end, and lines without anything.
    fn skip_line_ends(&mut self) -> io::Result<()> {
        loop {
            let input = self.input.fill_buf()?;
            let ends = input
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            if ends == 0 {
                return Ok(());
            }
            self.lines.count(&input[..ends]);
            self.input.consume(ends);
        }
    }

    /// Goes on after the end of the line that is read, whatever it is part of.
    fn skip_line(&mut self) -> io::Result<()> {
        self.parser.reset();
        loop {
            let input = self.input.fill_buf()?;
            if input.is_empty() {
                return Ok(());
            }
            // Of CR and LF together, the LF is skipped before the next record.
            let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
            let end = input.iter().position(is_end);
            let read = end.map_or(input.len(), |end| end + 1);
            self.lines.count(&input[..read]);
            self.input.consume(read);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

/// Which line is read. Lines end with LF, CR, or both.
#[derive(Default)]
struct Lines {
    ended: u64,
    after_return: bool,
}

impl Lines {
    fn current(&self) -> u64 {
        self.ended + 1
    }

    fn count(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\r' || (*byte == b'\n' && !self.after_return) {
                self.ended += 1;
            }
            self.after_return = *byte == b'\r';
        }
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
