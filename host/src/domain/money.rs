//! Money: whole minor units in the contract's currency.

use super::decimal::Decimal;

/// How many decimals a currency of ISO 4217 has; none where there is no such.
pub fn exponent(currency: &str) -> Option<u32> {
    const TWO: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD \
        BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP \
        GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT \
        LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO \
        NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS \
        SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD \
        YER ZAR ZMW ZWG";
    const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
    const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";
    [(TWO, 2), (NONE, 0), (THREE, 3)]
        .into_iter()
        .find(|(codes, _)| codes.split_whitespace().any(|code| code == currency))
        .map(|(_, exponent)| exponent)
}

/// Values up to this are taken: beyond it is no business but a mistake.
pub const VALUE_MINOR_UNITS_MAX: i64 = 1_000_000_000_000_000;

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAmount {
    #[error("is no amount such as 1234.56")]
    Malformed,
    #[error("has more decimals than the currency's {0}")]
    TooManyDecimals(u32),
    #[error("is beyond what 64 bits of minor units hold")]
    TooLarge,
}

/// Reads a decimal amount exactly, into minor units. `mark` is the decimal mark,
/// see [`Decimal`].
///
/// ```
/// use stellwerk::domain::money::parse;
/// assert_eq!(parse("1.234,5", ',', 2), Ok(123_450));
/// ```
pub fn parse(text: &str, mark: char, exponent: u32) -> Result<i64, NotAnAmount> {
    let decimal = Decimal::parse(text, mark).ok_or(NotAnAmount::Malformed)?;
    if decimal.fraction.len() > exponent as usize {
        return Err(NotAnAmount::TooManyDecimals(exponent));
    }
    let minor_units = format!(
        "{}{}{:0<width$}",
        decimal.sign(),
        decimal.whole,
        decimal.fraction,
        width = exponent as usize
    );
    minor_units.parse().map_err(|_| NotAnAmount::TooLarge)
}

/// An amount as people read it, such as `1234.50`.
pub fn display(minor_units: i64, exponent: u32) -> String {
    let unit = 10_u64.pow(exponent);
    let sign = if minor_units < 0 { "-" } else { "" };
    let amount = minor_units.unsigned_abs();
    if exponent == 0 {
        return format!("{sign}{amount}");
    }
    format!(
        "{sign}{}.{:0width$}",
        amount / unit,
        amount % unit,
        width = exponent as usize
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        let cases: [(&str, char, Result<i64, NotAnAmount>); 10] = [
            ("1234.56", '.', Ok(123_456)),
            ("1.234,56", ',', Ok(123_456)),
            ("1'234.5", '.', Ok(123_450)),
            ("-0,01", ',', Ok(-1)),
            ("7", '.', Ok(700)),
            ("1.230", '.', Ok(123)),
            ("1.234", '.', Err(NotAnAmount::TooManyDecimals(2))),
            ("12,34.5", '.', Err(NotAnAmount::Malformed)),
            ("99999999999999999999", '.', Err(NotAnAmount::TooLarge)),
            ("", '.', Err(NotAnAmount::Malformed)),
        ];
        for (text, decimal, expected) in cases {
            assert_eq!(parse(text, decimal, 2), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(amount: i64, exponent in 0u32..4) {
            prop_assert_eq!(parse(&display(amount, exponent), '.', exponent), Ok(amount));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = parse(&text, ',', 2);
        }
    }
}
