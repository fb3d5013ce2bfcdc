//! To which numbers SMS are sent.

/// Country codes of the European Union.
const EUROPEAN_UNION: [&str; 27] = [
    "30", "31", "32", "33", "34", "351", "352", "353", "356", "357", "358", "359", "36", "370",
    "371", "372", "385", "386", "39", "40", "420", "421", "43", "45", "46", "48", "49",
];

/// Whether an SMS is sent to the number, given in E.164: to German mobile numbers (015, 016, 017), and to numbers of
/// the European Union, where the number alone often does not tell. Not to others: they are the usual way to
/// make money with somebody else's SMS.
pub fn is_mobile(phone: &str) -> bool {
    let Some(digits) = phone.strip_prefix('+') else { return false };
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) || !(8..=15).contains(&digits.len()) {
        return false;
    }
    match digits.strip_prefix("49") {
        Some(national) => ["15", "16", "17"].iter().any(|prefix| national.starts_with(prefix)),
        None => EUROPEAN_UNION.iter().any(|code| digits.starts_with(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mobile_numbers_nearby_get_sms() {
        for phone in
            ["+4915123456789", "+491601234567", "+4917612345678", "+31612345678", "+48512345678"]
        {
            assert!(is_mobile(phone), "{phone}");
        }
        for phone in [
            "+4923649330",
            "+4930123456",
            "+18005550100",
            "+79161234567",
            "+8821612345",
            "015123456789",
            "",
            "+",
            "+49151",
            "+4915123456789012",
            "+49151abc45678",
            "+4990012345678",
        ] {
            assert!(!is_mobile(phone), "{phone}");
        }
    }
}
