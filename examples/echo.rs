//! Says back what it is told. May be killed at any time: each message is answered, and once.
//! DUOLOGUE_TOKEN=… cargo run --example echo (cargo add tokio tokio-tungstenite futures-util serde_json uuid)
use futures_util::{SinkExt, StreamExt, stream::iter};
use serde_json::{Value, from_str, json};
use std::{env::var, error::Error, time::Duration};
use tokio_tungstenite::{connect_async, tungstenite::client::IntoClientRequest};
use uuid::Uuid;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut request = var("DUOLOGUE_URL").unwrap_or("ws://127.0.0.1:3000/ws".into()).into_client_request()?;
    request.headers_mut().insert("authorization", format!("Bearer {}", var("DUOLOGUE_TOKEN")?).parse()?);
    let (mut socket, mut you) = (connect_async(request).await?.0, Value::Null);
    while let Some(Ok(message)) = socket.next().await {
        let Ok(frame) = from_str::<Value>(message.to_text()?) else { continue };
        let (kind, peer, pause) = (frame["type"].as_str().unwrap_or(""), &frame["peer"], &frame["retry_after_ms"]);
        let list = |name: &str| frame[name].as_array().into_iter().flatten();
        let missed = |peer: &Value, after: &Value| json!({"type": "history", "id": "1", "peer": peer, "after": after});
        you = frame["you"].get("username").cloned().unwrap_or(you);
        tokio::time::sleep(Duration::from_millis(pause.as_u64().unwrap_or(0))).await;
        // Live frames are a hint, the log is the truth.
        let is_news = matches!(kind, "welcome" | "entry" | "resync") || pause.is_u64() || frame["more"] == true;
        let news = is_news.then(|| json!({"type": "inbox", "id": "2", "since": frame["since"]}));
        let behind = list("conversations").filter(|row| row["head"] != row["delivered"] && row["peer"] != you);
        let said = list("entries").filter(|e| e["kind"] == "message" && e["from"] == *peer && e["body"].is_string());
        // The same id for the same message: however often it is sent, it is one answer.
        let name = |seq: &Value| Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{peer}/{seq}").as_bytes());
        let id = |seq: &Value| format!("{seq}-{}", name(seq));
        let echoes = said.map(|e| json!({"type": "send", "id": id(&e["seq"]), "peer": peer, "body": e["body"]}));
        let more = (frame["complete"] == false).then(|| list("entries").last()).flatten();
        let sent =
            frame["id"].as_str().filter(|_| kind == "sent").and_then(|id| id.split_once('-')?.0.parse::<u64>().ok());
        let answers = news.into_iter().chain(behind.map(|row| missed(&row["peer"], &row["delivered"]))).chain(echoes);
        let answers = answers.chain(more.map(|last| missed(peer, &last["seq"])));
        let answers = answers.chain(sent.map(|seq| json!({"type": "delivered", "peer": peer, "seq": seq})));
        socket.send_all(&mut iter(answers.map(|answer| Ok(answer.to_string().into())))).await?;
    }
    Ok(())
}
