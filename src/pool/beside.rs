//! Two pieces of work at once, before there are workers.

use std::panic::resume_unwind;
use std::thread;

/// Does some work, and other work beside it, on a thread that ends with it: that thread
/// is had where `is_wanted`, and where the system grants it; else the other work is done
/// afterwards.
pub(crate) fn beside<Own, Other: Send>(
    is_wanted: bool,
    own: impl FnOnce() -> Own,
    other: impl Fn() -> Other + Sync,
) -> (Own, Other) {
    thread::scope(|scope| {
        let thread = is_wanted.then(|| {
            let builder = thread::Builder::new().name("beside".to_owned());
            builder.spawn_scoped(scope, &other)
        });
        let own = own();
        let other = match thread {
            Some(Ok(thread)) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Some(Err(_)) | None => other(),
        };
        (own, other)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_done_with_a_thread_and_without() {
        let own = String::from("own");
        let here = thread::current().id();
        for is_wanted in [true, false] {
            let other = || thread::current().id() == here;
            let done = beside(is_wanted, || own.clone(), other);
            assert_eq!(done, (own.clone(), !is_wanted));
        }
    }

    #[test]
    #[should_panic(expected = "the other")]
    fn a_panic_of_the_other_is_that_of_both() {
        beside(true, || (), || panic!("the other"));
    }
}
