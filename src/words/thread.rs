//! One conversation: its head, its timeline, and where one writes.

super::words! {
    back: "Back to conversations", "返回会话列表";
    notes_to_yourself: "Notes to yourself", "写给自己的备忘";
    online: "online", "在线";
    last_seen(when: &str): format!("last seen {when}"), format!("最后上线：{when}");
    nobody_of_this_name: "There is nobody of this name here.", "这里没有叫这个名字的人。";
    conversation_with(name: &str): format!("Conversation with {name}"), format!("与{name}的会话");
    loading_older: "Loading what was said before…", "正在加载之前的内容…";
    to_the_newest: "To the newest", "回到最新";
    some_new(count: u64): format!("{count} new"), format!("{count} 条新消息");
    something_missing: "Something is missing here.", "这里缺少一些内容。";
    load_it: "Load it", "加载";

    message_to(name: &str): format!("Message to {name}"), format!("发给{name}的消息");
    write_to(name: &str): format!("Write to {name}"), format!("写给{name}");
    send: "Send", "发送";
    too_long(length: usize, most: usize): format!("This is {length} bytes long; a message has at most {most}."), format!("这条消息有 {length} 字节；最多 {most} 字节。");
    cannot_be_sent: "This holds a character that cannot be sent.", "其中含有无法发送的字符。";
}
