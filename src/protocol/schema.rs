//! The frames as a JSON Schema for other languages, `docs/protocol.schema.json`: generated from the types, and held equal
//! to them here. It says how frames look; what they may say when (docs/protocol.md) no schema can.

use std::{borrow::Cow, fs, path::Path};

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    client::{self, ClientFrame},
    entry::Entry,
    frames::{client_frames, server_frames},
    ids::{Id, Millis, Seq, Username},
    server::ServerFrame,
};

const FILE: &str = "docs/protocol.schema.json";

/// A text or null, and never left out.
pub struct Nullable;

impl JsonSchema for Nullable {
    fn schema_name() -> Cow<'static, str> {
        "Nullable".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["string", "null"]})
    }
}

// `Entry` is read and written by hand: its shape is told apart from it.
/// An entry of a conversation's log.
#[derive(Serialize, JsonSchema)]
struct Drawn {
    seq: Seq,
    at: Millis,
    from: Username,
    id: Id,
    #[serde(flatten)]
    kind: Kind,
}

#[expect(dead_code, reason = "its shape alone is wanted")]
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Kind {
    Message {
        /// Null once the message is deleted.
        #[schemars(with = "Nullable")]
        body: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
    },
    Edit {
        of: Seq,
        /// Null once the message is deleted.
        #[schemars(with = "Nullable")]
        body: Option<String>,
    },
    Deletion {
        of: Seq,
    },
    Reaction {
        of: Seq,
        /// Null takes it back.
        #[schemars(with = "Nullable")]
        emoji: Option<String>,
    },
}

impl JsonSchema for Entry {
    fn schema_name() -> Cow<'static, str> {
        "Entry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Drawn::json_schema(generator)
    }
}

/// What goes each way: a client's frames as they are read, a server's as they are written.
fn generated() -> Value {
    let client =
        SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<ClientFrame>();
    let server = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<ServerFrame>();
    json!({"client": client, "server": server})
}

fn valid(schema: &Value, text: &str) -> bool {
    let frame = serde_json::from_str(text).expect("a test writes JSON");
    jsonschema::validator_for(schema).expect("it is a schema").is_valid(&frame)
}

/// With `UPDATE_SCHEMA=1` the file is written anew.
#[test]
fn the_file_says_what_the_types_say() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let text = serde_json::to_string_pretty(&generated()).expect("a schema is JSON") + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&file, &text).expect("the file can be written");
    }
    let there = fs::read_to_string(&file).expect("the file is there");
    assert!(there == text, "{FILE} is not what the types say: run the tests once with UPDATE_SCHEMA=1");
}

#[test]
fn every_frame_is_as_the_schema_says() {
    let schema = generated();
    for frame in server_frames() {
        assert!(valid(&schema["server"], &frame.encode()), "{}", frame.encode());
    }
    for frame in client_frames() {
        let text = serde_json::to_string(&frame).expect("a frame is JSON");
        assert!(valid(&schema["client"], &text), "{text}");
    }
}

#[test]
fn what_is_no_frame_is_none_by_the_schema() {
    let schema = generated();
    for bad in [
        r#"{}"#,
        r#"{"type":"sned","id":"a","peer":"bob","body":"hi"}"#,
        r#"{"type":"send","id":"a","peer":"bob"}"#,
        r#"{"type":"send","id":"a b","peer":"bob","body":"hi"}"#,
        r#"{"type":"send","id":"a","peer":1,"body":"hi"}"#,
        r#"{"type":"react","id":"a","peer":"bob","of":1}"#,
        r#"{"type":"delete","id":"a","peer":"bob","of":-1}"#,
        r#"{"type":"delete","id":"a","peer":"bob","of":9007199254740992}"#,
        r#"{"type":"delivered","peer":"bob","seq":1.5}"#,
    ] {
        assert!(client::decode(bad).is_err(), "{bad}");
        assert!(!valid(&schema["client"], bad), "{bad}");
    }
    for bad in [
        r#"{"type":"entry","peer":"bob","entry":{"seq":1,"at":1,"from":"bob","id":"a","kind":"message"}}"#,
        r#"{"type":"entry","peer":"bob","entry":{"seq":1,"at":1,"from":"bob","id":"a","kind":"edit","body":"x"}}"#,
        r#"{"type":"error","code":"other","message":""}"#,
        r#"{"type":"sent","id":"a","peer":"bob","seq":1}"#,
    ] {
        assert!(!valid(&schema["server"], bad), "{bad}");
    }
}
