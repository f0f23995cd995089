//! Where the bytes that matter stand, 64 bytes at a time, a bit a byte. The one module with `unsafe`.
//!
//! Measured hot spot (docs/BENCHMARKS.md): AVX2 where the CPU has it, plain words of 8 bytes elsewhere; the tests compare the two.
//! AVX-512 was tried and gained nothing.
#![cfg_attr(
    target_arch = "x86_64",
    allow(unsafe_code, reason = "a function compiled for what a CPU may have is called once it is known to have it")
)]

use std::ops::Add;

/// Bytes looked at in one step.
pub(super) const STEP: usize = 64;

/// For each of the bytes asked for: the places of a step where it stands, the first place in the lowest bit.
pub(super) type Marks<const N: usize> = [u64; N];

/// Takes the marks of a text, step by step.
pub(super) trait Visit<const N: usize> {
    /// The bytes asked for; the same ones each time.
    fn wanted(&self) -> [Wanted; N];
    /// The marks of the step that begins at `at`; whether to go on. `parity`: see [`parity`], as fast as the CPU has it.
    fn step(&mut self, at: usize, marks: Marks<N>, parity: impl Fn(u64) -> u64) -> bool;
}

/// Bytes looked for: those that are this one under a mask.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    mask: u8,
    byte: u8,
}

impl Wanted {
    /// This byte.
    pub(super) const fn byte(byte: u8) -> Self {
        Self { mask: 0xff, byte }
    }

    /// `[` and `{`, or `]` and `}`: they differ in one bit.
    pub(super) const fn bracket(square: u8) -> Self {
        Self { mask: 0xdf, byte: square }
    }

    /// Line feeds and carriage returns, and some that nobody writes (0x08 to 0x0f).
    pub(super) const BREAK: Self = Self { mask: 0xf8, byte: 0x08 };

    /// Control characters.
    pub(super) const CONTROL: Self = Self { mask: 0xe0, byte: 0 };
}

/// Fills the last step up: nobody asks for it.
const NOTHING: u8 = 0xff;

/// Goes over the bytes and says where each of the wanted bytes stands. The last step may be short: nothing stands behind it.
pub(super) fn visit<const N: usize>(bytes: &[u8], visitor: &mut impl Visit<N>) {
    #[cfg(target_arch = "x86_64")]
    if avx2::is_here() {
        // SAFETY: the function is safe but for the features it was compiled with, and the CPU has just said that it has them.
        unsafe { avx2::visit(bytes, visitor) };
        return;
    }
    words::visit(bytes, visitor);
}

/// All whole steps, then what is left, filled up.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
fn walk<const N: usize>(
    bytes: &[u8],
    visitor: &mut impl Visit<N>,
    marks: impl Fn(&[u8; STEP]) -> Marks<N>,
    parity: impl Fn(u64) -> u64,
) {
    let (steps, rest) = bytes.as_chunks::<STEP>();
    for (number, step) in steps.iter().enumerate() {
        if !visitor.step(number * STEP, marks(step), &parity) {
            return;
        }
    }
    if !rest.is_empty() {
        let mut step = [NOTHING; STEP];
        step[..rest.len()].copy_from_slice(rest);
        visitor.step(steps.len() * STEP, marks(&step), &parity);
    }
}

/// Eight bytes at a time in a plain register.
mod words {
    use super::{STEP, Visit, Wanted, walk};

    const EACH: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

    pub(super) fn visit<const N: usize>(bytes: &[u8], visitor: &mut impl Visit<N>) {
        let wanted = visitor.wanted();
        walk(bytes, visitor, |step| wanted.map(|wanted| places(step, wanted)), super::parity);
    }

    fn places(step: &[u8; STEP], Wanted { mask, byte }: Wanted) -> u64 {
        let (words, _) = step.as_chunks::<8>();
        words.iter().zip((0..).step_by(8)).fold(0, |bits, (word, at)| {
            // Zero where the byte stands; the sum carries into the top bit of every other byte, and never beyond.
            let differs = (u64::from_le_bytes(*word) & (EACH * u64::from(mask))) ^ (EACH * u64::from(byte));
            let equal = !(((differs & LOW) + LOW) | differs | LOW) >> 7;
            // Multiplying gathers the eight lowest bits in the top byte.
            bits | (equal.wrapping_mul(0x0102_0408_1020_4080) >> 56) << at
        })
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm_clmulepi64_si128, _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm_set1_epi8, _mm256_and_si256,
        _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
    };

