//! Why the server refused a form, or a program.

super::words! {
    sign_in_first: "Sign in first.", "请先登录。";
    registration_closed: "Nobody can register here at the moment. Ask whoever runs this server.", "目前无法在这里注册。请询问服务器的管理者。";
    by_invitation_only: "Here one registers by invitation. Ask somebody who is here for a link.", "这里只能凭邀请注册。请向这里的朋友要一个邀请链接。";
    invitation_spent: "This invitation has been used, or its time is over. Ask for another one.", "这个邀请已被使用或已过期。请再要一个。";
    name_shape: "A username is 1 to 32 letters, digits or signs, without spaces.", "用户名由 1 到 32 个字母、数字或符号组成，不含空格。";
    name_reserved: "This name is kept for the house. Choose another one.", "这个用户名已保留，请换一个。";
    name_slash: "A username holds no slash.", "用户名不能含有斜杠。";
    name_mixed_script: "A username keeps to one script, so that it cannot be taken for another.", "用户名只能使用一种文字，以免与他人的混淆。";
    name_taken: "Somebody has this name, or one that looks like it.", "这个用户名或与它相似的用户名已有人使用。";
    password_short: "A password has at least 10 characters. A short sentence is a good one.", "密码至少要有 10 个字符。一句短句就很好。";
    password_long: "A password has at most 1024 bytes.", "密码最多 1024 字节。";
    password_common: "This password is one of the commonest. A short sentence is a better one.", "这个密码太常见了。换成一句短句会更好。";
    wrong_pair: "This name and password do not go together.", "用户名与密码不匹配。";
    wrong_password: "This is not your password.", "这不是你的密码。";
    too_many_tries: "Too many tries. Wait a while, then try again.", "尝试次数过多。请稍等一会儿再试。";
    signed_out_already: "This device is signed out already.", "这台设备已经退出登录。";
    token_makes_no_tokens: "A token makes no tokens. Sign in to make one.", "令牌不能再创建令牌。请登录后创建。";
    token_needs_label: "Say with label what the token is for.", "请用 label 说明这个令牌的用途。";
    no_such_language: "This language is not here.", "这里没有这种语言。";
    no_such_theme: "This appearance is not here.", "这里没有这种外观。";

    server_busy: "The server is busy. Try again in a moment.", "服务器正忙，请稍后再试。";
    server_unreachable: "The server cannot be reached. Try again in a moment.", "无法连接到服务器，请稍后再试。";
    server_failed: "Something went wrong on the server. Try again in a moment.", "服务器出了问题，请稍后再试。";
    store_unreachable: "The store cannot be reached. Try again in a moment.", "无法访问存储，请稍后再试。";
    form_not_as_expected: "The form was not filled in as expected.", "表单的填写不符合要求。";
    form_from_elsewhere: "This form came from another site.", "此表单来自其他网站。";
    send_form_or_json: "Send a form or JSON.", "请发送表单或 JSON。";
    form_too_large: "That is too large.", "内容太大。";
    form_too_slow: "That took too long to come.", "发送得太慢了。";
    say_length: "Say how long it is.", "请注明内容的长度。";
    not_known_texts: "Send the fields that are known here, as texts, in a form or a JSON object.", "请用表单或 JSON 对象，只发送此处已知的文本字段。";
}
