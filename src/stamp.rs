//! The stamp of a file in which is remembered what programs came to: what file it is, how
//! it is laid out, and what programs meant when it was written. What has another stamp is
//! of no use.
//!
//! ```text
//! mark 8 · format 8 · meaning 16
//! ```

use arc_programs::digest::Digest;
use xxhash_rust::xxh3::xxh3_64_with_seed;

const WORD: usize = 8;

/// Stamp of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    /// What file it is.
    pub(crate) mark: [u8; WORD],
    /// Number of its layout, raised with any change of it.
    pub(crate) format: u64,
    /// What programs mean.
    pub(crate) meaning: Digest,
}

impl Stamp {
    /// Bytes of a header.
    pub(crate) const BYTES: usize = 4 * WORD;

    /// What the file begins with. Numbers are little-endian.
    pub(crate) fn header(self) -> [u8; Self::BYTES] {
        let mut header = [0; Self::BYTES];
        header[..WORD].copy_from_slice(&self.mark);
        header[WORD..2 * WORD].copy_from_slice(&self.format.to_le_bytes());
        header[2 * WORD..].copy_from_slice(&self.meaning.number().to_le_bytes());
        header
    }

    /// Checksum of some bytes of the file, by which they say that they are whole and of
    /// this layout and meaning.
    pub(crate) fn checksum(self, bytes: &[u8]) -> u64 {
        let seed = self.meaning.number() as u64 ^ self.format;
        xxh3_64_with_seed(bytes, seed)
    }
}
