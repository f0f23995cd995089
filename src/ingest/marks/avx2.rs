//! AVX2: half a step at a time, and the parity of bits by a multiplication without carries.

use std::arch::x86_64::{
    __m256i, _mm_clmulepi64_si128, _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm_set1_epi8, _mm256_and_si256,
    _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
};

use super::words::one_by_one;
use super::{Cpu, FEW, Marks, STEP, Visit, Wanted, walk};

/// Shows that the CPU has what is needed here.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    pub(super) fn here() -> Option<Self> {
        let here = std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("popcnt")
            && std::is_x86_feature_detected!("pclmulqdq");
        here.then_some(Self(()))
    }

    pub(super) fn visit<const N: usize, V: Visit<N>>(self, bytes: &[u8], visitor: V) -> V {
        #[target_feature(enable = "avx2,bmi1,popcnt,pclmulqdq")]
        fn compiled<const N: usize, V: Visit<N>>(cpu: Avx2, bytes: &[u8], visitor: V) -> V {
            walk(bytes, visitor, cpu)
        }
        // SAFETY: the function is safe but for the features it was compiled with, and the CPU has said that it has them.
        unsafe { compiled(self, bytes, visitor) }
    }
}

impl Cpu for Avx2 {
    #[inline(always)]
    fn marks<const N: usize>(self, step: &[u8; STEP], wanted: [Wanted; N]) -> Marks<N> {
        // No `map` of arrays: it is compiled for any CPU, and what is for this one is then not put into it.
        let mut marks = [0; N];
        for (marks, wanted) in marks.iter_mut().zip(wanted) {
            // SAFETY: the CPU has what the function was compiled for, or there were no `Avx2`.
            *marks = unsafe { places(step, wanted) };
        }
        marks
    }

    #[inline(always)]
    fn parity(self, bits: u64) -> u64 {
        // SAFETY: as above.
        unsafe { parity(bits) }
    }

    #[inline(always)]
    fn first(self, bits: u64) -> [u8; FEW] {
        one_by_one(bits)
    }
}

/// Multiplied by all ones without carries, each place is the sum of those up to it, modulo two.
#[inline]
#[target_feature(enable = "pclmulqdq")]
pub(super) fn parity(bits: u64) -> u64 {
    let product = _mm_clmulepi64_si128::<0>(_mm_cvtsi64_si128(bits.cast_signed()), _mm_set1_epi8(-1));
    _mm_cvtsi128_si64(product).cast_unsigned()
}

#[inline]
#[target_feature(enable = "avx2")]
fn places(step: &[u8; STEP], wanted: Wanted) -> u64 {
    let (halves, _) = step.as_chunks::<32>();
    u64::from(places_of(&halves[0], wanted)) | u64::from(places_of(&halves[1], wanted)) << 32
}

#[inline]
#[target_feature(enable = "avx2")]
fn places_of(half: &[u8; 32], Wanted { mask, byte }: Wanted) -> u32 {
    // SAFETY: a half is 32 bytes, and they may stand anywhere. (Put together of words it cost 4 % of the time of reading.)
    let half: __m256i = unsafe { _mm256_loadu_si256(half.as_ptr().cast()) };
    let (mask, byte) = (_mm256_set1_epi8(mask.cast_signed()), _mm256_set1_epi8(byte.cast_signed()));
    _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(half, mask), byte)).cast_unsigned()
}
