//! What is asked.

use serde_json::{Value, json};

/// A question about so many partners, all over the country.
pub fn ranking(candidates: usize) -> Value {
    let rows = || 0..candidates;
    let integers = |value: &dyn Fn(usize) -> usize| -> Value {
        rows().map(|row| json!(value(row).to_string())).collect()
    };
    json!({
        "context": {
            "now": {
                "micros": "1772445600000000",
                "offset-seconds": 3600,
                "in-working-time": true
            },
            "seed": "7"
        },
        "input": {
            "lead": {
                "reference": "lead-1", "cycle": 1, "product": "heat-pump", "value": "2500000"
            },
            "assessed": { "temperature": "warm", "score": "500" },
            "wave": 1,
            "candidates": {
                "keys": integers(&|row| row + 1),
                "columns": {
                    "level": {
                        "texts": rows().map(|row| ["gold", "silver"][row % 2]).collect::<Vec<_>>()
                    },
                    "distance-km": {
                        "numbers": rows().map(|row| (row * 37 % 140) as f64).collect::<Vec<_>>()
                    },
                    "capacity": { "integers": integers(&|row| 10 + row % 7) },
                    "capacity-used": { "integers": integers(&|row| row % 9) },
                    "attribute/products": {
                        "sets": rows().map(|_| ["heat-pump", "service"]).collect::<Vec<_>>()
                    },
                }
            }
        }
    })
}
