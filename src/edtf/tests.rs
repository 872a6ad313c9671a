//! Every example of the specification, what is no date and what was meant by it, and properties of random dates.

use proptest::prelude::*;

use super::*;

fn date(text: &str) -> Edtf {
    Edtf::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// The examples of the Library of Congress, 4 February 2019, in its order: the level of the feature
/// that they stand under, and their bounds, `-` where there is none.
const SPECIFICATION: [(u8, &str, &str, &str); 65] = [
    // Date
    (0, "1985-04-12", "1985-04-12", "1985-04-12"),
    (0, "1985-04", "1985-04-01", "1985-04-30"),
    (0, "1985", "1985-01-01", "1985-12-31"),
    // Date and Time
    (0, "1985-04-12T23:20:30", "1985-04-12", "1985-04-12"),
    (0, "1985-04-12T23:20:30Z", "1985-04-12", "1985-04-12"),
    (0, "1985-04-12T23:20:30-04", "1985-04-12", "1985-04-12"),
    (0, "1985-04-12T23:20:30+04:30", "1985-04-12", "1985-04-12"),
    // Time Interval
    (0, "1964/2008", "1964-01-01", "2008-12-31"),
    (0, "2004-06/2006-08", "2004-06-01", "2006-08-31"),
    (0, "2004-02-01/2005-02-08", "2004-02-01", "2005-02-08"),
    (0, "2004-02-01/2005-02", "2004-02-01", "2005-02-28"),
    (0, "2004-02-01/2005", "2004-02-01", "2005-12-31"),
    (0, "2005/2006-02", "2005-01-01", "2006-02-28"),
    // Letter-prefixed calendar year
    (1, "Y170000002", "+170000002-01-01", "+170000002-12-31"),
    (1, "Y-170000002", "-170000002-01-01", "-170000002-12-31"),
    // Seasons
    (1, "2001-21", "2001-03-01", "2001-11-30"),
    // Qualification of a date (complete)
    (1, "1984?", "1984-01-01", "1984-12-31"),
    (1, "2004-06~", "2004-06-01", "2004-06-30"),
    (1, "2004-06-11%", "2004-06-11", "2004-06-11"),
    // Unspecified digit(s) from the right
    (1, "201X", "2010-01-01", "2019-12-31"),
    (1, "20XX", "2000-01-01", "2099-12-31"),
    (1, "2004-XX", "2004-01-01", "2004-12-31"),
    (1, "1985-04-XX", "1985-04-01", "1985-04-30"),
    (1, "1985-XX-XX", "1985-01-01", "1985-12-31"),
    // Extended Interval
    (1, "1985-04-12/..", "1985-04-12", "-"),
    (1, "1985-04/..", "1985-04-01", "-"),
    (1, "1985/..", "1985-01-01", "-"),
    (1, "../1985-04-12", "-", "1985-04-12"),
    (1, "../1985-04", "-", "1985-04-30"),
    (1, "../1985", "-", "1985-12-31"),
    (1, "1985-04-12/", "1985-04-12", "-"),
    (1, "1985-04/", "1985-04-01", "-"),
    (1, "1985/", "1985-01-01", "-"),
    (1, "/1985-04-12", "-", "1985-04-12"),
    (1, "/1985-04", "-", "1985-04-30"),
    (1, "/1985", "-", "1985-12-31"),
    // Negative calendar year
    (1, "-1985", "-1985-01-01", "-1985-12-31"),
    // Exponential year
    (2, "Y-17E7", "-170000000-01-01", "-170000000-12-31"),
    // Significant digits
    (2, "1950S2", "1900-01-01", "1999-12-31"),
    (2, "Y171010000S3", "+171000000-01-01", "+171999999-12-31"),
    (2, "Y3388E2S3", "+338000-01-01", "+338999-12-31"),
    // Sub-year groupings
    (2, "2001-34", "2001-04-01", "2001-06-30"),
    // Set representation
    (2, "[1667,1668,1670..1672]", "1667-01-01", "1672-12-31"),
    (2, "[..1760-12-03]", "-", "1760-12-03"),
    (2, "[1760-12..]", "1760-12-01", "-"),
    (2, "[1760-01,1760-02,1760-12..]", "1760-01-01", "-"),
    (2, "[1667,1760-12]", "1667-01-01", "1760-12-31"),
    (2, "[..1984]", "-", "1984-12-31"),
    (2, "{1667,1668,1670..1672}", "1667-01-01", "1672-12-31"),
    (2, "{1960,1961-12}", "1960-01-01", "1961-12-31"),
    (2, "{..1984}", "-", "1984-12-31"),
    // Qualification; its first example, 2004-06-11%, is also one of level 1
    (1, "2004-06-11%", "2004-06-11", "2004-06-11"),
    (2, "2004-06~-11", "2004-06-11", "2004-06-11"),
    (2, "2004?-06-11", "2004-06-11", "2004-06-11"),
    (2, "?2004-06-~11", "2004-06-11", "2004-06-11"),
    (2, "2004-%06-11", "2004-06-11", "2004-06-11"),
    // Unspecified Digit
    (2, "156X-12-25", "1560-12-25", "1569-12-25"),
    (2, "15XX-12-25", "1500-12-25", "1599-12-25"),
    (2, "XXXX-12-XX", "0000-12-01", "9999-12-31"),
    (2, "1XXX-XX", "1000-01-01", "1999-12-31"),
    (2, "1XXX-12", "1000-12-01", "1999-12-31"),
    (2, "1984-1X", "1984-10-01", "1984-12-31"),
    // Interval
    (2, "2004-06-~01/2004-06-~20", "2004-06-01", "2004-06-20"),
    (2, "2004-06-XX/2004-07-03", "2004-06-01", "2004-07-03"),
    // The year zero, from the text
    (0, "0000", "0000-01-01", "0000-12-31"),
];

/// More dates of each level: the standard's other combinations, and what other readers' tests hold valid.
const VALID: [(u8, &str, &str, &str); 92] = [
    (0, "1904-02-29", "1904-02-29", "1904-02-29"),
    (0, "0001", "0001-01-01", "0001-12-31"),
    (0, "9999", "9999-01-01", "9999-12-31"),
    (0, "0000-01/0000", "0000-01-01", "0000-12-31"),
    (0, "0000-02/0000", "0000-02-01", "0000-12-31"),
    (0, "0000-01-03/0000-01", "0000-01-03", "0000-01-31"),
    (0, "1111-01-01/1111", "1111-01-01", "1111-12-31"),
    (0, "2020/2020", "2020-01-01", "2020-12-31"),
    (0, "2012-10-10T00:00:00Z", "2012-10-10", "2012-10-10"),
    (0, "2016-12-31T23:59:60Z", "2016-12-31", "2016-12-31"),
    (0, "2016-05-02T16:54:59-00:15", "2016-05-02", "2016-05-02"),
    (0, "2016-05-02T16:54:59+00", "2016-05-02", "2016-05-02"),
    (1, "-2004-23", "-2004-03-01", "-2004-11-30"),
    (1, "2001-22", "2001-06-01", "2002-02-28"),
    (1, "2001-23", "2001-03-01", "2001-11-30"),
    (1, "2001-24", "2001-06-01", "2002-02-28"),
    (1, "2003-24?", "2003-06-01", "2004-02-29"),
    (1, "-2010", "-2010-01-01", "-2010-12-31"),
    (1, "-9999", "-9999-01-01", "-9999-12-31"),
    (1, "-0001", "-0001-01-01", "-0001-12-31"),
    (1, "-2004~", "-2004-01-01", "-2004-12-31"),
    (1, "-2004-06?", "-2004-06-01", "-2004-06-30"),
    (1, "-2004-06-11%", "-2004-06-11", "-2004-06-11"),
    (1, "-20XX", "-2099-01-01", "-2000-12-31"),
    (1, "-000X", "-0009-01-01", "-0001-12-31"),
    (1, "-2004-XX", "-2004-01-01", "-2004-12-31"),
    (1, "-1985-04-XX", "-1985-04-01", "-1985-04-30"),
    (1, "-1985-XX-XX", "-1985-01-01", "-1985-12-31"),
    (1, "-1985-04-12T23:20:30+04:30", "-1985-04-12", "-1985-04-12"),
    (1, "-1985-04-12/", "-1985-04-12", "-"),
    (1, "-1985-04/..", "-1985-04-01", "-"),
    (1, "-1964/2008", "-1964-01-01", "2008-12-31"),
    (1, "-1000/-0999", "-1000-01-01", "-0999-12-31"),
    (1, "1984~/2004-06", "1984-01-01", "2004-06-30"),
    (1, "1984?/2004%", "1984-01-01", "2004-12-31"),
    (1, "1984-06-02?/2004-08-08~", "1984-06-02", "2004-08-08"),
    (1, "../1985-04-12?", "-", "1985-04-12"),
    (1, "2012-21/2012-24", "2012-03-01", "2013-02-28"),
    (1, "Y10000", "+10000-01-01", "+10000-12-31"),
    (1, "Y-10000~", "-10000-01-01", "-10000-12-31"),
    (1, "Y-61000/2000", "-61000-01-01", "2000-12-31"),
    (2, "Y17E8", "+1700000000-01-01", "+1700000000-12-31"),
    (2, "Y20E2", "2000-01-01", "2000-12-31"),
    (1, "Y999999999999999999", "+999999999999999999-01-01", "+999999999999999999-12-31"),
    (2, "Y1E17", "+100000000000000000-01-01", "+100000000000000000-12-31"),
    (2, "-1859S5", "-1859-01-01", "-1859-12-31"),
    (2, "-1859S2", "-1899-01-01", "-1800-12-31"),
    (2, "0950S2", "0950-01-01", "0959-12-31"),
    (2, "1956S3~", "1950-01-01", "1959-12-31"),
    (2, "Y-171010000S2", "-179999999-01-01", "-170000000-12-31"),
    (2, "Y-3388E2S3", "-338999-01-01", "-338000-12-31"),
    (2, "2001-25", "2001-03-01", "2001-05-31"),
    (2, "2001-26", "2001-06-01", "2001-08-31"),
    (2, "2001-27", "2001-09-01", "2001-11-30"),
    (2, "2001-28", "2001-12-01", "2002-02-28"),
    (2, "2001-29", "2001-09-01", "2001-11-30"),
    (2, "2001-30", "2001-12-01", "2002-02-28"),
    (2, "2001-31", "2001-03-01", "2001-05-31"),
    (2, "2001-32", "2001-06-01", "2001-08-31"),
    (2, "2001-33", "2001-01-01", "2001-03-31"),
    (2, "2001-35", "2001-07-01", "2001-09-30"),
    (2, "2001-36", "2001-10-01", "2001-12-31"),
    (2, "2001-37", "2001-01-01", "2001-04-30"),
    (2, "2001-38", "2001-05-01", "2001-08-31"),
    (2, "2001-39", "2001-09-01", "2001-12-31"),
    (2, "2001-40", "2001-01-01", "2001-06-30"),
    (2, "-2001-41", "-2001-07-01", "-2001-12-31"),
    (2, "[1667,1668, 1670..1672]", "1667-01-01", "1672-12-31"),
    (2, "[2020-09-27, 2020-09-28]", "2020-09-27", "2020-09-28"),
    (2, "{..1983-12-31,1984-10-10..1984-11-01,1984-11-05..}", "-", "-"),
    (2, "{-1667,1668,1670..1672}", "-1667-01-01", "1672-12-31"),
    (2, "[1984~,2004-06-~11]", "1984-01-01", "2004-06-11"),
    (2, "2004-06-%11", "2004-06-11", "2004-06-11"),
    (2, "-2004-?06-11", "-2004-06-11", "-2004-06-11"),
    (2, "?-2004-06-%11", "-2004-06-11", "-2004-06-11"),
    (2, "2001-?09~-09", "2001-09-09", "2001-09-09"),
    (2, "?2001", "2001-01-01", "2001-12-31"),
    (2, "2001~-21", "2001-03-01", "2001-11-30"),
    (2, "XXXX", "0000-01-01", "9999-12-31"),
    (2, "XXXX-XX-XX", "0000-01-01", "9999-12-31"),
    (2, "-XXXX-12-XX", "-9999-12-01", "-0001-12-31"),
    (2, "1XX3", "1003-01-01", "1993-12-31"),
    (2, "15XX-X2", "1500-02-01", "1599-12-31"),
    (2, "15XX-02-29", "1504-02-29", "1596-02-29"),
    (2, "XX00-02-29", "0000-02-29", "9600-02-29"),
    (2, "1500-1X-25", "1500-10-25", "1500-12-25"),
    (2, "1919-XX-31", "1919-01-31", "1919-12-31"),
    (2, "2004-06-3X", "2004-06-30", "2004-06-30"),
    (2, "2016-02-X9", "2016-02-09", "2016-02-29"),
    (2, "156X-21", "1560-03-01", "1569-11-30"),
    (2, "198X/199X", "1980-01-01", "1999-12-31"),
    (2, "1919-XX-02/1919-XX-01", "1919-01-02", "1919-12-01"),
];

#[test]
fn every_example_of_the_specification_is_read() {
    for (level, text, first, last) in SPECIFICATION.into_iter().chain(VALID) {
        let date = date(text);
        let day = |day: Option<Day>| day.map_or("-".to_owned(), |day| day.to_string());
        assert_eq!((day(date.earliest()), day(date.latest())), (first.to_owned(), last.to_owned()), "{text}");
        assert_eq!(date.to_string(), text);
        assert_eq!(date.level(), level, "{text}");
        holds(&date);
    }
}

/// What is no date, and the date that its error asks about.
const MEANT: [(&str, &str); 156] = [
    ("1863- 03-29", "1863-03-29"),
    (" 1863-03-29", "1863-03-29"),
    ("1863-03 -29", "1863-03-29"),
    ("1863-03- 29", "1863-03-29"),
    ("1863-03-29 ", "1863-03-29"),
    ("18 63-03-29", "1863-03-29"),
    ("1863-0 3-29", "1863-03-29"),
    ("20067890%", "Y20067890%"),
    ("Y2006", "2006"),
    ("-0000", "0000"),
    ("+2006%", "2006%"),
    ("2000/12-12", "2000-12-12"),
    ("2012\\2013", "2012/2013"),
    ("2012-24/2012-21", "2012-21/2012-24"),
    ("2012-23/2012-22", "2012-22/2012-23"),
    ("0800/-0999", "-0999/0800"),
    ("-1000/-2000", "-2000/-1000"),
    ("1000/-2000", "-2000/1000"),
    ("2012/2010", "2010/2012"),
    ("2000/-2010", "-2010/2000"),
    ("0001/0000", "0000/0001"),
    ("0000/-0001", "-0001/0000"),
    ("1985-04-12T23:20:30z", "1985-04-12T23:20:30Z"),
    ("1985-04-12t23:20:30", "1985-04-12T23:20:30"),
    ("2012-10-10T10:10:1", "2012-10-10T10:10:01"),
    ("2012-10-10T1:10:10", "2012-10-10T01:10:10"),
    ("2012-10-10T10:1:10", "2012-10-10T10:01:10"),
    ("[1 760-01, 1760-02, 1760-12..]", "[1760-01,1760-02,1760-12..]"),
    ("y2006", "2006"),
    ("12345", "Y12345"),
    ("2016-05-02T16:54:59.042Z", "2016-05-02T16:54:59Z"),
    ("2016-05-02T12:00:00-00:00", "2016-05-02T12:00:00Z"),
    ("2016-05-02T12:00:00-00", "2016-05-02T12:00:00Z"),
    ("2016-05-02T16:54:59+0230", "2016-05-02T16:54:59+02:30"),
    ("2016-05-02T16:54", "2016-05-02T16:54:00"),
    ("2016-05-02 16:54", "2016-05-02T16:54:00"),
    ("Y9999", "9999"),
    ("Y00001", "0001"),
    ("Y-9999", "-9999"),
    ("[2001..1999]", "[1999..2001]"),
    ("[1999,  2000]", "[1999,2000]"),
    ("-019", "-0019"),
    ("2004-21-05", "2004-05-21"),
    ("2004-20", "2004/2020"),
    ("2004-42", "2004/2042"),
    ("2004-06-11?~", "2004-06-11%"),
    ("2004-06?~", "2004-06%"),
    ("Dec. 1970", "1970-12"),
    ("c 1960", "1960~"),
    ("1985-04-12T10:00:00/1985-04-13T10:00:00", "1985-04-12/1985-04-13"),
    ("1985-04-12T10:00:00/..", "1985-04-12/.."),
    ("13/09/2022", "2022-09-13"),
    ("09/13/2022", "2022-09-13"),
    ("2022/09/13", "2022-09-13"),
    ("2022.09.13", "2022-09-13"),
    ("13.9.2022", "2022-09-13"),
    ("2022-9-3", "2022-09-03"),
    ("20220913", "2022-09-13"),
    ("13 September 2022", "2022-09-13"),
    ("Sept 2022", "2022-09"),
    ("Sept. 2022", "2022-09"),
    ("Sept 13, 2022", "2022-09-13"),
    ("13th September 2022", "2022-09-13"),
    ("the 13th of September, 2022", "2022-09-13"),
    ("Tuesday 13 September 2022", "2022-09-13"),
    ("2022-13-09", "2022-09-13"),
    ("2022 September", "2022-09"),
    ("9/2022", "2022-09"),
    ("2021-05/open", "2021-05/.."),
    ("2004/open", "2004/.."),
    ("open/2004", "../2004"),
    ("unknown/2006", "/2006"),
    ("2006/unknown", "2006/"),
    ("199u", "199X"),
    ("19uu", "19XX"),
    ("1999-uu", "1999-XX"),
    ("1999-uu-uu", "1999-XX-XX"),
    ("uuuu-12-uu", "XXXX-12-XX"),
    ("199x", "199X"),
    ("y170000002", "Y170000002"),
    ("y-17e7", "Y-17E7"),
    ("y17101e4p3", "Y17101E4S3"),
    ("y171010000s3", "Y171010000S3"),
    ("1984?~", "1984%"),
    ("1984~?", "1984%"),
    ("2004-06-(01)~", "2004-06-~01"),
    ("2004-(06)?-11", "2004-?06-11"),
    ("2004-06-(01)~/2004-06-(20)~", "2004-06-~01/2004-06-~20"),
    ("2004-(06-11)?", "2004-?06-?11"),
    ("2004-(06)?~", "2004-%06"),
    ("(2004)?-06-04~", "?2004-06-04~"),
    ("(2011)-06-04~", "2011-~06-~04"),
    ("2011-(06-04)~", "2011-~06-~04"),
    ("2001-21^southernHemisphere", "2001-29"),
    ("2001-21^northernHemisphere", "2001-25"),
    ("2001-21^x", "2001-21"),
    ("c. 1920", "1920~"),
    ("c.1920", "1920~"),
    ("ca 1920", "1920~"),
    ("ca. 1920", "1920~"),
    ("circa 1920", "1920~"),
    ("about June 1920", "1920-06~"),
    ("around 1920", "1920~"),
    ("probably 1920", "1920?"),
    ("1920 (?)", "1920?"),
    ("June 1920?", "1920-06?"),
    ("1920s", "192X"),
    ("the 1920s", "192X"),
    ("1920's", "192X"),
    ("1900s", "19XX"),
    ("20th century", "19XX"),
    ("the 5th century BC", "-04XX"),
    ("summer 2001", "2001-22"),
    ("Spring 2001", "2001-21"),
    ("fall of 2001", "2001-23"),
    ("2001 Q2", "2001-34"),
    ("2001-Q2", "2001-34"),
    ("Q2 2001", "2001-34"),
    ("second quarter of 2001", "2001-34"),
    ("first half of 2001", "2001-40"),
    ("44 BC", "-0043"),
    ("44 B.C.", "-0043"),
    ("476 AD", "0476"),
    ("AD 476", "0476"),
    ("12000 BC", "Y-11999"),
    ("-44", "-0044"),
    ("-44 ", "-0044"),
    ("1 BC", "0000"),
    ("2020-2021", "2020/2021"),
    ("1988–1994", "1988/1994"),
    ("1988 – 1994", "1988/1994"),
    ("1988 - 1994", "1988/1994"),
    ("1988 to 1994", "1988/1994"),
    ("from 1988 to 1994", "1988/1994"),
    ("between 1988 and 1994", "1988/1994"),
    ("2020-09-27 - 2020-11-10", "2020-09-27/2020-11-10"),
    ("2020-09-27--2020-11-10", "2020-09-27/2020-11-10"),
    ("27 September – 10 November 2020", "2020-09-27/2020-11-10"),
    ("12–14 September 2022", "2022-09-12/2022-09-14"),
    ("12-14 September 2022", "2022-09-12/2022-09-14"),
    ("2020/21", "2020/2021"),
    ("Sept 2020/Oct 2020", "2020-09/2020-10"),
    ("2020-9/2020-11", "2020-09/2020-11"),
    ("13/09/2022 - 14/09/2022", "2022-09-13/2022-09-14"),
    ("since May 2021", "2021-05/.."),
    ("until 2020", "../2020"),
    ("2020-", "2020/.."),
    ("2020 - present", "2020/.."),
    ("2020-present", "2020/.."),
    ("2020–", "2020/.."),
    ("before 1900", "../1900"),
    ("2022-09-14/2022-09-12", "2022-09-12/2022-09-14"),
    ("1994/1988", "1988/1994"),
    ("1950..1960", "1950/1960"),
    ("2020 or 2021", "[2020,2021]"),
    ("mid-1920s", "192X"),
];

/// What is no date and is not guessed at, and what its error says.
const REFUSED: [(&str, &str); 89] = [
    ("1960-06-31", "has no day 31 in June 1960"),
    ("Y20067890-14-10%", "has a month in a year that is not of four digits"),
    ("NONE/", "is not an EDTF date"),
    ("2012/2013/1234/55BULBASAUR", "is not an EDTF date"),
    ("2012///4444", "is not an EDTF date"),
    ("Y-61000/-70000", "is not an EDTF date"),
    ("2012-10-10T10:10:10Z10", "is not an EDTF date"),
    ("+20067890?~", "is not an EDTF date"),
    ("+y20067890-14-10?~", "is not an EDTF date"),
    ("+2006?~", "is not an EDTF date"),
    ("2016-13", "has no month 13"),
    ("2016-00", "has no month 00"),
    ("2016-05-00", "has no day 00 in May 2016"),
    ("2016-05-32", "has no day 32 in May 2016"),
    ("2016-02-30", "has no day 30 in February 2016"),
    ("2016-05-02T24:00:01", "has no hour 24"),
    ("2016-05-02T24:00:00", "has no hour 24"),
    ("2016-05-02T00:61:00", "has no minute 61"),
    ("2016-05-02T01:01:61", "has no second 61"),
    ("2016-05-02T12:00:00+24:00", "has an offset of a day or more"),
    ("2016-13-XX", "has no month 13"),
    ("156X-09-31", "has no day 31 in any month that it can mean"),
    ("156X-11-31", "has no day 31 in any month that it can mean"),
    ("15XX-02-3X", "has no day 3X in any month that it can mean"),
    ("15XX-2X-25", "has no month 2X"),
    ("1XX1-02-29", "has no day 29 in any month that it can mean"),
    ("[1999}", "is not an EDTF date"),
    ("{1999]", "is not an EDTF date"),
    ("[1999", "is not an EDTF date"),
    ("{1999", "is not an EDTF date"),
    ("[]", "is not an EDTF date"),
    ("{}", "is not an EDTF date"),
    ("[1999,]", "is not an EDTF date"),
    ("[1999..2000-01]", "has ends of different precision in `1999..2000-01`"),
    ("[1999,..2000,2001]", "has an open end in the middle of its list"),
    ("[..]", "is not an EDTF date"),
    ("[1999,,2000]", "is not an EDTF date"),
    ("193", "is not an EDTF date"),
    ("19", "is not an EDTF date"),
    ("1950S0", "is not an EDTF date"),
    ("1950S02", "is not an EDTF date"),
    ("19XXS2", "is not an EDTF date"),
    ("1950S2-06", "has a month in a year that is not of four digits"),
    ("Y170000002-06", "has a month in a year that is not of four digits"),
    ("Y17E0", "is not an EDTF date"),
    ("Y0E7", "is not an EDTF date"),
    ("Y17E07", "is not an EDTF date"),
    ("Y1E18", "has a year too far away to reckon with"),
    ("Y1000000000000000000", "has a year too far away to reckon with"),
    ("Y9E99999999999", "has a year too far away to reckon with"),
    ("2004??", "is not an EDTF date"),
    ("1985wtf", "is not an EDTF date"),
    ("wtf1985", "is not an EDTF date"),
    ("19wtf85", "is not an EDTF date"),
    ("~=[,,_,,]:3", "is not an EDTF date"),
    ("", "is not an EDTF date"),
    ("..", "is not an EDTF date"),
    ("/", "has neither a start nor an end"),
    ("../..", "has neither a start nor an end"),
    ("../", "has neither a start nor an end"),
    ("/..", "has neither a start nor an end"),
    ("soon", "is not an EDTF date"),
    ("today", "is not an EDTF date"),
    ("last week", "is not an EDTF date"),
    ("NaN", "is not an EDTF date"),
    ("null", "is not an EDTF date"),
    ("2004-06-11T10:00:00?", "is not an EDTF date"),
    ("1985-04-XXT10:00:00", "is not an EDTF date"),
    ("1985-04T10:00:00", "is not an EDTF date"),
    ("2022-13/2023", "has no month 13"),
    ("2022-02-30/2022-03-01", "has no day 30 in February 2022"),
    ("1667, 1668", "is not an EDTF date"),
    ("June", "is not an EDTF date"),
    ("13 September", "is not an EDTF date"),
    ("13/9/22", "is not an EDTF date"),
    ("2022-09-13T", "is not an EDTF date"),
    ("T10:00:00", "is not an EDTF date"),
    ("2022-W37", "is not an EDTF date"),
    ("2022-250", "is not an EDTF date"),
    ("P1Y", "is not an EDTF date"),
    ("2022-09-13/P1M", "is not an EDTF date"),
    ("é", "is not an EDTF date"),
    ("2020é", "is not an EDTF date"),
    ("２０２２", "is not an EDTF date"),
    ("\0", "is not an EDTF date"),
    ("9999999999999999999", "is not an EDTF date"),
    ("2022-09-31", "has no day 31 in September 2022"),
    ("2021-02-29", "has no day 29 in February 2021"),
    ("1920-21 (winter)", "is not an EDTF date"),
];

#[test]
fn what_is_no_date_says_what_was_meant() {
    for (written, meant) in MEANT {
        let error = Edtf::parse(written).expect_err(written);
        assert_eq!(error.help, Some(format!("did you mean `{meant}`?")), "{written}");
        holds(&date(meant));
    }
    for (written, message) in REFUSED {
        let error = Edtf::parse(written).expect_err(written);
        assert_eq!(error.message, message, "{written}");
        assert!(error.help.is_some_and(|help| !help.contains("did you mean")), "{written}");
    }
    assert_eq!(Edtf::parse(&"1".repeat(201)).expect_err("too long").message, "is longer than 200 bytes");
    assert_eq!(Edtf::parse("2012/2010").expect_err("reversed").code, "end-before-start");
    assert_eq!(Edtf::parse("[2001..1999]").expect_err("reversed").code, "end-before-start");
}

#[test]
fn dates_in_words() {
    for (written, words) in WORDS {
        assert_eq!(date(written).words("en-GB"), words, "{written}");
    }
    assert_eq!(date("2020-06~").words("ka"), "2020-06~");
    assert_eq!(day_words(Day { year: 2022, month: 9, day: 13 }, "en"), "13 September 2022");
    assert_eq!(day_words(Day { year: 2022, month: 9, day: 13 }, "de"), "2022-09-13");
}

const WORDS: [(&str, &str); 82] = [
    ("2020", "2020"),
    ("2020-11", "November 2020"),
    ("2020-11-09", "9 November 2020"),
    ("2020-06~", "about June 2020"),
    ("2020-11?", "November 2020 (uncertain)"),
    ("2020-09-27/2020-11-10", "27 September – 10 November 2020"),
    ("2022-09-12/2022-09-14", "12–14 September 2022"),
    ("1988/1994", "1988–1994"),
    ("2021-05/..", "since May 2021"),
    ("/2020", "until 2020"),
    ("2022-12-12/2023-09-19", "12 December 2022 – 19 September 2023"),
    ("2004-06/2004-08", "June – August 2004"),
    ("2020-09-27/2020-09-27", "27 September 2020"),
    ("2020-06~/2020-08", "about June 2020 – August 2020"),
    ("1985-04-12/", "12 April 1985 – date unknown"),
    ("1985-04-12/1986", "12 April 1985 – 1986"),
    ("2020-21/2020-23", "spring 2020 – autumn 2020"),
    ("1985-04-12T23:20:30Z", "12 April 1985, 23:20:30 UTC"),
    ("1985-04-12T23:20:30-04", "12 April 1985, 23:20:30 (UTC−04:00)"),
    ("Y170000002", "170,000,002"),
    ("Y-17E7", "170,000,001 BC"),
    ("-1985", "1986 BC"),
    ("0000", "1 BC"),
    ("0476", "476 AD"),
    ("-0043-03-15", "15 March 44 BC"),
    ("-1000/-0900", "1001 BC – 901 BC"),
    ("2001-22", "summer 2001"),
    ("2001-25", "spring 2001 (Northern Hemisphere)"),
    ("2001-32", "winter 2001 (Southern Hemisphere)"),
    ("2001-34", "the second quarter of 2001"),
    ("2001-37", "January–April 2001"),
    ("2001-41", "the second half of 2001"),
    ("2001-21%", "about spring 2001 (uncertain)"),
    ("2001~-21", "spring 2001 (year approximate)"),
    ("2001~-34", "the second quarter of 2001 (year approximate)"),
    ("201X", "the 2010s"),
    ("190X", "the 1900s (decade)"),
    ("19XX", "the 20th century"),
    ("1XXX", "the 2nd millennium"),
    ("XXXX", "year unknown"),
    ("047X", "the 470s AD"),
    ("000X", "a year between 1 BC and 9 AD"),
    ("-198X", "a year between 1990 and 1981 BC"),
    ("-01XX", "the 2nd century BC"),
    ("1XX3", "a year between 1003 and 1993 (1XX3)"),
    ("1950S2", "a year between 1900 and 1999, estimated 1950"),
    ("1950S2~", "a year between 1900 and 1999, estimated 1950 (approximate)"),
    ("2004-XX", "some month in 2004"),
    ("1984-1X", "October, November or December 1984"),
    ("1985-0X", "a month from January to September 1985"),
    ("1XXX-XX", "some month in the 2nd millennium"),
    ("1XXX-12", "December in some year of the 2nd millennium"),
    ("156X-33", "the first quarter in some year of the 1560s"),
    ("1XX3-05", "May in a year between 1003 and 1993 (1XX3)"),
    ("1985-04-XX", "some day in April 1985"),
    ("1985-XX-XX", "some day in 1985"),
    ("1985-1X-XX", "some day in October, November or December 1985"),
    ("1985-XX-12", "the 12th of some month in 1985"),
    ("1985-XX-1X", "a day from the 10th to the 19th of some month in 1985"),
    ("1985-0X-02", "the 2nd of a month from January to September 1985"),
    ("1985-X1-12", "12 January or November 1985"),
    ("2004-06-1X", "a day from 10 to 19 June 2004"),
    ("2004-06-X5", "5, 15 or 25 June 2004"),
    ("2004-06-3X", "30 June 2004"),
    ("156X-12-25", "25 December in some year of the 1560s"),
    ("XXXX-12-XX", "some day in December, year unknown"),
    ("1985-04-XX~", "some day in April 1985 (approximate)"),
    ("1985-04-XX/..", "since some day in April 1985"),
    ("?2004", "2004 (uncertain)"),
    ("2004-06~-11", "11 June 2004 (year and month approximate)"),
    ("?2004-06-~11", "11 June 2004 (year uncertain, day approximate)"),
    ("2004-%06-11", "11 June 2004 (month approximate and uncertain)"),
    ("[2020-09-27, 2020-09-28]", "one of: 27 or 28 September 2020"),
    ("[2020-09-27..2020-09-29]", "one of: 27–29 September 2020"),
    ("[1760-01,1760-02]", "one of: January or February 1760"),
    ("[1667,1668,1670..1672]", "one of: 1667, 1668 or 1670–1672"),
    ("[1760-01,1760-02,1760-12..]", "one of: January 1760, February 1760, or December 1760 or later"),
    ("[..1984]", "1984 or earlier"),
    ("[1984]", "1984"),
    ("{2004,2006}", "2004 and 2006"),
    ("{1960,1961-12}", "1960 and December 1961"),
    ("{..1984}", "1984 and earlier"),
];

#[test]
fn an_end_is_told_where_its_month_is_known() {
    let ends = |text: &str| date(text).iso_ends();
    let text = |end: &str| Some(end.to_owned());
    assert_eq!(ends("2020-11-09"), (text("2020-11-09"), None));
    assert_eq!(ends("2020-11"), (text("2020-11"), None));
    assert_eq!(ends("2020-09-27/2020-11-10"), (text("2020-09-27"), text("2020-11-10")));
    assert_eq!(ends("2021-05/.."), (text("2021-05"), None));
    assert_eq!(ends("/2020-03"), (None, text("2020-03")));
    assert_eq!(ends("2020/2020-11-10"), (None, text("2020-11-10")));
    for unknown in ["2020", "2020-11?", "2020-11-XX", "2020-21", "[2020-09-27, 2020-09-28]", "{2020-09, 2020-10}"] {
        assert_eq!(ends(unknown), (None, None), "{unknown}");
    }
}

#[test]
fn machines_read_what_html_has_a_form_for() {
    let machine = |text: &str| date(text).machine();
    for text in ["1985", "0001", "1985-04", "1985-04-12", "1985-04-12T23:20:30", "1985-04-12T23:20:30Z"] {
        assert_eq!(machine(text).as_deref(), Some(text));
    }
    assert_eq!(machine("1985-04-12T23:20:30-04").as_deref(), Some("1985-04-12T23:20:30-04:00"));
    assert_eq!(machine("2016-12-31T23:59:60Z").as_deref(), Some("2016-12-31T23:59:59Z"));
    for text in
        ["0000", "-1985", "Y10000", "Y2E3", "1985~", "201X", "2001-21", "1985/1986", "[1985]", "1950S2", "1985S4"]
    {
        assert_eq!(machine(text), None, "{text}");
    }
}

#[test]
fn a_date_knows_how_much_of_it_is_known() {
    use Precision::{Century, Decade, Era, Instant, Millennium, Month, Season, SubYear, Year};
    for (text, precision) in [
        ("XXXX-12-25", Era),
        ("Y171010000S3", Era),
        ("1XXX", Millennium),
        ("20XX", Century),
        ("1950S2", Century),
        ("156X-12-25", Decade),
        ("1985", Year),
        ("1985-XX-XX", Year),
        ("2001-34", SubYear),
        ("2001-21", Season),
        ("1985-04-XX", Month),
        ("1985-04-12", Precision::Day),
        ("1985-04-12T23:20:30", Instant),
        ("2004-02-01/2005", Year),
        ("2004-02-01/..", Precision::Day),
        ("{1960,1961-12}", Year),
    ] {
        assert_eq!(date(text).precision(), precision, "{text}");
    }
    assert!(Century < Year && Year < Season && Season < Instant);
}

#[test]
fn an_interval_told_before_its_end_is_open() {
    let day = Day { year: 2020, month: 10, day: 1 };
    for (text, told) in [
        ("2020-09-27/2020-11-10", "2020-09-27/.."),
        ("2020-09-27~/2020-11-10", "2020-09-27~/.."),
        ("2019/2020", "2019/.."),
        ("2020-09-27/2020-10-01", "2020-09-27/2020-10-01"),
        ("2020-10-02/2020-11-10", "2020-10-02/2020-11-10"),
        ("2020-09-27/", "2020-09-27/"),
        ("/2020-11-10", "/2020-11-10"),
        ("2020-11", "2020-11"),
        ("{2019,2021}", "{2019,2021}"),
    ] {
        assert_eq!(date(text).until(day), date(told), "{text}");
    }
    assert!(date("2020-09-27/2020-11-10").until(day).is_open());
}

#[test]
fn ends_years_and_sides() {
    let ends = |text: &str| {
        let ((a, b), (c, d)) = (date(text).start(), date(text).end());
        let day = |day: Day| if [Day::MIN, Day::MAX].contains(&day) { "-".to_owned() } else { day.to_string() };
        [a, b, c, d].map(day).join(" ")
    };
    assert_eq!(ends("2004-06/2006-08"), "2004-06-01 2004-06-30 2006-08-01 2006-08-31");
    assert_eq!(ends("2004-06/.."), "2004-06-01 2004-06-30 - -");
    assert_eq!(ends("2004"), "2004-01-01 2004-12-31 2004-01-01 2004-12-31");
    assert_eq!(ends("[1960,1961-12]"), "1960-01-01 1961-12-31 1960-01-01 1961-12-31");
    assert_eq!(ends("{1960,1961-12}"), "1960-01-01 1960-12-31 1961-12-01 1961-12-31");
    assert_eq!(ends("{..1984}"), "- 1984-12-31 1984-01-01 1984-12-31");
    assert_eq!(ends("[1984..]"), "1984-01-01 - 1984-01-01 -");

    let year = |text: &str| date(text).year();
    assert_eq!(
        [year("1985-04"), year("/1985"), year("201X"), year("XXXX-12-25"), year("Y-17E7")],
        [Some(1985), Some(1985), Some(2010), None, Some(-170_000_000)]
    );

    let is_open = |text: &str| date(text).is_open();
    assert!(
        is_open("2021/..") && is_open("{2021..}") && !is_open("2021/") && !is_open("[2021..]") && !is_open("../2021")
    );
    assert!(date("2021/2022~").is_qualified() && date("{2021-?05}").is_qualified() && !date("202X").is_qualified());

    assert_eq!(date("2020-02-29").day(), Some(Day { year: 2020, month: 2, day: 29 }));
    for text in
        ["2020-02", "2020-02-29~", "2020-02-3X".replace('3', "2").as_str(), "2020-02-29T10:00:00", "[2020-02-29]"]
    {
        assert_eq!(date(text).day(), None, "{text}");
    }

    let contains = |a: &str, b: &str| date(a).contains(&date(b));
    assert!(contains("2020", "2020-11") && contains("202X", "2021/2022") && contains("2020/..", "2021/.."));
    assert!(!contains("2020-11", "2020") && !contains("2020/2021", "2021/..") && !contains("2020/..", "/2021"));
    let overlaps = |a: &str, b: &str| date(a).overlaps(&date(b));
    assert!(overlaps("2020/2021", "2021-05/..") && !overlaps("2020", "2021") && overlaps("2020/", "/2021"));
}

#[test]
fn dates_sort_by_their_bounds() {
    let mut dates: Vec<Edtf> =
        ["2020-11", "2020", "Y-17E7", "2019/..", "/2019", "2020-11-01", "-0043", "2020~"].map(date).into();
    dates.sort();
    let texts: Vec<&str> = dates.iter().map(Edtf::as_str).collect();
    assert_eq!(texts, ["/2019", "Y-17E7", "-0043", "2019/..", "2020", "2020~", "2020-11-01", "2020-11"]);
}

/// What holds of every date.
fn holds(date: &Edtf) {
    let (first, last) = date.order();
    assert!(first <= last, "{date}");
    assert!(date.contains(date) && date.overlaps(date), "{date}");
    assert!(date.start().0 <= date.start().1 && date.end().0 <= date.end().1, "{date}");
    assert!(date.start().0 <= date.end().1, "{date}");
    assert_eq!(date.to_string(), date.as_str());
    assert_eq!(Edtf::parse(date.as_str()).as_ref(), Ok(date));
    assert!(!date.words("en").is_empty());
    assert_eq!(date.words("hy"), date.as_str());
    assert_eq!(date.cmp(date), Ordering::Equal);
    for day in [Day::MIN, first, last, Day::MAX, Day { year: 2020, month: 1, day: 1 }] {
        let told = date.until(day);
        assert_eq!(Edtf::parse(told.as_str()).as_ref(), Ok(&told), "{date}");
        assert_eq!(told.order().0, first);
    }
}

/// A mark, mostly none.
fn mark() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => Just(""), 1 => Just("?"), 1 => Just("~"), 1 => Just("%")]
}

