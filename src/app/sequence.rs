//! A list of lines as views, where what stays is never touched.
//!
//! Leptos' `For` takes the first rows out of the document and puts them back when several come in front of them: what has
//! the focus loses it, what is not painted loses its height, what was read out is read out again. Here only what is new is
//! put in and only what is gone is taken out; a row is moved where the order itself has changed.

use std::collections::HashSet;

use leptos::{
    prelude::*,
    tachys::{
        html::attribute::{Attribute, any_attribute::AnyAttribute},
        hydration::Cursor,
        reactive_graph::{OwnedView, OwnedViewState},
        renderer::{
            CastFrom, Rndr,
            types::{Element, Node, Placeholder},
        },
        view::{Mountable, Position, PositionState, Render, add_attr::AddAnyAttr, any_view::AnyViewState},
    },
};

use super::lines::Line;

type RowState = OwnedViewState<AnyViewState>;

/// The lines, and how one of them becomes a view. Each gets an owner of its own, under `owner`.
pub struct Sequence<Make> {
    pub lines: Vec<Line>,
    pub make: Make,
    pub owner: Owner,
}

impl<Make: Fn(Line) -> AnyView> Sequence<Make> {
    fn view(&self, line: Line) -> OwnedView<AnyView> {
        let owner = self.owner.with(Owner::new);
        let view = owner.with(|| (self.make)(line));
        OwnedView::new_with_owner(view, owner)
    }
}

pub struct SequenceState {
    parent: Option<Element>,
    rows: Vec<(String, RowState)>,
    /// Stands behind the last row.
    marker: Placeholder,
}

impl SequenceState {
    fn drop_gone(&mut self, lines: &[Line]) {
        let keys: HashSet<String> = lines.iter().map(Line::key).collect();
        self.rows.retain_mut(|(key, row)| {
            let stays = keys.contains(key);
            if !stays {
                row.unmount();
            }
            stays
        });
    }
}

impl<Make: Fn(Line) -> AnyView> Render for Sequence<Make> {
    type State = SequenceState;

    fn build(mut self) -> Self::State {
        let lines = std::mem::take(&mut self.lines);
        let rows = lines.into_iter().map(|line| (line.key(), self.view(line).build())).collect();
        SequenceState { parent: None, rows, marker: Rndr::create_placeholder() }
    }

    fn rebuild(mut self, state: &mut Self::State) {
        let lines = std::mem::take(&mut self.lines);
        state.drop_gone(&lines);
        let mut stay = std::mem::take(&mut state.rows);
        // From the last to the first, so that what a row comes before stands already.
        let mut rows: Vec<(String, RowState)> = Vec::with_capacity(lines.len());
        for line in lines.into_iter().rev() {
            let key = line.key();
            let place = stay.iter().rposition(|(staying, _)| *staying == key);
            let is_in_place = place.is_some_and(|place| place + 1 == stay.len());
            let mut row = match place {
                Some(place) => stay.remove(place).1,
                None => self.view(line).build(),
            };
            if let Some(parent) = state.parent.as_ref().filter(|_| !is_in_place) {
                let is_before = match rows.last() {
                    Some((_, next)) => next.insert_before_this(&mut row),
                    None => state.marker.insert_before_this(&mut row),
                };
                if !is_before {
                    row.mount(parent, Some(state.marker.as_ref()));
                }
            }
            rows.push((key, row));
        }
        rows.reverse();
        state.rows = rows;
    }
}

impl<Make: Fn(Line) -> AnyView + Send + 'static> RenderHtml for Sequence<Make> {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        mut self,
        buffer: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        _attributes: Vec<AnyAttribute>,
    ) {
        for line in std::mem::take(&mut self.lines) {
            self.view(line).to_html_with_buf(buffer, position, escape, mark_branches, Vec::new());
            *position = Position::NextChild;
        }
        buffer.push_str("<!>");
    }

    fn hydrate<const FROM_SERVER: bool>(mut self, cursor: &Cursor, position: &PositionState) -> Self::State {
        let current = cursor.current();
        let parent = match position.get() {
            Position::FirstChild => Some(current),
            _ => Rndr::get_parent(&current),
        };
        let mut rows = Vec::with_capacity(self.lines.len());
        for line in std::mem::take(&mut self.lines) {
            let key = line.key();
            rows.push((key, self.view(line).hydrate::<FROM_SERVER>(cursor, position)));
        }
        let marker = cursor.next_placeholder(position);
        position.set(Position::NextChild);
        SequenceState { parent: parent.and_then(Element::cast_from), rows, marker }
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl<Make: Fn(Line) -> AnyView + Send + 'static> AddAnyAttr for Sequence<Make> {
    type Output<SomeNewAttr: Attribute> = Self;

    /// An attribute has no place on a list of views.
    fn add_any_attr<NewAttr: Attribute>(self, _attribute: NewAttr) -> Self::Output<NewAttr> {
        self
    }
}

impl Mountable for SequenceState {
    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.parent = Some(parent.clone());
        for (_, row) in &mut self.rows {
            row.mount(parent, marker);
        }
        self.marker.mount(parent, marker);
    }

    fn unmount(&mut self) {
        for (_, row) in &mut self.rows {
            row.unmount();
        }
        self.marker.unmount();
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.rows.first() {
            Some((_, first)) => first.insert_before_this(child),
            None => self.marker.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        self.rows.iter().flat_map(|(_, row)| row.elements()).collect()
    }
}
