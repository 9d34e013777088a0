//! The checker over records that were made up: a good run, and the same with one thing wrong each.

use serde_json::{Value, json};

use crate::support::checker::{
    Stage,
    entry::Entry,
    judge,
    record::Record,
    stored::{Pair, Stored},
    verdict::Rule,
};

/// A run of two people: what their devices wrote down, and what the store has.
struct Run {
    ann: Record,
    bob: Record,
    log: Vec<Value>,
    other_view: Vec<Value>,
    row: Value,
}

fn send(id: &str, body: &str) -> Value {
    json!({"type": "send", "id": id, "peer": "-", "body": body})
}

fn sent(id: &str, seq: u64) -> Value {
    json!({"type": "sent", "id": id, "seq": seq, "at": 100 + seq})
}

fn message(seq: u64, from: &str, id: &str, body: Option<&str>) -> Value {
    json!({"seq": seq, "at": 100 + seq, "from": from, "id": id, "kind": "message", "body": body})
}

fn deletion(seq: u64, from: &str, id: &str, of: u64) -> Value {
    json!({"seq": seq, "at": 100 + seq, "from": from, "id": id, "kind": "deletion", "of": of})
}

impl Run {
    /// ann writes two and deletes one of them, bob writes one and is refused one; both see all of it.
    fn good() -> Self {
        let (mut ann, mut bob) = (Record::new("ann", "bob", "laptop"), Record::new("bob", "ann", "phone"));
        let delete = json!({"type": "delete", "id": "a3", "peer": "bob", "of": 1});
        for (frame, answer) in
            [(send("a1", "one"), sent("a1", 1)), (send("a2", " two "), sent("a2", 2)), (delete, sent("a3", 4))]
        {
            ann.tries(&frame);
            ann.answered(&answer);
        }
        bob.tries(&send("b1", "three"));
        bob.answered(&sent("b1", 3));
        bob.tries(&json!({"type": "edit", "id": "b2", "peer": "ann", "of": 2, "body": "mine"}));
        bob.answered(&json!({"type": "error", "id": "b2", "code": "not_yours"}));
        let live = [
            message(1, "ann", "a1", Some("one")),
            message(2, "ann", "a2", Some("two")),
            message(3, "bob", "b1", Some("three")),
            deletion(4, "ann", "a3", 1),
        ];
        for entry in &live {
            ann.saw(Entry::read(entry));
            bob.saw(Entry::read(entry));
        }
        bob.saw_marks("ann", 3, 2, None);
        bob.saw_marks("ann", 4, 2, Some((3, 2)));
        let mut log = live.to_vec();
        log[0]["body"] = Value::Null;
        let row = json!({"peer": "bob", "delivered": 4, "read": 2, "peer_delivered": 0, "peer_read": 0});
        Self { ann, bob, other_view: log.clone(), log, row }
    }

    /// The rules that the checker finds broken.
    fn broken(&self, stage: Stage) -> Vec<Rule> {
        let pair = || Pair::of("ann", "bob");
        let views = [
            Stored::new("one").with(pair(), &self.log).with_marks("ann", &self.row),
            Stored::new("other").with(pair(), &self.other_view),
        ];
        let verdict = judge(7, stage, &[self.ann.clone(), self.bob.clone()], &views);
        let line: Value = serde_json::from_str(&verdict.line()).expect("the line is JSON");
        assert_eq!(line["verdict"]["seed"], 7);
        assert_eq!(line["verdict"]["failures"], verdict.failures());
        assert_eq!(verdict.words.is_empty(), verdict.is_good());
        verdict.broken.keys().copied().collect()
    }

    /// Another entry in the place of one, in every view.
    fn stores(&mut self, place: usize, entry: Value) {
        self.log[place] = entry.clone();
        self.other_view[place] = entry;
    }
}

#[track_caller]
fn breaks(rule: Rule, spoil: impl FnOnce(&mut Run)) {
    let mut run = Run::good();
    spoil(&mut run);
    let broken = run.broken(Stage::Quiet);
    assert!(broken.contains(&rule), "{rule:?} is not among {broken:?}");
}

#[test]
fn a_good_run_is_good() {
    assert_eq!(Run::good().broken(Stage::Quiet), []);
    assert_eq!(Run::good().broken(Stage::Between), []);
}

#[test]
fn what_was_answered_and_is_not_there_is_lost() {
    breaks(Rule::Lost, |run| {
        run.log.truncate(3);
        run.other_view.truncate(3);
    });
}

#[test]
fn what_was_answered_with_another_number_is_lost() {
    breaks(Rule::Lost, |run| {
        run.bob.answered(&sent("b1", 9));
    });
}

#[test]
fn what_was_answered_with_another_time_is_lost() {
    breaks(Rule::Lost, |run| run.log[2]["at"] = 103_000.into());
}

#[test]
fn what_has_other_words_than_were_answered_is_lost() {
    breaks(Rule::Lost, |run| run.stores(2, message(3, "bob", "b1", Some("thirty"))));
}

#[test]
fn words_that_nobody_deleted_and_are_gone_are_lost() {
    breaks(Rule::Lost, |run| run.stores(2, message(3, "bob", "b1", None)));
}

#[test]
fn what_is_there_twice_is_doubled() {
    breaks(Rule::Doubled, |run| run.log.push(message(5, "bob", "b1", Some("three"))));
}