fn four_digits() -> impl Strategy<Value = String> {
    let digits = prop_oneof![3 => "[0-9]{4}", 1 => "[0-9]{2}[0-9X]X", 1 => "[0-9X]{4}"];
    (prop_oneof![4 => Just(""), 1 => Just("-")], digits)
        .prop_map(|(sign, digits)| if digits == "0000" { digits } else { format!("{sign}{digits}") })
}

/// A year that stands alone.
fn long_year() -> impl Strategy<Value = String> {
    let long = prop_oneof!["Y-?[1-9][0-9]{4,17}", "Y-?[1-9][0-9]{0,5}E[1-9]", "Y-?[1-9][0-9]?E1[0-5]"];
    let rounded = prop_oneof![long.clone(), "-?[1-9][0-9]{3}", "0[0-9]{3}"];
    prop_oneof![long, (rounded, 1_u32..20).prop_map(|(year, digits)| format!("{year}S{digits}"))]
}

/// A month, or a part of a year that has no days.
fn month() -> impl Strategy<Value = String> {
    prop_oneof![4 => (1_u8..=12).prop_map(|month| format!("{month:02}")), 1 => Just("XX".to_owned()), 1 => "[01]X|X[0-9]"]
}

fn day() -> impl Strategy<Value = String> {
    prop_oneof![4 => (1_u8..=28).prop_map(|day| format!("{day:02}")), 1 => Just("XX".to_owned()), 1 => "[0-2]X|X[0-9]"]
}

