//! What a message may hold besides words: code, and emoji to pick.

super::words! {
    code: "Code", "代码";

    emoji: "Emoji", "表情符号";
    find_an_emoji: "Find an emoji", "查找表情";
    all_emoji: "All emoji", "全部表情";
    used_lately: "Used lately", "最近使用";
    found_emoji: "Found", "找到的表情";
    no_such_emoji: "No emoji of this name.", "没有这样的表情。";
    loading_emoji: "Loading the emoji…", "正在加载表情…";
    emoji_not_loaded: "The emoji could not be loaded.", "表情无法加载。";
    /// One a line, in the order of the groups in `public/emoji`.
    emoji_groups: "Faces\nPeople\nAnimals and nature\nFood and drink\nTravel and places\nActivities\nObjects\nSymbols\nFlags", "表情\n人物\n动物与自然\n食物与饮料\n旅行与地点\n活动\n物品\n符号\n旗帜";
}
