//! Many values under one hash, so that any one of them can be shown to be among
//! them without the others: the tree of RFC 6962, section 2.1.
//!
//! A leaf is hashed with the byte 0 before it and two nodes with the byte 1, so
//! that no node can be given out as a leaf.

use super::digest::{Hash, sha256_of};

const LEAF: u8 = 0;
const NODE: u8 = 1;

/// Leaves that a tree may have: more than anybody seals at once, and few enough
/// that a proof is short.
pub const LEAVES_MAX: usize = 1 << 16;

fn leaf(value: &Hash) -> Hash {
    sha256_of(&[&[LEAF], value])
}

fn node(left: &Hash, right: &Hash) -> Hash {
    sha256_of(&[&[NODE], left, right])
}

/// The next level of nodes. One that is left over goes up as it is.
fn above(level: &[Hash]) -> Vec<Hash> {
    level
        .chunks(2)
        .map(|pair| match pair {
            [left, right] => node(left, right),
            [alone, ..] => *alone,
            [] => unreachable!("chunks are never empty"),
        })
        .collect()
}

/// The root over values; of none at all the hash of nothing.
pub fn root(values: &[Hash]) -> Hash {
    let mut level: Vec<Hash> = values.iter().map(leaf).collect();
    while level.len() > 1 {
        level = above(&level);
    }
    level.pop().unwrap_or_else(|| sha256_of(&[]))
}

/// What it takes to come from the value at `index` to the root: the other node of
/// each level, from the leaves up. None where there is no such value.
pub fn path(values: &[Hash], index: usize) -> Option<Vec<Hash>> {
    values.get(index)?;
    let mut level: Vec<Hash> = values.iter().map(leaf).collect();
    let mut index = index;
    let mut path = Vec::new();
    while level.len() > 1 {
        path.extend(level.get(index ^ 1));
        level = above(&level);
        index /= 2;
    }
    Some(path)
}

/// The root that a value comes to by its path, as the one at `index` of `count`;
/// none where the path does not fit such a tree.
pub fn root_by(path: &[Hash], value: &Hash, index: usize, count: usize) -> Option<Hash> {
    if index >= count || count > LEAVES_MAX {
        return None;
    }
    let (mut index, mut count) = (index, count);
    let mut path = path.iter();
    let mut hash = leaf(value);
    while count > 1 {
        if index % 2 == 1 {
            hash = node(path.next()?, &hash);
        } else if index + 1 < count {
            hash = node(&hash, path.next()?);
        }
        index /= 2;
        count = count.div_ceil(2);
    }
    path.next().is_none().then_some(hash)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(count: usize) -> Vec<Hash> {
        let number = |number: usize| sha256_of(&[&number.to_be_bytes()]);
        (0..count).map(number).collect()
    }

    /// By the definition of RFC 6962: split at the largest power of two below.
    fn by_definition(values: &[Hash]) -> Hash {
        match values {
            [] => sha256_of(&[]),
            [one] => sha256_of(&[&[0], one]),
            many => {
                let half = many.len().next_power_of_two() / 2;
                let (left, right) = many.split_at(half);
                sha256_of(&[&[1], &by_definition(left), &by_definition(right)])
            }
        }
    }

    #[test]
    fn the_root_is_the_one_of_the_definition() {
        for count in 0..70 {
            let values = values(count);
            assert_eq!(root(&values), by_definition(&values), "{count}");
        }
    }

    #[test]
    fn every_value_has_a_path_to_the_root() {
        for count in 1..70 {
            let values = values(count);
            for (index, value) in values.iter().enumerate() {
                let path = path(&values, index).unwrap();
                assert_eq!(root_by(&path, value, index, count), Some(root(&values)));
            }
            assert_eq!(path(&values, count), None);
        }
    }

    #[test]
    fn a_node_is_no_leaf() {
        let values = values(2);
        let forged = [leaf(&values[0]), leaf(&values[1])].concat();
        assert_ne!(sha256_of(&[&forged]), root(&values));
        assert_ne!(root(&[root(&values)]), root(&values));
    }

    proptest! {
        #[test]
        fn no_other_value_place_or_path_comes_to_the_root(
            count in 2_usize..300,
            index in any::<prop::sample::Index>(),
            flipped in 0_u8..=255,
            what in any::<prop::sample::Index>(),
        ) {
            let values = values(count);
            let index = index.index(count);
            let path = path(&values, index).unwrap();
            let root = root(&values);
            let flip = |hash: &Hash| {
                let mut hash = *hash;
                hash[usize::from(flipped / 8)] ^= 1 << (flipped % 8);
                hash
            };
            prop_assert_ne!(root_by(&path, &flip(&values[index]), index, count), Some(root));
            let other = what.index(count);
            if other != index {
                prop_assert_ne!(root_by(&path, &values[index], other, count), Some(root));
            }
            let mut altered = path.clone();
            let place = what.index(path.len());
            altered[place] = flip(&altered[place]);
            prop_assert_ne!(root_by(&altered, &values[index], index, count), Some(root));
            altered = path.clone();
            altered.remove(place);
            prop_assert_ne!(root_by(&altered, &values[index], index, count), Some(root));
            altered = path;
            altered.push(values[index]);
            prop_assert_ne!(root_by(&altered, &values[index], index, count), Some(root));
        }

        #[test]
        fn any_change_of_a_value_changes_the_root(
            count in 1_usize..300,
            index in any::<prop::sample::Index>(),
            bit in 0_usize..256,
        ) {
            let values = values(count);
            let mut altered = values.clone();
            altered[index.index(count)][bit / 8] ^= 1 << (bit % 8);
            prop_assert_ne!(root(&altered), root(&values));
        }
    }
}
