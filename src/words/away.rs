//! What a page says that opened without its server.

super::words! {
    opening: "Opening…", "正在打开…";
    opens_with_script: "Without script this page opens only where the server can be reached.", "没有脚本时，只有在能连接服务器的情况下才能打开此页面。";
    nothing_known: "The server cannot be reached, and this browser knows no conversations yet.", "无法连接服务器，而此浏览器中还没有任何会话。";
    needs_connection: "The server cannot be reached, and this page opens only with it.", "无法连接服务器，而此页面只有连接后才能打开。";
}
