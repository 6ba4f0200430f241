//! Heads and floats: the items that maps and lists are made of.

/// Major types (RFC 8949, 3.1), shifted to their place.
pub(super) mod major {
    pub const UNSIGNED: u8 = 0 << 5;
    pub const NEGATIVE: u8 = 1 << 5;
    pub const BYTES: u8 = 2 << 5;
    pub const TEXT: u8 = 3 << 5;
    pub const ARRAY: u8 = 4 << 5;
    pub const MAP: u8 = 5 << 5;
    pub const SIMPLE: u8 = 7 << 5;
}

pub(super) const EMPTY_ARRAY: u8 = major::ARRAY;
pub(super) const EMPTY_MAP: u8 = major::MAP;
pub(super) const FALSE: u8 = major::SIMPLE | 20;
pub(super) const TRUE: u8 = major::SIMPLE | 21;
pub(super) const NULL: u8 = major::SIMPLE | 22;
pub const HALF: u8 = major::SIMPLE | 25;
pub(super) const SINGLE: u8 = major::SIMPLE | 26;
pub(super) const DOUBLE: u8 = major::SIMPLE | 27;

/// The head of an item, in the shortest form.
pub(super) fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    match argument {
        0..=23 => out.push(major | argument as u8),
        24..=0xff => out.extend([major | 24, argument as u8]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend((argument as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend((argument as u32).to_be_bytes());
        }
        _ => {
            out.push(major | 27);
            out.extend(argument.to_be_bytes());
        }
    }
}

/// The shortest float of the same value; every NaN is the one quiet NaN.
pub(super) fn float(out: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        out.extend([HALF, 0x7e, 0x00]);
        return;
    }
    let single = value as f32;
    if f64::from(single).to_bits() != value.to_bits() {
        out.push(DOUBLE);
        out.extend(value.to_be_bytes());
    } else if let Some(half) = exact_half(single) {
        out.push(HALF);
        out.extend(half.to_be_bytes());
    } else {
        out.push(SINGLE);
        out.extend(single.to_be_bytes());
    }
}

/// The bits of a half-precision float (IEEE 754 binary16) of exactly that value.
fn exact_half(value: f32) -> Option<u16> {
    let bits = value.to_bits();
    let sign = (bits >> 16) as u16 & 0x8000;
    let exponent = (bits >> 23 & 0xff) as i32 - 127;
    let fraction = bits & 0x7f_ffff;
    match exponent {
        128 => (fraction == 0).then_some(sign | 0x7c00),
        -14..=15 => (fraction.trailing_zeros() >= 13)
            .then_some(sign | ((exponent + 15) as u16) << 10 | (fraction >> 13) as u16),
        // Subnormal halves: the hidden bit moves into the fraction.
        -24..=-15 => {
            let shift = (-1 - exponent) as u32;
            let whole = fraction | 0x80_0000;
            (whole.trailing_zeros() >= shift).then_some(sign | (whole >> shift) as u16)
        }
        _ if value == 0.0 => Some(sign),
        _ => None,
    }
}
