//! Where the bytes that matter stand, 64 bytes at a time, a bit a byte. The one module with `unsafe`.
//!
//! Measured hot spot (docs/BENCHMARKS.md): AVX-512 or AVX2 where the CPU has it, plain words of 8 bytes elsewhere; the tests compare
//! them all. (AVX-512 finds bytes no faster than AVX2; it gathers the places of bits in one instruction instead of thirty.)
#![expect(clippy::inline_always, reason = "what goes over bytes must be compiled with the features that the CPU has")]
#![cfg_attr(
    target_arch = "x86_64",
    allow(unsafe_code, reason = "a function compiled for what a CPU may have is called once it is known to have it")
)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod words;

use std::ops::Add;

/// Bytes looked at in one step.
pub(super) const STEP: usize = 64;

/// For each of the bytes asked for: the places of a step where it stands, the first place in the lowest bit.
pub(super) type Marks<const N: usize> = [u64; N];

/// Takes the marks of a text, step by step.
pub(super) trait Visit<const N: usize> {
    /// The bytes asked for; the same ones each time.
    fn wanted(&self) -> [Wanted; N];
    /// The marks of the step that begins at `at`, with a bit set for each place where there is a byte; whether to go on.
    fn step(&mut self, at: usize, marks: Marks<N>, there: u64, cpu: impl Cpu) -> bool;
}

/// What every CPU can do, each as fast as it has it.
pub(super) trait Cpu: Copy {
    /// Where the wanted bytes stand in a step.
    fn marks<const N: usize>(self, step: &[u8; STEP], wanted: [Wanted; N]) -> Marks<N>;
    /// Whether an odd number of bits is set up to and with each place: inside or outside of quotes, from the places of quotes.
    fn parity(self, bits: u64) -> u64;
    /// The first places of the bits. Always so many, whether there are or not: nobody foretells how many there are, so asking costs
    /// more. What is too much says nothing.
    fn first(self, bits: u64) -> [u8; FEW];
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

    /// Control characters.
    pub(super) const CONTROL: Self = Self { mask: 0xe0, byte: 0 };
}

/// Fills the last step up: nobody asks for it.
const NOTHING: u8 = 0xff;

/// Goes over the bytes and says where each of the wanted bytes stands. The last step may be short: nothing stands behind it. (The
/// visitor comes and goes by value: what it knows then lies in registers.)
pub(super) fn visit<const N: usize, V: Visit<N>>(bytes: &[u8], visitor: V) -> V {
    #[cfg(target_arch = "x86_64")]
    if let Some(cpu) = avx512::Avx512::here() {
        return cpu.visit(bytes, visitor);
    } else if let Some(cpu) = avx2::Avx2::here() {
        return cpu.visit(bytes, visitor);
    }
    walk(bytes, visitor, words::Words)
}

/// All whole steps, then what is left, filled up.
#[inline(always)]
fn walk<const N: usize, V: Visit<N>>(bytes: &[u8], visitor: V, cpu: impl Cpu) -> V {
    // (One of our own, to which nothing points.)
    let mut visitor = visitor;
    let wanted = visitor.wanted();
    let (steps, rest) = bytes.as_chunks::<STEP>();
    for (number, step) in steps.iter().enumerate() {
        if !visitor.step(number * STEP, cpu.marks(step, wanted), u64::MAX, cpu) {
            return visitor;
        }
    }
    if !rest.is_empty() {
        let mut step = [NOTHING; STEP];
        step[..rest.len()].copy_from_slice(rest);
        visitor.step(steps.len() * STEP, cpu.marks(&step, wanted), (1 << rest.len()) - 1, cpu);
    }
    visitor
}

/// Places taken at once; nearly no step has more.
pub(super) const FEW: usize = 8;

/// Places of bits. There is room for more behind them, so that a step need not ask for it.
#[derive(Default)]
pub(super) struct Places {
    room: Vec<u32>,
    pub(super) count: usize,
}

impl Places {
    /// All of them.
    pub(super) fn all(&self) -> &[u32] {
        &self.room[..self.count]
    }

    pub(super) fn clear(&mut self) {
        self.count = 0;
    }

    pub(super) fn push(&mut self, place: u32) {
        let (room, count) = self.room(1);
        room[count] = place;
        self.count += 1;
    }

    /// Room for [`put`] to put the places of so many bits, behind those there are.
    pub(super) fn room(&mut self, bits: usize) -> (&mut [u32], usize) {
        let length = self.count + bits + FEW;
        self.room.resize(self.room.len().max(length), 0);
        (&mut self.room, self.count)
    }
}

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.all().fmt(f)
    }
}

/// Puts the places of the bits behind so many others, where there is [`Places::room`]; how many there are then.
#[inline(always)]
pub(super) fn put(room: &mut [u32], count: usize, at: u32, mut bits: u64, cpu: impl Cpu) -> usize {
    let (mut to, end) = (count, count + bits.count_ones() as usize);
    loop {
        room[to..][..FEW].copy_from_slice(&counted_from(at, cpu.first(bits)));
        to += FEW;
        if to >= end {
            return end;
        }
        bits = beyond(bits);
    }
}

/// The bits without the first ones.
#[inline(always)]
pub(super) fn beyond(bits: u64) -> u64 {
    (0..FEW).fold(bits, |bits, _| bits & bits.wrapping_sub(1))
}

/// Places of a step, counted from where the step is counted from.
#[inline(always)]
pub(super) fn counted_from<T: From<u8> + Add<Output = T> + Copy>(at: T, places: [u8; FEW]) -> [T; FEW] {
    let mut counted = [at; FEW];
    for (counted, place) in counted.iter_mut().zip(places) {
        *counted = at + T::from(place);
    }
    counted
}

/// A place in a text; of those beyond 4 GiB none is noted.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the length is checked before")]
pub(super) fn small(place: usize) -> u32 {
    place as u32
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

        fn step(&mut self, at: usize, marks: Marks<4>, there: u64, cpu: impl Cpu) -> bool {
            assert!(marks.iter().all(|bits| bits & !there == 0));
            for bits in marks {
                assert_eq!(cpu.parity(bits), words::Words.parity(bits));
                let mut noted = Places::default();
                noted.push(1);
                let (room, count) = noted.room(STEP);
                noted.count = put(room, count, 1_000, bits, cpu);
                let all = (0..64).filter(|place| bits >> place & 1 == 1).map(|place| 1_000 + place);
                assert!(noted.all().iter().copied().eq([1].into_iter().chain(all)), "{bits:x}");
            }
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
        let mut ways = vec![walk(bytes, Kept::default(), words::Words)];
        #[cfg(target_arch = "x86_64")]
        {
            ways.extend(avx2::Avx2::here().map(|cpu| cpu.visit(bytes, Kept::default())));
            ways.extend(avx512::Avx512::here().map(|cpu| cpu.visit(bytes, Kept::default())));
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
            let fast = visit(&bytes, Kept::default());
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
        assert_eq!(words::Words.parity(0b1001_0000), 0b0111_0000);
        assert_eq!(words::Words.parity(1), u64::MAX);
    }
}
