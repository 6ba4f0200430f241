//! That all of it is proved.

use std::fmt;

use super::heading;
use crate::demo::Proved;

pub fn write(f: &mut fmt::Formatter<'_>, proved: &Proved) -> fmt::Result {
    let Proved {
        receipts,
        seals,
        postings,
        leads,
        broken,
        asked,
        same,
    } = proved;
    heading(
        f,
        "PROOF: everything checked against everything, and asked again",
    )?;
    writeln!(
        f,
        "  {receipts} receipts under {seals} signed seals, {postings} postings and {leads} leads \
         agree: {}",
        match broken.len() {
            0 => "nothing is broken".to_owned(),
            count => format!("{count} things are broken"),
        }
    )?;
    for one in broken {
        writeln!(f, "    {one}")?;
    }
    writeln!(
        f,
        "  {same} of {asked} decisions come out of the sandbox bit for bit as recorded"
    )
}
