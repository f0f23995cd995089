//! Seeded randomness: every choice follows from (seed, user, day), so any part of the tenant can be made again.

use fastrand::Rng;

const HEX: &[u8; 16] = b"0123456789abcdef";
const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Mixes two numbers into a well-spread third.
pub(super) fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.wrapping_add(b.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The generator of one (key, salt) pair.
pub(super) fn rng(key: u64, salt: u64) -> Rng {
    Rng::with_seed(mix(key, salt))
}

/// A GUID of version 4 that depends on nothing but its two keys.
pub(super) fn guid(key: u64, salt: u64) -> u128 {
    let high = mix(key, salt);
    let low = mix(high, key ^ 0x5851_f42d_4c95_7f2d);
    let raw = (u128::from(high) << 64) | u128::from(low);
    (raw & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62)
}

/// One of the items (the slice must not be empty).
pub(super) fn pick<T: Copy>(rng: &mut Rng, items: &[T]) -> T {
    items[rng.usize(..items.len())]
}

/// An index below `len` from a fixed number, for choices that must not draw from a generator.
pub(super) fn slot(key: u64, len: usize) -> usize {
    let wide = u128::from(key) * u128::try_from(len).unwrap_or(0);
    usize::try_from(wide >> 64).unwrap_or(0)
}

/// An index as a number to mix.
pub(super) fn wide(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX)
}

/// Canonical lower-case GUID text.
pub(super) fn put_guid(buf: &mut Vec<u8>, id: u128) {
    let mut text = [b'-'; 36];
    let mut at = 0;
    for byte in id.to_be_bytes() {
        if matches!(at, 8 | 13 | 18 | 23) {
            at += 1;
        }
        text[at] = HEX[usize::from(byte >> 4)];
        text[at + 1] = HEX[usize::from(byte & 15)];
        at += 2;
    }
    buf.extend_from_slice(&text);
}

/// Canonical lower-case GUID text, owned.
pub(super) fn guid_text(id: u128) -> String {
    let mut buf = Vec::with_capacity(36);
    put_guid(&mut buf, id);
    String::from_utf8_lossy(&buf).into_owned()
}

/// 22 characters of base64url, as in `uniqueTokenIdentifier`; some begin with `-`.
pub(super) fn put_token(buf: &mut Vec<u8>, id: u128) {
    let mut rest = id.rotate_left(57) ^ 0x6a09_e667_f3bc_c908;
    let mut text = [0_u8; 22];
    for place in &mut text {
        *place = BASE64URL[usize::try_from(rest & 63).unwrap_or(0)];
        rest >>= 6;
    }
    buf.extend_from_slice(&text);
}
