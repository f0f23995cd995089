//! Any CPU: eight bytes at a time in a plain register.

use super::{Cpu, FEW, Marks, STEP, Wanted};

const EACH: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

#[derive(Clone, Copy)]
pub(super) struct Words;

impl Cpu for Words {
    fn marks<const N: usize>(self, step: &[u8; STEP], wanted: [Wanted; N]) -> Marks<N> {
        wanted.map(|wanted| places(step, wanted))
    }

    #[inline]
    fn parity(self, bits: u64) -> u64 {
        [1, 2, 4, 8, 16, 32].into_iter().fold(bits, |bits, by| bits ^ bits << by)
    }

    #[inline]
    fn first(self, bits: u64) -> [u8; FEW] {
        one_by_one(bits)
    }
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

/// The first places of the bits.
#[inline(always)]
pub(super) fn one_by_one(mut bits: u64) -> [u8; FEW] {
    std::array::from_fn(|_| {
        #[expect(clippy::cast_possible_truncation, reason = "at most 64")]
        let place = bits.trailing_zeros() as u8;
        bits &= bits.wrapping_sub(1);
        place
    })
}