fn point() -> BoxedStrategy<String> {
    let marked = |part: BoxedStrategy<String>| (mark(), part, mark()).prop_map(|(a, part, b)| format!("{a}{part}{b}"));
    let year = || marked(four_digits().boxed());
    let group = || (21_u8..=41).prop_map(|code| code.to_string()).boxed();
    prop_oneof![
        3 => year(),
        1 => marked(long_year().boxed()),
        3 => (year(), marked(month().boxed())).prop_map(|(year, month)| format!("{year}-{month}")),
        1 => (year(), marked(group())).prop_map(|(year, group)| format!("{year}-{group}")),
        4 => (year(), marked(month().boxed()), marked(day().boxed())).prop_map(|(y, m, d)| format!("{y}-{m}-{d}")),
    ]
    .boxed()
}

fn moment() -> BoxedStrategy<String> {
    let zone = prop_oneof!["", "Z", "[+-]0[1-9]", "[+-](0[1-9]|1[0-9]|2[0-3]):[0-5][0-9]"];
    ("[0-9]{4}", 1_u8..=12, 1_u8..=28, "([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)", zone)
        .prop_map(|(year, month, day, time, zone)| format!("{year}-{month:02}-{day:02}T{time}{zone}"))
        .boxed()
}

/// Two points in order, and of one precision where asked for.
fn two_points(alike: bool) -> impl Strategy<Value = (String, String)> {
    let same = (four_digits(), four_digits(), month(), month(), day(), day(), 0..3);
    let alike_points = same.prop_map(|(y1, y2, m1, m2, d1, d2, parts)| match parts {
        0 => (y1, y2),
        1 => (format!("{y1}-{m1}"), format!("{y2}-{m2}")),
        _ => (format!("{y1}-{m1}-{d1}"), format!("{y2}-{m2}-{d2}")),
    });
    let points = if alike { alike_points.boxed() } else { (point(), point()).boxed() };
    points.prop_map(|(a, b)| if Edtf::parse(&format!("{a}/{b}")).is_ok() { (a, b) } else { (b, a) })
}

