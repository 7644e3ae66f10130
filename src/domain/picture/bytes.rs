//! What a file is, read from its bytes: kind, size, and whether it tells where
//! it was taken. Nothing is decoded, so nothing in a file can do harm.

use sha2::{Digest, Sha256};

use super::{Kind, LARGEST, Look, NoPicture};
use crate::domain::hex::hex;

/// SHA-256 in hexadecimal.
pub fn hash_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// What the bytes of a file are.
pub fn look(bytes: &[u8]) -> Result<Look, NoPicture> {
    if bytes.len() > LARGEST {
        return Err(NoPicture::TooLarge);
    }
    let (kind, size) = match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => (Kind::Png, png(bytes)),
        [0xff, 0xd8, 0xff, ..] => (Kind::Jpeg, jpeg(bytes)),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => (Kind::Gif, gif(bytes)),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => (Kind::Webp, webp(bytes)),
        _ if is_svg(bytes) => return Err(NoPicture::Svg),
        _ => return Err(NoPicture::Unknown),
    };
    let is_whole = |(width, height): &(u32, u32)| *width > 0 && *height > 0;
    let (width, height) = size.filter(is_whole).ok_or(NoPicture::Damaged)?;
    Ok(Look {
        kind,
        width,
        height,
        bytes: bytes.len() as u64,
        hash: hash_of(bytes),
        has_place: kind == Kind::Jpeg && has_place(bytes),
    })
}

fn is_svg(bytes: &[u8]) -> bool {
    let begin = &bytes[..bytes.len().min(1_000)];
    let text = String::from_utf8_lossy(begin).to_lowercase();
    text.contains("<svg")
}

/// A big-endian number of two or four bytes.
fn big(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let part = bytes.get(at..at.checked_add(length)?)?;
    Some(part.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

/// The same with the smallest byte first.
fn little(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let part = bytes.get(at..at.checked_add(length)?)?;
    let backwards = part.iter().rev();
    Some(backwards.fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    Some((big(bytes, 16, 4)?, big(bytes, 20, 4)?))
}

fn gif(bytes: &[u8]) -> Option<(u32, u32)> {
    Some((little(bytes, 6, 2)?, little(bytes, 8, 2)?))
}

/// The size stands in the first frame header (SOF) among the segments.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let frame = segments(bytes)
        .find(|(marker, _)| matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc));
    let (_, at) = frame?;
    Some((big(bytes, at + 5, 2)?, big(bytes, at + 3, 2)?))
}

/// Marker of each segment before the picture itself, and where its length
/// stands.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, usize)> + '_ {
    let mut at = 2;
    std::iter::from_fn(move || {
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let marker = *bytes.get(at + 1)?;
        if bytes.get(at) != Some(&0xff) || marker == 0xda || marker == 0xd9 {
            return None;
        }
        let begins = at + 2;
        let length = usize::try_from(big(bytes, begins, 2)?).ok()?;
        at = begins + length.max(2);
        Some((marker, begins))
    })
}

/// Whether the EXIF part names a place: tag 0x8825 in its first list (TIFF 6.0,
/// EXIF 2.3).
fn has_place(bytes: &[u8]) -> bool {
    let looks = |(marker, at): (u8, usize)| -> Option<bool> {
        if marker != 0xe1 || bytes.get(at + 2..at + 8)? != b"Exif\0\0" {
            return None;
        }
        let tiff = bytes.get(at + 8..)?;
        let read = if tiff.starts_with(b"II") { little } else { big };
        let list = usize::try_from(read(tiff, 4, 4)?).ok()?;
        let n_tags = usize::try_from(read(tiff, list, 2)?).ok()?;
        let mut tags = (0..n_tags).map_while(|tag| read(tiff, list.checked_add(2 + 12 * tag)?, 2));
        Some(tags.any(|tag| tag == 0x8825))
    };
    segments(bytes).filter_map(looks).any(|has| has)
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8 " => {
            let side = |at| Some(little(bytes, at, 2)? & 0x3fff);
            Some((side(26)?, side(28)?))
        }
        b"VP8L" => {
            let packed = little(bytes, 21, 4)?;
            Some(((packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    fn jpeg_of(width: u16, height: u16, exif: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        if !exif.is_empty() {
            bytes.extend([0xff, 0xe1]);
            bytes.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
            bytes.extend(exif);
        }
        bytes.extend([0xff, 0xc4, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 8, 8]);
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes
    }

    /// EXIF with one tag.
    fn exif(tag: u16) -> Vec<u8> {
        let mut bytes = b"Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
        bytes.extend(tag.to_be_bytes());
        bytes.extend([0; 10]);
        bytes
    }

    #[track_caller]
    fn check(bytes: &[u8], kind: Kind, width: u32, height: u32) {
        let look = look(bytes).unwrap();
        assert_eq!((look.kind, look.width, look.height), (kind, width, height));
        assert_eq!(look.bytes, bytes.len() as u64);
    }

    #[test]
    fn each_kind_says_how_large_it_is() {
        check(&png_of(1200, 675), Kind::Png, 1200, 675);
        check(&jpeg_of(640, 480, &[]), Kind::Jpeg, 640, 480);
        check(b"GIF89a\x40\x01\xf0\0", Kind::Gif, 320, 240);
        check(
            b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x3f\x01\0\xef\0\0",
            Kind::Webp,
            320,
            240,
        );
        check(
            b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x3f\xc1\x3b\0",
            Kind::Webp,
            320,
            240,
        );
        check(
            b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x40\x01\xf0\0",
            Kind::Webp,
            320,
            240,
        );
    }

    #[test]
    fn what_is_no_picture_is_refused_with_the_reason() {
        for (bytes, why) in [
            (&b"<?xml version='1.0'?><SVG xmlns=''/>"[..], NoPicture::Svg),
            (b"hello", NoPicture::Unknown),
            (b"", NoPicture::Unknown),
            (b"\x89PNG\r\n\x1a\n", NoPicture::Damaged),
            (&png_of(0, 3), NoPicture::Damaged),
            (b"\xff\xd8\xff\xd9", NoPicture::Damaged),
        ] {
            assert_eq!(look(bytes), Err(why), "{bytes:?}");
        }
        assert_eq!(look(&vec![0; LARGEST + 1]), Err(NoPicture::TooLarge));
    }

    #[test]
    fn a_photo_that_says_where_it_was_taken_is_noticed() {
        assert!(look(&jpeg_of(9, 9, &exif(0x8825))).unwrap().has_place);
        assert!(!look(&jpeg_of(9, 9, &exif(0x0110))).unwrap().has_place);
    }

    #[test]
    fn no_bytes_make_it_stumble() {
        let whole = jpeg_of(640, 480, &exif(0x8825));
        for end in 0..whole.len() {
            let _ = look(&whole[..end]);
            let mut broken = whole.clone();
            broken[end] = 0xff;
            let _ = look(&broken);
        }
    }
}
