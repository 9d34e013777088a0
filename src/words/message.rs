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
    both_reacted(name: &str): format!("You and {name} reacted. Take yours back"), format!("你和{name}都回应了。撤回你的");
    you_reacted: "You reacted. Take it back", "你回应了。撤回";
    somebody_reacted(name: &str): format!("{name} reacted. React with it too"), format!("{name}回应了。也这样回应");
    delete: "Delete", "删除";

    status_waiting: "Waiting", "等待发送";
    status_sent: "Sent", "已发送";
    status_delivered: "Delivered", "已送达";
    status_read: "Read", "已读";
    status_failed: "Not sent", "未发送";

    not_sent(reason: &str): format!("Not sent: {reason}"), format!("未发送：{reason}");
    not_done(reason: &str): format!("Not done: {reason}"), format!("未完成：{reason}");
    because_too_long: "longer than 16 KB.", "超过 16 KB。";
    because_empty: "there is nothing to read in it.", "里面没有可读的内容。";
    because_unknown_peer: "there is nobody of this name any more.", "已经没有叫这个名字的人了。";
    because_not_available: "this person cannot be written to.", "无法给此人写消息。";
    because_gone: "the message is deleted.", "这条消息已被删除。";
    because_not_found: "the message is not there.", "找不到这条消息。";
    because_not_yours: "the message is not yours.", "这条消息不是你的。";
    because_refused: "the server did not take it.", "服务器没有接受。";
}