fn interval() -> BoxedStrategy<String> {
    prop_oneof![
        4 => two_points(false).prop_map(|(a, b)| format!("{a}/{b}")),
        1 => (point(), prop_oneof![Just(""), Just("..")]).prop_map(|(a, b)| format!("{a}/{b}")),
        1 => (prop_oneof![Just(""), Just("..")], point()).prop_map(|(a, b)| format!("{a}/{b}")),
    ]
    .boxed()
}

fn set() -> BoxedStrategy<String> {
    let member = prop_oneof![3 => point(), 1 => two_points(true).prop_map(|(a, b)| format!("{a}..{b}"))];
    let ends = prop_oneof![3 => Just(("", "")), 1 => Just(("..", "")), 1 => Just(("", ".."))];
    let between = prop_oneof![Just(","), Just(", ")];
    (any::<bool>(), point(), prop::collection::vec(member, 0..4), point(), ends, between)
        .prop_map(|(all, first, middle, last, (before, after), between)| {
            let members = [vec![format!("{before}{first}")], middle, vec![format!("{last}{after}")]].concat();
            let list = members.join(between);
            if all { format!("{{{list}}}") } else { format!("[{list}]") }
        })
        .boxed()
}

/// A valid date of any kind, short enough to be read.
fn any_date() -> BoxedStrategy<String> {
    prop_oneof![3 => point(), 1 => moment(), 2 => interval(), 2 => set()]
        .prop_filter("longer than is read", |text| text.len() <= 200)
        .boxed()
}

