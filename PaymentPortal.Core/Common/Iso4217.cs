namespace PaymentPortal.Core.Common;

/// <summary>
/// The active codes of ISO 4217 with the exponent of their minor unit, and beside them what the PSP's currency page says:
/// the smallest charge in minor units (1 where none is named) and whether we offer the currency at all.
/// MGA has five iraimbilanja to the ariary and counts as two decimals in ISO but none at the PSP, so it is not offered.
/// </summary>
internal static class Iso4217
{
    public static readonly (string Code, int Exponent, long Minimum, bool IsOffered)[] Table =
    [
        ("AED", 2, 200, true), ("AFN", 2, 1, true), ("ALL", 2, 1, true), ("AMD", 2, 1, true), ("ANG", 2, 1, true), ("AOA", 2, 1, true),
        ("ARS", 2, 1, true), ("AUD", 2, 50, true), ("AWG", 2, 1, true), ("AZN", 2, 1, true), ("BAM", 2, 1, true), ("BBD", 2, 1, true),
        ("BDT", 2, 1, true), ("BGN", 2, 1, true), ("BHD", 3, 1, true), ("BIF", 0, 1, true), ("BMD", 2, 1, true), ("BND", 2, 1, true),
        ("BOB", 2, 1, true), ("BRL", 2, 50, true), ("BSD", 2, 1, true), ("BTN", 2, 1, false), ("BWP", 2, 1, true), ("BYN", 2, 1, false),
        ("BZD", 2, 1, true), ("CAD", 2, 50, true), ("CDF", 2, 1, true), ("CHF", 2, 50, true), ("CLF", 4, 1, false), ("CLP", 0, 1, true),
        ("CNY", 2, 1, true), ("COP", 2, 1, true), ("CRC", 2, 1, true), ("CUP", 2, 1, false), ("CVE", 2, 1, true), ("CZK", 2, 1500, true),
        ("DJF", 0, 1, true), ("DKK", 2, 250, true), ("DOP", 2, 1, true), ("DZD", 2, 1, true), ("EGP", 2, 1, true), ("ERN", 2, 1, false),
        ("ETB", 2, 1, true), ("EUR", 2, 50, true), ("FJD", 2, 1, true), ("FKP", 2, 1, true), ("GBP", 2, 30, true), ("GEL", 2, 1, true),
        ("GHS", 2, 1, true), ("GIP", 2, 1, true), ("GMD", 2, 1, true), ("GNF", 0, 1, true), ("GTQ", 2, 1, true), ("GYD", 2, 1, true),
        ("HKD", 2, 400, true), ("HNL", 2, 1, true), ("HTG", 2, 1, true), ("HUF", 2, 17500, true), ("IDR", 2, 1, true), ("ILS", 2, 1, true),
        ("INR", 2, 50, true), ("IQD", 3, 1, false), ("IRR", 2, 1, false), ("ISK", 0, 1, false), ("JMD", 2, 1, true), ("JOD", 3, 1, true),
        ("JPY", 0, 50, true), ("KES", 2, 1, true), ("KGS", 2, 1, true), ("KHR", 2, 1, true), ("KMF", 0, 1, true), ("KPW", 2, 1, false),
        ("KRW", 0, 1, true), ("KWD", 3, 1, true), ("KYD", 2, 1, true), ("KZT", 2, 1, true), ("LAK", 2, 1, true), ("LBP", 2, 1, true),
        ("LKR", 2, 1, true), ("LRD", 2, 1, true), ("LSL", 2, 1, true), ("LYD", 3, 1, false), ("MAD", 2, 1, true), ("MDL", 2, 1, true),
        ("MGA", 2, 1, false), ("MKD", 2, 1, true), ("MMK", 2, 1, true), ("MNT", 2, 1, true), ("MOP", 2, 1, true), ("MRU", 2, 1, false),
        ("MUR", 2, 1, true), ("MVR", 2, 1, true), ("MWK", 2, 1, true), ("MXN", 2, 1000, true), ("MYR", 2, 200, true), ("MZN", 2, 1, true),
        ("NAD", 2, 1, true), ("NGN", 2, 1, true), ("NIO", 2, 1, true), ("NOK", 2, 300, true), ("NPR", 2, 1, true), ("NZD", 2, 50, true),
        ("OMR", 3, 1, true), ("PAB", 2, 1, true), ("PEN", 2, 1, true), ("PGK", 2, 1, true), ("PHP", 2, 1, true), ("PKR", 2, 1, true),
        ("PLN", 2, 200, true), ("PYG", 0, 1, true), ("QAR", 2, 1, true), ("RON", 2, 200, true), ("RSD", 2, 1, true), ("RUB", 2, 1, false),
        ("RWF", 0, 1, true), ("SAR", 2, 1, true), ("SBD", 2, 1, true), ("SCR", 2, 1, true), ("SDG", 2, 1, false), ("SEK", 2, 300, true),
        ("SGD", 2, 50, true), ("SHP", 2, 1, true), ("SLE", 2, 1, true), ("SOS", 2, 1, true), ("SRD", 2, 1, true), ("SSP", 2, 1, false),
        ("STN", 2, 1, true), ("SVC", 2, 1, true), ("SYP", 2, 1, false), ("SZL", 2, 1, true), ("THB", 2, 1000, true), ("TJS", 2, 1, true),
        ("TMT", 2, 1, true), ("TND", 3, 1, true), ("TOP", 2, 1, true), ("TRY", 2, 1, true), ("TTD", 2, 1, true), ("TWD", 2, 1, true),
        ("TZS", 2, 1, true), ("UAH", 2, 1, true), ("UGX", 0, 1, false), ("USD", 2, 50, true), ("UYU", 2, 1, true), ("UYW", 4, 1, false),
        ("UZS", 2, 1, true), ("VED", 2, 1, false), ("VES", 2, 1, false), ("VND", 0, 1, true), ("VUV", 0, 1, true), ("WST", 2, 1, true),
        ("XAF", 0, 1, true), ("XCD", 2, 1, true), ("XOF", 0, 1, true), ("XPF", 0, 1, true), ("YER", 2, 1, true), ("ZAR", 2, 1, true),
        ("ZMW", 2, 1, true), ("ZWG", 2, 1, false),
    ];
}
