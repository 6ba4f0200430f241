//! What the host itself tells of a partner, as columns of a table or attributes
//! of a record; `wit/columns.md` describes them.

/// Defines the columns once, with their names.
macro_rules! columns {
    ($($variant:ident $name:literal,)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum HostColumn { $($variant,)+ }

        impl HostColumn {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As policies name it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

columns! {
    Level "level",
    DistanceKm "distance-km",
    LeaveUntil "leave-until",
    BlockedUntil "blocked-until",
    Capacity "capacity",
    CapacityUsed "capacity-used",
    ComplaintsOpen "complaints-open",
    ThisCycle "this-cycle",
    Counter "counter",
    Certificates "certificates",
    Country "country",
    Postcode "postcode",
}

impl HostColumn {
    /// The column of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|column| column.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_lists_every_column() {
        let document = include_str!("../../../wit/columns.md");
        let listed: Vec<&str> = document
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .filter(|name| !name.contains('/'))
            .collect();
        let known: Vec<&str> = HostColumn::ALL
            .iter()
            .map(|column| column.as_str())
            .collect();
        assert_eq!(listed, known);
    }
}
