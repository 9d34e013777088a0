//! The list of people, the stage, the way to a first conversation, and what one should know of the link.

super::words! {
    conversations: "Conversations", "会话";
    new_conversation: "New conversation", "新会话";
    nobody_yet: "Nobody here yet. Whoever you talk to will stand in this list.", "这里还没有人。与你交谈的人会出现在这个列表里。";
    search: "Search", "搜索";
    search_people: "Search people", "搜索联系人";
    start_with(name: &str): format!("Start a conversation with “{name}”"), format!("与“{name}”开始会话");
    draft: "Draft:", "草稿：";
    online_aside: ", online", "，在线";
    unread_aside: " unread", " 条未读";
    typing: "typing…", "正在输入…";
    you_deleted_one: "You deleted a message", "你删除了一条消息";
    somebody_deleted_one(name: &str): format!("{name} deleted a message"), format!("{name}删除了一条消息");
    settings: "Settings", "设置";
    choose_one: "Choose a conversation, or begin a new one.", "选择一个会话，或开始新的会话。";
    whom: "Who do you want to talk to?", "你想和谁说话？";
    whom_hint: "You need one name. Nobody can be found here who has not told you theirs.", "你只需要一个用户名。没有告诉你用户名的人，在这里是找不到的。";
    start_form: "Start a conversation", "开始会话";
    username: "Username", "用户名";
    start: "Start", "开始";
    or_bring_somebody: "Or bring somebody", "或者带朋友来";
    or_bring_somebody_hint: "By a link to send, or a picture for a phone.", "发送一个链接，或让对方用手机扫描图案。";
    username_example: "For example bob. Capital letters make no difference.", "例如 bob。不区分大小写。";
    not_opened: "This page could not be opened", "无法打开此页面";
    try_again: "Try again", "重试";

    open_elsewhere: "Duologue is open in too many places. This one has paused.", "Duologue 打开的地方太多，这一处已暂停。";
    not_understood: "The server does not understand this page. Reload it.", "服务器无法理解此页面，请重新加载。";
    no_connection: "No connection. What you write is kept, and goes out by itself.", "没有连接。你写的内容会保留，并自动发出。";
    use_it_here: "Use it here", "在这里使用";
    try_now: "Try now", "立即重试";
    link_connected: "Connected", "已连接";
    link_connecting: "Connecting…", "正在连接…";
    link_waiting: "No connection", "无连接";
    link_elsewhere: "Open elsewhere", "已在别处打开";
    link_stopped: "Stopped", "已停止";
    link_signed_out: "Signed out", "已退出";
}
