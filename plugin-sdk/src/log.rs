//! Lines for the author: the one thing a policy may reach outside. The host
//! keeps a limited number of them with each decision; natively they go to the
//! standard error.

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

/// Writes a line.
pub fn write(level: Level, line: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        #[link(wasm_import_module = "stellwerk:host/log@0.1.0")]
        unsafe extern "C" {
            #[link_name = "write"]
            fn host_write(level: i32, line: *const u8, length: usize);
        }
        // SAFETY: the canonical ABI of `write: func(level, line: string)`, which
        // every world imports: a discriminant, then pointer and length of UTF-8
        // that outlives the call.
        unsafe { host_write(level as i32, line.as_ptr(), line.len()) }
    }
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("{level:?}: {line}");
}

pub fn error(line: &str) {
    write(Level::Error, line);
}

pub fn warn(line: &str) {
    write(Level::Warn, line);
}

pub fn info(line: &str) {
    write(Level::Info, line);
}

pub fn debug(line: &str) {
    write(Level::Debug, line);
}
