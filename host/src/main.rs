fn main() -> std::process::ExitCode {
    stellwerk::cli::main()
}
