//! Digits: those of all scripts, as what they are worth. A number in other digits than 0 to 9 is a number all the same.

/// What joins characters and is not seen: U+034F, the combining grapheme joiner.
pub(super) const JOINER: char = '\u{34f}';

/// The zeros of all scripts that write numbers place by place (Unicode 16.0, general category Nd). Behind each stand its other nine.
const ZEROS: [u32; 76] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620,
    0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136,
    0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0,
    0x11c50, 0x11d50, 0x11da0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1d7d8,
    0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// What a digit is worth.
pub(super) fn value(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let at = ZEROS.partition_point(|zero| *zero <= c.into());
    let worth = u32::from(c) - ZEROS[at - 1];
    (worth < 10).then_some(worth)
}

/// Whether a byte of UTF-8 may begin a digit that is not ASCII. Letters of Latin, Greek, Cyrillic and Armenian, dashes and quotation
/// marks do not.
pub(super) fn may_begin(byte: u8) -> bool {
    byte >= 0xd9 && byte != 0xe2
}

/// A number in the digits 0 to 9, with `,` and `.` for Arabic separators, and without what is not seen.
pub(super) fn ascii(number: &str) -> String {
    let plain = |c| match c {
        JOINER => None,
        '٬' => Some(','),
        '٫' => Some('.'),
        _ => value(c).and_then(|worth| char::from_digit(worth, 10)).or(Some(c)),
    };
    number.chars().filter_map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_zero_has_nine_behind_it() {
        assert!(ZEROS.is_sorted());
        for zero in ZEROS {
            for worth in 0..10 {
                let c = char::from_u32(zero + worth).expect("a digit is a character");
                assert_eq!(value(c), Some(worth), "U+{:04X}", u32::from(c));
                assert!(c.is_ascii() || may_begin(c.to_string().as_bytes()[0]), "U+{:04X}", u32::from(c));
            }
        }
        for other in ['a', '½', '²', 'Ⅷ', '①', '一', '/', ':', '\u{65f}', '\u{66a}'] {
            assert_eq!(value(other), None, "{other}");
        }
    }
}