/// Whether reading fails, it does so with a date that can be read, and never by panicking.
fn survives(text: &str) {
    match Edtf::parse(text) {
        Ok(date) => holds(&date),
        Err(error) => {
            assert!(["bad-date", "end-before-start"].contains(&error.code));
            let help = error.help.expect("every error has help");
            if let Some(meant) = help.strip_prefix("did you mean `") {
                assert_ne!(meant.trim_end_matches("`?"), text);
                holds(&date(meant.trim_end_matches("`?")));
            }
        }
    }
}

/// How many years a point can span that is known so far; seasons may reach into the next.
fn longest(precision: Precision) -> Option<i64> {
    match precision {
        Precision::Era => None,
        Precision::Millennium => Some(1000),
        Precision::Century => Some(100),
        Precision::Decade => Some(10),
        _ => Some(1),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn valid_dates_are_read_and_printed_as_written(text in any_date()) {
        holds(&date(&text));
    }

    #[test]
    fn a_point_holds_everything_that_it_can_mean(text in point(), fill in prop::array::uniform8(0_u8..10)) {
        let mut fill = fill.into_iter().cycle();
        let mut filled = String::new();
        for c in text.chars() {
            filled.push(if c == 'X' { char::from(b'0' + fill.next().expect("endless")) } else { c });
        }
        // Not every filling is a day, and the month `2X` is no season, whatever its filling.
        let groups = |date: &Edtf| date.points().filter(|point| point.group().is_some()).count();
        if let Ok(filled) = Edtf::parse(&filled)
            && groups(&filled) == groups(&date(&text))
        {
            prop_assert!(date(&text).contains(&filled), "{} in {}", filled, text);
            prop_assert!(date(&text).precision() <= filled.precision());
            prop_assert_eq!(date(&text).is_qualified(), filled.is_qualified());
        }
        let (first, last) = date(&text).order();
        prop_assert!(longest(date(&text).precision()).is_none_or(|years| last.year - first.year <= years));
        if date(&text).precision() >= Precision::Month {
            prop_assert_eq!((first.year, first.month), (last.year, last.month));
        }
        let year = Edtf::parse(&format!("{first}")).or_else(|_| Edtf::parse(&format!("Y{}", first.year)));
        prop_assert!(year.is_ok());
    }

    #[test]
    fn both_ends_lie_within_an_interval((a, b) in two_points(false)) {
        let interval = date(&format!("{a}/{b}"));
        prop_assert_eq!(interval.order(), (date(&a).order().0, date(&b).order().1));
        prop_assert_eq!((interval.start(), interval.end()), (date(&a).order(), date(&b).order()));
        prop_assert_eq!(interval.level() >= date(&a).level().max(date(&b).level()), true);
    }

    #[test]
    fn order_is_total(texts in prop::array::uniform3(any_date())) {
        let [a, b, c] = texts.map(|text| date(&text));
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b) == Ordering::Equal);
        prop_assert!(!(a <= b && b <= c) || a <= c);
        prop_assert!(!(a.contains(&b) && b.contains(&c)) || a.contains(&c));
        prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
        prop_assert!(!a.contains(&b) || a.overlaps(&b));
    }

    #[test]
    fn what_machines_read_is_the_date(text in prop_oneof![point(), moment()]) {
        if let Some(machine) = date(&text).machine() {
            let read = date(&machine);
            prop_assert_eq!(read.order(), date(&text).order());
            prop_assert_eq!(read.precision(), date(&text).precision());
        }
    }

    #[test]
    fn strings_do_not_panic(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn strings_of_its_letters_do_not_panic(text in "[0-9XYESTZ?~%/.,:{}()u +-]{0,30}") {
        survives(&text);
        survives(&format!("[{text}]"));
    }

    #[test]
    fn strings_of_words_do_not_panic(
        text in "((the|c\\.|about|since|until|between|[0-9]{1,4}(st|th|s)?|June|Sept|century|BC|AD|Q2|summer|or|and|to|-|–|/|open|unknown)[ ,]?){0,7}",
    ) {
        survives(&text);
    }

    #[test]
    fn mutated_examples_do_not_panic(
        i in 0..SPECIFICATION.len() + MEANT.len(),
        at in any::<prop::sample::Index>(),
        what in 0..4,
        with in "[0-9XYESTZ?~%/.,:{}()u é-]|\\[|\\]",
    ) {
        let text = SPECIFICATION.get(i).map_or_else(|| MEANT[i - SPECIFICATION.len()].0, |example| example.1);
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        let with = with.chars().next().expect("one of the class");
        match what {
            0 => chars.insert(at, with),
            1 => chars[at] = with,
            2 => { chars.remove(at); }
            _ => chars.swap(0, at),
        }
        survives(&chars.into_iter().collect::<String>());
    }
}