    use super::{STEP, Visit, Wanted, walk};

    pub(super) fn is_here() -> bool {
        std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("popcnt")
            && std::is_x86_feature_detected!("pclmulqdq")
    }

    #[target_feature(enable = "avx2,bmi1,popcnt,pclmulqdq")]
    pub(super) fn visit<const N: usize>(bytes: &[u8], visitor: &mut impl Visit<N>) {
        // No `map` of arrays here or below: it is compiled for any CPU, and the closure for this one is then not put into it.
        let wanted = visitor.wanted();
        let marks = |step: &[u8; STEP]| {
            let (low, high) = halves(step);
            let mut marks = [0; N];
            for (marks, wanted) in marks.iter_mut().zip(wanted) {
                *marks = u64::from(places(low, wanted)) | u64::from(places(high, wanted)) << 32;
            }
            marks
        };
        walk(bytes, visitor, marks, |bits| parity(bits));
    }

    /// Multiplied by all ones without carries, each place is the sum of those up to it, modulo two.
    #[target_feature(enable = "avx2,pclmulqdq")]
    pub(super) fn parity(bits: u64) -> u64 {
        let product = _mm_clmulepi64_si128::<0>(_mm_cvtsi64_si128(bits.cast_signed()), _mm_set1_epi8(-1));
        _mm_cvtsi128_si64(product).cast_unsigned()
    }

    #[target_feature(enable = "avx2")]
    fn places(half: __m256i, Wanted { mask, byte }: Wanted) -> u32 {
        let (mask, byte) = (_mm256_set1_epi8(mask.cast_signed()), _mm256_set1_epi8(byte.cast_signed()));
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(half, mask), byte)).cast_unsigned()
    }

    #[target_feature(enable = "avx2")]
    fn halves(step: &[u8; STEP]) -> (__m256i, __m256i) {
        let (halves, _) = step.as_chunks::<32>();
        // SAFETY: a half is 32 bytes, and they may stand anywhere. (Put together of words it cost 4 % of the time of reading.)
        let half = |at: usize| unsafe { _mm256_loadu_si256(halves[at].as_ptr().cast()) };
        (half(0), half(1))
    }
}

/// Places noted at once; nearly no step has more.
pub(super) const FEW: usize = 8;

/// Takes the first places from the bits, counted from `at`. Always so many, whether there are or not: nobody foretells how many
/// there are, so asking costs more. What is too much says nothing.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
pub(super) fn some_places<T: From<u8> + Add<Output = T> + Copy>(at: T, bits: &mut u64) -> [T; FEW] {
    std::array::from_fn(|_| {
        #[expect(clippy::cast_possible_truncation, reason = "at most 64")]
        let place = at + T::from(bits.trailing_zeros() as u8);
        *bits &= bits.wrapping_sub(1);
        place
    })
}

/// Adds the places of the bits.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
pub(super) fn note(places: &mut Vec<u32>, at: usize, mut bits: u64) {
    let end = places.len() + bits.count_ones() as usize;
    loop {
        places.extend_from_slice(&some_places(small(at), &mut bits));
        if places.len() >= end {
            break;
        }
    }
    places.truncate(end);
}

/// A place in a text; of those beyond 4 GiB none is noted.
#[inline(always)]
#[expect(clippy::inline_always, clippy::cast_possible_truncation, reason = "hot; the length is checked before")]
pub(super) fn small(place: usize) -> u32 {
    place as u32
}

/// Whether an odd number of bits is set up to and with each place: inside or outside of quotes, from the places of quotes.
#[inline]
fn parity(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].into_iter().fold(bits, |bits, by| bits ^ bits << by)
}

