use super::*;
use crate::policy::canonical;

fn table() -> Table {
    Table::new(vec![7, 9, 12])
        .with("level", Column::texts([Some("gold"), None, Some("silver")]))
        .with(
            "certificates",
            Column::sets([Some(vec!["f-gas", "a"]), Some(vec![]), None]),
        )
        .with("distance-km", Column::numbers([Some(1.0), Some(2.5), None]))
        .with("open", Column::flags([Some(true), Some(false), None]))
        .with("n", Column::integers([Some(1), None, Some(-5)]))
}

#[test]
fn one_cell_changes_and_the_others_stay() {
    for (name, column) in table().columns {
        for row in 0..column.rows() {
            let own = column.value(row);
            assert_eq!(column.with(row, own.as_ref()), *column, "{name} {row}");
            let without = column.with(row, None);
            assert!(!without.has(row), "{name} {row}");
            let others = (0..column.rows()).filter(|other| *other != row);
            for other in others {
                assert_eq!(without.value(other), column.value(other));
                let moved = column.with(row, column.value(other).as_ref());
                assert_eq!(moved.value(row), column.value(other), "{name} {row}");
            }
        }
    }
}

#[test]
fn people_read_a_table_by_name() {
    let json = canonical::to_json(&table()).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "keys": ["7", "9", "12"],
            "columns": {
                "level": {"texts": ["gold", null, "silver"]},
                "certificates": {"sets": [["a", "f-gas"], [], null]},
                "distance-km": {"numbers": [1.0, 2.5, null]},
                "open": {"flags": [true, false, null]},
                "n": {"integers": ["1", null, "-5"]},
            }
        })
    );
    assert_eq!(canonical::from_json::<Table>(json).unwrap(), table());
}

#[test]
fn receipts_keep_a_table_whole() {
    let bytes = canonical::to_cbor(&table()).unwrap();
    assert_eq!(canonical::from_cbor::<Table>(&bytes).unwrap(), table());
}

#[test]
fn equal_columns_have_equal_bytes_whatever_words_they_have_known() {
    let column = Column::texts([Some("gold"), Some("silver"), Some("bronze")]).pick(&[2, 0]);
    let direct = Column::texts([Some("bronze"), Some("gold")]);
    assert_eq!(column, direct);
    assert_eq!(
        canonical::to_cbor(&column).unwrap(),
        canonical::to_cbor(&direct).unwrap()
    );
}

#[test]
fn a_table_has_a_row_per_partner() {
    assert!(table().check("").is_ok());
    let short = table().with("x/y", Column::flags([Some(true)]));
    let error = short.check("/input/candidates").unwrap_err();
    assert_eq!(error.problems[0].pointer, "/input/candidates/columns/x~1y");
    assert!(Table::new(vec![1, 1]).check("").is_err());
    assert!(Table::new(vec![1 << 63]).check("").is_err());
}
