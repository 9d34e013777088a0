//! The settings.

super::words! {
    back_to_settings: "Back to the settings", "返回设置";
    close_settings: "Close settings", "关闭设置";
    save: "Save", "保存";
    saved: "Saved.", "已保存。";

    profile: "Profile", "个人资料";
    username_stays: "Conversations are found by it, so it stays.", "会话要靠它来找到，所以不能更改。";
    password_about: "A new one signs out all your other devices.", "更改密码后，你的其他设备会全部退出登录。";
    current_password: "Current password", "当前密码";
    new_password: "New password", "新密码";
    change_password: "Change the password", "更改密码";
    password_changed: "The password is changed. Your other devices are signed out.", "密码已更改。你的其他设备已退出登录。";

    notifications: "Notifications", "通知";
    notifications_about: "This browser keeps both, for itself alone.", "这两项由此浏览器保存，只对它有效。";
    needs_script: "They need script, which is switched off here.", "它们需要脚本，而这里的脚本已关闭。";
    sound: "Sound", "声音";
    sound_hint: "A short one when somebody writes and you are looking elsewhere.", "有人写来消息而你在看别处时，响一声。";
    notify: "Notifications on the desktop", "桌面通知";
    notify_hint: "While Duologue is open and out of sight. The browser will ask you first.", "当 Duologue 打开但不在眼前时显示。浏览器会先询问你。";
    notify_refused: "The browser does not allow it. Allow notifications for this page in the browser’s own settings, then switch it on here.", "浏览器不允许。请先在浏览器的设置中允许此页面发送通知，再在这里打开。";

    appearance: "Appearance", "外观";
    theme: "Theme", "主题";
    theme_system: "Like the system", "跟随系统";
    theme_light: "Light", "浅色";
    theme_dark: "Dark", "深色";

    language: "Language", "语言";
    language_about: "Choosing one writes this page anew.", "选定后，此页面会随即重写。";
    of_this_page: "Of this page", "此页面的语言";
    like_the_browser(name: &str): format!("Like the browser ({name})"), format!("跟随浏览器（{name}）");

    devices: "Devices", "设备";
    devices_about: "Every one of them has the same conversations. Signing one out closes it within a second.", "每台设备上的会话都相同。让一台退出登录，它会在一秒内关闭。";
    this_device: "This device", "本设备";
    signed_in_at: ", signed in ", "，登录于 ";
    last_used: "Last used ", "最后使用：";
    sign_out: "Sign out", "退出登录";
    sign_out_this: "Sign out this device", "退出登录本设备";
    sign_out_device(device: &str): format!("Sign out {device}"), format!("退出登录 {device}");
    sign_out_others: "Sign out everywhere else", "在其他地方全部退出登录";
    device_signed_out: "That device is signed out.", "该设备已退出登录。";
    others_signed_out: "You are signed out everywhere else.", "你在其他地方都已退出登录。";

    programs: "Programs", "程序";
    programs_about: "A bot or a script takes part with a token in place of a password. It can do what you can in conversations; it cannot change the account.", "机器人或脚本用令牌代替密码参与会话。它能在会话中做你能做的事，但不能更改账户。";
    token_for: "What it is for", "用途";
    make_a_token: "Make a token", "创建令牌";
    revoke: "Revoke", "撤销";
    revoke_program(label: &str): format!("Revoke {label}"), format!("撤销 {label}");
    token_revoked: "That token counts no more.", "该令牌已失效。";
    your_token: "The token", "令牌";
    token_shown_once(label: &str): format!("This is the token of “{label}”. It is shown this once: keep it where the program finds it, and nobody else."), format!("这是“{label}”的令牌。它只显示这一次：请保存在程序能找到而别人看不到的地方。");
    done: "Done", "完成";

    invite_somebody: "Invite somebody", "邀请朋友";
    invite_about: "An invitation is a link by which one person can make an account here.", "邀请是一个链接，一个人可以凭它在这里创建账户。";
    invite_tell_about: "Anybody can make an account here. Tell them where.", "任何人都可以在这里创建账户，告诉他们地址就行。";
    invite_nothing: "Whoever runs this server lets people in. Ask them.", "只有服务器的管理者可以让人加入，请联系他们。";
    make_an_invitation: "Make an invitation", "创建邀请";
    show_the_address: "Show the address", "显示地址";
    invitation_once(days: u64): format!("One person can register with this link within {days} days, and finds you there. Send it to them, or let them hold a phone before the picture. It is shown this once."), format!("一个人可以在 {days} 天内凭此链接注册，并会直接来到与你的会话。把它发给对方，或让对方用手机扫描图案。它只显示这一次。");
    address_for_anybody: "Send this to whom you want to talk with, or let them hold a phone before the picture. Then tell each other your usernames.", "把它发给想与之交谈的人，或让对方用手机扫描图案，然后互相告知用户名。";
    the_link: "The link", "链接";
    copy: "Copy", "复制";
    copied: "Copied.", "已复制。";
    as_a_picture: "The link as a QR code", "链接的二维码";

    leave: "Leave", "离开";
    leave_about: "The account and its name go for good. What you wrote to others stays with them.", "账户和它的名字会永久消失。你写给别人的内容会留在他们那里。";
    delete_the_account_dots: "Delete the account …", "删除账户…";
    delete_the_account: "Delete the account", "删除账户";
    what_remains: "What you wrote stays with those you wrote to, under your name. Nobody can write to you, and nobody else can take the name.", "你写的内容会以你的名义留在收到它的人那里。没有人能再给你写消息，别人也不能使用这个名字。";
    no_way_back: "There is no way back: all your devices are signed out, and nobody can sign in again.", "此操作无法撤销：你的所有设备都会退出登录，之后再也无法登录这个账户。";
    keep_the_account: "Keep it", "保留";

    about: "About", "关于";
    version(number: &str): format!("Duologue {number}"), format!("Duologue {number}");
    about_it: "A messenger for two on a server of its own. It asks nothing of any other server.", "两个人的信使，运行在自己的服务器上，不向任何其他服务器索取什么。";
    about_promise: "What shows one tick is on the server’s disk: it is not lost, it stands once, and in one order for both of you. There is no end-to-end encryption yet: whoever runs the server can read it.", "显示一个勾的消息已经写入服务器的磁盘：不会丢失，只出现一次，在你们双方那里顺序一致。目前还没有端到端加密：运行服务器的人可以读到。";
}
