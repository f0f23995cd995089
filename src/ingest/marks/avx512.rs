//! AVX-512 (since Ice Lake and Zen 4): a step at a time, and the places of bits pressed together by one instruction.

use std::arch::x86_64::{
    _mm_cvtsi128_si64, _mm512_and_si512, _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask, _mm512_loadu_si512,
    _mm512_maskz_compress_epi8, _mm512_set1_epi8,
};

use super::{Cpu, FEW, Marks, STEP, Visit, Wanted, avx2, walk};

/// Shows that the CPU has what is needed here.
#[derive(Clone, Copy)]
pub(super) struct Avx512(());

impl Avx512 {
    pub(super) fn here() -> Option<Self> {
        // Those that others imply too: a virtual machine may hide some.
        let here = std::is_x86_feature_detected!("avx512f")
            && std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("fma")
            && std::is_x86_feature_detected!("f16c")
            && std::is_x86_feature_detected!("avx512bw")
            && std::is_x86_feature_detected!("avx512vl")
            && std::is_x86_feature_detected!("avx512vbmi2")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("popcnt")
            && std::is_x86_feature_detected!("pclmulqdq");
        here.then_some(Self(()))
    }

    pub(super) fn visit<const N: usize, V: Visit<N>>(self, bytes: &[u8], visitor: V) -> V {
        #[target_feature(enable = "avx512bw,avx512vl,avx512vbmi2,bmi1,popcnt,pclmulqdq")]
        fn compiled<const N: usize, V: Visit<N>>(cpu: Avx512, bytes: &[u8], visitor: V) -> V {
            walk(bytes, visitor, cpu)
        }
        // SAFETY: the function is safe but for the features it was compiled with, and the CPU has said that it has them.
        unsafe { compiled(self, bytes, visitor) }
    }
}

impl Cpu for Avx512 {
    #[inline(always)]
    fn marks<const N: usize>(self, step: &[u8; STEP], wanted: [Wanted; N]) -> Marks<N> {
        let mut marks = [0; N];
        for (marks, wanted) in marks.iter_mut().zip(wanted) {
            // SAFETY: the CPU has what the function was compiled for, or there were no `Avx512`.
            *marks = unsafe { places(step, wanted) };
        }
        marks
    }

    #[inline(always)]
    fn parity(self, bits: u64) -> u64 {
        // SAFETY: as above.
        unsafe { avx2::parity(bits) }
    }

    #[inline(always)]
    fn first(self, bits: u64) -> [u8; FEW] {
        // SAFETY: as above.
        unsafe { first(bits) }
    }
}

#[inline]
#[target_feature(enable = "avx512bw")]
fn places(step: &[u8; STEP], Wanted { mask, byte }: Wanted) -> u64 {
    // SAFETY: a step is 64 bytes, and they may stand anywhere.
    let step = unsafe { _mm512_loadu_si512(step.as_ptr().cast()) };
    let (mask, byte) = (_mm512_set1_epi8(mask.cast_signed()), _mm512_set1_epi8(byte.cast_signed()));
    _mm512_cmpeq_epi8_mask(_mm512_and_si512(step, mask), byte)
}

/// The numbers of all places, pressed together to those that are set.
#[inline]
#[target_feature(enable = "avx512vbmi2")]
fn first(bits: u64) -> [u8; FEW] {
    #[expect(clippy::cast_possible_truncation, reason = "below 64")]
    const NUMBERS: [u8; STEP] = {
        let (mut numbers, mut at) = ([0; STEP], 0);
        while at < STEP {
            numbers[at] = at as u8;
            at += 1;
        }
        numbers
    };
    // SAFETY: as above.
    let numbers = unsafe { _mm512_loadu_si512(NUMBERS.as_ptr().cast()) };
    let places = _mm512_maskz_compress_epi8(bits, numbers);
    _mm_cvtsi128_si64(_mm512_castsi512_si128(places)).to_le_bytes()
}
