//! What keys do.

super::words! {
    keyboard: "Keyboard", "键盘";
    keyboard_about: "Everything here can be done without a mouse. Tab leads on, and these lead faster.", "这里的一切都可以不用鼠标完成。Tab 键逐项前进，下面的按键更快。";
    keys: "Keys", "按键";
    what_they_do: "What they do", "作用";

    keys_anywhere: "Anywhere", "任何地方";
    key_above_below: "Open the conversation above, or below", "打开上一个或下一个会话";
    key_search: "Search the people in the list", "在列表中搜索人";
    key_close: "Close what opened last", "关闭最后打开的部分";
    keys_in_list: "In the list of conversations", "在会话列表中";
    key_list_move: "Move up, or down", "向上或向下移动";
    key_list_ends: "Go to the first, or the last", "到第一个或最后一个";
    keys_in_timeline: "Among the messages", "在消息之间";
    key_timeline_move: "Move to the message above, or below", "移到上一条或下一条消息";
    key_menu: "Open the menu of the message", "打开这条消息的菜单";
    key_reply: "Reply", "回复";
    key_react: "React", "回应";
    key_edit: "Edit", "编辑";
    key_copy: "Copy", "复制";
    key_delete: "Delete", "删除";
    keys_in_composer: "Where you write", "在输入框中";
    key_send: "Send", "发送";
    key_break: "Begin a new line", "换行";
    key_edit_last: "Edit your last message, while nothing is written", "尚未输入时，编辑你的上一条消息";
}
