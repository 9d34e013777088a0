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
    save_the_edit: "Save the edit", "保存修改";
    answer_to(name: &str): format!("Answer to {name}"), format!("回复{name}");
    answer_to_yourself: "Answer to yourself", "回复自己";
    do_not_answer: "Do not answer to this message", "不回复这条消息";
    do_not_edit: "Leave it as it was", "保持原样";
    delete_it_instead: "Nothing is left of it. If it is to go, delete it instead.", "已经没有内容了。如果要去掉它，请删除这条消息。";
    on_its_way: "This message is just on its way. Save again in a moment.", "这条消息正在发送中，请稍后再保存。";
    deleted_meanwhile: "That message has been deleted meanwhile. What you wrote stays here as a draft.", "那条消息已被删除。你写的内容作为草稿保留在这里。";
    bytes_of(bytes: usize, most: usize): format!("{} of {} bytes", grouped(bytes), grouped(most)), format!("{} / {} 字节", grouped(bytes), grouped(most));
    too_long(bytes: usize, most: usize): format!("This is {} bytes long; a message has at most {}.", grouped(bytes), grouped(most)), format!("这条消息有 {} 字节；最多 {} 字节。", grouped(bytes), grouped(most));
    cannot_be_sent: "This holds a character that cannot be sent.", "其中含有无法发送的字符。";

    nothing_said: "Nothing was said yet. The first line is yours.", "还没有人说话。第一句由你来说。";
    nothing_noted: "Nothing noted yet. What you write here, only you can read.", "还没有备忘。写在这里的内容，只有你能看到。";
    older_with_the_connection: "What was said before comes with the connection.", "之前的内容会随连接恢复而加载。";
    missing_for_now: "Something is missing here. It comes with the connection.", "这里缺少一些内容，会随连接恢复而加载。";
    cannot_be_reached: "This message cannot be reached now.", "现在无法找到这条消息。";
    cut_off: "no connection", "无连接";
}

/// 18,204: in groups of three, as both languages write it.
fn grouped(number: usize) -> String {
    let (rest, last) = (number / 1000, number % 1000);
    if rest == 0 { last.to_string() } else { grouped(rest) + "," + &(last + 1000).to_string()[1..] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_in_groups_of_three() {
        assert_eq!([7, 999, 1000, 16_384, 1_000_042].map(grouped), ["7", "999", "1,000", "16,384", "1,000,042"]);
    }
}
