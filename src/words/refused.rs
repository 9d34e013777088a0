//! Why the server refused a form, or a program.

super::words! {
    sign_in_first: "Sign in first.", "请先登录。";
}
