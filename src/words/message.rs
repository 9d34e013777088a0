//! One message, and what one does with it.

super::words! {
    you: "You", "你";
    you_said: "You: ", "你：";
    somebody_said(name: &str): format!("{name}: "), format!("{name}：");
    edited: "edited", "已编辑";
    you_deleted_this: "You deleted this message", "你删除了这条消息";
    somebody_deleted_this(name: &str): format!("{name} deleted this message"), format!("{name}删除了这条消息");
    a_deleted_message: "A deleted message", "一条已删除的消息";
    an_earlier_message: "An earlier message", "一条更早的消息";
    both_reacted(name: &str, emoji: &str): format!("{name} and you reacted with {emoji}. Take yours back"), format!("你和{name}都回应了{emoji}。撤回你的");
    you_reacted(emoji: &str): format!("You reacted with {emoji}. Take it back"), format!("你回应了{emoji}。撤回");
    somebody_reacted(name: &str, emoji: &str): format!("{name} reacted with {emoji}. React with it too"), format!("{name}回应了{emoji}。也这样回应");

    actions: "Actions for this message", "对这条消息的操作";
    react: "React", "回应";
    another_emoji: "Another emoji", "其他表情";
    red_heart: "red heart", "红心";
    thumbs_up: "thumbs up", "点赞";
    tears_of_joy: "tears of joy", "笑哭";
    open_mouth: "open mouth", "惊讶";
    tear: "tear", "流泪";
    folded_hands: "folded hands", "双手合十";
    answer: "Answer", "回复";
    edit: "Edit", "编辑";
    copy_the_text: "Copy the text", "复制文字";
    delete_for_both: "Delete for both …", "为双方删除…";
    delete_note: "Delete …", "删除…";

    delete_this_for_both: "Delete this message for both?", "为双方删除这条消息？";
    delete_this_note: "Delete this note?", "删除这条备忘？";
    what_goes(name: &str): format!("Its place stays, its words go: from this server, from your devices and from {name}’s as soon as they are connected."), format!("它的位置会保留，文字会删除：服务器上的立即删除，你和{name}的设备上的在连接后删除。");
    what_goes_of_a_note: "Its place stays, its words go: from this server, and from your devices as soon as they are connected.", "它的位置会保留，文字会删除：服务器上的立即删除，你的设备上的在连接后删除。";
    keep_it: "Keep it", "保留";
    delete_it_for_both: "Delete for both", "为双方删除";
    delete: "Delete", "删除";

    status_waiting: "Waiting", "等待发送";
    status_sent: "Sent", "已发送";
    status_delivered: "Delivered", "已送达";
    status_read: "Read", "已读";
    status_failed: "Not sent", "未发送";

    not_sent(reason: &str): format!("Not sent: {reason}"), format!("未发送：{reason}");
    not_edited(reason: &str): format!("Not edited: {reason}"), format!("未修改：{reason}");
    not_deleted(reason: &str): format!("Not deleted: {reason}"), format!("未删除：{reason}");
    not_reacted(reason: &str): format!("No reaction: {reason}"), format!("未回应：{reason}");
    dismiss: "Dismiss", "知道了";
    because_too_long: "longer than 16 KB.", "超过 16 KB。";
    because_empty: "there is nothing to read in it.", "里面没有可读的内容。";
    because_unknown_peer: "there is nobody of this name any more.", "已经没有叫这个名字的人了。";
    because_not_available: "this person cannot be written to.", "无法给此人写消息。";
    because_gone: "the message is deleted.", "这条消息已被删除。";
    because_not_found: "the message is not there.", "找不到这条消息。";
    because_not_yours: "the message is not yours.", "这条消息不是你的。";
    because_refused: "the server did not take it.", "服务器没有接受。";
}
