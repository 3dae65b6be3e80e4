//! Writes outlines as a TrueType font, one glyph for each picture, so that pictures live in the same texture as texts.
//!
//! Must not know what the pictures show.

/// Units of the square that a glyph fills.
pub(super) const EM: f32 = 1024.0;
/// Code point of the first glyph, in the private use area.
pub(super) const FIRST: u32 = 0xE000;

/// A point of a contour: x, y upwards, and whether the curve runs through it.
pub(super) type Knot = (i16, i16, bool);
/// A closed curve of quadratic arcs.
pub(super) type Contour = Vec<Knot>;

/// The font file with these glyphs from [`FIRST`] on; the first also stands for characters that are missing.
pub(super) fn written(glyphs: &[Vec<Contour>]) -> Vec<u8> {
    let (mut glyf, mut loca) = (Vec::new(), vec![0_u32, 0]);
    for contours in glyphs {
        glyf.extend(outline(contours));
        loca.push(glyf.len() as u32);
    }
    let count = glyphs.len() as u16 + 1;
    let loca = loca.iter().flat_map(|offset| offset.to_be_bytes()).collect();
    // In the order of their tags, as readers search them.
    let tables: [(&[u8; 4], Vec<u8>); 8] = [
        (b"cmap", characters(count - 1)),
        (b"glyf", glyf),
        (b"head", head()),
        (b"hhea", horizontal_head(count)),
        (b"hmtx", (0..count).flat_map(|_| words(&[EM as i16, 0])).collect()),
        (b"loca", loca),
        (b"maxp", limits(glyphs, count)),
        (b"post", [&0x0003_0000_u32.to_be_bytes()[..], &[0; 28]].concat()),
    ];
    assembled(&tables)
}

fn words(values: &[i16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

fn longs(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

/// One simple glyph, padded to four bytes; nothing at all for an empty one.
fn outline(contours: &[Contour]) -> Vec<u8> {
    let points: Vec<Knot> = contours.iter().flatten().copied().collect();
    if points.is_empty() {
        return Vec::new();
    }
    let span = |values: &mut dyn Iterator<Item = i16>| {
        values.fold((i16::MAX, i16::MIN), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (left, right) = span(&mut points.iter().map(|point| point.0));
    let (low, high) = span(&mut points.iter().map(|point| point.1));
    let mut bytes = words(&[contours.len() as i16, left, low, right, high]);
    let mut last = -1_i16;
    for contour in contours {
        last += contour.len() as i16;
        bytes.extend(last.to_be_bytes());
    }
    bytes.extend([0, 0]);
    bytes.extend(points.iter().map(|(.., on_curve)| u8::from(*on_curve)));
    for of in [|point: &Knot| point.0, |point: &Knot| point.1] {
        let mut before = 0_i16;
        for point in &points {
            bytes.extend(of(point).wrapping_sub(before).to_be_bytes());
            before = of(point);
        }
    }
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Which glyph each character has: the private use area in order, and the first for a question mark.
fn characters(count: u16) -> Vec<u8> {
    let last = FIRST + u32::from(count).saturating_sub(1);
    let question = u32::from('?');
    let groups = longs(&[question, question, 1, FIRST, last, 1]);
    let table = [words(&[12, 0]), longs(&[16 + groups.len() as u32, 0, 2]), groups].concat();
    [words(&[0, 1, 3, 10]), longs(&[12]), table].concat()
}

fn head() -> Vec<u8> {
    let em = EM as i16;
    let mut bytes = longs(&[0x0001_0000, 0x0001_0000, 0, 0x5F0F_3CF5]);
    bytes.extend(words(&[0b11, em]));
    bytes.extend([0; 16]);
    bytes.extend(words(&[0, 0, em, em, 0, 6, 2, 1, 0]));
    bytes
}

fn horizontal_head(count: u16) -> Vec<u8> {
    let em = EM as i16;
    let mut bytes = longs(&[0x0001_0000]);
    bytes.extend(words(&[em, 0, 0, em, 0, 0, em, 1, 0, 0, 0, 0, 0, 0, 0]));
    bytes.extend(count.to_be_bytes());
    bytes
}

fn limits(glyphs: &[Vec<Contour>], count: u16) -> Vec<u8> {
    let points = glyphs.iter().map(|glyph| glyph.iter().map(Vec::len).sum::<usize>()).max().unwrap_or_default();
    let contours = glyphs.iter().map(Vec::len).max().unwrap_or_default();
    let mut bytes = longs(&[0x0001_0000]);
    bytes.extend(count.to_be_bytes());
    bytes.extend(words(&[points as i16, contours as i16, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]));
    bytes
}

fn assembled(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let power = tables.len().max(1).ilog2() as i16;
    let range = 16 << power;
    let mut bytes = longs(&[0x0001_0000]);
    bytes.extend(words(&[tables.len() as i16, range, power, tables.len() as i16 * 16 - range]));
    let mut offset = bytes.len() + tables.len() * 16;
    for (tag, table) in tables {
        bytes.extend_from_slice(*tag);
        bytes.extend(longs(&[sum(table), offset as u32, table.len() as u32]));
        offset += table.len().next_multiple_of(4);
    }
    for (_, table) in tables {
        bytes.extend(table);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

fn sum(table: &[u8]) -> u32 {
    table.chunks(4).fold(0, |sum: u32, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_finds_every_glyph() {
        let square = vec![(0, 0, true), (0, 512, true), (512, 512, true), (512, 0, true)];
        let bytes = written(&[vec![square.clone()], Vec::new(), vec![square]]);
        let face = ttf_parser::Face::parse(&bytes, 0).expect("a font");
        assert_eq!(face.units_per_em(), 1024);
        assert_eq!((face.ascender(), face.descender()), (1024, 0));
        for (index, filled) in [true, false, true].into_iter().enumerate() {
            let letter = char::from_u32(FIRST + index as u32).expect("a character");
            let glyph = face.glyph_index(letter).expect("a glyph");
            assert_eq!(face.glyph_bounding_box(glyph).map(|area| area.width() == 512), filled.then_some(true));
            assert_eq!(face.glyph_hor_advance(glyph), Some(1024));
        }
    }
}
