//! The little of CBOR (RFC 8949) that authenticators write: CTAP2's canonical form, which has no tags, no fractions and no
//! lengths that are only known at the end. Everything else is refused.

/// Arrays and maps in arrays and maps.
const DEEPEST: usize = 4;
/// Entries of one array or map.
const MOST_ENTRIES: u64 = 64;

/// A value. Bytes and text are those of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Integer(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Array(Vec<Self>),
    Map(Vec<(Self, Self)>),
    /// `true`, `false` or nothing.
    Simple(u8),
}

impl<'a> Value<'a> {
    /// The bytes, if it is some.
    pub fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// What a map has under this key.
    pub fn get(&self, key: &Value<'_>) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(found, _)| found == key).map(|(_, value)| value)
    }

    /// What a map has under a number, as in keys.
    pub fn numbered(&self, key: i64) -> Option<&Self> {
        self.get(&Value::Integer(key))
    }

    /// What a map has under a name.
    pub fn named(&self, key: &str) -> Option<&Self> {
        self.get(&Value::Text(key))
    }
}

/// The first value of the input, and what comes behind it.
pub(super) fn first(input: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let mut reader = Reader { left: input };
    let value = reader.value(0)?;
    Some((value, reader.left))
}

/// The value that is the whole input.
pub(super) fn whole(input: &[u8]) -> Option<Value<'_>> {
    first(input).filter(|(_, rest)| rest.is_empty()).map(|(value, _)| value)
}

struct Reader<'a> {
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        let [head] = *self.take(1)? else { return None };
        let (major, info) = (head >> 5, head & 0b1_1111);
        if major == 7 {
            // false, true, null, undefined; fractions are longer
            return (20..=23).contains(&info).then_some(Value::Simple(info));
        }
        let number = self.argument(info)?;
        match major {
            0 => i64::try_from(number).ok().map(Value::Integer),
            1 => i64::try_from(number).ok().map(|number| Value::Integer(-1 - number)),
            2 => self.take(usize::try_from(number).ok()?).map(Value::Bytes),
            3 => {
                let text = self.take(usize::try_from(number).ok()?)?;
                std::str::from_utf8(text).ok().map(Value::Text)
            }
            4 | 5 if depth == DEEPEST || number > MOST_ENTRIES => None,
            4 => {
                (0..number).map(|_| self.value(depth + 1)).collect::<Option<_>>().map(Value::Array)
            }
            5 => self.map(number, depth + 1),
            _ => None,
        }
    }

    fn map(&mut self, entries: u64, depth: usize) -> Option<Value<'a>> {
        let mut map: Vec<(Value<'a>, Value<'a>)> = Vec::new();
        for _ in 0..entries {
            let key = self.value(depth)?;
            // of two values for one key, two readers would believe different ones
            if map.iter().any(|(known, _)| *known == key) {
                return None;
            }
            map.push((key, self.value(depth)?));
        }
        Some(Value::Map(map))
    }

    fn argument(&mut self, info: u8) -> Option<u64> {
        let length = match info {
            0..=23 => return Some(info.into()),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return None,
        };
        Some(self.take(length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.left.split_at_checked(length)?;
        self.left = left;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_to_their_end() {
        let map = [0xa2, 0x01, 0x26, 0x61, b'x', 0x82, 0x41, 0xff, 0xf5];
        let value = whole(&map).unwrap();
        assert_eq!(value.numbered(1).unwrap().integer(), Some(-7));
        let list = vec![Value::Bytes(&[0xff]), Value::Simple(21)];
        assert_eq!(value.named("x"), Some(&Value::Array(list)));
        assert_eq!(value.named("y"), None);
        assert_eq!(whole(&[0x39, 0x01, 0x00]).unwrap().integer(), Some(-257));
        assert_eq!(first(&[0x00, 0x09]), Some((Value::Integer(0), &[0x09][..])));
        assert_eq!(whole(&[0x00, 0x09]), None, "something behind it");
        for end in 0..map.len() {
            assert_eq!(whole(&map[..end]), None, "cut after {end}");
        }
    }

    #[test]
    fn what_authenticators_do_not_write_is_refused() {
        let deep = [vec![0x81; 6], vec![0x00]].concat();
        for (what, bytes) in [
            ("two values for a key", &[0xa2, 0x01, 0x02, 0x01, 0x03][..]),
            ("an end that comes later", &[0x5f, 0x41, 0x00, 0xff]),
            ("a tag", &[0xc0, 0x00]),
            ("a fraction", &[0xf9, 0x00, 0x00]),
            ("no UTF-8", &[0x61, 0xff]),
            ("more than 64 bits", &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            ("a length beyond the end", &[0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            ("many entries", &[0x9a, 0x00, 0xff, 0xff, 0xff]),
            ("deep", &deep),
        ] {
            assert_eq!(whole(bytes), None, "{what}");
        }
    }
}
