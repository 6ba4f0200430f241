//! Rows that could not be imported, given back with the reason.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::read::{Dialect, Encoding, Format, Rows};
use crate::domain::erasure::holds;

/// What a reject's own columns are called; those of the row follow.
const COLUMNS: [&str; 3] = ["line", "column", "reason"];
/// The one column of a row that is no table's.
const WHOLE_ROW: &str = "row";
/// So that a reject can be imported again with the same mapping, whatever
/// encoding that names.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// A phone number of fewer digits may be anything.
const NUMBER_DIGITS_MIN: usize = 6;
/// Rejects that a list holds; the others are counted only.
const LISTED_MAX: usize = 100;

/// One row that could not be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    pub line: u64,
    /// Of the file; several are separated by commas.
    pub column: String,
    pub reason: String,
    /// The row as it was read.
    pub original: Vec<String>,
}

/// Where rejects go.
pub trait Rejects {
    /// Before the first row: the file's columns, and the last line that an
    /// earlier run has dealt with.
    fn begin(&mut self, columns: &[String], dealt_with: Option<u64>) -> io::Result<()>;

    fn add(&mut self, reject: Reject) -> io::Result<()>;

    /// Everything that was added is kept, whatever happens.
    fn flush(&mut self) -> io::Result<()>;
}

/// The first ones, for an answer.
#[derive(Debug, Default)]
pub struct RejectList(pub Vec<Reject>);

impl Rejects for RejectList {
    fn begin(&mut self, _: &[String], _: Option<u64>) -> io::Result<()> {
        Ok(())
    }