/// The places that a backslash takes the meaning from, and whether it does so to the first one behind the step.
#[inline]
pub(super) fn escaped(backslashes: u64, first: bool) -> (u64, bool) {
    // None in most steps.
    if backslashes == 0 {
        return (u64::from(first), false);
    }
    let (mut out, mut left) = (u64::from(first), backslashes & !u64::from(first));
    while left != 0 {
        let at = left & left.wrapping_neg();
        if at == 1 << 63 {
            return (out, true);
        }
        out |= at << 1;
        left &= !(at | at << 1);
    }
    (out, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Kept(Vec<(usize, Marks<4>)>);

    impl Visit<4> for Kept {
        fn wanted(&self) -> [Wanted; 4] {
            WANTED
        }

        fn step(&mut self, at: usize, marks: Marks<4>, parity: impl Fn(u64) -> u64) -> bool {
            assert!(marks.iter().all(|bits| parity(*bits) == self::parity(*bits)));
            self.0.push((at, marks));
            true
        }
    }

    const WANTED: [Wanted; 4] = [Wanted::byte(b'"'), Wanted::byte(0x80), Wanted::bracket(b'['), Wanted::CONTROL];

    fn is(wanted: Wanted, byte: u8) -> bool {
        match wanted {
            Wanted { mask: 0xdf, .. } => matches!(byte, b'[' | b'{'),
            Wanted { mask: 0xe0, .. } => byte < b' ',
            Wanted { byte: wanted, .. } => byte == wanted,
        }
    }

    /// What each way says that this CPU has.
    fn ways(bytes: &[u8]) -> Vec<Kept> {
        let mut plain = Kept::default();
        words::visit(bytes, &mut plain);
        let mut ways = vec![plain];
        #[cfg(target_arch = "x86_64")]
        {
            let mut kept = Kept::default();
            if avx2::is_here() {
                // SAFETY: the CPU has just said that it has what the function was compiled for.
                unsafe { avx2::visit(bytes, &mut kept) };
                ways.push(kept);
            }
        }
        ways
    }

    #[test]
    fn all_ways_say_what_a_plain_loop_says_of_any_bytes() {
        let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
        for length in (0..200).chain([1_000, 4_096]) {
            let bytes: Vec<u8> = (0..length)
                .map(|_| {
                    dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    // Neighbours of the wanted bytes above all: carries between bytes would show there.
                    b"\"!#\x80\x7f\x81\xff\xfe\x00\x01a[{Zz\x1f \x5c|"[(dice >> 33) as usize % 19]
                })
                .collect();
            let ways = ways(&bytes);
            let mut fast = Kept::default();
            visit(&bytes, &mut fast);
            assert!(ways.iter().all(|way| way.0 == fast.0));
            for (at, byte) in bytes.iter().enumerate() {
                let marks = fast.0[at / STEP].1;
                assert_eq!(
                    marks.map(|m| m >> (at % STEP) & 1 == 1),
                    WANTED.map(|wanted| is(wanted, *byte)),
                    "{at} of {length}"
                );
            }
            let behind =
                |(at, marks): &(usize, Marks<4>)| marks.iter().any(|m| length - at < STEP && m >> (length - at) != 0);
            assert!(!fast.0.last().is_some_and(behind), "nothing stands behind the end");
        }
    }

    #[test]
    fn every_second_backslash_of_a_run_is_a_letter() {
        for text in [r#"\"\"\\\"n\"#, r"aaaaaa\\\n\\b\", "no", r"\\"] {
            for shift in 0..70 {
                let text = format!("{}{text}{}", " ".repeat(shift), " ".repeat(128 - shift));
                let (mut want, mut taken) = (Vec::new(), false);
                for byte in text.bytes() {
                    want.push(taken);
                    taken = byte == b'\\' && !taken;
                }
                let (mut have, mut first) = (Vec::new(), false);
                for step in text.as_bytes().chunks(STEP).take(2) {
                    let bits = step.iter().rev().fold(0, |bits, b| bits << 1 | u64::from(*b == b'\\'));
                    let (places, next) = escaped(bits, first);
                    have.extend((0..STEP).map(|i| places >> i & 1 == 1));
                    first = next;
                }
                assert_eq!(have, want[..2 * STEP], "{text}");
            }
        }
    }

    #[test]
    fn parity_counts_from_the_first_place() {
        assert_eq!(parity(0b1001_0000), 0b0111_0000);
        assert_eq!(parity(1), u64::MAX);
    }
}
