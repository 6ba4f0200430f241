//! Where somebody is and how to be reached: what can be a country, a postcode,
//! an e-mail address or a phone number at all, and their normal forms.

use super::text::{self, BadText, NAME_CHARS_MAX};

/// ISO 3166-1 alpha-2, and Kosovo, which has none of its own there.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI \
    BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY \
    CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN \
    GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH \
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO \
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL \
    PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV \
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN \
    VU WF WS XK YE YT ZA ZM ZW";
/// The shortest numbers are such as an extension; E.164 has 15 digits, and some
/// more are written before or behind them.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 4..=20;

/// Why something is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    #[error(transparent)]
    Text(#[from] BadText),
    #[error("is no e-mail address such as eva@example.com; leave it out where none is known")]
    Email,
    #[error(
        "is no phone number, which has {} to {} digits; leave it out where none is known",
        PHONE_DIGITS.start(), PHONE_DIGITS.end()
    )]
    Phone,
}

/// Whether a text is a country's code in ISO 3166-1 alpha-2.
pub fn is_country(text: &str) -> bool {
    text.len() == 2 && COUNTRIES.split(' ').any(|country| country == text)
}

/// Whether a text may be a postcode.
pub fn is_postcode(text: &str) -> bool {
    (2..=12).contains(&text.len())
        && text.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'))
}

/// Checks what cannot be an e-mail address at all.
pub fn check_email(text: &str) -> Result<(), BadAddress> {
    text::check_line(text, NAME_CHARS_MAX)?;
    match normal_email(text) {
        Some(_) => Ok(()),
        None => Err(BadAddress::Email),
    }
}

/// Checks what cannot be a phone number at all. One that is not in use where
/// its prefix says is taken: whoever knows better puts it right.
pub fn check_phone(text: &str) -> Result<(), BadAddress> {
    text::check_line(text, NAME_CHARS_MAX)?;
    let digits = text.chars().filter(|character| character.is_numeric());
    if PHONE_DIGITS.contains(&digits.count()) {
        Ok(())
    } else {
        Err(BadAddress::Phone)
    }
}

/// The address in lower case; none where it cannot be one.
pub fn normal_email(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let well_formed = !local.is_empty()
        && local.len() <= 64
        && domain.len() <= 253
        && domain.contains('.')
        && domain
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        && domain
            .chars()
            .all(|character| character.is_alphanumeric() || matches!(character, '.' | '-'))
        && !local.chars().any(|character| {
            character.is_whitespace() || character.is_control() || character == '@'
        });
    well_formed.then_some(text)
}

/// The number in E.164; none where it cannot be one. Without a country code it
/// is taken as one of `country` (ISO 3166-1 alpha-2).
pub fn normal_phone(text: &str, country: Option<&str>) -> Option<String> {
    let country = country.and_then(|country| country.parse().ok());
    let number = phonenumber::parse(country, text.trim()).ok()?;
    phonenumber::is_valid(&number)
        .then(|| number.format().mode(phonenumber::Mode::E164).to_string())
}

/// Letters and digits in upper case.
pub fn normal_postcode(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn writings_of_the_same_agree() {
        assert_eq!(
            normal_email(" Eva.Muster@Example.COM "),
            Some("eva.muster@example.com".to_owned())
        );
        assert_eq!(
            normal_phone("030 901820", Some("DE")),
            normal_phone("+49 (30) 901820", None)
        );
    }

    #[test]
    fn what_cannot_be_an_address_or_number_is_none() {
        for text in [
            "",
            "eva",
            "@example.com",
            "eva@localhost",
            "eva@-x.de",
            "e va@x.de",
            "eva@x.de, jo@x.de",
        ] {
            assert_eq!(normal_email(text), None, "{text}");
            assert!(check_email(text).is_err(), "{text}");
        }
        for text in ["", "12", "call me", "+49 1"] {
            assert_eq!(normal_phone(text, Some("DE")), None, "{text}");
            assert!(check_phone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn people_write_numbers_as_they_like() {
        for text in ["+49 (0) 30 / 90 18 20", "030-901820 ab 18 Uhr", "٠٣٠٩٠١٨٢٠"] {
            assert_eq!(check_phone(text), Ok(()), "{text}");
        }
        assert_eq!(check_phone(&"1".repeat(21)), Err(BadAddress::Phone));
        assert_eq!(
            check_email("Eva@Münster.example"),
            Ok(()),
            "domains have more letters than those of ASCII"
        );
        let control = Err(BadAddress::Text(BadText::Control('\0')));
        assert_eq!(check_email("eva\0@example.com"), control);
    }

    #[test]
    fn countries_are_those_of_the_list() {
        assert_eq!(COUNTRIES.split(' ').count(), 250);
        assert!(COUNTRIES.split(' ').is_sorted());
        for country in ["DE", "AT", "XK"] {
            assert!(is_country(country), "{country}");
        }
        for country in ["", "de", "DEU", "XX", "D ", "UK"] {
            assert!(!is_country(country), "{country}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text: String, country in "[A-Z]{2}") {
            let _ = (check_email(&text), check_phone(&text), is_country(&text), is_postcode(&text));
            let _ = (normal_phone(&text, Some(&country)), normal_postcode(&text));
        }

        #[test]
        fn a_number_that_can_be_dialled_is_taken(number in "\\+49 ?30 ?[0-9]{5,8}") {
            if normal_phone(&number, None).is_some() {
                prop_assert_eq!(check_phone(&number), Ok(()));
            }
        }
    }
}