#[test]
fn the_same_id_of_two_people_is_not_doubled() {
    let mut run = Run::good();
    run.bob.tries(&send("a1", "one"));
    run.bob.answered(&sent("a1", 5));
    let entry = message(5, "bob", "a1", Some("one"));
    for record in [&mut run.ann, &mut run.bob] {
        record.saw(Entry::read(&entry));
    }
    run.log.push(entry.clone());
    run.other_view.push(entry);
    assert_eq!(run.broken(Stage::Quiet), []);
}

#[test]
fn a_number_left_out_is_a_hole() {
    breaks(Rule::Holes, |run| run.log[3]["seq"] = 5.into());
}

#[test]
fn two_views_that_differ_have_diverged() {
    breaks(Rule::Diverged, |run| {
        run.other_view.pop();
    });
}

#[test]
fn a_device_that_has_not_heard_all_after_quiet_has_diverged() {
    let mut run = Run::good();
    run.bob.held.pop();
    assert_eq!(run.broken(Stage::Between), []);
    assert!(run.broken(Stage::Quiet).contains(&Rule::Diverged));
}

#[test]
fn a_device_that_holds_more_than_the_store_has_diverged() {
    let mut run = Run::good();
    run.ann.tries(&send("a4", "four"));
    run.bob.saw(Entry::read(&message(5, "ann", "a4", Some("four"))));
    assert_eq!(run.broken(Stage::Between), [Rule::Diverged]);
}

#[test]
fn a_later_try_in_front_of_an_earlier_one_is_reordered() {
    let mut run = Run::good();
    run.ann.tries.swap(0, 1);
    assert_eq!(run.broken(Stage::Quiet), [Rule::Reordered]);
    run.ann.tries[0].keeps_order = false;
    assert_eq!(run.broken(Stage::Quiet), [], "it was to be tried again later");
}

#[test]
fn an_entry_that_contradicts_what_was_seen_is_unsteady() {
    breaks(Rule::Unsteady, |run| run.bob.saw(Entry::read(&message(2, "ann", "a9", Some("two")))));
}

#[test]
fn an_entry_that_leaves_one_out_is_unsteady() {
    breaks(Rule::Unsteady, |run| run.bob.saw(Entry::read(&message(6, "ann", "a6", Some("six")))));
}

#[test]
fn a_head_below_what_was_seen_is_unsteady() {
    breaks(Rule::Unsteady, |run| run.bob.saw_head(3));
}

#[test]
fn an_entry_that_nobody_tried_is_noticed() {
    breaks(Rule::Untried, |run| run.log.push(message(5, "bob", "b9", Some("who?"))));
}

#[test]
fn an_entry_that_was_seen_and_nobody_tried_is_noticed() {
    let mut run = Run::good();
    run.ann.saw(Entry::read(&message(5, "bob", "b9", Some("who?"))));
    assert!(run.broken(Stage::Between).contains(&Rule::Untried));
}

#[test]
fn what_was_refused_and_is_there_is_noticed() {
    let edit = || json!({"seq": 5, "at": 105, "from": "bob", "id": "b2", "kind": "edit", "of": 2, "body": "mine"});
    breaks(Rule::RefusedButThere, |run| run.log.push(edit()));
}

#[test]
fn what_may_be_tried_later_is_refused_only_where_no_sending_is_open() {
    let refused = |sendings: usize| {
        let mut run = Run::good();
        (0..sendings).for_each(|_| run.bob.tries(&send("b3", "late")));
        run.bob.answered(&json!({"type": "error", "id": "b3", "code": "unavailable"}));
        let entry = message(5, "bob", "b3", Some("late"));
        run.log.push(entry.clone());
        run.other_view.push(entry);
        run.broken(Stage::Between)
    };
    assert_eq!(refused(1), [Rule::RefusedButThere], "nothing was written, it said");
    assert_eq!(refused(2), [], "the first sending may have been");
}

#[test]
fn an_unknown_outcome_is_no_refusal_and_no_end() {
    let mut run = Run::good();
    run.bob.tries(&send("b3", "late"));
    run.bob.answered(&json!({"type": "error", "id": "b3", "code": "unknown_outcome"}));
    assert_eq!(run.broken(Stage::Quiet), [Rule::Unsettled]);
    assert_eq!(run.broken(Stage::Between), []);
}

#[test]
fn a_mark_below_what_was_told_before_the_question_fell() {
    breaks(Rule::MarksFell, |run| run.bob.saw_marks("ann", 4, 1, Some((4, 2))));
}

#[test]
fn a_receipt_that_comes_late_is_no_fall() {
    let mut run = Run::good();
    run.bob.saw_marks("ann", 3, 1, None);
    assert_eq!(run.broken(Stage::Quiet), []);
}

#[test]
fn a_mark_in_the_store_below_what_was_told_fell() {
    breaks(Rule::MarksFell, |run| run.row["read"] = 1.into());
}

#[test]
fn a_time_before_the_one_in_front_of_it_is_noticed() {
    breaks(Rule::TimeWentBack, |run| run.log[3]["at"] = 5.into());
}

#[test]
fn words_that_outlive_their_deletion_are_noticed() {
    breaks(Rule::Unerased, |run| run.stores(0, message(1, "ann", "a1", Some("one"))));
}

#[test]
fn a_line_that_breaks_in_an_ordered_end_is_cut_off() {
    breaks(Rule::CutOff, |run| run.bob.ended(1006, true));
    let mut run = Run::good();
    run.bob.ended(1006, false);
    run.bob.ended(1001, true);
    assert_eq!(run.broken(Stage::Quiet), [], "killed, or told");
}

#[test]
fn a_try_without_an_answer_is_unsettled_after_quiet() {
    breaks(Rule::Unsettled, |run| run.bob.tries(&send("b3", "hello?")));
}
