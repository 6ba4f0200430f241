/// Requests pass from thread to thread, and what one has taken another gives
/// back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    stellwerk::cli::main()
}
