use arc_programs::digest::Digest;

use super::*;

fn version() -> Version {
    let meaning = Digest::from(7);
    Version { meaning }
}

fn open(out: &Path) -> Tried {
    let (tried, notices) = Tried::open_as(version(), out, MOST_BYTES);
    assert_eq!(notices, [""; 0]);
    tried
}

fn trials(round: u64) -> Vec<Trial> {
    (0..32).map(|number| Trial(round << 32 | number)).collect()
}

fn add(tried: &mut Tried, round: u64) {
    let notices = tried.add(&format!("run {round}"), &trials(round), false);
    assert_eq!(notices, [""; 0]);
}

/// The rounds, of so many, all of whose trials are remembered; of the others none is.
fn remembered(tried: &Tried, rounds: u64) -> Vec<u64> {
    let has = |round: &u64| {
        let known = trials(*round);
        let known = known.iter().filter(|trial| tried.contains(**trial));
        let number = known.count();
        assert!(number == 0 || number == 32, "{number} of round {round}");
        number == 32
    };
    (0..rounds).filter(has).collect()
}

#[test]
fn what_one_has_tried_another_knows_at_once_and_later() {
    let out = tempfile::tempdir().unwrap();
    let mut first = open(out.path());
    let mut second = open(out.path());
    add(&mut first, 0);
    assert_eq!(remembered(&second, 3), [0; 0]);
    assert_eq!(second.refresh(), None);
    assert_eq!(remembered(&second, 3), [0]);
    add(&mut second, 1);
    add(&mut first, 2);
    assert_eq!(
        remembered(&first, 3),
        [0, 1, 2],
        "it has read before it wrote"
    );
    drop((first, second));
    assert_eq!(remembered(&open(out.path()), 3), [0, 1, 2]);
    let bytes = found_history(out.path()).unwrap().bytes;
    assert_eq!(bytes, (HEADER + 3 * (32 + 32 * 8)) as u64);
    assert_eq!(clear_history(out.path()).unwrap().bytes, bytes);
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
}

#[test]
fn a_round_that_is_gone_on_with_is_added_once() {
    let out = tempfile::tempdir().unwrap();
    let mut tried = open(out.path());
    add(&mut tried, 0);
    let bytes = found_history(out.path()).unwrap().bytes;
    let mut again = open(out.path());
    assert_eq!(again.add("run 0", &trials(0), true), [""; 0]);
    assert_eq!(found_history(out.path()).unwrap().bytes, bytes);
    assert_eq!(again.add("run 1", &trials(1), true), [""; 0]);
    assert_eq!(remembered(&again, 2), [0, 1]);
}

#[test]
fn beyond_the_bound_the_older_half_goes_whoever_adds() {
    const BLOCK: u64 = 32 + 32 * 8;
    let bound = HEADER as u64 + 10 * BLOCK;
    let out = tempfile::tempdir().unwrap();
    let open = || Tried::open_as(version(), out.path(), bound).0;
    let (mut one, mut other) = (open(), open());
    for round in 0..40 {
        add(if round % 3 == 0 { &mut other } else { &mut one }, round);
        assert!(found_history(out.path()).unwrap().bytes <= bound);
    }
    one.refresh();
    other.refresh();
    let kept = remembered(&one, 40);
    assert!((5..=10).contains(&kept.len()), "{kept:?}");
    assert_eq!(kept.last(), Some(&39));
    assert!(
        kept.is_sorted_by(|one, other| one + 1 == *other),
        "{kept:?}"
    );
    assert_eq!(remembered(&other, 40), kept);
    assert_eq!(remembered(&open(), 40), kept, "it is what the file has");
}

#[test]
fn what_is_damaged_or_of_another_version_is_told_once_and_made_anew() {
    let out = tempfile::tempdir().unwrap();
    let mut tried = open(out.path());
    (0..3).for_each(|round| add(&mut tried, round));
    let path = tried.path();
    let whole = fs::read(&path).unwrap();
    let second = HEADER + (whole.len() - HEADER) / 3 + 40;
    let mut turned = whole.clone();
    turned[second] ^= 1;
    let mut header = whole.clone();
    header[9] ^= 1;
    for (bytes, kept, told) in [
        (&whole[..second], &[0][..], "damaged or cut off"),
        (&turned, &[0], "damaged or cut off"),
        (&whole[..7], &[], "another version"),
        (&header, &[], "another version"),
        (b"nothing of the sort", &[], "another version"),
    ] {
        fs::write(&path, bytes).unwrap();
        let (mut tried, notices) = Tried::open_as(version(), out.path(), MOST_BYTES);
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert!(notices[0].contains(told), "{notices:?}");
        assert_eq!(remembered(&tried, 3), kept);
        add(&mut tried, 4);
        assert_eq!(remembered(&open(out.path()), 5), [kept, &[4]].concat());
    }
    let other = Version {
        meaning: Digest::from(8),
    };
    let (tried, notices) = Tried::open_as(other, out.path(), MOST_BYTES);
    assert_eq!((tried.known.len(), notices.len()), (0, 1));
}

#[test]
fn what_is_torn_is_read_when_it_is_whole() {
    let out = tempfile::tempdir().unwrap();
    let mut first = open(out.path());
    let mut second = open(out.path());
    add(&mut first, 0);
    add(&mut first, 1);
    let path = first.path();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 9]).unwrap();
    assert_eq!(second.refresh(), None);
    assert_eq!(remembered(&second, 2), [0]);
    fs::write(&path, &whole).unwrap();
    assert_eq!(second.refresh(), None);
    assert_eq!(remembered(&second, 2), [0, 1]);
}

#[test]
fn where_nothing_can_be_written_it_remembers_by_itself() {
    let out = tempfile::tempdir().unwrap();
    fs::write(out.path().join(FOLDER), "a file").unwrap();
    let (mut tried, notices) = Tried::open_as(version(), out.path(), MOST_BYTES);
    assert_eq!(notices.len(), 1, "{notices:?}");
    add(&mut tried, 0);
    assert_eq!(tried.refresh(), None);
    assert_eq!(remembered(&tried, 1), [0]);
    // A link may lead anywhere.
    fs::remove_file(out.path().join(FOLDER)).unwrap();
    fs::create_dir(out.path().join(FOLDER)).unwrap();
    let elsewhere = out.path().join("elsewhere");
    fs::write(&elsewhere, "mine").unwrap();
    std::os::unix::fs::symlink(&elsewhere, tried.path()).unwrap();
    let (mut tried, notices) = Tried::open_as(version(), out.path(), MOST_BYTES);
    assert_eq!(notices.len(), 1, "{notices:?}");
    add(&mut tried, 0);
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "mine");
}
