//! "Did you mean": the known name that somebody has most likely meant.
//!
//! One function for all names that a user types: primitives, tasks, options,
//! settings. A suggestion that is far off is worse than none, for it sends the user
//! the wrong way: so beyond a third of the longer name's letters, and where nothing of
//! what was typed would be left, it stays silent. A swap of neighbours counts as one mistake,
//! as does a letter too many, missing or wrong; capitals are no mistake.

/// Known name nearest to the one that was typed, the first of several; `None` where
/// all are too far from it.
///
/// ```
/// use arc_programs::did_you_mean::nearest;
///
/// assert_eq!(nearest("rot91", ["rot90", "mirror"]), Some("rot90"));
/// assert_eq!(nearest("gravity", ["rot90", "mirror"]), None);
/// ```
pub fn nearest<Known: AsRef<str>>(
    typed: &str,
    known: impl IntoIterator<Item = Known>,
) -> Option<Known> {
    let length = typed.chars().count();
    let lower = typed.to_lowercase();
    known
        .into_iter()
        .filter_map(|known| {
            let name = known.as_ref();
            let own_length = name.chars().count();
            let limit = (own_length.max(length) / 3).max(1);
            // The distance is no less than this, which is found at once for a name
            // that a stranger has made a million letters long.
            if own_length.abs_diff(length) > limit {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&name.to_lowercase(), &lower);
            (distance <= limit && distance < length).then_some((distance, known))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// End of an error's sentence that asks whether `nearest` was meant; nothing where
/// there is none.
///
/// ```
/// use arc_programs::did_you_mean::question;
///
/// assert_eq!(question(Some("rot90")), "; did you mean rot90?");
/// assert_eq!(question(None::<&str>), "");
/// ```
pub fn question(nearest: Option<impl std::fmt::Display>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean {name}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_found() {
        let known = ["timeout", "inline-budget", "tasks", "task", "out"];
        for (typed, expected) in [
            ("timeuot", "timeout"),
            ("timout", "timeout"),
            ("TIMEOUT", "timeout"),
            ("inline_budget", "inline-budget"),
            ("taks", "tasks"),
            ("oun", "out"),
            ("inlin-bugdet", "inline-budget"),
        ] {
            assert_eq!(nearest(typed, known), Some(expected), "{typed}");
        }
    }

    #[test]
    fn what_is_far_from_all_is_answered_by_silence() {
        for typed in ["", "x", "X", "budget", "colour", "ab"] {
            assert_eq!(nearest(typed, ["timeout", "task", "y"]), None, "{typed}");
        }
        let long = "timeout".repeat(200_000);
        assert_eq!(nearest(&long, ["timeout"]), None);
    }

    #[test]
    fn the_first_of_equals_is_taken() {
        assert_eq!(nearest("rot9", ["rot90", "rot91"]), Some("rot90"));
    }
}
