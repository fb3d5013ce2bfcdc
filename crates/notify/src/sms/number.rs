//! To which numbers SMS are sent.

/// Whether an SMS is sent to the number, given in E.164: to German mobile numbers (015, 016, 017), and to numbers of the
/// other countries that the municipality allows (calling codes), where the number alone often does not tell. Not to
/// others: they are the usual way to make money with somebody else's SMS.
pub fn gets_sms(phone: &str, countries: &[String]) -> bool {
    let Some(digits) = phone.strip_prefix('+') else { return false };
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) || !(8..=15).contains(&digits.len()) {
        return false;
    }
    if !countries.iter().any(|code| digits.starts_with(code.as_str())) {
        return false;
    }
    match digits.strip_prefix("49") {
        Some(national) => ["15", "16", "17"].iter().any(|prefix| national.starts_with(prefix)),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::fixtures::town;

    #[test]
    fn only_mobile_numbers_nearby_get_sms() {
        let countries = town().settings.sms.countries;
        for phone in [
            "+4915123456789",
            "+491601234567",
            "+4917612345678",
            "+31612345678",
            "+48512345678",
            "+4791234567",
            "+3546112345",
            "+4236601234",
        ] {
            assert!(gets_sms(phone, &countries), "{phone}");
        }
        for phone in [
            "+4923649330",
            "+4930123456",
            "+18005550100",
            "+79161234567",
            "+41791234567",
            "+447700900123",
            "+8821612345",
            "015123456789",
            "",
            "+",
            "+49151",
            "+4915123456789012",
            "+49151abc45678",
            "+4990012345678",
        ] {
            assert!(!gets_sms(phone, &countries), "{phone}");
        }
    }

    #[test]
    fn a_municipality_chooses_its_countries() {
        let some = ["49".to_owned(), "41".to_owned()];
        assert!(gets_sms("+41791234567", &some) && gets_sms("+4915123456789", &some));
        assert!(!gets_sms("+31612345678", &some));
    }
}
