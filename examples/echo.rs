//! Says back what it is told. May be killed at any time: each message is answered, and once.
//! DUOLOGUE_TOKEN=… cargo run --example echo (cargo add tokio tokio-tungstenite futures-util serde_json sha2)
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, from_str, json};
use sha2::{Digest, Sha256};
use std::{env::var, error::Error, time::Duration};
use tokio_tungstenite::{connect_async, tungstenite::client::IntoClientRequest};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut request = var("DUOLOGUE_URL").unwrap_or("ws://127.0.0.1:3000/ws".into()).into_client_request()?;
    request.headers_mut().insert("authorization", format!("Bearer {}", var("DUOLOGUE_TOKEN")?).parse()?);
    let (mut socket, mut you) = (connect_async(request).await?.0, Value::Null);
    while let Some(message) = socket.next().await {
        let Ok(frame) = from_str::<Value>(message?.to_text()?) else { continue };
        let (kind, peer, mut answers) = (frame["type"].as_str().unwrap_or_default(), &frame["peer"], Vec::new());
        let list = |field: &str| frame[field].as_array().cloned().unwrap_or_default();
        let missed = |peer: &Value, after: &Value| json!({"type": "history", "id": "1", "peer": peer, "after": after});
        you = frame["you"].get("username").cloned().unwrap_or(you);
        tokio::time::sleep(Duration::from_millis(frame["retry_after_ms"].as_u64().unwrap_or(0))).await;
        if matches!(kind, "welcome" | "entry" | "resync") || frame["retry_after_ms"].is_u64() || frame["more"] == true {
            // Live frames are a hint, the log is the truth.
            answers.push(json!({"type": "inbox", "id": "2", "since": frame["since"]}));
        }
        for row in list("conversations").iter().filter(|row| row["head"] != row["delivered"] && row["peer"] != you) {
            answers.push(missed(&row["peer"], &row["delivered"]));
        }
        for entry in list("entries").iter().filter(|entry| entry["kind"] == "message" && entry["from"] == *peer) {
            let Some(body) = entry["body"].as_str() else { continue };
            // The same id for the same message: however often it is sent, it is one answer.
            let hash = Sha256::digest(format!("{peer}/{}", entry["seq"]));
            let name: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
            let id = format!("{}-{name}", entry["seq"]);
            answers.push(json!({"type": "send", "id": id, "peer": peer, "body": body}));
        }
        if frame["complete"] == false {
            answers.push(missed(peer, &list("entries").pop().unwrap_or_default()["seq"]));
        }
        if let ("sent", Some((seq, _))) = (kind, frame["id"].as_str().unwrap_or_default().split_once('-')) {
            let seq: u64 = seq.parse()?;
            answers.push(json!({"type": "delivered", "peer": peer, "seq": seq}));
        }
        for answer in answers {
            socket.send(answer.to_string().into()).await?;
        }
    }
    Ok(())
}
