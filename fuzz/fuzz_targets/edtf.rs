//! Dates: whatever is read is printed as it was written, and whatever is not gets a hint that can be read.

#![no_main]

use backgrounder::edtf::{Day, Edtf};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Edtf::parse(text) {
        Ok(date) => holds(&date),
        Err(error) => {
            assert!(["bad-date", "end-before-start"].contains(&error.code));
            let help = error.help.expect("every error has help");
            if let Some(meant) = help.strip_prefix("did you mean `").and_then(|help| help.strip_suffix("`?")) {
                assert_ne!(meant, text);
                holds(&Edtf::parse(meant).expect("what is guessed can be read"));
            }
        }
    }
});

/// What holds of every date.
fn holds(date: &Edtf) {
    assert_eq!(date.to_string(), date.as_str());
    assert_eq!(Edtf::parse(date.as_str()).as_ref(), Ok(date));
    let (first, last) = date.order();
    assert!(first <= last);
    assert_eq!((date.earliest().unwrap_or(Day::MIN), date.latest().unwrap_or(Day::MAX)), (first, last));
    assert!(date.start().0 <= date.start().1 && date.end().0 <= date.end().1 && date.start().0 <= date.end().1);
    assert!(date.contains(date) && date.overlaps(date));
    assert!(!date.words("en").is_empty() && !date.words("en").contains('X') || date.words("en").contains('('));
    assert_eq!(date.words("hy"), date.as_str());
    assert!(date.level() <= 2);
    let _ = (date.precision(), date.year(), date.is_open(), date.is_qualified(), date.day());
    if let Some(machine) = date.machine() {
        assert_eq!(Edtf::parse(&machine).expect("HTML's dates are EDTF").order(), (first, last));
    }
    for day in [Day::MIN, first, first.plus_days(1), last, Day::MAX] {
        let told = date.until(day);
        assert_eq!(Edtf::parse(told.as_str()).as_ref(), Ok(&told));
        assert_eq!(told.order().0, first);
    }
}
