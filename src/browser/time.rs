//! Times as the browser writes them: in the page's language, in the zone where its reader lives.

use std::cell::OnceCell;

use js_sys::{Array, Date, Function, Intl::DateTimeFormat, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::language;
use crate::{app::clock::Form, protocol::ids::Millis, words::Language};

thread_local! {
    /// A formatter is slow to make and quick to use. A page has one language, so there is one for each form.
    static FORMATTERS: [OnceCell<Function>; 6] = const { [const { OnceCell::new() }; 6] };
}

/// Writes a time in one of the forms.
pub fn written(at: Millis, form: Form) -> String {
    FORMATTERS.with(|formatters| {
        let format = formatters[form as usize].get_or_init(|| formatter(form));
        let written = format.call1(&JsValue::UNDEFINED, &JsValue::from_f64(at.0 as f64));
        // Only a time beyond the year 275,760 cannot be written.
        written.ok().and_then(|written| written.as_string()).unwrap_or_default()
    })
}

fn formatter(form: Form) -> Function {
    let options = Object::new();
    for (name, value) in options_of(form) {
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    // English without a country would put the month before the day, and midnight at 24.
    let locale = match language() {
        Language::English => "en-GB",
        other => other.tag(),
    };
    DateTimeFormat::new(&Array::of1(&locale.into()), options.unchecked_ref()).format()
}

fn options_of(form: Form) -> &'static [(&'static str, &'static str)] {
    match form {
        Form::Clock => &[("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")],
        Form::Weekday => &[("weekday", "short")],
        Form::Date => &[("day", "numeric"), ("month", "short")],
        Form::DateOfYear => &[("day", "numeric"), ("month", "short"), ("year", "numeric")],
        Form::Day => &[("weekday", "long"), ("day", "numeric"), ("month", "long")],
        Form::DayOfYear => &[("weekday", "long"), ("day", "numeric"), ("month", "long"), ("year", "numeric")],
    }
}

/// How far the reader's clock is ahead of UTC at a time.
pub fn offset_minutes(at: Millis) -> i64 {
    let date = Date::new(&(at.0 as f64).into());
    -(date.get_timezone_offset() as i64)
}