    fn add(&mut self, reject: Reject) -> io::Result<()> {
        if self.0.len() < LISTED_MAX {
            self.0.push(reject);
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A CSV file; there is none where nothing is rejected.
pub struct RejectFile {
    path: PathBuf,
    separator: char,
    header: Vec<String>,
    file: Option<BufWriter<File>>,
}

impl RejectFile {
    /// `dialect` is that of the file that is imported.
    pub fn new(path: PathBuf, dialect: &Dialect) -> Self {
        let separator = match &dialect.format {
            Format::Csv { separator, .. } => char::from(*separator),
            Format::Ndjson => ',',
        };
        Self {
            path,
            separator,
            header: Vec::new(),
            file: None,
        }
    }

    /// Those of an earlier run; none where there is no such file.
    fn earlier(&self) -> io::Result<Option<Rows<BufReader<File>>>> {
        let file = match File::open(&self.path) {
            Ok(file) => BufReader::new(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let dialect = Dialect {
            format: Format::Csv {
                separator: self.separator as u8,
                quote: b'"',
                columns: None,
            },
            encoding: Encoding::UTF_8,
        };
        let rows = Rows::open(file, &dialect).ok();
        let is_ours = rows
            .as_ref()
            .is_some_and(|rows| rows.columns().starts_with(&COLUMNS.map(str::to_owned)));
        if !is_ours {
            return Err(io::Error::other(format!(
                "{} is there already and is no file of rejects; name another one",
                self.path.display()
            )));
        }
        Ok(rows)
    }

    fn create(&self, path: &Path) -> io::Result<BufWriter<File>> {
        let mut file = BufWriter::new(File::create(path)?);
        file.write_all(BYTE_ORDER_MARK.as_bytes())?;
        file.write_all(line(self.separator, &self.header).as_bytes())?;
        Ok(file)
    }
}

impl Rejects for RejectFile {
    fn begin(&mut self, columns: &[String], dealt_with: Option<u64>) -> io::Result<()> {
        self.header = COLUMNS.map(str::to_owned).to_vec();
        if columns.is_empty() {
            self.header.push(WHOLE_ROW.to_owned());
        }
        self.header.extend_from_slice(columns);
        let Some(mut earlier) = self.earlier()? else {
            return Ok(());
        };
        let Some(dealt_with) = dealt_with else {
            return fs::remove_file(&self.path);
        };
        // What the earlier run had rejected beyond its last commit comes again.
        let kept = self.path.with_extension("csv.part");
        let mut file = self.create(&kept)?;
        while let Some(row) = earlier.next()? {
            let fields = match row {
                Ok(row) => row.into_original(),
                Err(bad) => bad.original,
            };
            let at = fields.first().and_then(|line| line.parse::<u64>().ok());
            if at.is_some_and(|at| at <= dealt_with) {
                file.write_all(line(self.separator, &fields).as_bytes())?;
            }
        }
        file.flush()?;
        fs::rename(&kept, &self.path)?;
        self.file = Some(file);
        Ok(())
    }

    fn add(&mut self, reject: Reject) -> io::Result<()> {
        let mut fields = vec![reject.line.to_string(), reject.column, reject.reason];
        fields.extend(reject.original);
        if self.file.is_none() {
            self.file = Some(self.create(&self.path)?);
        }
        match &mut self.file {
            Some(file) => file.write_all(line(self.separator, &fields).as_bytes()),
            None => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        file.flush()?;
        file.get_ref().sync_data()
    }
}

/// How many rows of a file of rejects hold the e-mail address or phone number.
///
/// # Errors
/// It is no such file, or cannot be read.
pub fn of_person(path: &Path, name: &str) -> io::Result<usize> {
    let (_, _, theirs) = parted(path, name)?;
    Ok(theirs)
}

/// Takes the rows out of a file of rejects that hold the address or number. Answers how
/// many those were.
///
/// # Errors
/// It is no such file, or cannot be read or written.
pub fn forget(path: &Path, name: &str) -> io::Result<usize> {
    let (separator, others, theirs) = parted(path, name)?;
    if theirs > 0 {
        let mut text = BYTE_ORDER_MARK.to_owned();
        others
            .iter()
            .for_each(|fields| text.push_str(&line(separator, fields)));
        let kept = path.with_extension("csv.part");
        let mut file = File::create(&kept)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&kept, path)?;
    }
    Ok(theirs)
}

/// The file's separator, the rows of others with the header before them, and how many
/// rows hold the address or number.
fn parted(path: &Path, name: &str) -> io::Result<(char, Vec<Vec<String>>, usize)> {
    let no_rejects = || {
        let text = format!("{} is no file of rejects", path.display());
        io::Error::new(io::ErrorKind::InvalidData, text)
    };
    let text = fs::read_to_string(path)?;
    let header = text.trim_start_matches(BYTE_ORDER_MARK);
    let separator = header.strip_prefix(COLUMNS[0]);
    let separator = separator.and_then(|rest| rest.chars().next());
    let separator = separator.filter(char::is_ascii).ok_or_else(no_rejects)?;
    let dialect = Dialect {
        format: Format::Csv {
            separator: separator as u8,
            quote: b'"',
            columns: None,
        },
        encoding: Encoding::UTF_8,
    };
    let mut rows = Rows::open(text.as_bytes(), &dialect).map_err(|_| no_rejects())?;
    if !rows.columns().starts_with(&COLUMNS.map(str::to_owned)) {
        return Err(no_rejects());
    }
    let mut others = vec![rows.columns().to_vec()];
    let mut theirs = 0;
    while let Some(row) = rows.next()? {
        let fields = match row {
            Ok(row) => row.into_original(),
            Err(bad) => bad.original,
        };
        match fields.iter().any(|field| is_of(field, name)) {
            true => theirs += 1,
            false => others.push(fields),
        }
    }
    Ok((separator, others, theirs))
}

/// Whether the field holds the address or number, however it is written.
fn is_of(field: &str, name: &str) -> bool {
    let digits = |text: &str| -> String {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        // With the country's code or without it.
        digits.trim_start_matches('0').to_owned()
    };
    match name.contains('@') {
        true => holds(field, name),
        false => {
            let (field, name) = (digits(field), digits(name));
            field.len() >= NUMBER_DIGITS_MIN && (field.ends_with(&name) || name.ends_with(&field))
        }
    }
}

/// A line of CSV.
pub fn line(separator: char, fields: &[String]) -> String {
    let mut text = String::new();
    for (position, field) in fields.iter().enumerate() {
        if position > 0 {
            text.push(separator);
        }
        if field.contains([separator, '"', '\r', '\n']) {
            text.push('"');
            text.push_str(&field.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(field);
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect() -> Dialect {
        Dialect {
            format: Format::Csv {
                separator: b';',
                quote: b'"',
                columns: None,
            },
            encoding: Encoding::UTF_8,
        }
    }

    fn reject(line: u64) -> Reject {
        Reject {
            line,
            column: "b".to_owned(),
            reason: "is; \"odd\"".to_owned(),
            original: vec!["ä".to_owned(), "two\nlines".to_owned()],
        }
    }

    fn begun(path: &Path, dealt_with: Option<u64>) -> io::Result<RejectFile> {
        let mut rejects = RejectFile::new(path.to_owned(), &dialect());
        rejects.begin(&["a".to_owned(), "b".to_owned()], dealt_with)?;
        Ok(rejects)
    }

    #[test]
    fn a_run_that_goes_on_keeps_what_was_committed_and_nothing_twice() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejects.csv");
        let mut first = begun(&path, None).unwrap();
        assert!(!path.exists(), "no reject, no file");
        for line in [2, 5, 9] {
            first.add(reject(line)).unwrap();
        }
        first.flush().unwrap();
        let mut second = begun(&path, Some(5)).unwrap();
        second.add(reject(9)).unwrap();
        second.flush().unwrap();
        let written = fs::read_to_string(&path).unwrap();
        let row = |line: u64| format!("{line};b;\"is; \"\"odd\"\"\";ä;\"two\nlines\"\n");
        assert_eq!(
            written,
            format!(
                "\u{feff}line;column;reason;a;b\n{}{}{}",
                row(2),
                row(5),
                row(9)
            )
        );
        begun(&path, None).unwrap();
        assert!(!path.exists(), "a run from the beginning begins anew");
    }

    #[test]
    fn a_persons_rows_are_taken_out_and_the_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejects.csv");
        let mut rejects = begun(&path, None).unwrap();
        let rows = [
            ["Eva", "Eva@Example.com; 030 901820"],
            ["Max", "max@example.com"],
            ["Eva", "+49 (0)30 901820"],
            ["Ida", "1820"],
        ];
        for (line, row) in (2..).zip(rows) {
            let original = row.map(str::to_owned).to_vec();
            rejects
                .add(Reject {
                    original,
                    ..reject(line)
                })
                .unwrap();
        }
        rejects.flush().unwrap();
        assert_eq!(of_person(&path, "eva@example.com").unwrap(), 1);
        assert_eq!(forget(&path, "eva@example.com").unwrap(), 1);
        assert_eq!(forget(&path, "030 901820").unwrap(), 1);
        let left = fs::read_to_string(&path).unwrap();
        let line = |line: u64, rest: &str| format!("{line};b;\"is; \"\"odd\"\"\";{rest}\n");
        assert_eq!(
            left,
            format!(
                "\u{feff}line;column;reason;a;b\n{}{}",
                line(3, "Max;max@example.com"),
                line(5, "Ida;1820")
            )
        );
        fs::write(&path, "name;value\n").unwrap();
        assert!(forget(&path, "eva@example.com").is_err());
    }

    #[test]
    fn a_file_of_others_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("precious.csv");
        fs::write(&path, "name;value\n").unwrap();
        let error = begun(&path, None).err().unwrap();
        assert!(error.to_string().contains("no file of rejects"), "{error}");
    }
}
