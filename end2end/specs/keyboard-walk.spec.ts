import { tabsTo } from '../keys.ts';
import { password, Person } from '../person.ts';
import { expect, test } from '../test.ts';

// From the door and back out of it, without a pointer: the main path, in each language, on a phone and on a desk.

const english = {
  locale: 'en-GB',
  username: 'Username',
  shownAs: 'Shown as (optional)',
  password: 'Password',
  makeAnAccount: 'Make an account',
  makeTheAccount: 'Make the account',
  conversations: 'Conversations',
  connected: 'Connected',
  newConversation: 'New conversation',
  messageTo: 'Message to Bob',
  conversationWith: 'Conversation with Bob',
  sent: /Sent|Delivered|Read/,
  answerTo: 'Answer to Bob',
  answer: 'Answer',
  redHeart: 'red heart',
  edited: 'edited',
  tookBack: 'You reacted with ❤️. Take it back',
  back: 'Back to conversations',
  settings: 'Settings',
  profile: 'Profile',
  shownAsOnly: 'Shown as',
  signOut: 'Sign out this device',
  signIn: 'Sign in',
};
const chinese: typeof english = {
  locale: 'zh-CN',
  username: '用户名',
  shownAs: '显示名称 （可选）',
  password: '密码',
  makeAnAccount: '创建账户',
  makeTheAccount: '创建账户',
  conversations: '会话',
  connected: '已连接',
  newConversation: '新会话',
  messageTo: '发给Bob的消息',
  conversationWith: '与Bob的会话',
  sent: /已发送|已送达|已读/,
  answerTo: '回复Bob',
  answer: '回复',
  redHeart: '红心',
  edited: '已编辑',
  tookBack: '你回应了❤️。撤回',
  back: '返回会话列表',
  settings: '设置',
  profile: '个人资料',
  shownAsOnly: '显示名称',
  signOut: '退出登录本设备',
  signIn: '登录',
};

for (const words of [english, chinese]) {
  for (const viewport of [{ width: 375, height: 740 }, { width: 1440, height: 900 }]) {
    test(`the keyboard alone leads through everything, in ${words.locale} at ${viewport.width} pixels`, async ({ bob, browser, server }) => {
      const ann = await Person.arrives(browser, server.url, 'Ann', 'ann', { locale: words.locale, viewport });
      const { page } = ann;
      const { keyboard } = page;
      const field = (name: string) => page.getByRole('textbox', { name, exact: true });
      const button = (name: string) => page.getByRole('button', { name, exact: true });
      const link = (name: string) => page.getByRole('link', { name, exact: true });
      const log = page.getByRole('log', { name: words.conversationWith });
      const row = (text: string) => log.getByRole('listitem').filter({ hasText: text }).filter({ hasNot: page.getByRole('link') }).last();

      const opensMenu = async () => {
        await keyboard.press('Enter');
        await expect(page.getByRole('menuitemradio', { name: words.redHeart })).toBeFocused();
      };

      // Registering.
      await page.goto('/');
      await tabsTo(page, link(words.makeAnAccount));
      await keyboard.press('Enter');
      await tabsTo(page, field(words.username));
      await keyboard.type(ann.username);
      await tabsTo(page, field(words.shownAs));
      await keyboard.type('Ann');
      await tabsTo(page, field(words.password));
      await keyboard.type(password);
      await tabsTo(page, button(words.makeTheAccount));
      await keyboard.press('Enter');
      const people = page.getByRole('navigation', { name: words.conversations });
      await expect(people.getByText(words.connected, { exact: true })).toBeAttached();

      // A first conversation.
      await tabsTo(page, people.getByRole('link', { name: words.newConversation }));
      await keyboard.press('Enter');
      await expect(field(words.username)).toBeFocused();
      await keyboard.type(bob.username);
      await keyboard.press('Enter');
      await expect(field(words.messageTo)).toBeFocused();
      await keyboard.type('Good mornin');
      await keyboard.press('Enter');
      await expect(row('Good mornin')).toContainText(words.sent);

      // An edit: the arrow up takes the last line of one's own.
      await keyboard.press('ArrowUp');
      await expect(field(words.messageTo)).toHaveValue('Good mornin');
      await keyboard.type('g!');
      await keyboard.press('Enter');
      await expect(row('Good morning!')).toContainText(words.edited);

      // An answer, and a reaction.
      await bob.returnsToConversationWith(ann);
      await bob.says('Is it?');
      await expect(row('Is it?')).toBeVisible();
      await tabsTo(page, log, 'Shift+Tab');
      await keyboard.press('ArrowUp');
      await expect(row('Is it?')).toBeFocused();
      await opensMenu();
      await keyboard.press('ArrowDown');
      await expect(page.getByRole('menuitem', { name: words.answer })).toBeFocused();
      await keyboard.press('Enter');
      await expect(field(words.messageTo)).toBeFocused();
      await expect(page.getByText(words.answerTo, { exact: true })).toBeVisible();
      await keyboard.type('It is.');
      await keyboard.press('Enter');
      await expect(log.getByRole('listitem').filter({ hasText: 'It is.' }).getByRole('link')).toContainText('Is it?');
      await tabsTo(page, log, 'Shift+Tab');
      await keyboard.press('ArrowUp');
      await keyboard.press('ArrowUp');
      await expect(row('Is it?')).toBeFocused();
      await opensMenu();
      await keyboard.press('Enter');
      await expect(log.getByRole('button', { name: words.tookBack })).toBeVisible();
      await expect(bob.page.getByRole('button', { name: 'Ann reacted with ❤️. React with it too' })).toBeVisible();

      // The settings, and out.
      if (viewport.width < 600) {
        await tabsTo(page, link(words.back));
        await keyboard.press('Enter');
      }
      await tabsTo(page, people.getByRole('link', { name: words.settings }));
      await keyboard.press('Enter');
      await expect(ann.heading()).toHaveText(words.settings);
      await tabsTo(page, page.getByRole('region', { name: words.profile }).getByLabel(words.shownAsOnly));
      await keyboard.press('ControlOrMeta+a');
      await keyboard.type('Ann of the keys');
      await keyboard.press('Enter');
      await expect(page.getByRole('region', { name: words.profile }).getByRole('status')).toBeFocused();
      await bob.reloads();
      await expect(bob.heading()).toHaveText('Ann of the keys');
      await tabsTo(page, button(words.signOut));
      await keyboard.press('Enter');
      await expect(ann.heading()).toHaveText(words.signIn);
      await ann.context.close();
    });
  }
}
