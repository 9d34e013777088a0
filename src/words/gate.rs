//! The way in, and the page that is not there.

super::words! {
    sign_in: "Sign in", "登录";
    make_an_account: "Make an account", "创建账户";
    make_the_account: "Make the account", "创建账户";
    new_here: "New here? ", "第一次来？";
    registered_already: "Registered already? ", "已经有账户？";
    password: "Password", "密码";
    password_hint: "At least 10 characters. A short sentence is a good one.", "至少 10 个字符。一句短话就很好。";
    show_the_password: "Show the password", "显示密码";
    username_hint: "1 to 32 characters. This is the name you give to people who want to write to you.", "1 到 32 个字符。想给你写消息的人，要知道的就是这个名字。";
    shown_as: "Shown as", "显示名称";
    you_are_invited(name: &str): format!("{name} invites you to talk here."), format!("{name} 邀请你来这里交谈。");
    host_invites: "You are invited to talk here.", "你受邀来这里交谈。";
    first_account: "This is the first account here. It is yours, as the one who runs this server.", "这是这里的第一个账户，属于你，即此服务器的管理者。";
    optional: "(optional)", "（可选）";
    account_deleted: "The account is deleted.", "账户已删除。";

    house_note: "A messenger for two, kept on this server and nowhere else.", "两个人的信使，只保存在这台服务器上，别处没有。";
    play_still_there: "Are you still there?", "你还在吗？";
    play_nine_days: "(back after nine days) ", "（九天后归来）";
    play_nothing_lost: "I am now. Nothing got lost.", "现在在了。一句也没丢。";
    play_what_to_know: "What do they need to know about me?", "他们需要知道我些什么？";
    play_a_name: "A name. ", "一个名字。";
    play_pause: "(pause) ", "（停顿）";
    play_that_is_all: "That is all.", "仅此而已。";

    no_such_page: "No such page", "没有此页面";
    there_is_no_such_page: "There is no such page", "这里没有这个页面";
    back_to_conversations: "Back to the conversations", "返回会话列表";
}
